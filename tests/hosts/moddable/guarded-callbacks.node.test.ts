// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import type * as DigitalModule from "../../../hosts/esp32/digital.ts";
import type * as ResolverModule from "../../../hosts/lin/resolver.ts";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import type * as TraceSerialModule from "../../../hosts/moddable/trace-serial.ts";
import type * as UDPModule from "../../../hosts/moddable/udp.ts";
import { FakeSDKTimer } from "../../support/fake-sdk.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});

/** What is told of exceptions. */
function listener() {
  const told: string[] = [];
  const faults = new Faults();
  faults.onFault = (where, error) => told.push(`${where}: ${(error as Error).message}`);
  return { faults, told };
}

const broken = () => {
  throw new Error("broken");
};

test("an exception of a pin's callback is told and goes no further, and the rest is the SDK's", async () => {
  const calls: string[] = [];
  class FakePin {
    static Input = 0;
    static InputPullUp = 1;
    static Output = 8;
    static OutputOpenDrain = 9;
    static Rising = 1;
    static Falling = 2;
    static last: FakePin;
    readonly options: { readonly pin: number; onReadable?: () => void };
    constructor(options: FakePin["options"]) {
      FakePin.last = this;
      this.options = options;
    }
    read(): number {
      return 1;
    }
    write(value: number): void {
      calls.push(`write ${value}`);
    }
    close(): void {
      calls.push("close");
    }
  }
  const { ESP32Digital } = await importWithSDK<typeof DigitalModule>("hosts/esp32/digital.ts", {
    "embedded:io/digital": FakePin,
  });
  const { faults, told } = listener();
  const { InputPullUp: mode, Falling: edge } = ESP32Digital;
  const pin = new ESP32Digital({ pin: 4, mode, edge, onReadable: broken }, faults);
  FakePin.last.options.onReadable?.();
  assert.deepEqual(told, ["digital: broken"]);
  assert.deepEqual(
    { ...FakePin.last.options, onReadable: 0 },
    { pin: 4, mode: 1, edge: 2, onReadable: 0 },
  );
  pin.write(1);
  pin.close();
  assert.deepEqual([pin.read(), ...calls], [1, "write 1", "close"]);
  new ESP32Digital({ pin: 5, mode: ESP32Digital.Output }, faults);
  assert.deepEqual(FakePin.last.options, { pin: 5, mode: 8 });
  const { Input, OutputOpenDrain, Rising } = ESP32Digital;
  assert.deepEqual([Input, OutputOpenDrain, Rising], [0, 9, 1]);
});

test("an exception of a datagram, an answer to a name, or room in trace is told and goes no further", async () => {
  const { faults, told } = listener();
  const timer = new FakeSDKTimer();
  class FakeUDP {
    static last: FakeUDP;
    readonly options: { onReadable(count: number): void };
    constructor(options: FakeUDP["options"]) {
      FakeUDP.last = this;
      this.options = options;
    }
  }
  const { SDKUDP } = await importWithSDK<typeof UDPModule>("hosts/moddable/udp.ts", {
    "embedded:io/socket/udp": FakeUDP,
    timer,
  });
  new SDKUDP({ onReadable: broken }, faults);
  FakeUDP.last.options.onReadable(1);
  const { SDKResolver } = await importWithSDK<typeof ResolverModule>("hosts/lin/resolver.ts", {});
  (globalThis as Record<string, unknown>).System = {
    resolve: (name: string, callback: (name: string, address: string) => void) =>
      callback(name, "192.0.2.1"),
  };
  new SDKResolver(faults).resolve({ host: "a", onResolved: broken, onError: broken });
  const { TraceSerial } = await importWithSDK<typeof TraceSerialModule>(
    "hosts/moddable/trace-serial.ts",
    { timer },
  );
  new TraceSerial({ baud: 115_200, onWritable: broken }, faults);
  timer.run();
  assert.deepEqual(told, ["udp: broken", "dns: broken", "serial: broken"]);
});

/** Modules of the SDK that call back. */
const calling =
  /from "(timer|embedded:io\/(digital|serial|socket\/\w+)|embedded:network\/interface\/wifi)"/;

test("whatever imports a module of the SDK that calls back hands it nothing but guarded callbacks", () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const unguarded: string[] = [];
  for (const folder of ["hosts/esp32", "hosts/lin", "hosts/moddable"]) {
    for (const name of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })) {
      if (!/\.[jt]s$/.test(name) || name.endsWith(".d.ts")) continue;
      const text = readFileSync(join(root, folder, name), "utf8");
      const isCalled = calling.test(text);
      if (isCalled && !/aults\.(run|report)\(/.test(text)) unguarded.push(`${folder}/${name}`);
    }
  }
  // One asks the radio for the address of the board, without a callback; the other makes an empty socket.
  assert.deepEqual(unguarded.sort(), ["hosts/esp32/host.ts", "hosts/esp32/tcp/listener.js"]);
  const listener = readFileSync(join(root, "hosts/esp32/tcp/listener.js"), "utf8");
  assert.deepEqual(listener.match(/new \w+\(.*?\)/g), ["new TCP()"]);
  const host = readFileSync(join(root, "hosts/esp32/host.ts"), "utf8");
  const modules = [...host.matchAll(/from "(embedded:[^"]+|timer)"/g)].map(([, name]) => name);
  assert.deepEqual(modules.sort(), [
    "embedded:network/interface/wifi",
    "embedded:storage/key-value",
  ]);
  assert.match(host, /new NativeWiFi\(\{\}\)/);
});
