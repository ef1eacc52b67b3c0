// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type AddressInfo, Socket } from "node:net";
import test, { type TestContext } from "node:test";
import { createServer, type Server, type TLSSocket, type TlsOptions } from "node:tls";
import { Aedes, type PublishPacket } from "aedes";
import {
  Certificates,
  derOf,
  type Identity,
  keyOf,
  withoutOpenSSL,
} from "../support/certificates.ts";
import { startLoneBoard } from "../support/lone-board.ts";
import { Mosquitto, withoutMosquitto } from "../support/mosquitto.ts";
import { until } from "../support/node-network.ts";

/** What a platform looks at. */
interface EndpointRules {
  /** Whether somebody may come in with these. */
  admits(id: string, user: string | undefined, password: Buffer | undefined): boolean;
  published(message: PublishPacket): void;
  /** A TLS connection is open. */
  opened?(socket: TLSSocket): void;
}

/** The MQTT broker of a platform, behind TLS. It can be away at the same port. */
class Endpoint {
  readonly #options: TlsOptions;
  readonly #rules: EndpointRules;
  readonly #sockets = new Set<TLSSocket>();
  #aedes: Aedes | undefined;
  #server: Server | undefined;
  port = 0;

  constructor({ certificate, key }: Identity, rules: EndpointRules, more: TlsOptions = {}) {
    this.#options = { cert: readFileSync(certificate), key: readFileSync(key), ...more };
    this.#rules = rules;
  }

  async start(): Promise<void> {
    const aedes = await Aedes.createBroker();
    aedes.authenticate = ({ id }, user, password, done) => {
      done(null, this.#rules.admits(id, user, password));
    };
    aedes.authorizePublish = (_client, message, done) => {
      this.#rules.published(message);
      done(null);
    };
    this.#aedes = aedes;
    const server = createServer(this.#options, (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => {});
      this.#rules.opened?.(socket);
      aedes.handle(socket);
    });
    await new Promise<void>((done) => server.listen(this.port, "127.0.0.1", done));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  publish(topic: string, value: unknown): void {
    const payload = Buffer.from(JSON.stringify(value));
    const message = { cmd: "publish", topic, payload, qos: 1, retain: false, dup: false } as const;
    this.#aedes?.publish(message, () => {});
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

/** ThingsBoard's side of MQTT: a token, its topics and nothing else. */
class ThingsBoard extends Endpoint {
  readonly telemetry: string[] = [];
  readonly answers = new Map<string, string>();
  readonly broken: string[] = [];

  constructor(files: Identity) {
    super(files, {
      admits: (_id, user, password) => {
        const isDevice = user === "secret-token" && !password?.length;
        if (!isDevice) this.broken.push(`user ${user}`);
        return isDevice;
      },
      published: ({ topic, payload, qos, retain }) => {
        const text = payload.toString();
        const request = /^v1\/devices\/me\/rpc\/response\/(\d+)$/.exec(topic)?.[1];
        if (qos > 1 || retain) this.broken.push(`${topic}: QoS or retain`);
        if (topic === "v1/devices/me/telemetry") this.telemetry.push(text);
        else if (request !== undefined) this.answers.set(request, text);
        else if (!topic.startsWith("v1/devices/me/attributes")) this.broken.push(topic);
      },
    });
  }

  call(id: number, method: string, params: unknown): void {
    this.publish(`v1/devices/me/rpc/request/${id}`, { method, params });
  }
}

/** Lets those who connect to port 443 of this PC, which not everybody may open, come to another. */
function forward443(t: TestContext, to: () => number): void {
  const { connect } = Socket.prototype;
  const forwarded = function (this: Socket, ...args: unknown[]) {
    const [first] = args.flat() as [{ port?: unknown }];
    if (first?.port === 443) first.port = to();
    return (connect as (...args: unknown[]) => Socket).apply(this, args);
  };
  t.mock.method(Socket.prototype, "connect", forwarded as typeof connect);
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

test("a whole board on XS reaches AWS IoT Core on 443 by ALPN and its certificate, again after an outage, and takes an interval from its shadow", {
  skip: withoutOpenSSL,
}, async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = certificates.authority("authority");
  const thing = certificates.issue("board-a", { by: "authority" });
  const broken: string[] = [];
  const arrived = new Map<string, string[]>();
  let connections = 0;
  const endpoint = new Endpoint(
    certificates.issue("server", { by: "authority" }),
    {
      admits: (id, user, password) => {
        if (id !== "board-a" || user !== undefined || password !== undefined) broken.push("login");
        return true;
      },
      published: ({ topic, payload }) => {
        arrived.set(topic, [...(arrived.get(topic) ?? []), payload.toString()]);
      },
      opened: (socket) => {
        connections++;
        if (socket.getPeerCertificate().subject.CN !== "board-a") broken.push("certificate");
        if (socket.alpnProtocol === "x-amzn-mqtt-ca") return;
        // On this port AWS takes nobody else for a client of MQTT.
        broken.push("ALPN");
        socket.destroy();
      },
    },
    {
      ca: readFileSync(authority),
      requestCert: true,
      rejectUnauthorized: true,
      ALPNProtocols: ["x-amzn-mqtt-ca"],
    },
  );
  await endpoint.start();
  t.after(() => endpoint.stop());
  forward443(t, () => endpoint.port);
  const base64 = (der: Uint8Array) => Buffer.from(der).toString("base64");
  const { board, count } = await startLoneBoard(t, {
    "platform.1.name": "aws-iot",
    "platform.1.boot": "on",
    "platform.1.host": "127.0.0.1:443",
    "platform.1.ca": base64(derOf(authority)),
    "platform.1.cert": base64(derOf(thing.certificate)),
    "platform.1.cert-key": base64(keyOf(thing.key)),
    "remote.commands": "on",
  });
  // A setting that is given could not be changed from afar.
  board.type("set platform.interval 5\n");
  const of = (topic: string) => arrived.get(topic) ?? [];
  const shadow = "$aws/things/board-a/shadow/update";
  await until(() => of("air/board-a/telemetry").length > 0 && of(shadow).length > 0);
  const reading = JSON.parse(of("air/board-a/telemetry")[0] ?? "");
  assert.equal(reading.device, "board-a");
  assert.ok(reading.ts > 1_700_000_000 && reading.temperature > 0);
  await endpoint.stop();
  const readings = count(/reading +co2/);
  // Some that have to wait.
  await until(() => count(/reading +co2/) >= readings + 15);
  const before = of("air/board-a/telemetry").length;
  await endpoint.start();
  await until(() => of("air/board-a/telemetry").length >= before + 3);
  assert.ok(connections >= 2);
  endpoint.publish(`${shadow}/delta`, { version: 3, state: { interval: 7 } });
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
