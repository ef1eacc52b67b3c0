// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type * as I2CModule from "../../../hosts/esp32/i2c.ts";
import type * as SerialModule from "../../../hosts/esp32/serial.ts";
import type * as WiFiModule from "../../../hosts/esp32/wifi.ts";
import type * as SettingsModule from "../../../hosts/moddable/build-settings.ts";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import { FakeSDKTimer } from "../../support/fake-sdk.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const timer = new FakeSDKTimer();
/** Attempts at one access point. */
const directly: unknown[][] = [];
const direct = { connectDirectly: (...given: unknown[]) => directly.push(given) };
const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});
const globals = globalThis as Record<string, unknown>;

/** A port of the SDK that records; `isTaken` makes it refuse, as in a debug build. */
class FakePort {
  static isTaken = false;
  static last: FakePort;
  readonly written: number[] = [];
  closed = 0;

  readonly options: {
    onReadable(count: number): void;
    onWritable(count: number): void;
    baud: number;
  };

  constructor(options: FakePort["options"]) {
    if (FakePort.isTaken) throw new Error("in use");
    FakePort.last = this;
    this.options = options;
  }

  /** Bytes that have arrived. */
  received = Uint8Array.of();

  /** As the SDK's C code: it counts its arguments, and an undefined one is a length of 0. */
  read(...given: unknown[]): ArrayBuffer | undefined {
    if (this.received.length === 0) return undefined;
    const wanted = given.length === 0 ? this.received.length : Number(given[0] ?? 0);
    if (wanted <= 0) throw new Error("invalid");
    const bytes = this.received.slice(0, wanted);
    this.received = this.received.slice(wanted);
    return bytes.buffer;
  }

  write(buffer: Uint8Array): void {
    this.written.push(...buffer);
  }

  close(): void {
    this.closed++;
  }
}

test("the console is on the UART in a release build, and in trace where the UART is taken", async () => {
  const { ESP32Serial } = await importWithSDK<typeof SerialModule>("hosts/esp32/serial.ts", {
    "embedded:io/serial": FakePort,
    timer,
  });
  const port = new ESP32Serial({ baud: 115_200 }, new Faults());
  port.write(Uint8Array.of(65));
  assert.deepEqual(FakePort.last.written, [65]);
  assert.equal(FakePort.last.options.baud, 115_200);
  port.close();

  FakePort.isTaken = true;
  const traced: string[] = [];
  globals.trace = (text: string) => traced.push(text);
  let room = 0;
  const console = new ESP32Serial(
    {
      baud: 115_200,
      onWritable: (count) => {
        room = count;
      },
    },
    new Faults(),
  );
  assert.equal(room, 0);
  timer.run();
  assert.ok(room > 0);
  console.write(new TextEncoder().encode("21 °C\r\n"));
  assert.deepEqual(traced, ["21 °C\n"]);
  console.close();
  delete globals.trace;
});

test("a port that is closed in its own callback is handed to the SDK's close afterwards", async () => {
  const { ESP32Serial } = await importWithSDK<typeof SerialModule>("hosts/esp32/serial.ts", {
    "embedded:io/serial": FakePort,
    timer,
  });
  FakePort.isTaken = false;
  const port = new ESP32Serial({ baud: 115_200, onReadable: () => port.close() }, new Faults());
  FakePort.last.options.onReadable(1);
  assert.equal(FakePort.last.closed, 0);
  timer.run();
  assert.equal(FakePort.last.closed, 1);
});

test("what was typed is read whole, although the SDK takes an undefined length for none", async () => {
  const { ESP32Serial } = await importWithSDK<typeof SerialModule>("hosts/esp32/serial.ts", {
    "embedded:io/serial": FakePort,
    timer,
  });
  FakePort.isTaken = false;
  const faults = new Faults();
  faults.onFault = (_where, error) => assert.fail(String(error));
  const heard: number[][] = [];
  const port = new ESP32Serial(
    {
      baud: 115_200,
      onReadable: () => {
        const bytes = port.read();
        heard.push([...new Uint8Array(bytes ?? new ArrayBuffer(0))]);
      },
    },
    faults,
  );
  FakePort.last.received = Uint8Array.of(104, 105, 13);
  FakePort.last.options.onReadable(3);
  assert.deepEqual(heard, [[104, 105, 13]]);
  FakePort.last.received = Uint8Array.of(1, 2, 3);
  assert.deepEqual([...new Uint8Array(port.read(2) ?? new ArrayBuffer(0))], [1, 2]);
  port.close();
});

