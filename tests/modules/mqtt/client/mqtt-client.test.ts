// SPDX-License-Identifier: MIT

// The client used directly, as code written for ECMA-419 (embedded:network/mqtt/client) does.

import assert from "node:assert/strict";
import test from "node:test";
import type { TCP, TCPOptions } from "../../../../modules/ecma-419/tcp.ts";
import type { MqttClientOptions } from "../../../../modules/mqtt/client/client-options.ts";
import { MqttClient } from "../../../../modules/mqtt/client/mqtt-client.ts";
import { MqttError } from "../../../../modules/mqtt/mqtt-error.ts";
import { publishBytes } from "../../../support/broker-packets.ts";
import { ClientBench } from "../../../support/client-bench.ts";
import { hexOf } from "../../../support/hex.ts";

const textOf = (bytes: ArrayBuffer | undefined) => new TextDecoder().decode(bytes);
const bufferOf = (text: string) => new TextEncoder().encode(text).buffer as ArrayBuffer;

test("the class has the operation numbers of the packets", () => {
  const { CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP } = MqttClient;
  assert.deepEqual(
    [CONNECT, CONNACK, PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP],
    [1, 2, 3, 4, 5, 6, 7],
  );
  const { SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT } = MqttClient;
  assert.deepEqual(
    [SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK, PINGREQ, PINGRESP, DISCONNECT],
    [8, 9, 10, 11, 12, 13, 14],
  );
});

test("a program for the standard subscribes, writes in pieces as there is room, and reads", () => {
  const bench = new ClientBench();
  const length = 16 * 1024;
  const seen: string[] = [];
  const controls: number[] = [];
  const state = { left: length, reads: "" };
  bench.client({
    id: "standard",
    will: { topic: "will", message: bufferOf("gone"), QoS: 1, retain: true },
    user: "user",
    password: new DataView(bufferOf("secret")),
    onControl(operation, { id, payload }) {
      controls.push(operation);
      if (operation === MqttClient.CONNACK) {
        const items = [{ topic: "a/+", QoS: 2 } as const, { topic: "b" }];
        this.write(null, { operation: MqttClient.SUBSCRIBE, items });
        this.write(null, { operation: MqttClient.UNSUBSCRIBE, items: [{ topic: "frogs" }] });
        this.write(bufferOf("SM"), { topic: "a/small", byteLength: 6, QoS: 2 });
        this.write(bufferOf("ALL\n"));
        this.write(null, { operation: MqttClient.PINGREQ });
        this.write(null, { topic: "xxl", byteLength: length, QoS: 1, id: 1234 });
      }
      if (operation === MqttClient.SUBACK) assert.deepEqual(payload, Uint8Array.of(2, 0));
      if (operation === MqttClient.PUBACK) assert.equal(id, 1234);
    },
    onWritable(count) {
      const piece = Math.min(count, state.left);
      if (piece === 0) return;
      state.left -= piece;
      this.write(bufferOf("x".repeat(piece)));
    },
    onReadable(count, { more, topic, QoS, byteLength }) {
      state.reads += textOf(this.read(count));
      if (!more) seen.push(`${topic} ${QoS} ${byteLength} ${state.reads}`);
    },
  });
  bench.time.advance(200);
  const { will, user, password } = bench.broker.connection.connect ?? {};
  assert.deepEqual([will?.topic, will?.QoS, will?.retain, user], ["will", 1, true, "user"]);
  assert.equal(textOf(will?.message.slice().buffer), "gone");
  assert.equal(textOf(password?.slice().buffer), "secret");
  assert.deepEqual(seen, ["a/small 2 6 SMALL\n"]);
  assert.equal(bench.broker.payloads("xxl")[0], "x".repeat(length));
  for (const type of [2, 4, 5, 6, 7, 9, 11, 13]) assert.ok(controls.includes(type), `${type}`);
  assert.deepEqual(bench.errors, []);
  assert.deepEqual(bench.faults, []);
});

