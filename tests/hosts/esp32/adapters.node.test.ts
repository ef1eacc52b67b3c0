// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
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

  isFull = false;

  write(buffer: Uint8Array): void {
    if (this.isFull) throw new Error("output full");
    this.written.push(...buffer);
  }

  close(): void {
    this.closed++;
  }
}

const { ESP32Serial } = await importWithSDK<typeof SerialModule>("hosts/esp32/serial.ts", {
  "embedded:io/serial": FakePort,
  timer,
});

test("the console is on the UART in a release build, and in trace where the UART is taken", () => {
  const port = new ESP32Serial({ baud: 115_200 }, new Faults());
  timer.run();
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

test("a port that is closed in its own callback is handed to the SDK's close afterwards", () => {
  FakePort.isTaken = false;
  const port = new ESP32Serial({ baud: 115_200, onReadable: () => port.close() }, new Faults());
  FakePort.last.options.onReadable(1);
  assert.equal(FakePort.last.closed, 0);
  timer.run();
  assert.equal(FakePort.last.closed, 1);
});

test("what was typed is read whole, although the SDK takes an undefined length for none", () => {
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

/** The console's port on `FakePort`, and what its callbacks were told. */
function openConsole() {
  FakePort.isTaken = false;
  const faults = new Faults();
  faults.onFault = (_where, error) => assert.fail(String(error));
  const rooms: number[] = [];
  const heard: string[] = [];
  const port = new ESP32Serial(
    {
      baud: 115_200,
      onWritable: (count) => rooms.push(count),
      onReadable: () => heard.push(new TextDecoder().decode(port.read())),
    },
    faults,
  );
  return { port, rooms, heard, native: FakePort.last };
}

/** How long the UART is still taken to be sending, ms. */
function sendingTime(): number | undefined {
  return timer.waiting.find(({ repeat }) => !repeat)?.delay;
}

test("the console writes what the UART holds, and more when the time of these bytes is over", () => {
  const { port, rooms, native } = openConsole();
  assert.deepEqual(rooms, []);
  assert.throws(() => port.write(Uint8Array.of(1)), /room for 0 bytes/);
  timer.run();
  assert.deepEqual(rooms, [128]);
  assert.equal(sendingTime(), undefined);
  port.write(new Uint8Array(28).fill(1));
  // 28 bytes of 10 bits at 115,200 baud are 2.4 ms.
  assert.equal(sendingTime(), 4);
  port.write(new Uint8Array(100).fill(2));
  assert.equal(sendingTime(), 13);
  assert.throws(() => port.write(Uint8Array.of(3)), /room for 0 bytes/);
  assert.equal(native.written.length, 128);
  timer.run();
  assert.deepEqual(rooms, [128, 128]);
  // The SDK's own word of room, which it may never give, is not waited for.
  assert.equal("onWritable" in native.options, false);
  port.close();
  assert.equal(timer.waiting.length, 0);
});

test("what finds no room, because something else writes to the UART, is written later and nothing before it", () => {
  const { port, rooms, native } = openConsole();
  timer.run();
  native.isFull = true;
  port.write(Uint8Array.of(65, 66));
  assert.throws(() => port.write(Uint8Array.of(67)), /room for 0 bytes/);
  timer.run();
  native.isFull = false;
  assert.deepEqual([native.written, rooms], [[], [128]]);
  timer.run();
  assert.deepEqual([native.written, rooms], [[65, 66], [128]]);
  timer.run();
  assert.deepEqual(rooms, [128, 128]);
  port.write(Uint8Array.of(67));
  assert.deepEqual(native.written, [65, 66, 67]);
  port.close();
});

test("what was typed is heard within a second although nobody told of it, and a port that stays silent is opened anew", () => {
  const { port, heard, native } = openConsole();
  const type = (text: string, told: boolean) => {
    FakePort.last.received = new TextEncoder().encode(text);
    if (told) FakePort.last.options.onReadable(text.length);
  };
  timer.run();
  type("help\r", false);
  timer.run();
  assert.deepEqual(heard, ["help\r"]);
  // Told of again: it was one word that was lost.
  type("get\r", true);
  type("set\r", false);
  timer.run();
  assert.equal(FakePort.last, native);
  type("wifi\r", false);
  timer.run();
  assert.deepEqual(heard, ["help\r", "get\r", "set\r", "wifi\r"]);
  assert.notEqual(FakePort.last, native);
  assert.equal(native.closed, 1);
  type("mqtt\r", true);
  assert.equal(heard.at(-1), "mqtt\r");
  // What a closed port still tells is nobody's business.
  native.options.onReadable(1);
  assert.equal(heard.length, 5);
  port.close();
  assert.equal(timer.waiting.length, 0);
});

test("as long as the UART cannot be opened anew it is tried again, and what is written waits", () => {
  const { port, rooms, heard, native } = openConsole();
  timer.run();
  FakePort.isTaken = true;
  for (let n = 0; n < 2; n++) {
    native.received = Uint8Array.of(65);
    timer.run();
  }
  assert.deepEqual([heard, native.closed], [["A", "A"], 1]);
  port.write(Uint8Array.of(68));
  for (let n = 0; n < 3; n++) timer.run();
  assert.deepEqual([native.written, rooms], [[], [128]]);
  FakePort.isTaken = false;
  for (let n = 0; n < 3; n++) timer.run();
  assert.notEqual(FakePort.last, native);
  assert.deepEqual([FakePort.last.written, rooms], [[68], [128, 128]]);
  port.close();
});

test("bytes that were found are read in parts, like others", () => {
  const port = new ESP32Serial({ baud: 115_200 }, new Faults());
  FakePort.last.received = Uint8Array.of(1, 2, 3);
  timer.run();
  const read = (count?: number) => [...new Uint8Array(port.read(count) ?? new ArrayBuffer(0))];
  assert.deepEqual([read(2), read(2), read(2)], [[1, 2], [3], []]);
  port.close();
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
