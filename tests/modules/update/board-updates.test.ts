// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { labNetwork } from "../../../hosts/virtual/access-points.ts";
import { settingList } from "../../../modules/app/setting-list.ts";
import { concat } from "../../../modules/base/bytes.ts";
import { version } from "../../../modules/base/version.ts";
import { Settings } from "../../../modules/settings/settings.ts";
import { ScriptedBroker } from "../../support/scripted-broker.ts";
import { type ArrivedRequest, ScriptedWebServer } from "../../support/scripted-web-server.ts";
import { type SignedImageOptions, signedImage, testKeyText } from "../../support/signed-images.ts";
import { testCrypto } from "../../support/test-crypto.ts";
import { WholeBoard } from "../../support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const address = "http://server.example/air.bin";
const broker = { "mqtt.broker": "mqtt://broker.example" };
/** Bytes of header and signature. */
const prefix = 160;

/** A board with a broker, and a web server that has an image. */
class UpdateBench {
  readonly board: WholeBoard;
  readonly broker: ScriptedBroker;
  readonly server: ScriptedWebServer;
  image: Uint8Array;
  /** The server takes no ranges. */
  isSimple = false;
  /** The connection ends after so many bytes of each answer. */
  cutAfter = Number.POSITIVE_INFINITY;
  /** ms between two pieces of an answer, 512 bytes each; 0: all comes at once. */
  pace = 0;
  /** It answers with that and nothing else. */
  refusal: string | undefined;

  constructor(image: SignedImageOptions = {}, settings: Readonly<Record<string, unknown>> = {}) {
    const all = { ...broker, "update.key": testKeyText, ...settings };
    this.board = new WholeBoard(all, {}, testCrypto());
    const { network } = this.board;
    this.broker = new ScriptedBroker(network);
    this.server = new ScriptedWebServer(network, [80]);
    this.server.respond = (request) => this.respond(request);
    this.image = signedImage(image);
    this.board.powerOn();
    this.board.time.advance(20 * second);
  }

  ask(line: string): string {
    return this.board.ask(line).join("\n");
  }

  run(time: number): this {
    this.board.time.advance(time);
    return this;
  }

  /** Texts about updates since power came on. */
  get said(): string[] {
    return this.board.events.filter(({ part }) => part === "update").map(({ text = "" }) => text);
  }

  /** The board starts again, as it has asked for. */
  restart(): void {
    const reason = this.board.restarts.pop();
    assert.ok(reason !== undefined, "it wants to start again");
    this.board.restart(reason);
  }

  private respond({ headers, link }: ArrivedRequest): Uint8Array | undefined {
    if (this.refusal !== undefined) {
      return new TextEncoder().encode(`HTTP/1.1 ${this.refusal}\r\nContent-Length: 0\r\n\r\n`);
    }
    const range = headers.find((header) => header.startsWith("Range: bytes="));
    const start = this.isSimple ? 0 : Number.parseInt(range?.slice(13) ?? "0", 10);
    const rest = this.image.subarray(start);
    const head =
      range && !this.isSimple
        ? `HTTP/1.1 206 Partial Content\r\nContent-Range: bytes ${start}-${this.image.length - 1}/*`
        : "HTTP/1.1 200 OK";
    const bytes = new TextEncoder().encode(`${head}\r\nContent-Length: ${rest.length}\r\n\r\n`);
    const all = concat(bytes, rest);
    if (this.pace > 0) {
      for (let at = 0; at < all.length; at += 512) {
        this.board.time.set(() => link.send(all.subarray(at, at + 512)), (at / 512) * this.pace);
      }
      return undefined;
    }
    if (rest.length <= this.cutAfter) return all;
    link.send(all.subarray(0, bytes.length + this.cutAfter));
    this.board.time.set(() => link.cut(), 100);
    return undefined;
  }
}

test("a signed image is fetched, started on trial, and confirmed when the broker is reached", () => {
  const bench = new UpdateBench();
  assert.equal(bench.ask("update"), `firmware ${version} in slot 0`);
  assert.match(bench.ask(`update ${address}`), /^fetching the image/);
  bench.run(5 * second);
  assert.ok(
    bench.board.events.some(({ text }) => text === "firmware 9.0.0 is written; starting from it"),
  );
  assert.ok(bench.board.eventsOf("mqtt").includes("stopped"), "it says goodbye");
  bench.restart();
  assert.match(bench.ask("update"), /^firmware 9\.0\.0 in slot 1, on trial$/);
  assert.match(bench.ask("status"), /\nupdate firmware 9\.0\.0 in slot 1, on trial/);
  bench.run(20 * second);
  assert.match(bench.said.join("\n"), /firmware 9\.0\.0 is confirmed/);
  bench.board.crash("task watchdog");
  assert.equal(bench.ask("update"), "firmware 9.0.0 in slot 1");
});

