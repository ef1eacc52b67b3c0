// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { concat } from "../../modules/tls/bytes.ts";
import { TLSError } from "../../modules/tls/tls-error.ts";
import { TLSBench } from "./tls-bench.ts";
import { changeCipherSpec, record } from "./tls-script.ts";

/** Makes something else of the bytes of a flight. */
export type Mutation = (bytes: Uint8Array) => Uint8Array;

export const same: Mutation = (bytes) => bytes;

/** The byte at this place gets other bits. */
export function flip(at: number, bits: number): Mutation {
  return (bytes) => bytes.map((byte, i) => (i === at ? byte ^ bits : byte));
}

/** Some bytes from here on are left out. */
export function leaveOut(at: number, count = 1): Mutation {
  return (bytes) => concat(bytes.subarray(0, at), bytes.subarray(at + count));
}

/** More bytes come before this place. */
export function insert(at: number, ...more: readonly number[]): Mutation {
  return (bytes) => concat(bytes.subarray(0, at), Uint8Array.from(more), bytes.subarray(at));
}

/** How many bytes a good server sends before the client has finished, and then. */
export function lengthsOfFlights(): readonly [number, number] {
  const lengths: [number, number] = [0, 0];
  connect(
    (bytes) => {
      lengths[0] = bytes.length;
      return bytes;
    },
    (bytes) => {
      lengths[1] = bytes.length;
      return bytes;
    },
  ).works();
  return lengths;
}

function connect(first: Mutation, second: Mutation): TLSBench {
  return new TLSBench({
    records: (messages) => [first(concat(...messages.map((message) => record(22, message))))],
    end: (server) => [second(concat(changeCipherSpec, server.protect(22, server.finished())))],
  });
}

/**
 * A client that gets these flights and then the end of the connection: it must not open, must tell
 * a TLSError once, and leave nothing behind.
 */
export function expectRefusal(what: string, first: Mutation, second: Mutation): void {
  const bench = connect(first, second).run();
  bench.network.link.shut();
  bench.run();
  assert.equal(bench.opened, 0, `${what}: opened`);
  assert.equal(bench.received.length + bench.server.received.length, 0, `${what}: data`);
  assert.equal(bench.errors.length, 1, `${what}: ${bench.errors}`);
  assert.ok(bench.errors[0] instanceof TLSError, `${what}: ${bench.errors[0]}`);
  assert.equal(bench.network.open + bench.time.pending, 0, `${what}: something is left`);
}