test("nothing is called from inside the constructor, and onWritable not before CONNACK", () => {
  for (const names of ["answer", "at-once", "throw"] as const) {
    const bench = new ClientBench();
    bench.network.names = names;
    bench.client({ onWritable: (count) => assert.ok(count > 0) });
    assert.deepEqual(bench.calls, []);
    bench.time.advance(10);
    assert.deepEqual(bench.calls, names === "throw" ? ["error"] : ["control 2", "writable"]);
  }
});

test("a message is read when the program likes, in parts, and the next waits for it", () => {
  const bench = new ClientBench();
  const infos: unknown[] = [];
  const client = bench.online({ onReadable: (count, info) => infos.push([count, info]) });
  bench.broker.send(publishBytes("t", { payload: "hello", QoS: 1, id: 7, retain: true }));
  bench.broker.send(publishBytes("u", { payload: "next" }));
  bench.time.advance(10);
  const first = { topic: "t", QoS: 1, byteLength: 5, retain: true, duplicate: false, id: 7 };
  assert.deepEqual(infos, [[5, { more: false, ...first }]]);
  assert.equal(textOf(client.read(2)), "he");
  assert.equal(bench.broker.connection.types, "CONNECT", "not acknowledged before it is read");
  const target = new Uint8Array(10);
  assert.equal(client.read(target), 3);
  assert.equal(textOf(target.slice(0, 3).buffer), "llo");
  assert.equal(client.read(), undefined);
  assert.equal(client.read(5), undefined);
  bench.time.advance(10);
  assert.equal(bench.broker.connection.types, "CONNECT PUBACK");
  assert.equal(infos.length, 2);
  assert.equal(textOf(client.read()), "next");
});

test("an empty message is told with a count of 0 and acknowledged", () => {
  const bench = new ClientBench();
  const counts: number[] = [];
  const client = bench.online({ onReadable: (count, { more }) => counts.push(count, +more) });
  bench.broker.send(publishBytes("t", { QoS: 1, id: 7 }));
  bench.broker.send(publishBytes("t", { QoS: 2, id: 8 }));
  bench.time.advance(10);
  assert.deepEqual(counts, [0, 0, 0, 0]);
  assert.equal(client.read(), undefined);
  assert.equal(bench.broker.connection.types, "CONNECT PUBACK PUBREC PUBCOMP");
});

test("a message of any size streams through, with a window of a few bytes", () => {
  const bench = new ClientBench();
  bench.network.piece = 100;
  let sum = 0;
  let last = true;
  bench.online({
    receiveBuffer: 64,
    onReadable(count, { more }) {
      assert.ok(count <= 64);
      sum += this.read(count)?.byteLength ?? 0;
      last = more;
    },
  });
  bench.broker.send(publishBytes("t", { payload: new Uint8Array(50_000), QoS: 1, id: 1 }));
  bench.time.advance(1_000);
  assert.equal(sum, 50_000);
  assert.equal(last, false);
  assert.equal(bench.broker.connection.types, "CONNECT PUBACK");
});

test("a message over largestPacket is skipped, told and acknowledged, so that it does not come again", () => {
  const bench = new ClientBench();
  const skipped: number[] = [];
  bench.online({ largestPacket: 100, onSkipped: (count) => skipped.push(count) });
  bench.broker.send(publishBytes("t", { payload: new Uint8Array(200), QoS: 2, id: 1 }));
  bench.time.advance(10);
  assert.deepEqual(skipped, [200]);
  assert.equal(bench.calls.includes("readable"), false);
  assert.equal(bench.broker.connection.types, "CONNECT PUBREC PUBCOMP");
});

test("with acknowledge: application, the program says when, and PUBREC is its business too", () => {
  const bench = new ClientBench();
  const client = bench.online({ acknowledge: "application", onReadable: () => {} });
  bench.broker.send(publishBytes("t", { QoS: 1, id: 7 }));
  client.write(null, { topic: "t", QoS: 2, id: 9 });
  bench.time.advance(10);
  assert.equal(bench.broker.connection.types, "CONNECT PUBLISH");
  client.write(null, { operation: MqttClient.PUBACK, id: 7 });
  client.write(null, { operation: MqttClient.PUBREL, id: 9 });
  bench.time.advance(10);
  assert.equal(bench.broker.connection.types, "CONNECT PUBLISH PUBACK PUBREL");
});

