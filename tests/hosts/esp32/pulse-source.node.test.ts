// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as PulsesModule from "../../../hosts/esp32/pulses/pulse-source.ts";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

/** The functions in C with their habits: one line, one capture, each answer told once. */
class FakeLine {
  readonly calls: string[] = [];
  refusal: Error | undefined;
  #onCaptured: ((widths: ArrayBuffer | undefined) => void) | undefined;

  openLine = (pin: number, onCaptured: (widths: ArrayBuffer | undefined) => void) => {
    this.#call(`open ${pin}`);
    if (this.#onCaptured) throw new Error("another capture is open");
    this.#onCaptured = onCaptured;
  };

  captureLine = (startLow: number) => this.#call(`capture ${startLow}`);

  closeLine = () => {
    this.#call("close");
    this.#onCaptured = undefined;
  };

  /** Needs to be taken before a close to come late. */
  get answer(): (widths: ArrayBuffer | undefined) => void {
    assert.ok(this.#onCaptured, "the line is not open");
    return this.#onCaptured;
  }

  #call(what: string): void {
    if (this.refusal) throw this.refusal;
    this.calls.push(what);
  }
}

async function build() {
  const line = new FakeLine();
  const { ESP32PulseSource } = await importWithSDK<typeof PulsesModule>(
    "hosts/esp32/pulses/pulse-source.ts",
    { "./pulse-line.js": line },
  );
  const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});
  const faults = new Faults();
  const told: string[] = [];
  faults.onFault = (where, error) => told.push(`${where}: ${error}`);
  const heard: (number[] | undefined)[] = [];
  const listen = (widths: Uint16Array | undefined) => heard.push(widths && [...widths]);
  return { line, faults, told, heard, listen, ESP32PulseSource };
}

const pulses = () => Uint16Array.of(80, 81, 50, 26).buffer;
const withCode = (code: string) => ({ name: "PulseSourceError", code });

test("a capture gives its start signal in µs, and the widths or the silence once", async () => {
  const { line, faults, heard, listen, ESP32PulseSource } = await build();
  const source = new ESP32PulseSource({ pin: 4 }, faults);
  source.capture(1.2, listen);
  assert.deepEqual(line.calls, ["open 4", "capture 1200"]);
  line.answer(pulses());
  line.answer(pulses());
  source.capture(20, listen);
  line.answer(undefined);
  assert.deepEqual(heard, [[80, 81, 50, 26], undefined]);
  assert.equal(line.calls.at(-1), "capture 20000");
});

test("a capture can be started from the callback of the one before", async () => {
  const { line, faults, heard, listen, ESP32PulseSource } = await build();
  const source = new ESP32PulseSource({ pin: 4 }, faults);
  source.capture(1, () => source.capture(2, listen));
  line.answer(undefined);
  line.answer(pulses());
  assert.deepEqual(heard, [[80, 81, 50, 26]]);
  assert.deepEqual(line.calls.slice(1), ["capture 1000", "capture 2000"]);
});

test("a second capture, an impossible start signal and a closed source are refused", async () => {
  const { line, faults, listen, ESP32PulseSource } = await build();
  const source = new ESP32PulseSource({ pin: 4 }, faults);
  for (const startLow of [0.7, 20.1, Number.NaN]) {
    assert.throws(() => source.capture(startLow, listen), withCode("pulses/bad-signal"));
  }
  source.capture(0.8, listen);
  assert.throws(() => source.capture(1, listen), withCode("pulses/busy"));
  source.close();
  assert.throws(() => source.capture(1, listen), withCode("pulses/closed"));
  assert.deepEqual(line.calls, ["open 4", "capture 800", "close"]);
});

test("what the C part refuses is told with its reason, and does not block the next try", async () => {
  const { line, faults, heard, listen, ESP32PulseSource } = await build();
  line.refusal = new RangeError("in use");
  const open = () => new ESP32PulseSource({ pin: 4 }, faults);
  assert.throws(open, { ...withCode("pulses/no-line"), message: /GPIO 4 .*: in use$/ });
  line.refusal = undefined;
  const source = open();
  line.refusal = new Error("ESP_ERR_INVALID_STATE");
  assert.throws(() => source.capture(1, listen), withCode("pulses/no-capture"));
  line.refusal = undefined;
  source.capture(1, listen);
  line.answer(undefined);
  assert.deepEqual(heard, [undefined]);
});

test("nothing is told after close, and the line can be opened again", async () => {
  const { line, faults, heard, listen, ESP32PulseSource } = await build();
  const source = new ESP32PulseSource({ pin: 4 }, faults);
  source.capture(1, listen);
  const { answer } = line;
  source.close();
  source.close();
  answer(pulses());
  assert.deepEqual(heard, []);
  assert.deepEqual(line.calls, ["open 4", "capture 1000", "close"]);
  new ESP32PulseSource({ pin: 5 }, faults).capture(1, listen);
  line.answer(pulses());
  assert.equal(heard.length, 1);
});

test("an exception of the callback is reported and does not reach the C part", async () => {
  const { line, faults, told, ESP32PulseSource } = await build();
  const source = new ESP32PulseSource({ pin: 4 }, faults);
  source.capture(1, () => {
    source.close();
    throw new Error("broken");
  });
  line.answer(undefined);
  assert.deepEqual(told, ["pulses: Error: broken"]);
  assert.equal(line.calls.at(-1), "close");
});
