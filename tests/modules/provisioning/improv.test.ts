// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { AccessPointOptions } from "../../../hosts/virtual/access-point.ts";
import { Console } from "../../../modules/console/console.ts";
import { Improv } from "../../../modules/provisioning/improv.ts";
import type { KnownNetwork } from "../../../modules/wifi/known-networks.ts";
import { Sniffer } from "../../../modules/wifi/sniffer/sniffer.ts";
import { FakePort } from "../../support/fake-serial.ts";
import { ReplyBook } from "../../support/reply-book.ts";
import { wifiBench } from "../../support/wifi-bench.ts";

const head = [0x49, 0x4d, 0x50, 0x52, 0x4f, 0x56, 0x01];
const attic = { SSID: "attic", password: "12345678", channel: 1, RSSI: -70 };

function packetOf(type: number, data: readonly number[]): Uint8Array {
  const bytes = [...head, type, data.length, ...data];
  return Uint8Array.from([...bytes, bytes.reduce((sum, byte) => sum + byte, 0) & 0xff]);
}

function commandOf(id: number, ...strings: readonly string[]): Uint8Array {
  const payload = strings.flatMap((text) => {
    const bytes = new TextEncoder().encode(text);
    return [bytes.length, ...bytes];
  });
  return packetOf(3, [id, payload.length, ...payload]);
}

/** A board with a console, Wi-Fi and Improv, and the browser at the other end of its port. */
class ImprovBench {
  readonly port = new FakePort();
  readonly bench;
  readonly console: Console;
  readonly sniffer: Sniffer;
  readonly lines: string[] = [];
  stored: KnownNetwork[];
  url = "";
  /** What storing throws. */
  failure: Error | undefined;
  #told = 0;

  constructor(
    stored: readonly KnownNetwork[] = [],
    others: readonly AccessPointOptions[] = [attic],
  ) {
    this.stored = [...stored];
    this.bench = wifiBench({ networks: stored, others });
    const { time, manager, book } = this.bench;
    this.console = new Console({ serial: { io: this.port.io, baud: 115_200 }, clock: time });
    this.console.use({
      run: (line) => {
        this.lines.push(line);
        return { ok: true, text: `ran ${line}` };
      },
      complete: () => [],
      secretIn: (line) => line.length,
    });
    this.port.makeRoom(Number.MAX_SAFE_INTEGER);
    class Source {
      readonly missed = 0;
      constructor() {
        assert.equal(manager.state.kind, "off", "the radio is the sniffer's alone");
      }
      close(): void {}
    }
    this.sniffer = new Sniffer({ io: Source, timers: time, station: manager });
    const bench = this;
    this.console.useTap(
      new Improv({
        port: this.console,
        wifi: manager,
        sniffer: this.sniffer,
        timers: time,
        log: (line) => book.log(line),
        information: ["airpair", "1.2.3", "esp32", "board-a"],
        settings: {
          get networks() {
            return bench.stored;
          },
          get url() {
            return bench.url;
          },
          check({ password }) {
            if (password.length < 8) throw new Error("the password takes 8 to 63 bytes");
          },
          prefer(network) {
            if (bench.failure) throw bench.failure;
            bench.stored = [network, ...bench.stored.filter(({ SSID }) => SSID !== network.SSID)];
          },
        },
      }),
    );
  }

  run(ms: number): void {
    this.bench.time.advance(ms);
  }

  send(bytes: Uint8Array): void {
    this.port.type(bytes);
  }

