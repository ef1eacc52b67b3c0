// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { sensorNames } from "../../../../../hosts/sim/node/board/sensor-choice.ts";
import { createHardware } from "../../../../../hosts/sim/node/board/virtual-hardware.ts";
import { SimClock } from "../../../../../hosts/sim/node/engine/sim-clock.ts";
import { allSensors } from "../../../../../hosts/sim/xs/sensors.ts";

const MAC = "02AA00000001";

/** Addresses at which something answers, a second after power-on. */
function addressesOf(sensors?: readonly string[]): number[] {
  let now = 0;
  const clock = new SimClock({ speed: 1 });
  Object.defineProperty(clock, "ticks", { value: () => now });
  const { bus } = createHardware({ seed: 1, MAC, clock, sensors });
  now = 1_000;
  const all = Array.from({ length: 0x78 }, (_, address) => address);
  return all.filter((address) => !bus.transfer(address, new Uint8Array(0), 0).fault);
}

test("a board has the usual sensors, or just those that were chosen", () => {
  assert.deepEqual(addressesOf(), [0x5a, 0x76]);
  assert.deepEqual(addressesOf(["scd41", "aht21"]), [0x38, 0x62]);
  assert.deepEqual(addressesOf(["dht22"]), []);
});

test("only a board with a DHT has something on the wire for pulses", () => {
  const options = { seed: 1, MAC, clock: new SimClock({ speed: 1 }) };
  assert.equal(createHardware(options).withoutPulses, false);
  assert.equal(createHardware({ ...options, sensors: ["scd41"] }).withoutPulses, true);
  assert.equal(createHardware({ ...options, sensors: ["dht22"] }).withoutPulses, false);
});

test("for each sensor that can be chosen, but that for programs, the firmware of the simulator has a driver", () => {
  const besides = ["dht22", "ccs811", "bh1750"];
  const known: readonly number[] = allSensors.flatMap(({ addresses }) => [...addresses]);
  for (const name of sensorNames.filter((each) => !besides.includes(each))) {
    const [address = 0, ...others] = addressesOf([name]);
    assert.ok(known.includes(address), name);
    assert.deepEqual(others, []);
  }
});
