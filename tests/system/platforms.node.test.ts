// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import test from "node:test";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes } from "aedes";
import { Certificates, derOf, keyOf, withoutOpenSSL } from "../support/certificates.ts";
import { startLoneBoard } from "../support/lone-board.ts";
import { Mosquitto, withoutMosquitto } from "../support/mosquitto.ts";
import { until } from "../support/node-network.ts";

/** ThingsBoard's side of MQTT: a token, its topics and nothing else. It can be away at the same port. */
class ThingsBoard {
  readonly telemetry: string[] = [];
  readonly answers = new Map<string, string>();
  readonly broken: string[] = [];
  readonly #options: { cert: Buffer; key: Buffer };
  readonly #sockets = new Set<TLSSocket>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  port = 0;

  constructor(files: { certificate: string; key: string }) {
    this.#options = { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.authenticate = (_client, user, password, done) => {
      const isDevice = user === "secret-token" && (password === undefined || password.length === 0);
      if (!isDevice) this.broken.push(`user ${user}`);
      done(null, isDevice);
    };
    aedes.authorizePublish = (_client, { topic, payload, qos, retain }, done) => {
      const text = payload.toString();
      const request = /^v1\/devices\/me\/rpc\/response\/(\d+)$/.exec(topic)?.[1];
      if (qos > 1 || retain) this.broken.push(`${topic}: QoS or retain`);
      if (topic === "v1/devices/me/telemetry") this.telemetry.push(text);
      else if (request !== undefined) this.answers.set(request, text);
      else if (!topic.startsWith("v1/devices/me/attributes")) this.broken.push(topic);
      done(null);
    };
    this.#aedes = aedes;
    const server = createServer(this.#options, (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      aedes.handle(socket);
    });
    await new Promise<void>((done) => server.listen(this.port, "127.0.0.1", done));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  call(id: number, method: string, params: unknown): void {
    this.#aedes?.publish(
      {
        cmd: "publish",
        topic: `v1/devices/me/rpc/request/${id}`,
        payload: Buffer.from(JSON.stringify({ method, params })),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => {},
    );
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise<void>((done) => server.close(() => done()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
    await new Promise<void>((done) => this.#aedes?.close(() => done()));
  }
}

test("a whole board on XS sends to ThingsBoard over TLS, before an outage, from within it and after it", {
  skip: withoutOpenSSL,
}, async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = derOf(certificates.authority("authority"));
  const server = new ThingsBoard(certificates.issue("server", { by: "authority" }));
  await server.start();
  t.after(() => server.stop());
  const { board, count } = await startLoneBoard(t, {
    "platform.1.name": "thingsboard",
    "platform.1.boot": "on",
    "platform.1.host": `mqtts://127.0.0.1:${server.port}`,
    "platform.1.key": "secret-token",
    "platform.1.ca": Buffer.from(authority).toString("base64"),
    "platform.interval": 5,
    "remote.commands": "on",
  });
  await until(() => server.telemetry.length >= 3);
  server.call(1, "version", {});
  await until(() => server.answers.has("1"));
  assert.match(server.answers.get("1") ?? "", /^\{"ok":true,"text":"airpair /);
  server.call(2, "set", "platform.1.host evil.example");
  await until(() => server.answers.has("2"));
  assert.match(
    server.answers.get("2") ?? "",
    /^\{"ok":false,"text":"platform.1.host is changed on/,
  );
  await server.stop();
  const readings = count(/^reading /);
  // Some readings that have to wait.
  await until(() => count(/^reading /) >= readings + 25);
  const before = server.telemetry.length;
  await server.start();
  await until(
    () => server.telemetry.length >= before + 4 && !server.telemetry.at(-1)?.includes("ts"),
  );
  const late = server.telemetry.slice(before).map((text) => JSON.parse(text));
  const times = late.flatMap(({ ts }) => (ts === undefined ? [] : [ts as number]));
  assert.ok(times.length >= 3, `${times.length} late`);
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
  );
  assert.deepEqual(server.broken, []);
  board.type("platform test\n");
  await until(() => count(/after \d+ ms: the platform has taken it/) > 0);
  assert.equal(count(/crashed|uncaught|secret/), 0);
});

test("a whole board on XS shows AWS IoT Core its certificate, and takes an interval from its shadow", {
  skip: withoutOpenSSL,
}, async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = certificates.authority("authority");
  const thing = certificates.issue("board-a", { by: "authority" });
  const server = certificates.issue("server", { by: "authority" });
  const broken: string[] = [];
  const arrived = new Map<string, string[]>();
  const aedes = await Aedes.createBroker();
  aedes.authenticate = (client, user, password, done) => {
    if (client.id !== "board-a" || user !== undefined || password !== undefined)
      broken.push("login");
    done(null, true);
  };
  aedes.authorizePublish = (_client, { topic, payload }, done) => {
    arrived.set(topic, [...(arrived.get(topic) ?? []), payload.toString()]);
    done(null);
  };
  const sockets = new Set<TLSSocket>();
  const options = {
    cert: readFileSync(server.certificate),
    key: readFileSync(server.key),
    ca: readFileSync(authority),
    requestCert: true,
    rejectUnauthorized: true,
  };
  const endpoint = createServer(options, (socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    if (socket.getPeerCertificate().subject.CN !== "board-a") broken.push("certificate");
    aedes.handle(socket);
  });
  await new Promise<void>((done) => endpoint.listen(0, "127.0.0.1", done));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((done) => endpoint.close(() => done()));
    await new Promise<void>((done) => aedes.close(() => done()));
  });
  const base64 = (der: Uint8Array) => Buffer.from(der).toString("base64");
  const { board, count } = await startLoneBoard(t, {
    "platform.1.name": "aws-iot",
    "platform.1.boot": "on",
    "platform.1.host": `127.0.0.1:${(endpoint.address() as AddressInfo).port}`,
    "platform.1.ca": base64(derOf(authority)),
    "platform.1.cert": base64(derOf(thing.certificate)),
    "platform.1.cert-key": base64(keyOf(thing.key)),
    "remote.commands": "on",
  });
  const of = (topic: string) => arrived.get(topic) ?? [];
  const shadow = "$aws/things/board-a/shadow/update";
  await until(() => of("air/board-a/telemetry").length > 0 && of(shadow).length > 0);
  const reading = JSON.parse(of("air/board-a/telemetry")[0] ?? "");
  assert.equal(reading.device, "board-a");
  assert.ok(reading.ts > 1_700_000_000 && reading.temperature > 0);
  aedes.publish(
    {
      cmd: "publish",
      topic: `${shadow}/delta`,
      payload: Buffer.from('{"version":3,"state":{"interval":7}}'),
      qos: 1,
      retain: false,
      dup: false,
    },
    () => {},
  );
  await until(() => of(shadow).some((text) => JSON.parse(text).state.reported.interval === 7));
  board.type("get platform.interval\n");
  await until(() => count(/platform.interval = 7 \(stored\)/) > 0);
  assert.deepEqual(broken, []);
  assert.equal(count(/crashed|uncaught/), 0);
});