test("readings go on while an image is fetched over a slow network", () => {
  const bench = new UpdateBench({ length: 60_000 });
  const { board } = bench;
  bench.pace = 200;
  const before = board.eventsOf("reading").length;
  bench.ask(`update ${address}`);
  bench.run(10 * second);
  assert.match(bench.ask("update"), /; 9\.0\.0: \d+ % of 60160 bytes$/);
  assert.ok(board.eventsOf("reading").length >= before + 9);
});

test("a connection that is lost again and again is taken up where it was", () => {
  for (const isSimple of [false, true]) {
    const bench = new UpdateBench({ length: 20_000 });
    bench.isSimple = isSimple;
    bench.cutAfter = 3_000;
    bench.ask(`update ${address}`);
    bench.run(minute);
    // A server without ranges begins anew each time, and the image is longer than what it sends.
    if (isSimple) bench.cutAfter = Number.POSITIVE_INFINITY;
    bench.run(10 * minute);
    assert.equal(bench.board.restarts.at(-1), "update", `simple ${isSimple}`);
    const ranges = bench.server.requests.map(({ headers }) => {
      return headers.find((header) => header.startsWith("Range"));
    });
    assert.equal(ranges[0], undefined);
    assert.equal(ranges[1], "Range: bytes=3000-");
  }
});

test("a server that is away is asked twelve times, and then what runs goes on", () => {
  const bench = new UpdateBench();
  bench.refusal = "503 Service Unavailable";
  bench.ask(`update ${address}`);
  bench.run(30 * minute);
  assert.equal(bench.server.requests.length, 12);
  assert.match(bench.said.at(-1) ?? "", /could not be fetched: it answers 503/);
  assert.deepEqual(bench.board.restarts, []);
});

test("a server that refuses, or says nothing, is told of", () => {
  const bench = new UpdateBench();
  bench.refusal = "404 Not Found";
  bench.ask(`update ${address}`);
  bench.run(second);
  assert.match(
    bench.said.at(-1) ?? "",
    /does not give the image: it answers 404; check the address/,
  );
  bench.server.respond = () => undefined;
  bench.ask(`update ${address}`);
  bench.run(30 * minute);
  assert.match(bench.said.at(-1) ?? "", /could not be fetched/);
});

test("images that are wrong are refused by name, and nothing starts again", () => {
  const cases: [SignedImageOptions, RegExp][] = [
    [{ isForeign: true }, /signed with another key than update\.key/],
    [{ board: "esp32-devkit" }, /for another board: it is for esp32-devkit, this is sim/],
    [{ version }, /no newer than what runs: it is [\d.]+, and [\d.]+ runs; add force/],
    [{ length: 2_000_000 }, /larger than its place/],
  ];
  for (const [image, text] of cases) {
    const bench = new UpdateBench(image);
    bench.ask(`update ${address}`);
    bench.run(5 * second);
    assert.match(bench.said.join("\n"), text);
    assert.deepEqual(bench.board.restarts, []);
    assert.equal(bench.ask("update"), `firmware ${version} in slot 0`);
  }
  const bench = new UpdateBench();
  bench.image = bench.image.slice(0, 5_000);
  bench.ask(`update ${address}`);
  bench.run(minute);
  assert.match(bench.said.join("\n"), /the image ends too early: after 4096 of 10000 bytes/);
});

test("a board without a key, or with a wrong address, says what to do", () => {
  const bench = new UpdateBench({}, { "update.key": "" });
  assert.match(bench.ask(`update ${address}`), /takes no updates; make a key with npm run keys/);
  const other = new UpdateBench();
  assert.match(other.ask("update http://"), /address cannot be used/);
  assert.match(other.ask("update ftp://x"), /update does not know "ftp:\/\/x"/);
  assert.match(other.ask(`update ${address} now`), /"now" is not force/);
  assert.equal(other.ask("update cancel"), "no update is going on");
  other.server.respond = () => undefined;
  other.ask(`update ${address}`);
  assert.match(other.ask(`update ${address}`), /an update is going on/);
  assert.match(other.ask("update cancel"), /the update is ended/);
  assert.equal(other.ask("update"), `firmware ${version} in slot 0`);
});