test("a port that has told of room during a long turn is not closed while its word is on the way", async () => {
  const { ESP32Serial } = await importWithSDK<typeof SerialModule>("hosts/esp32/serial.ts", {
    "embedded:io/serial": FakePort,
    timer,
  });
  FakePort.isTaken = false;
  const port = new ESP32Serial({ baud: 115_200 }, new Faults());
  const first = FakePort.last;
  port.write(Uint8Array.of(65));
  // The timer makes up for what it has missed, and only then messages are delivered.
  timer.run();
  timer.run();
  first.options.onWritable(127);
  port.write(Uint8Array.of(66));
  timer.run();
  assert.equal(first.closed, 0);
  first.options.onWritable(127);
  port.close();
  timer.run();
  assert.equal(first.closed, 1);
});

test("a port whose interrupt has gone silent is opened anew, and one that is slow is not", async () => {
  const { ESP32Serial } = await importWithSDK<typeof SerialModule>("hosts/esp32/serial.ts", {
    "embedded:io/serial": FakePort,
    timer,
  });
  FakePort.isTaken = false;
  let room = 0;
  const onWritable = (count: number) => {
    room = count;
  };
  const port = new ESP32Serial({ baud: 115_200, onWritable }, new Faults());
  const first = FakePort.last;
  timer.run();
  timer.run();
  for (let n = 0; n < 3; n++) {
    port.write(Uint8Array.of(65));
    timer.run();
    first.options.onWritable(127);
    timer.run();
  }
  assert.equal(FakePort.last, first);
  assert.equal(first.closed, 0);

  port.write(Uint8Array.of(66));
  timer.run();
  timer.run();
  timer.run();
  assert.notEqual(FakePort.last, first);
  assert.equal(first.closed, 1);
  room = 0;
  FakePort.last.options.onWritable(128);
  assert.equal(room, 128);
  port.write(Uint8Array.of(67));
  assert.deepEqual([first.written.at(-1), FakePort.last.written], [66, [67]]);

  // As long as it cannot be opened it is tried again.
  FakePort.isTaken = true;
  for (let n = 0; n < 4; n++) timer.run();
  port.write(Uint8Array.of(68));
  FakePort.isTaken = false;
  timer.run();
  FakePort.last.options.onWritable(128);
  port.write(Uint8Array.of(69));
  assert.deepEqual(FakePort.last.written, [69]);
  port.close();
  timer.run();
  assert.equal(timer.waiting.length, 0);
});

test("what a closed port still tells finds its callback, and neither that nor the next port hears of it", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  /** As the SDK's C code: it holds neither the port nor its callbacks once the port is closed. */
  class ForgetfulPort {
    static readonly opened: {
      readonly port: WeakRef<ForgetfulPort>;
      readonly onReadable: WeakRef<(count: number) => void>;
      readonly onWritable: WeakRef<(count: number) => void>;
    }[] = [];
    options: FakePort["options"] | undefined;

    constructor(options: FakePort["options"]) {
      this.options = options;
      const { onReadable, onWritable } = options;
      ForgetfulPort.opened.push({
        port: new WeakRef(this),
        onReadable: new WeakRef(onReadable),
        onWritable: new WeakRef(onWritable),
      });
    }

    write(): void {}

    close(): void {
      this.options = undefined;
    }
  }
  const { ESP32Serial } = await importWithSDK<typeof SerialModule>("hosts/esp32/serial.ts", {
    "embedded:io/serial": ForgetfulPort,
    timer,
  });
  const heard: string[] = [];
  const port = new ESP32Serial(
    {
      baud: 115_200,
      onReadable: () => heard.push("readable"),
      onWritable: () => heard.push("writable"),
    },
    new Faults(),
  );
  /** A WeakRef holds what it refers to until its turn ends. */
  const nextTurn = () => new Promise((done) => setImmediate(done));
  const tellLate = async (index: number) => {
    await nextTurn();
    collect();
    const closed = ForgetfulPort.opened[index];
    assert.ok(closed);
    assert.ok(closed.port.deref(), "the port was collected");
    for (const callback of [closed.onReadable.deref(), closed.onWritable.deref()]) {
      assert.ok(callback, "a callback was collected");
      callback(1);
    }
  };
  port.write(Uint8Array.of(65));
  for (let n = 0; n < 3; n++) timer.run();
  assert.equal(ForgetfulPort.opened.length, 2);
  await tellLate(0);
  port.close();
  await tellLate(1);
  assert.deepEqual(heard, []);

  timer.run();
  await nextTurn();
  collect();
  assert.deepEqual(
    ForgetfulPort.opened.map((closed) => closed.onWritable.deref()),
    [undefined, undefined],
  );
  assert.equal(timer.waiting.length, 0);
});

test("an empty write to an absent I2C device throws, as other calls do", async () => {
  class Bus {
    static answer: number | undefined;
    write(): number | undefined {
      return Bus.answer;
    }
  }
  const { ESP32I2C } = await importWithSDK<typeof I2CModule>("hosts/esp32/i2c.ts", {
    "embedded:io/i2c": Bus,
  });
  const device = new ESP32I2C({ data: 21, clock: 22, address: 0x5a, hz: 100_000 });
  device.write(new Uint8Array(0));
  Bus.answer = 1;
  assert.throws(() => device.write(new Uint8Array(0)), /no answer/);
});