test("pause stops reading between packets, and going on tells what has come", () => {
  const bench = new ClientBench();
  const client = bench.online({
    onReadable() {
      this.read();
    },
  });
  client.pause(true);
  bench.broker.send(publishBytes("t", { payload: "x" }));
  bench.time.advance(10_000);
  assert.deepEqual(bench.calls, []);
  client.pause(false);
  assert.deepEqual(bench.calls, []);
  bench.time.advance(1);
  assert.deepEqual(bench.calls, ["readable"]);
});

for (const returnCode of [1, 2, 3, 4, 5]) {
  test(`CONNACK with return code ${returnCode} is one error, and the code can be asked for`, () => {
    const bench = new ClientBench();
    bench.broker.returnCode = returnCode;
    const client = bench.client();
    bench.time.advance(60_000);
    assert.deepEqual(bench.calls, ["error"]);
    assert.equal(client.returnCode, returnCode);
    assert.match(bench.errors[0]?.code ?? "", /^mqtt\/refused-/);
    assert.equal(bench.network.open, 0);
    assert.equal(bench.time.pending, 0);
  });
}

test("session present is told with CONNACK and can be asked for", () => {
  const bench = new ClientBench();
  bench.broker.present = true;
  let present: boolean | undefined;
  const client = bench.online({
    clean: false,
    id: "a",
    onControl: (_operation, { sessionPresent }) => {
      present = sessionPresent;
    },
  });
  assert.deepEqual([present, client.sessionPresent, client.returnCode], [true, true, 0]);
});

const blackHoles: [string, (bench: ClientBench) => void, string, number][] = [
  [
    "the name server",
    (bench) => {
      bench.network.names = "silent";
    },
    "mqtt/dns-deadline",
    10_000,
  ],
  [
    "the address",
    (bench) => {
      bench.network.connects = "silent";
    },
    "mqtt/tcp-deadline",
    10_000,
  ],
  [
    "TLS",
    (bench) => {
      bench.network.handshakes = "silent";
    },
    "mqtt/tls-deadline",
    30_000,
  ],
  [
    "the broker",
    (bench) => {
      bench.broker.muted.add("CONNECT");
    },
    "mqtt/connack-deadline",
    10_000,
  ],
];

for (const [what, prepare, code, deadline] of blackHoles) {
  test(`when ${what} never answers, one error comes at the deadline`, () => {
    for (const own of [undefined, 500]) {
      const bench = new ClientBench();
      prepare(bench);
      const { tcp, tls } = bench.network.providers;
      const all = { dns: 500, tcp: 500, tls: 500, connack: 500 };
      bench.client({
        socket: what === "TLS" ? { ...tls, secure: {} } : tcp,
        ...(own === undefined ? {} : { deadlines: all }),
      });
      const limit = own ?? deadline;
      bench.time.advance(limit - 10);
      assert.deepEqual(bench.calls, []);
      bench.time.advance(20);
      assert.equal(bench.errors[0]?.code, code);
      bench.time.advance(100_000);
      assert.deepEqual(bench.calls, ["error"]);
      assert.equal(bench.network.open, 0);
      assert.equal(bench.time.pending, 0);
    }
  });
}

test("DISCONNECT ends in onClose when the broker has closed, or after half a second", () => {
  for (const answers of [true, false]) {
    const bench = new ClientBench();
    if (!answers) bench.broker.muted.add("DISCONNECT");
    const client = bench.online();
    client.write(null, { operation: MqttClient.DISCONNECT });
    assert.throws(() => client.write(null, { topic: "t" }), /nothing can be written/);
    bench.time.advance(answers ? 100 : 600);
    assert.deepEqual(bench.calls, ["close"]);
    assert.equal(bench.broker.connection.types, "CONNECT DISCONNECT");
    bench.time.advance(100_000);
    assert.deepEqual(bench.calls, ["close"]);
    assert.equal(bench.time.pending, 0);
  }
});