test("firmware that crashes on trial gives way to the one before, which says so", () => {
  const bench = new UpdateBench();
  bench.ask(`update ${address}`);
  bench.run(5 * second);
  bench.restart();
  bench.board.crash("task watchdog");
  bench.run(second);
  assert.match(bench.said.join("\n"), /firmware 9\.0\.0 was given up, [\d.]+ runs again/);
  assert.equal(bench.ask("update"), `firmware ${version} in slot 0`);
  bench.board.restart("reboot command");
  assert.deepEqual(bench.said, [], "once");
});

test("firmware that does not reach its broker goes back after ten minutes, unless its console is used", () => {
  for (const isUsed of [false, true]) {
    const bench = new UpdateBench();
    bench.ask(`update ${address}`);
    bench.run(5 * second);
    bench.board.network.connects = "refuse";
    bench.restart();
    if (isUsed) bench.board.type("\r");
    bench.run(9.9 * minute);
    assert.deepEqual(bench.board.restarts, []);
    bench.run(minute);
    if (isUsed) {
      assert.match(bench.said.at(-1) ?? "", /is confirmed/);
      assert.deepEqual(bench.board.restarts, []);
    } else {
      assert.match(bench.said.at(-1) ?? "", /has not reached its broker in 10 min/);
      bench.restart();
      assert.equal(bench.ask("update"), `firmware ${version} in slot 0`);
      assert.match(bench.said.join("\n"), /was given up/);
    }
  }
});

test("settings and pairs outlive an update and a roll-back", () => {
  const bench = new UpdateBench();
  bench.ask("set board.name attic");
  bench.ask(`update ${address}`);
  bench.run(5 * second);
  bench.restart();
  assert.match(bench.ask("get board.name"), /^board\.name = attic/);
  bench.board.crash("task watchdog");
  assert.match(bench.ask("get board.name"), /^board\.name = attic/);
});

test("what the build had given is stored before firmware without it starts", () => {
  const bench = new UpdateBench({}, { "board.name": "attic" });
  const stored = () => {
    const store = bench.board.domain("airpair");
    return new Settings({ list: settingList, store, given: {} });
  };
  assert.equal(stored().get("wifi.ssid"), "");
  bench.ask(`update ${address}`);
  bench.run(5 * second);
  for (const [name, value] of [
    ["wifi.ssid", labNetwork.SSID],
    ["wifi.password", labNetwork.password],
    ["board.name", "attic"],
    ["update.key", testKeyText],
  ] as const) {
    assert.equal(stored().get(name), value);
  }
});

test("power that goes at any write of an update leaves a board that starts, from one slot or the other", () => {
  const count = Math.ceil((10_000 + prefix) / 512);
  const ends = new Set<boolean>();
  for (let step = 0; step <= count + 10; step += 5) {
    const bench = new UpdateBench();
    bench.pace = 10;
    bench.ask(`update ${address}`);
    bench.run(10 + step * 10);
    for (const link of bench.board.network.links) link.powerless = true;
    bench.board.powerCycle(second);
    bench.run(20 * second);
    assert.match(bench.ask("update"), /^firmware (0\.\d+\.\d+ in slot 0|9\.0\.0 in slot 1)/);
    assert.ok(bench.board.eventsOf("mqtt").includes("online"));
    const text = bench.ask("update");
    ends.add(text.includes("slot 0"));
    if (text.includes("slot 0")) {
      bench.ask(`update ${address}`);
      bench.run(30 * second);
      assert.equal(bench.board.restarts.at(-1), "update", `step ${step}`);
    }
  }
  assert.equal(ends.size, 2, "the power went before the end and behind it");
});

