// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Mosquitto, withoutMosquitto } from "../support/mosquitto.ts";
import { type SimEvent, Simulator } from "../support/simulator.ts";

const skip = withoutMosquitto;

function says(board: string, part: string, event: string): (event: SimEvent) => boolean {
  return (each) => each.board === board && each.part === part && each.event === event;
}

test("two boards on XS are paired through Mosquitto, which sees nothing of what they say", {
  skip,
}, async () => {
  const broker = await Mosquitto.start();
  const witness = broker.witness("airpair/#");
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const simulator = new Simulator(["--broker", url, "--speed", "10"]);
  try {
    for (const board of ["board-a", "board-b"]) {
      await simulator.until(says(board, "pair", "paired"));
      await simulator.until(says(board, "peer", "reading"));
    }
    await broker.halt();
    await broker.start();
    const before = simulator.events.length;
    for (const board of ["board-a", "board-b"]) {
      const isBack = says(board, "peer", "reading");
      await simulator.until((event) => isBack(event) && simulator.events.indexOf(event) > before);
    }
    const sealed = witness.messages.filter(({ topic }) => {
      return /^airpair\/([0-9a-f]{32}|pair\/...\/(join|offer))$/.test(topic);
    });
    assert.ok(sealed.length > 10, `${sealed.length} messages`);
    for (const { topic, payload, retained } of sealed) {
      assert.doesNotMatch(payload, /co2|office|board|online/, topic);
      assert.equal(retained, false);
    }
    simulator.signal("SIGINT");
    assert.equal(await simulator.ended, 0);
  } finally {
    await witness.stop();
    await broker.stop();
  }
});
