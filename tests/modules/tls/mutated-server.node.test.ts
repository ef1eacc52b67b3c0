// SPDX-License-Identifier: MIT

// The same as mutated-server.test.ts at every byte, which takes too long on XS.

import test from "node:test";
import {
  expectRefusal,
  flip,
  insert,
  leaveOut,
  lengthsOfFlights,
  type Mutation,
  same,
} from "../../support/mutated-server.ts";

const [first, second] = lengthsOfFlights();

/** Tries it at every byte of both flights, `step` bytes apart. */
function everywhere(make: (at: number) => Mutation, step = 1): void {
  for (let at = 0; at < first; at += step) expectRefusal(`first ${at}`, make(at), same);
  for (let at = 0; at < second; at += step) expectRefusal(`second ${at}`, same, make(at));
}

test("no byte of a handshake may have another bit", () => {
  everywhere((at) => flip(at, 1 << (at % 8)));
});

test("no byte of a handshake may be missing, and none be there that was not sent", () => {
  everywhere((at) => leaveOut(at), 3);
  everywhere((at) => insert(at, at & 0xff), 3);
});

test("a handshake may end nowhere before its end", () => {
  everywhere((at) => leaveOut(at, 100_000), 3);
});
