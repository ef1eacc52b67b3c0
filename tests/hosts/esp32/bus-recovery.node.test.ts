// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { clearI2CBus } from "../../../drivers/i2c-bus-clear.ts";
import { board } from "../../../hosts/esp32/boards/esp32-devkit.ts";
import type * as I2CModule from "../../../hosts/esp32/i2c.ts";
import { I2CBus } from "../../../hosts/virtual/i2c-bus.ts";
import { SharedBus } from "../../../modules/app/i2c/shared-bus.ts";
import type { DigitalOptions } from "../../../modules/ecma-419/digital.ts";
import type { I2COptions } from "../../../modules/ecma-419/i2c.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const { data, clock } = board.i2c;
const bus = new I2CBus();
/** Pins that a Digital has, and the I2C instances that are open. */
const pins = new Set<number>();
const instances = new Map<number, I2COptions>();

/** The SDK's rules (modules/io/i2c/esp32/_i2c.c): pins in use, one instance for an address. */
class SDKI2C {
  readonly #address: number;
  #isOpen = true;
  constructor(options: I2COptions) {
    if (pins.has(options.data) || pins.has(options.clock)) throw new RangeError("inUse");
    if (instances.has(options.address)) throw new RangeError("duplicate address");
    this.#address = options.address;
    instances.set(options.address, options);
  }
  write(bytes: Uint8Array): number | undefined {
    const { fault } = bus.transfer(this.#address, bytes, 0);
    if (fault && bytes.length === 0) return 1;
    if (fault) throw new Error("write failed");
    return undefined;
  }
  close(): void {
    if (this.#isOpen) instances.delete(this.#address);
    this.#isOpen = false;
  }
}

/** The SDK's Digital (modules/io/digital/esp32): an output begins low. */
class SDKDigital {
  static readonly Input = 0;
  static readonly InputPullUp = 1;
  static readonly Output = 8;
  static readonly OutputOpenDrain = 9;
  static readonly Rising = 1;
  static readonly Falling = 2;
  readonly #pin: number;
  #level = 0;
  constructor({ pin }: DigitalOptions) {
    if (instances.size > 0 || pins.has(pin)) throw new RangeError("inUse");
    pins.add(pin);
    this.#pin = pin;
  }
  read(): number {
    return this.#pin === data ? bus.SDA : 1;
  }
  write(level: number): void {
    if (this.#pin === clock && this.#level === 0 && level === 1) bus.clockPulses(1);
    this.#level = level;
  }
  close(): void {
    pins.delete(this.#pin);
  }
}

test("the SDK's I2C instances give the pins away for a held data line, and have them again", async () => {
  const { ESP32I2C } = await importWithSDK<typeof I2CModule>("hosts/esp32/i2c.ts", {
    "embedded:io/i2c": SDKI2C,
  });
  const time = new FakeTime();
  const book = new LogBook();
  for (const address of [0x5a, 0x76])
    bus.attach({ address, write: () => true, read: () => undefined });
  const host = {
    board: { i2c: { io: ESP32I2C as never, ...board.i2c }, digital: { io: SDKDigital } },
    clock: time,
    timers: time,
  };
  const shared = new SharedBus({ host, log: book.log, clear: clearI2CBus });
  const devices = [0x5a, 0x76].map(
    (address) => new shared.wiring.io({ ...shared.wiring, address, hz: 100_000 }),
  );
  const poll = () => {
    let good = 0;
    for (const device of devices) {
      try {
        device.write(Uint8Array.of(1));
        good++;
      } catch (error) {
        assert.match(String(error), /write failed/);
      }
    }
    time.advance(1_000);
    return good;
  };
  for (let i = 0; i < 5; i++) assert.equal(poll(), 2);
  // A transaction that can not end takes its time from everybody.
  assert.ok([...instances.values()].every(({ timeout = 400 }) => timeout <= 50));
  for (let bits = 1; bits <= 9; bits++) {
    bus.stickSDA(bits);
    for (let i = 0; i < 3; i++) poll();
    assert.equal(bus.SDA, 1, `${bits} bits`);
    for (let i = 0; i < 5; i++) assert.equal(poll(), 2);
  }
  assert.deepEqual(new Set(book.events), new Set(["i2c/cleared"]));
  assert.equal(pins.size, 0);
});
