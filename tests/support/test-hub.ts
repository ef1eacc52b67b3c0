// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, type Packet, parser } from "mqtt-packet";
import type { Door } from "../../hub/broker/door.ts";
import { HubBroker } from "../../hub/broker/hub-broker.ts";
import { Listener } from "../../hub/broker/listener.ts";
import { Rights } from "../../hub/broker/rights.ts";
import { BrokerStore } from "../../hub/broker/store.ts";

/** Everybody comes in with the password "right". */
const users = {
  isRight: (_: string, password: Buffer) => Promise.resolve(password.toString() === "right"),
};

/** The broker of the hub with two doors, without TLS: rights as a test says, by default all. */
export class TestHub {
  readonly folder = mkdtempSync(join(tmpdir(), "airpair-hub-"));
  readonly failures: Error[] = [];
  readonly notices: string[] = [];
  /** What the broker takes for the present, ms since 1970. */
  now = Date.now();
  broker!: HubBroker;
  ports = { boards: 0, people: 0 };
  readonly #timers = new Set<{ interval: number; act: () => void; due: number }>();
  readonly #doors: readonly [Door, Door];
  #store: BrokerStore | undefined;
  #listeners: Listener[] = [];

  private constructor(rights: string) {
    const all = new Rights(rights, "test.acl");
    this.#doors = [
      { name: "boards", users, rights: all, isUserTheClient: true },
      { name: "people", users, rights: all, isUserTheClient: false },
    ];
  }

  static async start(rights = "pattern readwrite #\npattern readwrite $SYS/#\n"): Promise<TestHub> {
    const hub = new TestHub(rights);
    await hub.start();
    return hub;
  }

  async start(): Promise<void> {
    this.#store = new BrokerStore({
      file: join(this.folder, "hub.db"),
      onNotice: (text) => this.notices.push(text),
    });
    this.broker = new HubBroker({
      store: this.#store,
      doors: this.#doors,
      version: "airpair hub version 0",
      now: () => this.now,
      every: (interval, act) => {
        const entry = { interval, act, due: this.now + interval };
        this.#timers.add(entry);
        return () => this.#timers.delete(entry);
      },
      onNotice: (text) => this.notices.push(text),
      onFailure: (error) => this.failures.push(error),
    });
    this.#listeners = await Promise.all(
      this.#doors.map((door) =>
        Listener.open({
          host: "127.0.0.1",
          // After a restart the same.
          port: this.ports[door.name as "boards" | "people"],
          tls: undefined,
          onStream: (stream, address) => this.broker.accept(stream, door, address),
          onTrouble: (text) => this.notices.push(text),
        }),
      ),
    );
    const [boards = 0, people = 0] = this.#listeners.map(({ port }) => port);
    this.ports = { boards, people };
  }

  /** Ends it: as Ctrl-C would, or, by `kill`, from one moment to the next. */
  async stop(how: "end" | "kill" = "end"): Promise<void> {
    // Nothing of what it does from now on is kept.
    if (how === "kill") this.#store?.close();
    else this.broker.close();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    if (how === "end") this.#store?.close();
  }

  /** So many ms go by, for what the broker does again and again. */
  advance(span: number): void {
    const end = this.now + span;
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.due - b.due)[0];
      if (!next || next.due > end) break;
      this.now = Math.max(this.now, next.due);
      next.due = this.now + next.interval;
      next.act();
    }
    this.now = end;
  }

  /** Nothing can be written any more. */
  breakStore(): void {
    this.#store?.close();
  }

  async restart(how: "end" | "kill"): Promise<void> {
    await this.stop(how);
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** A connection that says nothing by itself. */
  wire(door: "boards" | "people" = "people"): Wire {
    return new Wire(this.ports[door]);
  }

  /** One that has come in; CONNACK is read. */
  async come(id: string, options: ComeOptions = {}): Promise<Wire> {
    const { door = "people", user = door === "boards" ? id : "teacher", ...more } = options;
    const wire = this.wire(door);
    wire.send(connectPacket(id, { user, ...more }));
    const { returnCode } = await wire.read("connack");
    if (returnCode !== 0) throw new Error(`refused with ${returnCode}`);
    return wire;
  }
}

