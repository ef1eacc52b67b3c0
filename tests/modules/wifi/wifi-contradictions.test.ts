// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type {
  WiFiConnectOptions,
  WiFiOptions,
  WiFiScanOptions,
} from "../../../modules/ecma-419/wifi.ts";
import { WiFiManager } from "../../../modules/wifi/wifi-manager.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { seededRandom } from "../../support/random.ts";

/** A radio that says and does what the test writes into it; every scan ends at once. */
function build() {
  const time = new FakeTime();
  const book = new LogBook();
  const calls: string[] = [];
  const radio = {
    connection: 200,
    address: undefined as string | undefined,
    SSID: undefined as string | undefined,
    reason: undefined as "password" | undefined,
    hears: true,
    /** It answers `connect` later. */
    isSlow: false,
    refuses: "",
    onChanged: [] as (() => void)[],
  };
  class Radio {
    readonly MAC = "02AA000000A1";
    readonly RSSI = -50;
    constructor({ onChanged }: WiFiOptions) {
      calls.push("open");
      if (radio.refuses === "open") throw new Error("no memory");
      radio.onChanged.push(() => onChanged?.("connection"));
    }
    get connection() {
      return radio.connection;
    }
    get address() {
      return radio.address;
    }
    get SSID() {
      return radio.SSID;
    }
    get reason() {
      return radio.reason;
    }
    scan({ onFound, onComplete }: WiFiScanOptions): void {
      calls.push("scan");
      if (radio.refuses === "scan") throw new Error("already scanning");
      time.set(() => {
        if (radio.hears) onFound?.({ SSID: "lab", RSSI: -50, channel: 1 });
        onComplete?.();
      }, 100);
    }
    connect({ SSID }: WiFiConnectOptions): void {
      calls.push(`connect ${SSID}`);
      if (radio.refuses === "connect") throw new Error("connect failed");
      if (!radio.isSlow) radio.connection = 300;
    }
    disconnect(): void {
      calls.push("disconnect");
      if (radio.refuses !== "disconnect") radio.connection = 200;
    }
    configure(): void {}
    close(): void {
      calls.push("close");
    }
  }
  const manager = new WiFiManager({
    wifi: { io: Radio },
    clock: time,
    timers: time,
    random: seededRandom(1),
    log: book.log,
    networks: [{ SSID: "lab", password: "" }],
  });
  const become = (connection: number, SSID?: string, address?: string) => {
    Object.assign(radio, { connection, SSID, address });
    radio.onChanged.at(-1)?.();
  };
  manager.start();
  return { time, book, calls, radio, manager, become };
}

test("a connection to another network than the one asked for is left over, and not believed", () => {
  const { time, manager, become } = build();
  time.advance(200);
  for (const SSID of ["other", undefined]) {
    become(500, SSID, "192.168.4.20");
    assert.equal(manager.state.kind, "connecting");
    time.advance(5_000);
    assert.equal(manager.state.kind, "connecting");
  }
  become(500, "lab", "192.168.4.20");
  assert.equal(manager.state.kind, "online");
});

test("a connection left over from before the start is ended, and the first attempt goes its way", () => {
  const { time, manager, radio, calls } = build();
  manager.stop();
  radio.connection = 500;
  manager.start();
  assert.equal(radio.connection, 200);
  time.advance(200);
  assert.equal(manager.state.kind, "connecting");
  assert.equal(calls.at(-1), "connect lab");
});

test("an interface that answers late has not failed", () => {
  const { time, manager, radio, become } = build();
  radio.isSlow = true;
  radio.reason = "password";
  time.advance(5_000);
  assert.equal(manager.state.kind, "connecting");
  radio.reason = undefined;
  become(300);
  become(500, "lab", "192.168.4.20");
  assert.equal(manager.state.kind, "online");
});

test("an interface that will not let go of an old connection is not asked for a new one", () => {
  const { time, manager, calls, radio, become } = build();
  radio.refuses = "disconnect";
  become(400, "other");
  time.advance(1_000);
  assert.equal(
    calls.some((call) => call.startsWith("connect")),
    false,
  );
  assert.deepEqual(manager.state, { kind: "waiting", reason: "radio" });
  radio.refuses = "";
  time.advance(10_000);
  assert.equal(manager.state.kind, "connecting");
});

