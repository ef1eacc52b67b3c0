// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { labNetwork } from "../../../../hosts/virtual/access-points.ts";
import { WholeBoard } from "../../../support/whole-board.ts";

/** The command of Improv that gives a network. */
function networkCommand(...strings: readonly string[]): Uint8Array {
  const payload = strings.flatMap((text) => [text.length, ...new TextEncoder().encode(text)]);
  const head = [...new TextEncoder().encode("IMPROV"), 1];
  const bytes = [...head, 3, payload.length + 2, 1, payload.length, ...payload];
  return Uint8Array.from([...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & 0xff]);
}

test("a network that cannot be stored is refused before the board leaves the one that it is on", () => {
  const board = new WholeBoard({ "console.format": "text" });
  board.powerOn();
  board.time.advance(20_000);
  const said = (bytes: Uint8Array) => {
    const before = board.output.length;
    board.type(bytes);
    board.time.advance(2_000);
    return board.output.slice(before);
  };
  const given = said(networkCommand(labNetwork.SSID, "another password"));
  assert.match(given, /improv +warning: "[^"]+" is given by the build or the command line/);
  assert.doesNotMatch(given, /wifi/);
  for (const name of ["second", "third"]) board.type(`wifi add ${name} 12345678\n`);
  const full = said(networkCommand("fourth", "12345678"));
  assert.match(full, /improv +warning: "fourth" was not added: there is room for 3 networks/);
  assert.doesNotMatch(full, /scanning|disconnected/);
});
