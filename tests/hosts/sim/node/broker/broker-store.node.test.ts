// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import test from "node:test";
import { Aedes } from "aedes";
import { startBroker } from "../../../../../hosts/sim/node/broker/broker.ts";
import {
  pubackBytes,
  pubcompBytes,
  publishBytes,
  pubrecBytes,
  pubrelBytes,
} from "../../../../support/broker-packets.ts";
import { freePort } from "../../../../support/mosquitto.ts";
import { until } from "../../../../support/node-network.ts";

/** Bytes over a socket, without a client of ours: what it shows is the broker's doing. */
class Wire {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);

  constructor(port: number, id: string) {
    this.#socket = connect(port, "127.0.0.1");
    this.#socket.on("data", (more: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, more]);
    });
    // CONNECT with a session that is kept: MQTT, level 4, no flag, keepalive 60 s.
    const head = [0x10, 12 + id.length, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 0, 0, 60, 0, id.length];
    this.write(Uint8Array.from([...head, ...Buffer.from(id)]));
  }

  write(...parts: Uint8Array[]): void {
    this.#socket.write(Buffer.concat(parts));
  }

  /** The next packets of this type; their bodies. All are shorter than 128 bytes. */
  async read(type: number, count: number): Promise<Buffer[]> {
    const found: Buffer[] = [];
    await until(() => {
      while (this.#bytes.length > 1 && this.#bytes.length >= 2 + (this.#bytes[1] ?? 0)) {
        const end = 2 + (this.#bytes[1] ?? 0);
        const body = this.#bytes.subarray(2, end);
        if ((this.#bytes[0] ?? 0) >> 4 === type) found.push(body);
        this.#bytes = this.#bytes.subarray(end);
        if (found.length === count) return true;
      }
      return false;
    });
    return found;
  }

  end(): Promise<void> {
    if (this.#socket.destroyed) return Promise.resolve();
    return new Promise((done) => {
      this.#socket.on("close", () => done());
      this.#socket.destroy();
    });
  }
}

const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const PUBREC = 5;
const PUBREL = 6;
const PUBCOMP = 7;
const SUBACK = 9;
const UNSUBACK = 11;
/** SUBSCRIBE with id 1: "t" with QoS 2. */
const subscribe = Uint8Array.of(0x82, 6, 0, 1, 0, 1, 0x74, 2);

/** Two QoS 2 messages whose PUBRECs come together: the ids sent, and those of the PUBRELs. */
async function twoAtOnce(port: number): Promise<{ sent: number[]; released: number[] }> {
  const to = new Wire(port, "to");
  const from = new Wire(port, "from");
  try {
    await to.read(CONNACK, 1);
    to.write(subscribe);
    await to.read(SUBACK, 1);
    await from.read(CONNACK, 1);
    from.write(publishBytes("t", { QoS: 2, id: 1 }), publishBytes("t", { QoS: 2, id: 2 }));
    await from.read(PUBREC, 2);
    const sent = (await to.read(PUBLISH, 2)).map((body) => body.readUInt16BE(3));
    to.write(...sent.map(pubrecBytes));
    const released = (await to.read(PUBREL, 2)).map((body) => body.readUInt16BE(0));
    to.write(...sent.map(pubcompBytes));
    return { sent, released };
  } finally {
    await Promise.all([to.end(), from.end()]);
  }
}

test("each of two QoS 2 messages that are received together gets its own PUBREL", async () => {
  const broker = await startBroker(await freePort());
  try {
    const { sent, released } = await twoAtOnce(broker.port);
    assert.deepEqual(released, sent);
    // Nothing is left of them: the first message of the resumed session is a new one.
    const again = new Wire(broker.port, "to");
    await again.read(CONNACK, 1);
    again.write(publishBytes("t", { payload: "new" }));
    const [message] = await again.read(PUBLISH, 1);
    assert.equal(message?.subarray(3).toString(), "new");
    await again.end();
  } finally {
    await broker.close();
  }
});

test("aedes alone gives both PUBRELs the same id: once it does not, its store needs no mend", async () => {
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
  const address = server.address();
  try {
    const port = typeof address === "object" && address ? address.port : 0;
    const { sent, released } = await twoAtOnce(port);
    assert.deepEqual(released, [sent[1], sent[1]]);
  } finally {
    await new Promise<void>((done) => aedes.close(() => server.close(() => done())));
  }
});

test("a retained QoS 2 message does not cost a kept session its connection", async () => {
  const broker = await startBroker(await freePort());
  const from = new Wire(broker.port, "from");
  const to = new Wire(broker.port, "to");
  try {
    await from.read(CONNACK, 1);
    from.write(publishBytes("t", { QoS: 2, id: 1, retain: true, payload: "kept" }));
    await from.read(PUBREC, 1);
    await to.read(CONNACK, 1);
    to.write(subscribe);
    const [message] = await to.read(PUBLISH, 1);
    const id = message?.readUInt16BE(3) ?? 0;
    to.write(pubrecBytes(id));
    const [released] = await to.read(PUBREL, 1);
    assert.equal(released?.readUInt16BE(0), id);
    to.write(pubcompBytes(id), publishBytes("t", { payload: "alive" }));
    const [next] = await to.read(PUBLISH, 1);
    assert.equal(next?.subarray(3).toString(), "alive");
  } finally {
    await Promise.all([to.end(), from.end()]);
    await broker.close();
  }
});

/** SUBSCRIBE with id 1: these filters, with QoS 1. */
function subscribeTo(...filters: string[]): Uint8Array {
  const body = filters.flatMap((filter) => [0, filter.length, ...Buffer.from(filter), 1]);
  return Uint8Array.from([0x82, 2 + body.length, 0, 1, ...body]);
}

/** Topic and payload of a PUBLISH with QoS 1. */
function messageOf(body: Buffer): string {
  const end = 2 + body.readUInt16BE(0);
  return `${body.subarray(2, end)} ${body.subarray(end + 2)}`;
}

test("a message whose topic begins with an empty level reaches a kept subscription, here and away", async () => {
  const broker = await startBroker(await freePort());
  const from = new Wire(broker.port, "from");
  let to = new Wire(broker.port, "to");
  try {
    await from.read(CONNACK, 1);
    await to.read(CONNACK, 1);
    to.write(subscribeTo("+/+"));
    await to.read(SUBACK, 1);
    from.write(publishBytes("/lead", { QoS: 1, id: 1, payload: "here" }));
    const [here] = await to.read(PUBLISH, 1);
    assert.equal(here && messageOf(here), "/lead here");
    to.write(pubackBytes(here?.readUInt16BE(7) ?? 0));
    from.write(publishBytes("a/b", { QoS: 1, id: 2, payload: "next" }));
    const [next] = await to.read(PUBLISH, 1);
    assert.equal(next && messageOf(next), "a/b next");
    to.write(pubackBytes(next?.readUInt16BE(5) ?? 0));
    await to.end();
    from.write(publishBytes("/lead", { QoS: 1, id: 3, payload: "away" }));
    from.write(publishBytes("trail/", { QoS: 1, id: 4, payload: "away" }));
    await from.read(PUBACK, 4);
    to = new Wire(broker.port, "to");
    const kept = await to.read(PUBLISH, 2);
    assert.deepEqual(kept.map(messageOf), ["/lead away", "trail/ away"]);
  } finally {
    await Promise.all([to.end(), from.end()]);
    await broker.close();
  }
});

test("a retained message is found by a filter that matches an empty level", async () => {
  const broker = await startBroker(await freePort());
  const from = new Wire(broker.port, "from");
  const to = new Wire(broker.port, "to");
  try {
    await from.read(CONNACK, 1);
    for (const topic of ["/lead", "trail/", "x", "a/b"]) {
      from.write(publishBytes(topic, { QoS: 1, id: 1, retain: true, payload: "kept" }));
    }
    await from.read(PUBACK, 4);
    await to.read(CONNACK, 1);
    to.write(subscribeTo("+/+", "x"));
    const kept = await to.read(PUBLISH, 4);
    assert.deepEqual(kept.map(messageOf).sort(), [
      "/lead kept",
      "a/b kept",
      "trail/ kept",
      "x kept",
    ]);
  } finally {
    await Promise.all([to.end(), from.end()]);
    await broker.close();
  }
});

test("nothing is kept for a session that has no filter for it, or has it no more", async () => {
  const broker = await startBroker(await freePort());
  const from = new Wire(broker.port, "from");
  let to = new Wire(broker.port, "to");
  try {
    await from.read(CONNACK, 1);
    await to.read(CONNACK, 1);
    to.write(subscribeTo("+/b", "gone", "last"));
    await to.read(SUBACK, 1);
    to.write(Uint8Array.from([0xa2, 8, 0, 2, 0, 4, ...Buffer.from("gone")]));
    await to.read(UNSUBACK, 1);
    await to.end();
    for (const topic of ["$other/b", "gone", "a/b", "last"]) {
      from.write(publishBytes(topic, { QoS: 1, id: 1, payload: "kept" }));
      await from.read(PUBACK, 1);
    }
    to = new Wire(broker.port, "to");
    assert.deepEqual((await to.read(PUBLISH, 2)).map(messageOf), ["a/b kept", "last kept"]);
  } finally {
    await Promise.all([to.end(), from.end()]);
    await broker.close();
  }
});

test("a message for several filters of one session, with an empty level or not, costs nothing else", async () => {
  const broker = await startBroker(await freePort());
  const from = new Wire(broker.port, "from");
  const to = new Wire(broker.port, "to");
  try {
    await from.read(CONNACK, 1);
    await to.read(CONNACK, 1);
    to.write(subscribeTo("+/b", "+/+", "#", "/b"));
    await to.read(SUBACK, 1);
    for (const topic of ["/b", "a/b", "last"]) {
      from.write(publishBytes(topic, { QoS: 1, id: 1, payload: "x" }));
      await from.read(PUBACK, 1);
      let got = "";
      while (got !== `${topic} x`) {
        const [message] = await to.read(PUBLISH, 1);
        got = message ? messageOf(message) : "";
        if (message) to.write(pubackBytes(message.readUInt16BE(2 + message.readUInt16BE(0))));
      }
    }
  } finally {
    await Promise.all([to.end(), from.end()]);
    await broker.close();
  }
});

test("a store that is handed on keeps sessions and their messages", async () => {
  const first = await startBroker(await freePort());
  const to = new Wire(first.port, "to");
  await to.read(CONNACK, 1);
  to.write(subscribe);
  await to.read(SUBACK, 1);
  await to.end();
  const from = new Wire(first.port, "from");
  await from.read(CONNACK, 1);
  from.write(publishBytes("t", { QoS: 2, id: 1, payload: "kept" }));
  await from.read(PUBREC, 1);
  from.write(pubrelBytes(1));
  await from.read(PUBCOMP, 1);
  await from.end();
  await first.close();
  const second = await startBroker(first.port, first.store);
  try {
    assert.equal(await second.store, await first.store);
    const again = new Wire(second.port, "to");
    const [accepted] = await again.read(CONNACK, 1);
    assert.equal(accepted?.[0], 1, "session present");
    const [message] = await again.read(PUBLISH, 1);
    assert.equal(message?.subarray(5).toString(), "kept");
    await again.end();
  } finally {
    await second.close();
  }
});