test("an address that is there before the word that the board has joined is enough", () => {
  const { time, manager, become } = build();
  time.advance(200);
  become(500, "lab", "192.168.4.20");
  assert.deepEqual(manager.state, { kind: "online", SSID: "lab", address: "192.168.4.20" });
});

test("without an event the board sees by itself that it is online, and that it is not", () => {
  const { time, manager, radio } = build();
  time.advance(200);
  Object.assign(radio, { connection: 500, SSID: "lab", address: "192.168.4.20" });
  time.advance(2_000);
  assert.equal(manager.state.kind, "online");
  // The driver has lost the access point, and still says that it is connected.
  radio.SSID = undefined;
  time.advance(2_000);
  assert.deepEqual(manager.state, { kind: "waiting", reason: "lost" });
});

test("a link-local IPv6 address is no address: the lease is lost, and may come back", () => {
  const { time, manager, become, book } = build();
  time.advance(200);
  become(500, "lab", "fe80::1");
  assert.equal(manager.state.kind, "getting-address");
  become(500, "lab", "192.168.4.20");
  become(500, "lab", "fe80::1");
  assert.equal(manager.state.kind, "getting-address");
  assert.match(book.text, /address lost; waiting for another/);
  become(500, "lab", "192.168.4.21");
  assert.deepEqual(manager.state, { kind: "online", SSID: "lab", address: "192.168.4.21" });
  become(500, "lab", "fe80::1");
  time.advance(30_000);
  assert.deepEqual(manager.state, { kind: "waiting", reason: "no-address" });
});

test("the reason of an attempt before counts only after the present one has begun", () => {
  const { time, manager, radio } = build();
  radio.reason = "password";
  time.advance(10_000);
  assert.equal(manager.state.kind, "connecting");
  radio.connection = 200;
  radio.onChanged.at(-1)?.();
  assert.deepEqual(manager.state, { kind: "waiting", reason: "password" });
});

test("without a reason from the host the scan tells whether the network is there", () => {
  for (const hears of [true, false]) {
    const { time, manager, radio, become } = build();
    radio.hears = hears;
    time.advance(200);
    become(200);
    const reason = hears ? "unknown" : "not-found";
    assert.deepEqual(manager.state, { kind: "waiting", reason });
  }
});

test("an attempt of which nothing is heard any more is given up as radio trouble", () => {
  const { time, manager } = build();
  time.advance(15_200);
  assert.deepEqual(manager.state, { kind: "waiting", reason: "radio" });
});

test("a radio that cannot scan joins all the same", () => {
  const { manager, radio, book, calls } = build();
  radio.refuses = "scan";
  manager.stop();
  manager.start();
  assert.equal(calls.at(-1), "connect lab");
  assert.match(book.text, /no scan: already scanning/);
});

test("a radio that cannot be opened, or will not connect, is tried again with growing pauses", () => {
  for (const refuses of ["open", "connect"]) {
    const { time, manager, radio, calls, book } = build();
    manager.stop();
    radio.refuses = refuses;
    manager.start();
    time.advance(30 * 60_000);
    const count = calls.filter((call) => call.startsWith(refuses)).length;
    assert.ok(count >= 20 && count <= 80, `${refuses}: ${count} in half an hour`);
    assert.match(book.text, refuses === "open" ? /no memory/ : /connect failed/);
    assert.ok(manager.status().resets >= 2);
    radio.refuses = "";
    calls.length = 0;
    time.advance(120_000);
    assert.ok(calls.includes("connect lab"), refuses);
  }
});

test("an interface that was closed is not listened to", () => {
  const { time, manager, radio } = build();
  time.advance(200);
  manager.stop();
  manager.start();
  time.advance(200);
  assert.equal(radio.onChanged.length, 2);
  Object.assign(radio, { connection: 500, SSID: "lab", address: "192.168.4.20" });
  radio.onChanged[0]?.();
  assert.equal(manager.state.kind, "connecting");
  radio.onChanged[1]?.();
  assert.equal(manager.state.kind, "online");
});