test("close sends DISCONNECT, abort does not, and neither calls back", () => {
  for (const way of ["close", "abort"] as const) {
    const bench = new ClientBench();
    const client = bench.online({ will: { topic: "w", message: "gone" } });
    client[way]();
    client[way]();
    bench.time.advance(100_000);
    assert.deepEqual(bench.calls, []);
    assert.deepEqual(bench.broker.payloads("w"), way === "close" ? [] : ["gone"]);
    assert.equal(bench.network.open, 0);
    assert.equal(bench.time.pending, 0);
    assert.throws(() => client.write(null, { topic: "t" }), /nothing can be written: it is closed/);
    assert.equal(client.read(), undefined);
    assert.equal(client.writable, 0);
  }
});

test("close is allowed at every moment of connecting", () => {
  for (let moment = 0; moment <= 12; moment++) {
    const bench = new ClientBench();
    const { tls } = bench.network.providers;
    const client = bench.client({ socket: { ...tls, secure: {} } });
    for (let step = 0; step < moment; step++) bench.time.step();
    const before = bench.calls.length;
    client.close();
    bench.time.advance(100_000);
    assert.equal(bench.calls.length, before, `after ${moment} steps: ${bench.calls}`);
    assert.equal(bench.network.open, 0);
    assert.equal(bench.time.pending, 0);
  }
});

const places = ["onStage", "onControl", "onWritable", "onReadable", "onClose", "onError"] as const;

for (const place of places) {
  const run = (action: (this: MqttClient) => void) => {
    const bench = new ClientBench();
    const client = bench.client({ [place]: action, keepAlive: 1_000 });
    bench.time.advance(10);
    if (place === "onReadable")
      bench.broker.send(publishBytes("t", { payload: "x", QoS: 1, id: 1 }));
    bench.time.advance(10);
    if (place === "onClose") client.write(null, { operation: MqttClient.DISCONNECT });
    if (place === "onError") bench.network.link.cut();
    bench.time.advance(10);
    return { bench, client };
  };

  test(`close from inside ${place} is the end`, () => {
    let calls = 0;
    const { bench } = run(function () {
      calls++;
      this.close();
    });
    const noted = bench.calls.length;
    bench.time.advance(100_000);
    assert.equal(calls, 1);
    assert.equal(bench.calls.length, noted);
    assert.deepEqual(bench.faults, []);
    assert.equal(bench.network.open, 0);
    assert.equal(bench.time.pending, 0);
  });

  test(`what ${place} throws is contained and told, and the client goes on`, () => {
    const { bench, client } = run(() => {
      throw new Error(place);
    });
    assert.ok(bench.faults.length > 0);
    for (const fault of bench.faults) assert.equal((fault as Error).message, place);
    if (place === "onClose" || place === "onError") return;
    client.write(null, { topic: "still", QoS: 0 });
    bench.time.advance(10);
    assert.equal(bench.broker.published("still").length, 1);
    if (place === "onReadable") assert.match(bench.broker.connection.types, /PUBACK/);
  });
}

test("a fault in onFault is contained too", () => {
  const bench = new ClientBench();
  const fail = () => {
    throw new Error("again");
  };
  const client = bench.client({ onControl: fail, onFault: fail });
  bench.time.advance(10);
  client.write(null, { topic: "still" });
  bench.time.advance(10);
  assert.equal(bench.broker.published("still").length, 1);
});