export interface ComeOptions {
  readonly door?: "boards" | "people";
  readonly user?: string;
  readonly password?: string;
  readonly clean?: boolean;
  readonly keepalive?: number;
  readonly will?: { topic: string; payload: string; qos?: 0 | 1 | 2; retain?: boolean };
}

export function connectPacket(id: string, options: Omit<ComeOptions, "door"> = {}): Packet {
  const { user = "teacher", password = "right", clean = true, keepalive = 60, will } = options;
  return {
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion: 4,
    clientId: id,
    clean,
    keepalive,
    username: user,
    password: Buffer.from(password),
    ...(will && { will: { qos: 0, retain: false, ...will, payload: Buffer.from(will.payload) } }),
  };
}

type PacketOf<Command extends Packet["cmd"]> = Extract<Packet, { cmd: Command }>;

/** Packets over a socket: what is sent, and when, is the test's doing alone. */
export class Wire {
  readonly socket: Socket;
  /** What has come and was not read. */
  readonly packets: Packet[] = [];
  isClosed = false;
  readonly #waiting = new Set<() => void>();

  constructor(port: number) {
    this.socket = connect(port, "127.0.0.1");
    const read = parser();
    read.on("packet", (packet: Packet) => {
      this.packets.push(packet);
      this.#check();
    });
    this.socket.on("data", (bytes: Buffer) => read.parse(bytes));
    this.socket.on("error", () => {});
    this.socket.on("close", () => {
      this.isClosed = true;
      this.#check();
    });
  }

  /** Sends them in one piece. */
  send(...packets: Packet[]): void {
    this.socket.write(Buffer.concat(packets.map((packet) => generate(packet))));
  }

  /** Sends a message; `id` is for QoS 1 and 2. */
  publish(
    topic: string,
    payload: string | Buffer,
    { qos = 0, retain = false, id = 1, dup = false }: PublishOptions = {},
  ): void {
    const packet = { cmd: "publish", topic, payload, qos, retain, dup } as const;
    this.send({ ...packet, ...(qos > 0 && { messageId: id }) });
  }

  /** Subscribes; returns what is granted. */
  async subscribe(topic: string, qos: 0 | 1 | 2 = 0): Promise<unknown> {
    this.send({ cmd: "subscribe", messageId: 9, subscriptions: [{ topic, qos }] });
    return (await this.read("suback")).granted[0];
  }

  /** The next packet of that kind; others before it stay. */
  read<Command extends Packet["cmd"]>(cmd: Command): Promise<PacketOf<Command>> {
    return this.wait(() => {
      const at = this.packets.findIndex((packet) => packet.cmd === cmd);
      return at < 0 ? undefined : (this.packets.splice(at, 1)[0] as PacketOf<Command>);
    }, cmd);
  }

  async readText(): Promise<string> {
    const { payload } = await this.read("publish");
    return payload.toString();
  }

  /** All messages until one with that text, which the test has sent as the last. */
  async readUntil(last: string): Promise<string[]> {
    const texts: string[] = [];
    for (;;) {
      const text = await this.readText();
      if (text === last) return texts;
      texts.push(text);
    }
  }

  /** Waits for the end of the connection. */
  async closed(): Promise<void> {
    await this.wait(() => (this.isClosed ? true : undefined), "the end");
  }

  async end(): Promise<void> {
    if (!this.isClosed) this.socket.destroy();
    await this.closed();
  }

  private wait<T>(find: () => T | undefined, what: string): Promise<T> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        fail(new Error(`${what} has not come; there is ${JSON.stringify(this.packets)}`));
      }, 20_000);
      const check = () => {
        const found = find();
        if (found === undefined && !this.isClosed) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        if (found === undefined) fail(new Error(`closed before ${what}`));
        else done(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}

export interface PublishOptions {
  readonly qos?: 0 | 1 | 2;
  readonly retain?: boolean;
  readonly id?: number;
  readonly dup?: boolean;
}
