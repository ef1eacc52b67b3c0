// SPDX-License-Identifier: MIT

// MQTT over WebSocket with a broker that others have made.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { after } from "node:test";
import type { BrokerAddress } from "../../../../modules/mqtt/session/broker-address.ts";
import type { MqttSession } from "../../../../modules/mqtt/session.ts";
import { Certificates, derOf, withoutOpenSSL } from "../../../support/certificates.ts";
import { freePort, Mosquitto, withoutMosquitto } from "../../../support/mosquitto.ts";
import { cutAll, online, until } from "../../../support/node-network.ts";
import { withSessions } from "../../../support/session-crew.ts";

/** Mosquitto with WebSockets. Of version 2.0.11 it takes a listener without them to start at all. */
async function start(lines = ""): Promise<Mosquitto> {
  const other = await freePort();
  const listener = `protocol websockets\n${lines}\nlistener ${other} 127.0.0.1`;
  return Mosquitto.start(`${listener}\nallow_anonymous true`);
}

const skip = withoutMosquitto;
const decoder = new TextDecoder();

function at(port: number, more: Partial<BrokerAddress> = {}) {
  return { brokers: [{ host: "127.0.0.1", port, secure: false, path: "/mqtt", ...more }] };
}

/** What arrives at a subscriber of everything below "ws". */
function collect(session: MqttSession): string[] {
  const seen: string[] = [];
  session.subscribe("ws/#", {
    QoS: 2,
    onMessage: ({ topic, payload }) => {
      seen.push(`${topic} ${decoder.decode(payload)}`);
    },
  });
  return seen;
}

test("messages of each QoS and of any length go both ways over a WebSocket", { skip }, () =>
  withSessions(
    () => start(),
    async (make, port) => {
      const session = make("board", at(port));
      const seen = collect(session);
      await online(session);
      const long = "x".repeat(900);
      const texts = ["", "short", "m".repeat(125), "n".repeat(126), long];
      for (const [index, text] of texts.entries()) {
        session.publish(`ws/${index}`, text, { QoS: (index % 3) as 0 | 1 | 2 });
      }
      await until(() => seen.length === texts.length);
      assert.deepEqual(
        [...seen].sort(),
        texts.map((text, index) => `ws/${index} ${text}`),
      );
    },
  ),
);

test("a WebSocket that is cut comes back, and nothing is lost", { skip }, () =>
  withSessions(
    () => start(),
    async (make, port) => {
      const session = make("board", { ...at(port), limits: { outboxCount: 64 } });
      const seen = collect(session);
      await online(session);
      for (let i = 0; i < 40; i++) {
        session.publish("ws/n", `${i}`, { QoS: 2 });
        if (i % 15 !== 7) continue;
        await until(() => session.state.kind === "online" && seen.length > i / 2);
        cutAll();
        await until(() => session.state.kind !== "online");
      }
      await until(() => seen.length >= 40);
      assert.deepEqual(
        seen,
        Array.from({ length: 40 }, (_, i) => `ws/n ${i}`),
      );
      assert.ok(session.counters.connects > 3);
    },
  ),
);

const certificates = new Certificates();
after(() => certificates.remove());

test("wss checks the broker's certificate first", { skip: skip || withoutOpenSSL }, () => {
  const authority = certificates.authority("ws-ca");
  const { certificate, key } = certificates.issue("good", { by: "ws-ca" });
  const lines = `certfile ${certificate}\nkeyfile ${key}`;
  return withSessions(
    () => start(lines),
    async (make, port) => {
      const address = at(port, { host: "localhost", secure: true });
      const secure = { certificateAuthorities: [derOf(authority)] };
      const session = make("board", { ...address, secure });
      const seen = collect(session);
      await online(session);
      session.publish("ws/secret", "hidden", { QoS: 1 });
      await until(() => seen.length === 1);
      const stranger = make("stranger", { ...address, secure: {} });
      stranger.start();
      await until(() => stranger.state.kind === "waiting");
      assert.equal("reason" in stranger.state && stranger.state.reason, "mqtt/tls-failed");
    },
  );
});

test("a web server that knows no such WebSocket is told with its answer", () => {
  const server = createServer((_request, response) => {
    response.writeHead(404).end("no");
  });
  return withSessions(
    async () => {
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      const { port } = server.address() as AddressInfo;
      return { port, stop: async () => void server.close() };
    },
    async (make, port) => {
      const session = make("board", at(port));
      session.start();
      await until(() => session.state.kind === "waiting");
      const { state } = session;
      assert.ok("reason" in state && "text" in state);
      assert.equal(state.reason, "mqtt/ws-failed");
      assert.match(
        state.text ?? "",
        /the server answered "HTTP\/1\.1 404 Not Found"; check host, port and path/,
      );
    },
  );
});

test("a port that speaks MQTT alone is told as no WebSocket", { skip }, () =>
  withSessions(
    () => Mosquitto.start(),
    async (make, port) => {
      const session = make("board", at(port));
      session.start();
      await until(() => session.state.kind === "waiting");
      assert.equal("reason" in session.state && session.state.reason, "mqtt/ws-failed");
    },
  ),
);