test("Wi-Fi tells the usual names of protection, contains exceptions and is silent after close", async () => {
  class Radio {
    static last: Radio;
    static scanning: { onFound(result: object): void; onComplete(): void };
    closed = 0;
    readonly options: { onChanged(property: string): void };
    constructor(options: Radio["options"]) {
      Radio.last = this;
      this.options = options;
    }
    scan(options: typeof Radio.scanning): void {
      Radio.scanning = options;
    }
    close(): void {
      this.closed++;
    }
  }
  const { ESP32WiFi } = await importWithSDK<typeof WiFiModule>("hosts/esp32/wifi.ts", {
    "embedded:network/interface/wifi": Radio,
    "./wifi-direct.js": direct,
    timer,
  });
  const faults = new Faults();
  const told: string[] = [];
  faults.onFault = (where) => told.push(where);
  let changes = 0;
  const onChanged = () => {
    changes++;
    throw new Error("broken");
  };
  const wifi = new ESP32WiFi({ onChanged }, { faults, nameServers: { fixed: [] } });
  const found: unknown[] = [];
  wifi.scan({ onFound: ({ security }) => found.push(security), onComplete: () => wifi.close() });
  for (const security of ["none", "wpa2_psk", "new"]) Radio.scanning.onFound({ security });
  Radio.scanning.onFound({});
  assert.deepEqual(found, ["open", "WPA2", "new", undefined]);
  Radio.last.options.onChanged("connection");
  assert.deepEqual(told, ["wifi"]);
  Radio.scanning.onComplete();
  Radio.last.options.onChanged("connection");
  assert.equal(changes, 1);
  assert.equal(wifi.connection, 200);
  timer.run();
  assert.equal(Radio.last.closed, 1);
});

test("the channel where a network is expected goes to the radio, and no other is named", async () => {
  const asked: object[] = [];
  class Radio {
    connect(options: object): void {
      asked.push(options);
    }
  }
  const { ESP32WiFi } = await importWithSDK<typeof WiFiModule>("hosts/esp32/wifi.ts", {
    "embedded:network/interface/wifi": Radio,
    "./wifi-direct.js": direct,
    timer,
  });
  const wifi = new ESP32WiFi({}, { faults: new Faults(), nameServers: { fixed: [] } });
  wifi.connect({ SSID: "lab", channel: 6 });
  wifi.connect({ SSID: "lab", password: "secret" });
  // The SDK looks whether there is a channel: an undefined one is 0 to it, which it refuses.
  assert.deepEqual(asked, [
    { SSID: "lab", channel: 6 },
    { SSID: "lab", password: "secret" },
  ]);
});

test("the settings of a build are those of one entry, and the SDK's own stay beside it", async () => {
  const given = { "wifi.ssid": "Home", sleep: "10" };
  const settingsWith = async (config: object) => {
    const modules = { "mc/config": config };
    const path = "hosts/moddable/build-settings.ts";
    const { buildSettings } = await importWithSDK<typeof SettingsModule>(path, modules);
    return buildSettings();
  };
  const own = { sntp: "pool.ntp.org", file: { root: "/" } };
  assert.deepEqual(await settingsWith({ ...own, settings: given }), given);
  assert.deepEqual(await settingsWith(own), {});
});

test("one access point whose channel is known is joined without a scan of all channels, and looks like any attempt", async () => {
  class Radio {
    connection = 200;
    readonly joined: unknown[] = [];
    connect(options: unknown): void {
      this.joined.push(options);
    }
    disconnect(): void {}
    close(): void {}
  }
  let radio = new Radio();
  function open() {
    radio = new Radio();
    return radio;
  }
  const { ESP32WiFi } = await importWithSDK<typeof WiFiModule>("hosts/esp32/wifi.ts", {
    "embedded:network/interface/wifi": open,
    "./wifi-direct.js": direct,
    timer,
  });
  const wifi = new ESP32WiFi({}, { faults: new Faults(), nameServers: { fixed: [] } });
  const BSSID = "02:a1:00:ff:7e:09";
  wifi.connect({ SSID: "lab", password: "secret", channel: 6, BSSID });
  wifi.connect({ SSID: "open", channel: 1, BSSID });
  assert.deepEqual(directly, [
    ["lab", "secret", 6, BSSID],
    ["open", "", 1, BSSID],
  ]);
  assert.deepEqual(radio.joined, []);
  assert.equal(wifi.connection, 300);
  radio.connection = 400;
  assert.equal(wifi.connection, 400);
  radio.connection = 200;
  assert.equal(wifi.connection, 200);
  wifi.connect({ SSID: "lab", channel: 6, BSSID });
  wifi.disconnect();
  assert.equal(wifi.connection, 200);
});
