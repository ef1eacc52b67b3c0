// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import test, { after } from "node:test";
import { createServer as createTLSServer } from "node:tls";
import type { TLSProvider, TLSSecureOptions } from "../../modules/ecma-419/tcp.ts";
import type { MqttSession, MqttSessionOptions } from "../../modules/mqtt/session.ts";
import { Certificates, derOf, type Identity, keyOf, withoutOpenSSL } from "./certificates.ts";
import { Mosquitto, withoutMosquitto } from "./mosquitto.ts";
import { nodeNetwork, online, until } from "./node-network.ts";
import { type MakeSession, withSessions } from "./session-crew.ts";

/**
 * The tests that every TLS class has to pass: MQTT sessions with Mosquitto, and with servers that
 * must not hear a byte of it. Undefined: the class of the simulator.
 */
export function testSecureSessions(tls: TLSProvider | undefined): void {
  const skip = withoutOpenSSL || withoutMosquitto;
  const certificates = new Certificates();
  after(() => certificates.remove());

  const authority = skip ? "" : certificates.authority("our-ca");
  const otherAuthority = skip ? "" : certificates.authority("other-ca");
  const good = issue("good", "our-ca");

  function issue(
    name: string,
    by: string | undefined,
    more: { days?: number; names?: string } = {},
  ) {
    return skip ? { certificate: "", key: "" } : certificates.issue(name, { by, ...more });
  }

  function trust(file = authority): TLSSecureOptions {
    return { certificateAuthorities: [derOf(file)] };
  }

  /** A session at `mqtts://`; without `host` by the name that the good certificate has. */
  function secureSession(
    make: MakeSession,
    port: number,
    secure: TLSSecureOptions,
    options: Partial<MqttSessionOptions> & { readonly host?: string } = {},
  ): MqttSession {
    const { host = "localhost", ...rest } = options;
    return make("board", {
      brokers: [{ host, port, secure: true }],
      secure,
      ...(tls && { network: { ...nodeNetwork, tls } }),
      ...rest,
    });
  }

  function secureMosquitto({ certificate, key }: Identity, lines = ""): () => Promise<Mosquitto> {
    return () =>
      Mosquitto.start(`allow_anonymous true\ncertfile ${certificate}\nkeyfile ${key}\n${lines}`);
  }

  /** Starts it and waits until the attempt has failed. */
  async function failure(session: MqttSession) {
    session.start();
    await until(() => session.state.kind === "waiting");
    const { state } = session;
    assert.ok(state.kind === "waiting");
    assert.equal(session.counters.connects, 0);
    return { reason: state.reason, text: state.text, delay: state.until - state.since };
  }

  /** Starts it and waits until it has been refused: the reason, for a person, retried slowly. */
  async function refusal(session: MqttSession): Promise<string> {
    const { reason, text, delay } = await failure(session);
    assert.equal(reason, "mqtt/tls-failed", text);
    assert.ok(delay >= 300_000, `next attempt after ${delay}`);
    return text;
  }

  test("messages go both ways over TLS, by name and by address", { skip }, () =>
    withSessions(secureMosquitto(good), async (make, port) => {
      for (const host of ["localhost", "127.0.0.1"]) {
        const session = await online(secureSession(make, port, trust(), { host }));
        const { state } = session;
        assert.equal(state.kind === "online" && state.broker, `mqtts://${host}:${port}`);
        let seen = "";
        const onMessage = ({ payload }: { payload: Uint8Array }) => {
          seen += new TextDecoder().decode(payload);
        };
        session.subscribe("t", { QoS: 2, onMessage });
        session.publish("t", "x".repeat(3_000), { QoS: 2 });
        session.publish("t", "end", { QoS: 2 });
        await until(() => session.counters.delivered === 2 && session.counters.received === 2);
        assert.equal(seen, "end", "the larger one is over the limit, and acknowledged");
        assert.equal(session.counters.oversize, 1);
        session.stop();
      }
    }),
  );

  for (const [name, identity, trusted, host, reason] of [
    ["of another authority", good, otherAuthority, "localhost", /tls\/unknown-authority/],
    [
      "for another name",
      issue("elsewhere", "our-ca", { names: "DNS:elsewhere.example" }),
      authority,
      "localhost",
      /tls\/wrong-name.*localhost/,
    ],
    [
      "for a name when the broker is given by its address",
      issue("named", "our-ca", { names: "DNS:localhost" }),
      authority,
      "127.0.0.1",
      /tls\/wrong-name.*127\.0\.0\.1/,
    ],
    [
      "that has expired",
      issue("old", "our-ca", { days: -1 }),
      authority,
      "localhost",
      /tls\/expired.*clock/,
    ],
    [
      "that signed itself",
      issue("selfish", undefined),
      authority,
      "localhost",
      /tls\/unknown-authority/,
    ],
  ] as const) {
    test(`a broker with a certificate ${name} gets no byte of MQTT`, { skip }, () =>
      withSessions(secureMosquitto(identity), async (make, port) => {
        const text = await refusal(secureSession(make, port, trust(trusted), { host }));
        assert.match(text, reason);
        assert.match(text, /^no secure connection: /);
      }),
    );

    test(`what is sent to a certificate ${name} ends with the handshake`, { skip }, () => {
      const seen = { bytes: 0 };
      return withSessions(recordingBroker(identity, seen), async (make, port) => {
        await refusal(secureSession(make, port, trust(trusted), { host }));
        assert.equal(seen.bytes, 0);
      });
    });
  }

  test("a server that is believed does hear MQTT, else the tests above would prove nothing", {
    skip,
  }, () => {
    const seen = { bytes: 0 };
    return withSessions(recordingBroker(good, seen), async (make, port) => {
      secureSession(make, port, trust()).start();
      await until(() => seen.bytes > 0);
    });
  });

  /** A server with that certificate that counts what it can decrypt. */
  function recordingBroker(identity: Identity, seen: { bytes: number }) {
    return async () => {
      const server = createTLSServer({
        cert: readFileSync(identity.certificate),
        key: readFileSync(identity.key),
      });
      server.on("tlsClientError", () => {});
      server.on("secureConnection", (socket) => {
        socket.on("error", () => {});
        socket.on("data", (bytes: Buffer) => {
          seen.bytes += bytes.length;
        });
      });
      return listening(server);
    };
  }

  /** A peer that is no TLS server, and all it has received. */
  function strangePeer(received: Buffer[], onConnection: (socket: Socket) => void) {
    return async () => {
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.on("data", (bytes: Buffer) => received.push(bytes));
        onConnection(socket);
      });
      return listening(server);
    };
  }

  async function listening(server: Server) {
    const open = new Set<Socket>();
    server.on("connection", (socket: Socket) => {
      open.add(socket);
      socket.on("close", () => open.delete(socket));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = server.address();
    return {
      port: typeof address === "object" && address ? address.port : 0,
      stop: () =>
        new Promise<void>((done) => {
          for (const socket of open) socket.destroy();
          server.close(() => done());
        }),
    };
  }

  const strange: readonly [string, (socket: Socket) => void, RegExp][] = [
    ["closes at once", (socket) => socket.end(), /tls\/closed/],
    [
      "closes after the first packet",
      (socket) => socket.once("data", () => socket.end()),
      /tls\/closed/,
    ],
    [
      "resets the connection",
      (socket) => socket.once("data", () => socket.resetAndDestroy()),
      /tls\/closed/,
    ],
    [
      "answers with plain MQTT",
      (socket) => socket.write(Buffer.from("20020000d000", "hex")),
      /tls\/failed/,
    ],
    ["answers with noise", (socket) => socket.write(Buffer.alloc(600, 0x5a)), /tls\/failed/],
    [
      "begins a record and ends it early",
      (socket) => socket.once("data", () => socket.end(Buffer.from("160303004002", "hex"))),
      /tls\/(closed|failed)/,
    ],
    [
      "refuses with an alert",
      (socket) => socket.write(Buffer.from("15030300020228", "hex")),
      /tls\/alert/,
    ],
  ];

  for (const [name, onConnection, reason] of strange) {
    test(`a peer that ${name} is a typed error and gets nothing but a hello`, { skip }, () => {
      const received: Buffer[] = [];
      return withSessions(strangePeer(received, onConnection), async (make, port) => {
        const { text, delay, reason: code } = await failure(secureSession(make, port, trust()));
        assert.match(text, reason);
        // Who ends it without a word may be starting; who says why, or talks of other things, is not.
        const silent = text.includes("tls/closed");
        assert.equal(code, silent ? "mqtt/tls-closed" : "mqtt/tls-failed");
        assert.equal(delay >= 300_000, !silent, `next attempt after ${delay}`);
        assertOnlyHandshake(Buffer.concat(received));
      });
    });
  }

  /** Every TLS record is a handshake (22) or an alert (21): no application data (23), no plain text. */
  function assertOnlyHandshake(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) {
      assert.ok(bytes[at] === 22 || bytes[at] === 21, `a record of type ${bytes[at]}`);
    }
    assert.equal(bytes.includes("MQTT"), false);
  }

  test("a peer that never answers the hello is given up when the deadline has passed", {
    skip,
  }, () => {
    const received: Buffer[] = [];
    return withSessions(
      strangePeer(received, () => {}),
      async (make, port) => {
        const session = secureSession(make, port, trust(), { limits: { tlsDeadline: 200 } });
        session.start();
        await until(() => session.state.kind === "waiting");
        const { state } = session;
        assert.equal(state.kind === "waiting" && state.reason, "mqtt/tls-deadline");
        assert.ok(received.length > 0);
        assertOnlyHandshake(Buffer.concat(received));
      },
    );
  });

  test("a broker that asks for client certificates takes that of its authority only", {
    skip,
  }, () => {
    const own = issue("board-a", "our-ca");
    const foreign = issue("board-x", "other-ca");
    const lines = `cafile ${authority}\nrequire_certificate true`;
    return withSessions(secureMosquitto(good, lines), async (make, port) => {
      const withCertificate = ({ certificate, key }: Identity): TLSSecureOptions => ({
        ...trust(),
        clientCertificates: [derOf(certificate)],
        clientKey: keyOf(key),
      });
      const session = await online(secureSession(make, port, withCertificate(own)));
      session.stop();
      assert.match(await refusal(secureSession(make, port, trust())), /tls\/alert/);
      const text = await refusal(secureSession(make, port, withCertificate(foreign)));
      assert.match(
        text,
        /tls\/alert: our certificate does not come from an authority that the server trusts/,
      );
    });
  });

  test("the protocol asked for by ALPN is offered, and MQTT spoken after the handshake", {
    skip,
  }, () => {
    const heard: { protocol: string | false | null; bytes: Buffer }[] = [];
    const start = async () => {
      const server = createTLSServer({
        cert: readFileSync(good.certificate),
        key: readFileSync(good.key),
        ALPNProtocols: ["mqtt"],
      });
      server.on("tlsClientError", () => {});
      server.on("secureConnection", (socket) => {
        socket.on("error", () => {});
        socket.on("data", (bytes: Buffer) => {
          if (bytes[0] !== 0x10) return;
          heard.push({ protocol: socket.alpnProtocol, bytes });
          socket.write(Buffer.from("20020000", "hex"));
        });
      });
      return listening(server);
    };
    return withSessions(start, async (make, port) => {
      const offer = (protocol: string) => ({ ...trust(), applicationLayerProtocols: [protocol] });
      await online(secureSession(make, port, offer("mqtt")));
      assert.equal(heard[0]?.protocol, "mqtt");
      assert.equal(heard[0]?.bytes.includes("MQTT"), true);
      const text = await refusal(secureSession(make, port, offer("x-other")));
      assert.match(text, /tls\/alert: the server speaks none of our protocols \(ALPN\)/);
      assert.equal(heard.length, 1);
    });
  });

  test("a session that comes back resumes its TLS, also after several links were lost", {
    skip,
  }, () => {
    const resumed: boolean[] = [];
    const start = async () => {
      const server = createTLSServer({
        cert: readFileSync(good.certificate),
        key: readFileSync(good.key),
      });
      server.on("tlsClientError", () => {});
      server.on("secureConnection", (socket) => {
        resumed.push(socket.isSessionReused());
        socket.on("error", () => {});
        socket.on("data", (bytes: Buffer) => {
          if (bytes[0] === 0x10) socket.write(Buffer.from("20020000", "hex"));
          // A PUBLISH: the session has read what the server sent, the tickets of its TLS among it.
          else if (resumed.length < 4) socket.destroy();
        });
      });
      return listening(server);
    };
    return withSessions(start, async (make, port) => {
      const session = secureSession(make, port, trust());
      session.publish("t", "never acknowledged", { QoS: 1 });
      session.start();
      await until(() => resumed.length === 4);
      assert.deepEqual(resumed, [false, true, true, true]);
    });
  });

  test("a certificate that is none is an error of the attempt", { skip }, () =>
    withSessions(secureMosquitto(good), async (make, port) => {
      const secure = { certificateAuthorities: [Uint8Array.of(0x30, 1, 2)] };
      assert.match(await refusal(secureSession(make, port, secure)), /no secure connection/);
    }),
  );
}
