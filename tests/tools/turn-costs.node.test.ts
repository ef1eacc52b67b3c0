// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { channels, FrameWriter, operations, turnHeadLength } from "../../hosts/sim/protocol.ts";
import { millisecondsOf, TurnCosts } from "../../tools/turn-costs.ts";
import { pubackBytes, publishBytes } from "../support/broker-packets.ts";

type Event = readonly [channel: number, operation: number, payload?: Uint8Array];

function command(...events: Event[]): Uint8Array {
  const writer = new FrameWriter(turnHeadLength);
  for (const [channel, operation, payload] of events) writer.add(channel, operation, 1, payload);
  return writer.take();
}

const timer: Event = [channels.timer, operations.timerDue];

function data(...packets: Uint8Array[]): Event {
  return [channels.tcp, operations.tcpData, Buffer.concat(packets)];
}

test("turns with one event are kept by kind, the dearest first", () => {
  const costs = new TurnCosts();
  for (const units of [10, 30, 20]) costs.add(units, command(timer));
  costs.add(99, command(data(pubackBytes(1))));
  assert.deepEqual(costs.kinds, [
    { name: "a packet from the broker", count: 1, largest: 99, typical: 99 },
    { name: "a timer", count: 3, largest: 30, typical: 20 },
  ]);
  assert.equal(costs.largest, 99);
  assert.deepEqual(costs.several, { count: 0, largest: 0 });
});

test("two events, or two packets in one piece, are counted apart", () => {
  const costs = new TurnCosts();
  const long = publishBytes("t", { payload: "x".repeat(300) });
  costs.add(50, command(timer, timer));
  costs.add(70, command(data(pubackBytes(1), long)));
  costs.add(20, command(data(long)));
  assert.deepEqual(costs.several, { count: 2, largest: 70 });
  assert.equal(costs.largest, 20);
});

test("three million units are a second", () => {
  assert.equal(millisecondsOf(15_000), 5);
});
