// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { bundleFirmware } from "../../../hosts/sim/node/engine/bundle.ts";
import { XsMachine } from "../../../hosts/sim/node/engine/xs-machine.ts";

test("names that come over the network leave nothing behind in the XS heap", async () => {
  const program = join(import.meta.dirname, "../../support/xs/strange-readings.ts");
  const machine = new XsMachine({
    ...(await bundleFirmware(program)),
    onCall: () => new Uint8Array(),
    onPrint: () => {},
    onExit: (reason) => assert.fail(reason),
  });
  const slotsAfter = async (turns: number) => {
    for (let turn = 0; turn < turns; turn++) await machine.turn(Uint8Array.of(1));
    return (await machine.turn(new Uint8Array())).heapCount;
  };
  const before = await slotsAfter(2);
  const after = await slotsAfter(20);
  await machine.close();
  assert.equal(after - before, 0);
});