test("an update is asked for over MQTT only where that is allowed, on a topic of its own", () => {
  const ask = (bench: UpdateBench, topic: string, payload: string) => {
    bench.broker.publish(topic, { payload });
    bench.run(10 * second);
    return bench.broker.payloads("airpair/airpair-000001/reply");
  };
  const closed = new UpdateBench({}, { "remote.commands": "on" });
  assert.deepEqual(ask(closed, "airpair/airpair-000001/update", address), []);
  assert.match(
    ask(closed, "airpair/airpair-000001/command", `update ${address}`).join(),
    /update is for the board's own console only/,
  );
  const open = new UpdateBench({}, { "remote.update": "on" });
  assert.match(
    ask(open, "airpair/airpair-000001/update", `${address} force`).join(),
    /force is for the board's own console only/,
  );
  assert.match(
    ask(open, "airpair/airpair-000001/update", address).join(),
    /"ok":true,"text":".*firmware 9\.0\.0 is written; starting from it"/,
  );
  assert.equal(open.board.restarts.at(-1), "update");
});

/** The beginning of an answer that a test finishes itself. */
function headOf(...lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`HTTP/1.1 ${lines.join("\r\n")}\r\n\r\n`);
}

function rangeOf({ headers }: ArrivedRequest): number {
  const range = headers.find((header) => header.startsWith("Range: bytes="));
  return Number.parseInt(range?.slice(13) ?? "0", 10);
}

test("a slow name server, connection and server are given their own times one behind the other", () => {
  const bench = new UpdateBench();
  const { server, board, image } = bench;
  board.network.latency = 4_800;
  server.respond = ({ link }) => {
    const bytes = concat(headOf("200 OK", `Content-Length: ${image.length}`), image);
    board.time.set(() => link.send(bytes), 10_000);
    return undefined;
  };
  bench.ask(`update ${address}`);
  bench.run(2 * minute);
  assert.equal(server.requests.length, 1);
  assert.equal(board.restarts.at(-1), "update");
});

test("what a server without ranges sends again slowly is passed over for as long as it takes", () => {
  const bench = new UpdateBench({ length: 20_000 });
  bench.isSimple = true;
  bench.cutAfter = 15_000;
  bench.ask(`update ${address}`);
  bench.run(1_500);
  bench.pace = 2_000;
  bench.run(3 * minute);
  assert.equal(bench.server.requests.length, 2);
  assert.equal(bench.board.restarts.at(-1), "update");
});

test("an answer that never ends is left for what it begins with", () => {
  const one = new Uint8Array(512);
  for (const [head, time, requests, text] of [
    [
      headOf("206 Partial Content", "Content-Range: bytes 5000-9999/10160"),
      15 * minute,
      12,
      /could not be fetched: it sends another part/,
    ],
    [headOf("206 Partial Content"), 10 * second, 2, /it sends another part of the image; next try/],
    [headOf("404 Not Found"), second, 1, /does not give the image: it answers 404/],
    [headOf("503 Overloaded"), 10 * second, 2, /it answers 503; next try/],
    [
      headOf("302 Found", "Location: /elsewhere"),
      4 * minute,
      2,
      /nothing comes any more; next try/,
    ],
  ] as const) {
    const bench = new UpdateBench();
    const { server, board } = bench;
    server.respond = ({ link }) => {
      link.send(head);
      const timer = board.time.repeat(() => {
        if (link.alive) link.send(one);
        else board.time.clear(timer);
      }, 100);
      return undefined;
    };
    bench.ask(`update ${address}`);
    bench.run(time);
    assert.match(bench.said.at(-1) ?? "", text);
    assert.ok(server.requests.length >= requests && server.requests.length <= 12);
    assert.deepEqual(board.restarts, []);
  }
});

test("a server that gives less than was asked for is asked for the rest", () => {
  const bench = new UpdateBench();
  const { server, image } = bench;
  server.respond = (request) => {
    const start = rangeOf(request);
    const part = image.subarray(start, start + 4_000);
    const range = `Content-Range: bytes ${start}-${start + part.length - 1}/${image.length}`;
    return concat(headOf("206 Partial Content", range, `Content-Length: ${part.length}`), part);
  };
  bench.ask(`update ${address}`);
  bench.run(minute);
  assert.equal(server.requests.length, 3);
  assert.equal(bench.board.restarts.at(-1), "update");
});

test("a connection that is closed within an answer without a length is taken up where it was", () => {
  const bench = new UpdateBench();
  const { server, image } = bench;
  server.respond = (request) => {
    const start = rangeOf(request);
    if (start > 0) {
      const range = `Content-Range: bytes ${start}-${image.length - 1}/${image.length}`;
      return concat(headOf("206 Partial Content", range), image.subarray(start));
    }
    request.link.send(concat(headOf("200 OK"), image.subarray(0, 5_000)));
    request.link.shut();
    return undefined;
  };
  bench.ask(`update ${address}`);
  bench.run(minute);
  assert.equal(bench.board.restarts.at(-1), "update");
});