test("an illegal option is refused by name before anything is opened", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ host: "" }, "host"],
    [{ port: 0 }, "port"],
    [{ port: 1.5 }, "port"],
    [{ keepAlive: 999 }, "keepAlive"],
    [{ keepAlive: 65_535_001 }, "keepAlive"],
    [{ clean: false }, "id"],
    [{ id: "a\0b" }, "id"],
    [{ password: "p" }, "password"],
    [{ user: 5 }, "user"],
    [{ will: { message: "m" } }, "will.topic"],
    [{ will: { topic: "a/#", message: "m" } }, "will.topic"],
    [{ will: { topic: "", message: "m" } }, "will.topic"],
    [{ will: { topic: "a", message: 5 } }, "will.message"],
    [{ will: { topic: "a", message: "m", QoS: 3 } }, "will.QoS"],
  ];
  for (const [options, argument] of cases) {
    const bench = new ClientBench();
    assert.throws(
      () => bench.client(options),
      (error) => {
        assert.ok(error instanceof MqttError);
        assert.equal(error.code, "mqtt/illegal");
        assert.equal(error.argument, argument);
        return true;
      },
    );
    assert.equal(bench.network.open, 0);
    assert.equal(bench.time.pending, 0);
  }
});

test("what cannot be written is an error of the call, and not a byte is sent", () => {
  const bench = new ClientBench();
  const client = bench.online({ sendBuffer: 128 });
  const big = new Uint8Array(200);
  const cases: [unknown, unknown, RegExp][] = [
    [null, undefined, /options is not legal: needed/],
    ["text", { topic: "t" }, /data is not legal: not a byte buffer/],
    [null, {}, /topic is not legal: needed/],
    [null, { topic: "" }, /topic is not legal.*MQTT-4\.7\.3-1/],
    [null, { topic: "a/#" }, /topic is not legal.*MQTT-4\.7\.1-1/],
    [null, { topic: "t", QoS: 3 }, /QoS is not legal.*MQTT-3\.3\.1-4/],
    [null, { topic: "t", QoS: 1, id: 0 }, /id is not legal/],
    [null, { topic: "t", QoS: 1, id: 65_536 }, /id is not legal/],
    [null, { topic: "t", duplicate: true }, /duplicate is not legal.*MQTT-3\.3\.1-2/],
    [big, { topic: "t", byteLength: 199 }, /byteLength is not legal/],
    [null, { topic: "t", byteLength: 268_435_455 }, /byteLength is not legal/],
    [big, { topic: "t" }, /no room for PUBLISH/],
    [null, { topic: "t".repeat(130) }, /no room for PUBLISH/],
    [null, { operation: 0 }, /operation is not legal: 0 cannot be written/],
    [null, { operation: MqttClient.CONNECT }, /operation is not legal/],
    [null, { operation: MqttClient.PINGRESP }, /operation is not legal/],
    [null, { operation: MqttClient.PUBACK }, /id is not legal/],
    [null, { operation: MqttClient.SUBSCRIBE }, /MQTT-3\.8\.3-3/],
    [null, { operation: MqttClient.SUBSCRIBE, items: [{ topic: "a/#/b" }] }, /MQTT-4\.7\.1-2/],
    [null, { operation: MqttClient.UNSUBSCRIBE, items: [] }, /MQTT-3\.10\.3-2/],
  ];
  for (const [data, options, rule] of cases) {
    assert.throws(() => client.write(data as ArrayBuffer, options as object), rule);
    assert.throws(() => client.write(data as ArrayBuffer, options as object), MqttError);
  }
  bench.time.advance(10);
  assert.equal(bench.broker.connection.types, "CONNECT");
  assert.ok(client.write(bufferOf("x"), { topic: "t" }) > 0);
  bench.time.advance(10);
  assert.equal(bench.broker.connection.types, "CONNECT PUBLISH");
});