  /** The packets since the last call, as a client finds them: at the start of a line; "type: data". */
  get told(): string[] {
    const bytes = this.port.bytes.slice(this.#told);
    this.#told = this.port.bytes.length;
    const packets: string[] = [];
    for (let at = 0; at < bytes.length; at++) {
      const isStart = bytes[at - 1] === 0x0a && head.every((byte, i) => bytes[at + i] === byte);
      if (!isStart) continue;
      const end = at + 9 + (bytes[at + 8] as number);
      const packet = bytes.slice(at, end + 2);
      const sum = packet.slice(0, -2).reduce((total, byte) => total + byte, 0) & 0xff;
      assert.deepEqual(packet.slice(-2), [sum, 0x0a]);
      packets.push(textOf(bytes[at + 7] as number, packet.slice(9, -2)));
      at = end;
    }
    return packets;
  }

  get state() {
    return this.bench.manager.state;
  }
}

function textOf(type: number, data: readonly number[]): string {
  if (type === 1) return `state ${data.join()}`;
  if (type === 2) return `error ${data.join()}`;
  const strings: string[] = [];
  for (let at = 2; at < data.length; at += 1 + (data[at] as number)) {
    const bytes = data.slice(at + 1, at + 1 + (data[at] as number));
    strings.push(new TextDecoder().decode(Uint8Array.from(bytes)));
  }
  return `result ${data[0]}: ${strings.join("|")}`;
}

test("a new board says that it is ready, what it is, and which networks it hears", () => {
  const bench = new ImprovBench();
  bench.run(1_000);
  bench.send(commandOf(2));
  assert.deepEqual(bench.told, ["state 2"]);
  bench.send(commandOf(3));
  assert.deepEqual(bench.told, ["result 3: airpair|1.2.3|esp32|board-a"]);
  bench.send(commandOf(4));
  bench.run(15_000);
  const [strongest, weaker, end, ...more] = bench.told;
  assert.match(strongest ?? "", /^result 4: lab\|-\d\d\|YES$/);
  assert.match(weaker ?? "", /^result 4: attic\|-\d\d\|YES$/);
  assert.deepEqual([end, ...more], ["result 4: "]);
});

test("the network that is sent is joined and then stored, and the browser hears where to go on", () => {
  const bench = new ImprovBench();
  bench.url = "http://192.168.4.2:8080/";
  bench.run(1_000);
  bench.send(commandOf(1, "lab", "right password"));
  assert.deepEqual(bench.told, ["error 0", "state 3"]);
  assert.deepEqual(bench.stored, []);
  bench.run(30_000);
  assert.deepEqual(bench.told, ["state 4", "result 1: http://192.168.4.2:8080/"]);
  assert.deepEqual(bench.stored, [{ SSID: "lab", password: "right password" }]);
  assert.equal(bench.state.kind, "online");
  bench.send(commandOf(2));
  assert.deepEqual(bench.told, ["state 4", "result 2: http://192.168.4.2:8080/"]);
  bench.url = "";
  bench.send(commandOf(2));
  assert.deepEqual(bench.told, ["state 4", "result 2: "]);
});

test("after a wrong password, or a network that is not there, what was set before holds", () => {
  for (const [SSID, password] of [
    ["attic", "wrong password"],
    ["nowhere", "12345678"],
  ] as const) {
    const lab = { SSID: "lab", password: "right password" };
    const bench = new ImprovBench([lab]);
    bench.run(20_000);
    assert.equal(bench.state.kind, "online");
    bench.send(commandOf(1, SSID, password));
    assert.deepEqual(bench.told, ["error 0", "state 3"]);
    bench.run(44_000);
    const [error, state] = bench.told;
    assert.deepEqual([error, state?.slice(0, 5)], ["error 3", "state"]);
    assert.deepEqual(bench.stored, [lab]);
    bench.run(30_000);
    const { state: now } = bench;
    assert.equal(now.kind === "online" && now.SSID, "lab");
  }
});

test("another network takes the place of the one that the board is on", () => {
  const bench = new ImprovBench([{ SSID: "lab", password: "right password" }]);
  bench.run(20_000);
  bench.send(commandOf(1, "attic", "12345678"));
  bench.run(30_000);
  assert.deepEqual(bench.told, ["error 0", "state 3", "state 4", "result 1: "]);
  assert.deepEqual(
    bench.stored.map(({ SSID }) => SSID),
    ["attic", "lab"],
  );
  const { state } = bench;
  assert.equal(state.kind === "online" && state.SSID, "attic");
});

test("a network that cannot be stored is reported, and the board goes back to those stored", () => {
  const bench = new ImprovBench([{ SSID: "lab", password: "right password" }]);
  bench.failure = new Error("the storage is full");
  bench.run(20_000);
  bench.send(commandOf(1, "attic", "12345678"));
  bench.run(30_000);
  assert.deepEqual(bench.told.slice(0, 3), ["error 0", "state 3", "error 255"]);
  bench.run(30_000);
  const { state } = bench;
  assert.equal(state.kind === "online" && state.SSID, "lab");
});

test("what is malformed or unknown is answered with its error, and changes nothing", () => {
  const bench = new ImprovBench([{ SSID: "lab", password: "right password" }]);
  bench.run(20_000);
  for (const [bytes, error] of [
    [commandOf(9), "error 2"],
    [commandOf(1), "error 1"],
    [commandOf(1, "lab"), "error 1"],
    [commandOf(1, "lab", "12345678", "more"), "error 1"],
    [packetOf(3, [1, 9, 1]), "error 1"],
    [packetOf(1, [2]), "error 1"],
    [packetOf(3, []), "error 1"],
    [packetOf(3, [1, 4, 1, 0xff, 1, 0x61]), "error 1"],
    [commandOf(1, "lab", "short"), "error 3"],
  ] as const) {
    bench.send(bytes);
    assert.deepEqual(bench.told, [error]);
  }
  const damaged = commandOf(2);
  damaged[10] = 7;
  bench.send(damaged);
  assert.deepEqual(bench.told, []);
  assert.equal(bench.state.kind, "online");
  assert.deepEqual(bench.lines, []);
});

test("keys are keys: what begins as a packet and is none reaches the console in order", () => {
  const bench = new ImprovBench();
  bench.port.type("IMPROVe IMPRO I");
  bench.run(200);
  bench.port.type("II IMPROV");
  bench.run(200);
  bench.port.type("\r");
  assert.deepEqual(bench.lines, ["IMPROVe IMPRO III IMPROV"]);
});

test("a packet in the middle of a line that is being typed leaves it as it was", () => {
  const bench = new ImprovBench();
  bench.port.type("stat");
  bench.send(commandOf(2));
  assert.deepEqual(bench.told, ["state 2"]);
  bench.port.type("us\r");
  assert.deepEqual(bench.lines, ["status"]);
});

test("a packet that comes byte by byte is one, and half a packet is forgotten", () => {
  const bench = new ImprovBench();
  for (const byte of commandOf(2)) {
    bench.send(Uint8Array.of(byte));
    bench.run(50);
  }
  assert.deepEqual(bench.told, ["state 2"]);
  bench.send(commandOf(1, "lab", "right password").subarray(0, 20));
  bench.run(300);
  bench.port.type("help\r");
  assert.deepEqual(bench.lines, ["help"]);
  bench.send(commandOf(2));
  assert.deepEqual(bench.told, ["state 2"]);
});

test("any bytes leave a board that answers", () => {
  const bench = new ImprovBench();
  let state = 1;
  for (let round = 0; round < 300; round++) {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => {
      state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
      return i < round % 10 ? (head[i] ?? 3) : (state >> 16) & 0xff;
    });
    bench.send(bytes);
    bench.run(round % 3 === 0 ? 300 : 0);
  }
  bench.run(60_000);
  bench.told;
  bench.send(commandOf(3));
  assert.deepEqual(bench.told, ["result 3: airpair|1.2.3|esp32|board-a"]);
});

