// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { createHardware } from "../../../../../hosts/sim/node/board/virtual-hardware.ts";
import { SimClock } from "../../../../../hosts/sim/node/engine/sim-clock.ts";

function hardware(sensors: readonly string[]) {
  const clock = new SimClock({ speed: 1, ticks: () => 0 });
  return createHardware({ seed: 1, MAC: "02AA000000A1", clock, sensors });
}

test("people and the window are as they were put, from now on", () => {
  const { room } = hardware(["ccs811"]);
  for (const people of [0, 4]) {
    room.people = people;
    assert.equal(room.people, people);
  }
  for (const open of [true, false]) {
    room.isWindowOpen = open;
    assert.equal(room.isWindowOpen, open);
  }
});

test("the first sensor on I2C is pulled out, and plugged in it begins as at power-on", () => {
  for (const [sensors, name, address] of [
    [["dht22", "ccs811", "bme280"], "CCS811", 0x5a],
    [["scd41", "ccs811"], "SCD41", 0x62],
    [["ens160"], "ENS160", 0x53],
  ] as const) {
    const { room, bus } = hardware(sensors);
    assert.equal(room.plug?.name, name);
    assert.equal(room.plug.isIn, true);
    room.plug.isIn = false;
    room.plug.isIn = false;
    assert.notEqual(bus.transfer(address, undefined, 0).fault, undefined);
    room.plug.isIn = true;
    room.plug.isIn = true;
    assert.equal(room.plug.isIn, true);
    // What the chip needs until it answers is its own affair.
    assert.notEqual(bus.transfer(address, undefined, 0).fault, "timeout");
  }
});

test("a board without I2C has its wired sensor pulled out", () => {
  const { room, capture } = hardware(["dht22"]);
  assert.equal(room.plug?.name, "DHT22");
  room.plug.isIn = false;
  assert.equal(room.plug.isIn, false);
  room.plug.isIn = true;
  assert.equal(room.plug.isIn, true);
  assert.equal(typeof capture, "function");
});

test("the network goes and comes back", () => {
  const { room } = hardware(["ccs811"]);
  assert.equal(room.hasNetwork, true);
  room.hasNetwork = false;
  assert.equal(room.hasNetwork, false);
  room.hasNetwork = true;
  assert.equal(room.hasNetwork, true);
});