test("before CONNACK nothing can be written, and between the pieces of a message only acks and pings", () => {
  const bench = new ClientBench();
  const client = bench.client();
  assert.throws(() => client.write(null, { topic: "t" }), /mqtt|nothing can be written/);
  bench.time.advance(10);
  client.write(bufferOf("ab"), { topic: "t", byteLength: 4 });
  assert.throws(() => client.write(null, { topic: "u" }), /a message is unfinished/);
  assert.throws(() => client.write(null, { operation: MqttClient.DISCONNECT }), /is unfinished/);
  assert.throws(() => client.write(bufferOf("cde")), /only 2 bytes are missing/);
  client.write(null, { operation: MqttClient.PINGREQ });
  client.write(null, { operation: MqttClient.PUBACK, id: 3 });
  client.write(bufferOf("cd"));
  bench.time.advance(10);
  assert.equal(bench.broker.connection.types, "CONNECT PUBLISH PUBACK PINGREQ");
  assert.deepEqual(bench.broker.payloads("t"), ["abcd"]);
});

test("acknowledgements go to onAck when it is given, alone or behind one another, and to onControl otherwise", () => {
  const ack = (first: number, id: number) => Uint8Array.of(first, 2, 0, id);
  for (const isTogether of [false, true]) {
    const bench = new ClientBench();
    const seen: string[] = [];
    bench.online({
      acknowledge: "application",
      onAck: (operation, id) => seen.push(`${operation} ${id}`),
    });
    const all = [ack(0x40, 1), ack(0x50, 2), ack(0x62, 3), ack(0x70, 4)];
    if (isTogether) bench.broker.send(Uint8Array.from(all.flatMap((one) => [...one])));
    else for (const one of all) bench.broker.send(one);
    bench.time.advance(10);
    assert.deepEqual(seen, ["4 1", "5 2", "6 3", "7 4"]);
    assert.deepEqual(bench.calls, []);
    assert.equal(bench.broker.connection.types, "CONNECT", "the application acknowledges");
  }
});

test("a callback that found too little room, or wrote itself, hears of the room when all is sent", () => {
  for (const way of ["asks", "writes", "neither"] as const) {
    const bench = new ClientBench();
    const rooms: number[] = [];
    bench.online({
      sendBuffer: 128,
      onWritable: (count) => rooms.push(count),
      onReadable(count) {
        this.read(count);
        if (way === "writes") this.write(bufferOf("x".repeat(40)), { topic: "t" });
        if (way === "asks") rooms.push(this.writable);
      },
    });
    // The first time it is told anyway: the room after CONNACK was one in the middle of things.
    for (const id of [6, 7]) {
      rooms.length = 0;
      bench.broker.send(publishBytes("t", { payload: "x", QoS: 1, id }));
      bench.time.advance(10);
    }
    const wanted = { asks: [128, 128], writes: [128], neither: [] };
    assert.deepEqual(rooms, wanted[way], way);
    const types = way === "writes" ? "PUBLISH PUBACK" : "PUBACK";
    assert.equal(bench.broker.connection.types, `CONNECT ${types} ${types}`);
  }
});

test("packet ids are counted or given, and told", () => {
  const bench = new ClientBench();
  const client = bench.online();
  client.write(null, { topic: "t", QoS: 1 });
  const first = client.lastId;
  client.write(null, { operation: MqttClient.SUBSCRIBE, items: [{ topic: "t" }] });
  assert.equal(client.lastId, (first % 65_535) + 1);
  client.write(null, { topic: "t", QoS: 1, id: 65_535 });
  assert.equal(client.lastId, 65_535);
  client.write(null, { topic: "t", QoS: 2 });
  assert.equal(client.lastId, 1);
});

test("format and target are those of every ECMA-419 class", () => {
  const bench = new ClientBench();
  const target = {};
  const client = bench.client({ target });
  assert.equal(client.target, target);
  assert.equal(client.format, "buffer");
  client.format = "buffer";
  assert.throws(() => {
    client.format = "number" as "buffer";
  }, RangeError);
  client.close();
});

test("a frozen options object is fine, and is not kept", () => {
  const bench = new ClientBench();
  const { dns, tcp: socket } = bench.network.providers;
  const calls: string[] = [];
  const options = Object.freeze({
    ...{ host: "broker.test", dns, socket, clock: bench.time, timers: bench.time },
    onControl: () => calls.push("control"),
  });
  const client = new MqttClient(options);
  bench.time.advance(10);
  assert.deepEqual(calls, ["control"]);
  client.close();
});