test("a whole board on XS appears in Home Assistant over Mosquitto, and again after its outage", {
  skip: withoutMosquitto,
}, async (t) => {
  const broker = await Mosquitto.start();
  t.after(() => broker.stop());
  const { board, count } = await startLoneBoard(t, {
    "mqtt.broker": `mqtt://127.0.0.1:${broker.port}`,
    "platform.1.name": "home-assistant",
    "platform.1.boot": "on",
    "remote.commands": "on",
  });
  board.type("set platform.interval 5\n");
  const topic = "homeassistant/device/board-a/config";
  const isConfig = (message: { topic: string }) => message.topic === topic;
  const isState = (message: { topic: string }) => message.topic === "airpair/board-a/state";
  const first = broker.witness("#");
  t.after(() => first.stop());
  const { payload } = await first.until(
    (message) => isConfig(message) && message.payload.includes('"co2"'),
  );
  const { cmps, stat_t, avty_t } = JSON.parse(payload);
  assert.deepEqual([stat_t, avty_t], ["airpair/board-a/state", "airpair/board-a/status"]);
  for (const part of ["co2", "voc", "pressure", "temperature", "humidity", "interval"]) {
    assert.ok(part in cmps, part);
  }
  const state = await first.until(isState);
  assert.equal(typeof JSON.parse(state.payload).temperature, "number");
  broker.publish("airpair/board-a/interval/set", "7");
  await first.until(
    (message) => message.topic === "airpair/board-a/interval" && message.payload === "7",
  );
  const announced = () => first.messages.filter(isConfig).length;
  const before = announced();
  broker.publish("homeassistant/status", "online");
  await until(() => announced() > before);
  await broker.halt();
  await until(() => count(/waiting to publish/) >= 15);
  await broker.start();
  const second = broker.witness("#");
  t.after(() => second.stop());
  // Nothing was kept: the board has to say it again.
  await second.until(isConfig);
  await second.until(isState);
  await second.until((message) => message.topic === avty_t && message.payload === "online");
  assert.equal(count(/crashed|uncaught/), 0);
});