test("a network that somebody else lets the board join during a trial is not taken for the one that is tried", () => {
  for (const [SSID, password] of [
    ["lab", "right password"],
    ["attic", "12345678"],
  ] as const) {
    const bench = new ImprovBench();
    bench.run(1_000);
    bench.send(commandOf(1, "attic", "wrong password"));
    // What wifi add does on the console.
    bench.stored = [{ SSID, password }];
    bench.bench.manager.use(bench.stored);
    bench.run(40_000);
    assert.equal(bench.state.kind, "online");
    assert.deepEqual(bench.stored, [{ SSID, password }]);
    assert.deepEqual(bench.told, ["error 0", "state 3", "error 3", "state 2"]);
  }
});

test("a trial that fails leaves Wi-Fi off where it was off before", () => {
  const bench = new ImprovBench([{ SSID: "lab", password: "right password" }]);
  bench.run(20_000);
  bench.bench.manager.stop();
  bench.send(commandOf(1, "attic", "wrong password"));
  bench.run(60_000);
  assert.deepEqual(bench.told, ["error 0", "state 3", "error 3", "state 2"]);
  assert.equal(bench.state.kind, "off");
});

test("a flood of questions at a port that takes nothing leaves a board that answers afterwards", () => {
  const bench = new ImprovBench([{ SSID: "lab", password: "right password" }]);
  bench.run(20_000);
  bench.port.makeRoom(0);
  for (let i = 0; i < 200; i++) bench.send(commandOf([2, 3, 4][i % 3] as number));
  bench.port.makeRoom(Number.MAX_SAFE_INTEGER);
  bench.run(30_000);
  bench.told;
  assert.equal(bench.state.kind, "online");
  bench.send(commandOf(3));
  assert.deepEqual(bench.told, ["result 3: airpair|1.2.3|esp32|board-a"]);
});

test("a network is tried when the sniffer has told what it has heard and let go of the radio", () => {
  const bench = new ImprovBench([{ SSID: "lab", password: "right password" }]);
  bench.run(20_000);
  const reply = new ReplyBook();
  bench.sniffer.start("all", 30_000, reply);
  bench.run(1_000);
  bench.send(commandOf(1, "attic", "wrong password"));
  assert.equal(bench.sniffer.isRunning, false);
  assert.equal(reply.lines.length, 1);
  bench.run(60_000);
  const { state } = bench;
  assert.equal(state.kind === "online" && state.SSID, "lab");
});