/** A connected client whose socket notes every buffer that it reads into and writes. */
function recorded(options: Partial<MqttClientOptions> = {}) {
  const bench = new ClientBench();
  const { tcp } = bench.network.providers;
  const reads: Uint8Array[] = [];
  const writes: Uint8Array[] = [];
  class RecordingTCP implements TCP {
    readonly #tcp: TCP;

    constructor(given: TCPOptions) {
      this.#tcp = new tcp.io({ ...tcp, ...given });
    }

    read(wanted?: unknown): never {
      reads.push(wanted as Uint8Array);
      return this.#tcp.read(wanted as Uint8Array) as never;
    }

    write(bytes: Uint8Array): void {
      writes.push(bytes);
      this.#tcp.write(bytes);
    }

    close(): void {
      this.#tcp.close();
    }
  }
  const client = bench.online({ ...options, socket: { io: RecordingTCP } });
  reads.length = 0;
  writes.length = 0;
  return { bench, client, reads, writes };
}

test("a buffer larger than the count told takes what the socket holds, and the end is told with 0", () => {
  const payload = Uint8Array.from({ length: 300 }, (_, i) => i);
  const target = new Uint8Array(1_000);
  const told: unknown[] = [];
  const { bench, reads } = recorded({
    receiveBuffer: 64,
    onReadable(count, { more }) {
      told.push([count, more, count === 0 ? 0 : this.read(target)]);
    },
  });
  bench.broker.send(publishBytes("t", { payload, QoS: 1, id: 1 }));
  bench.time.advance(10);
  assert.deepEqual(told, [
    [64 - 8, true, 300],
    [0, false, 0],
  ]);
  assert.deepEqual(target.slice(0, 300), payload);
  assert.equal(bench.broker.connection.types, "CONNECT PUBACK");
  assert.deepEqual(
    reads.map(({ length, buffer }) => [length, buffer === target.buffer]),
    [
      [64, false],
      [300 - 56, true],
    ],
  );
});

test("the middle of a message is told of without being read, and goes straight to the program", () => {
  const payload = Uint8Array.from({ length: 400 }, (_, i) => i);
  for (const size of [10, 64, 100, 1_000]) {
    const target = new Uint8Array(size);
    const seen: number[] = [];
    let ends = 0;
    const { bench, reads } = recorded({
      receiveBuffer: 64,
      onReadable(_count, { more }) {
        for (let n = this.read(target); n > 0; n = this.read(target)) {
          for (const byte of target.subarray(0, n)) seen.push(byte);
        }
        if (!more) ends++;
      },
    });
    bench.network.link.send(publishBytes("t", { payload }).subarray(0, 150));
    bench.time.advance(10);
    bench.network.link.send(publishBytes("t", { payload }).subarray(150));
    bench.network.link.send(publishBytes("u", { payload: "x" }));
    bench.time.advance(10);
    assert.deepEqual(Uint8Array.from(seen), Uint8Array.of(...payload, 120), `size ${size}`);
    assert.equal(ends, 2);
    const through = reads.filter(({ buffer }) => buffer === target.buffer);
    const bytes = through.reduce((sum, { length }) => sum + length, 0);
    assert.equal(bytes >= 250, true, `size ${size}: ${bytes}`);
  }
});

test("what comes while the program waits, it reads when it likes", () => {
  const payload = Uint8Array.from({ length: 200 }, (_, i) => i);
  const told: unknown[] = [];
  const { bench, client } = recorded({
    receiveBuffer: 32,
    onReadable: (count, { more }) => told.push([count, more]),
  });
  const packet = publishBytes("t", { payload, QoS: 1, id: 3 });
  bench.network.link.send(packet.subarray(0, 40));
  bench.time.advance(10);
  assert.deepEqual(told, [[24, true]]);
  bench.network.link.send(packet.subarray(40));
  bench.time.advance(10);
  assert.equal(told.length, 1);
  assert.equal(client.read(4)?.byteLength, 4);
  assert.equal(client.read(new Uint8Array(150)), 150);
  assert.equal(client.read(new Uint8Array(150)), 0, "nothing before it is told of again");
  bench.time.advance(10);
  assert.deepEqual(told, [
    [24, true],
    [32, true],
  ]);
  const rest = new Uint8Array(100);
  assert.equal(client.read(rest), 46);
  assert.deepEqual(rest.slice(0, 46), payload.slice(154));
  bench.time.advance(10);
  assert.deepEqual(told.at(-1), [0, false]);
  assert.equal(bench.broker.connection.types, "CONNECT PUBACK");
});