test("an image that has come whole is taken, also when the answer does not end", () => {
  const bench = new UpdateBench();
  const { server, image } = bench;
  // It knows no ranges and keeps the connection open.
  server.respond = () => concat(headOf("200 OK"), image);
  bench.ask(`update ${address}`);
  bench.run(2 * minute);
  assert.equal(server.requests.length, 1);
  assert.equal(bench.board.restarts.at(-1), "update");
});

test("an image that has become shorter on the server is no reason to ask twelve times", () => {
  const bench = new UpdateBench();
  const { server } = bench;
  bench.cutAfter = 6_000;
  bench.ask(`update ${address}`);
  bench.run(500);
  bench.refusal = "416 Range Not Satisfiable";
  bench.run(minute);
  assert.equal(server.requests.length, 2);
  assert.match(bench.said.at(-1) ?? "", /the image ends too early/);
});

test("between an update and the start from it no other one begins", () => {
  const bench = new UpdateBench();
  bench.ask(`update ${address}`);
  bench.run(500);
  assert.match(bench.said.at(-1) ?? "", /starts on trial/);
  assert.match(bench.ask(`update ${address} force`), /the new firmware starts in a moment/);
  assert.match(bench.ask("update cancel"), /the new firmware starts in a moment/);
  assert.match(bench.ask("update"), /; 9\.0\.0 starts in a moment$/);
  bench.run(5 * second);
  assert.equal(bench.server.requests.length, 1);
  bench.restart();
  assert.match(bench.ask("update"), /^firmware 9\.0\.0 in slot 1/);
});

test("where the settings of the build cannot be stored, firmware without them is not started", () => {
  const bench = new UpdateBench();
  const store = bench.board.domain("airpair");
  store.failAt = store.writes;
  bench.ask(`update ${address}`);
  bench.run(5 * second);
  assert.match(
    bench.said.at(-1) ?? "",
    /settings of this build cannot be stored, .*: store is broken;/,
  );
  assert.deepEqual(bench.board.restarts, []);
  store.failAt = undefined;
  bench.board.powerCycle(second);
  assert.equal(bench.ask("update"), `firmware ${version} in slot 0`);
});

test("an update is made, and a board starts, where nothing can be remembered of updates", () => {
  const bench = new UpdateBench();
  bench.board.closedDomain = "update";
  bench.ask(`update ${address}`);
  bench.run(5 * second);
  assert.match(bench.said.join("\n"), /the update cannot be remembered: no place/);
  bench.restart();
  bench.run(20 * second);
  assert.match(bench.said.join("\n"), /firmware 9\.0\.0 is confirmed/);
  assert.equal(bench.ask("update"), "firmware 9.0.0 in slot 1");
});

test("a record of an update that is damaged is forgotten", () => {
  for (const bytes of [[], [0xff], [0x31], [0x20, 0x20, 0x31], [0x37, 0x20, 0x1b]]) {
    const bench = new UpdateBench();
    const store = bench.board.domain("update");
    store.write("update", Uint8Array.from(bytes));
    bench.board.restart("reboot command");
    assert.deepEqual(bench.said, []);
    assert.equal(store.read("update"), undefined);
  }
});

test("an update that was asked for over MQTT is ended over MQTT, too", () => {
  const bench = new UpdateBench({}, { "remote.update": "on" });
  const topic = "airpair/airpair-000001/update";
  bench.server.respond = () => undefined;
  bench.broker.publish(topic, { payload: address });
  bench.run(5 * second);
  // The broker may hand over a message twice.
  bench.broker.publish(topic, { payload: address });
  bench.run(5 * second);
  bench.broker.publish(topic, { payload: "cancel" });
  bench.run(5 * second);
  assert.equal(bench.ask("update"), `firmware ${version} in slot 0`);
  const replies = bench.broker.payloads("airpair/airpair-000001/reply").join("\n");
  assert.match(replies, /"ok":false,"text":"an update is going on/);
  assert.match(replies, /"ok":false,"text":"the update was ended"/);
  assert.match(replies, /"ok":true,"text":"the update is ended; what runs goes on"/);
});