test("pieces of a long message go to the socket as they are, as many bytes as it takes", () => {
  const payload = Uint8Array.from({ length: 20_000 }, (_, i) => i);
  let sent = 0;
  let hasBegun = false;
  const { bench, client, writes } = recorded({
    onWritable(count) {
      if (!hasBegun || sent === payload.length) return;
      const end = Math.min(payload.length, sent + count);
      this.write(payload.subarray(sent, end));
      sent = end;
    },
  });
  hasBegun = true;
  client.write(null, { topic: "t", byteLength: payload.length, QoS: 1 });
  bench.time.advance(100);
  const [message] = bench.broker.published("t");
  assert.equal(hexOf(message?.payload ?? new Uint8Array()) === hexOf(payload), true);
  const direct = writes.filter(({ buffer }) => buffer === payload.buffer);
  assert.deepEqual(
    direct.map(({ length }) => length),
    [4_096, 4_096, 4_096, 4_096, 3_616],
  );
});

test("a read that does not fill the buffer is the last, until more comes", () => {
  const { bench, reads } = recorded({
    onReadable() {
      this.read();
    },
  });
  for (let i = 1; i <= 3; i++) {
    bench.broker.send(publishBytes("t", { payload: "x" }));
    bench.time.advance(10);
    assert.equal(reads.length, i);
  }
});

test("an event without work touches neither the socket nor the program", () => {
  const { bench, client, reads, writes } = recorded();
  const { options } = bench.network.link;
  for (let i = 0; i < 3; i++) options.onWritable?.(4_096);
  options.onReadable?.(0);
  client.pause(true);
  options.onReadable?.(10);
  assert.deepEqual([reads.length, writes.length, bench.calls.length], [0, 0, 0]);
});

test("a socket that has less than it told of is asked again when it tells of more", () => {
  const { bench, client } = recorded({ receiveBuffer: 16, onReadable: () => {} });
  const packet = publishBytes("t", { payload: "0123456789abcdefghij" });
  bench.network.link.send(packet.subarray(0, 16));
  bench.time.advance(10);
  assert.equal(textOf(client.read()), "0123456789a");
  bench.time.advance(10);
  bench.network.link.options.onReadable?.(5);
  assert.equal(client.read(), undefined);
  bench.network.link.send(packet.subarray(16));
  bench.time.advance(10);
  assert.equal(textOf(client.read()), "bcdefghij");
});

test("an acknowledgement that finds no room is not written, and one that comes too late is done", () => {
  const bench = new ClientBench();
  const client = bench.online({ acknowledge: "application" });
  assert.equal(client.acknowledge(MqttClient.PUBACK, 1), true);
  client.write(null, { topic: "t", byteLength: 1 });
  for (let id = 2; id < 18; id++) assert.equal(client.acknowledge(MqttClient.PUBACK, id), true);
  assert.equal(client.acknowledge(MqttClient.PUBACK, 18), false);
  client.write(bufferOf("x"));
  assert.equal(client.acknowledge(MqttClient.PUBREC, 19), true);
  bench.time.advance(10);
  const wanted = `CONNECT PUBACK PUBLISH${" PUBACK".repeat(16)} PUBREC`;
  assert.equal(bench.broker.connection.types, wanted);
  client.close();
  assert.equal(client.acknowledge(MqttClient.PUBACK, 20), true);
});
