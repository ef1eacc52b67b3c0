// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectTCP } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { type ClassList, decodeClassList } from "../../tools/class/class-list.ts";
import type { ClassOptions } from "../../tools/class/class-options.ts";
import { writeClass } from "../../tools/class.ts";
import { freePort } from "./mosquitto.ts";

const root = resolve(import.meta.dirname, "../..");

/** A class in a folder of its own, as `npm run class` writes it. */
export class ClassFolder {
  readonly #above = mkdtempSync(join(tmpdir(), "airpair-class-"));
  readonly folder = join(this.#above, "class");
  /** What was said to the user. */
  readonly said: string[] = [];

  write(
    options: Partial<ClassOptions> = {},
    around: { settings?: string; address?: string; updateKey?: string } = {},
  ): void {
    writeClass(
      {
        boards: 4,
        id: "board",
        broker: "127.0.0.1",
        isPlain: false,
        folder: this.folder,
        again: false,
        ...options,
      },
      {
        root,
        settings: around.settings,
        updateKey: around.updateKey,
        address: around.address,
        owner: "1000:1000",
        say: (text) => this.said.push(text),
      },
    );
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  get list(): ClassList {
    const list = decodeClassList(this.read("class.json"));
    if (!list) throw new Error("class.json is no list");
    return list;
  }

  /** What a board is flashed with. */
  settingsOf(board: string): Record<string, string> {
    return JSON.parse(this.read(`boards/${board}.json`));
  }

  remove(): void {
    rmSync(this.#above, { recursive: true });
  }
}

/**
 * Debian's Mosquitto on the files of a class: only the ports are others, on the loopback, and there is
 * one more listener, without rights, through which the test sees and says everything.
 */
export class ClassBroker {
  readonly ports: { readonly boards: number; readonly people: number; readonly test: number };
  /** What it has logged. */
  log = "";
  readonly #class: ClassFolder;
  #child: ChildProcess | undefined;

  private constructor(folder: ClassFolder, ports: ClassBroker["ports"]) {
    this.#class = folder;
    this.ports = ports;
  }

  static async start(folder: ClassFolder): Promise<ClassBroker> {
    const [boards, people, test] = [await freePort(), await freePort(), await freePort()];
    const broker = new ClassBroker(folder, { boards, people, test });
    const conf = folder.read("config/mosquitto.conf");
    const moved = conf
      .replace(/^listener (8883|1883)$/m, `listener ${boards} 127.0.0.1`)
      .replace(/^listener 8884$/m, `listener ${people} 127.0.0.1`);
    const isRoot = process.getuid?.() === 0;
    // Root would become another user, who may not read the files.
    const own = `listener ${test} 127.0.0.1\nallow_anonymous true\n${isRoot ? "user root\n" : ""}`;
    writeFileSync(folder.path("config/test.conf"), `${moved}\n${own}`);
    await broker.start();
    return broker;
  }

  /** Starts it, again with what it has kept. */
  async start(): Promise<void> {
    const child = spawn("mosquitto", ["-c", "config/test.conf"], {
      cwd: this.#class.folder,
      env: { ...process.env, PATH: `${process.env.PATH}${delimiter}/usr/sbin` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.log += text;
      });
    }
    const end = Date.now() + 20_000;
    while (!(await accepts(this.ports.test))) {
      if (Date.now() < end && child.exitCode === null) continue;
      throw new Error(`mosquitto does not start: ${this.log}`);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.on("close", done));
    child.kill("SIGTERM");
    await ended;
  }

  /** A client that has come in. Rejects when it is refused. */
  async client(options: ClientOptions): Promise<TestClient> {
    const { port, isPlain = false, ...more } = options;
    const client = mqtt.connect({
      protocol: isPlain ? "mqtt" : "mqtts",
      host: "127.0.0.1",
      port,
      ...(!isPlain && { ca: readFileSync(this.#class.path("config/tls/authority.pem")) }),
      // Then the broker says what it thinks of a message.
      protocolVersion: 5,
      reconnectPeriod: 0,
      connectTimeout: 20_000,
      ...more,
    });
    const taken = new TestClient(client);
    await new Promise<void>((done, fail) => {
      client.once("connect", () => done());
      client.once("error", fail);
      client.once("close", () => fail(new Error("closed before it was connected")));
    }).catch((error: unknown) => {
      client.end(true);
      throw error;
    });
    return taken;
  }

  /** A board of the class with its password. */
  board(id: string, more: Partial<ClientOptions> = {}): Promise<TestClient> {
    const password = this.#class.list.boards.find((board) => board.id === id)?.password ?? "";
    return this.client({ port: this.ports.boards, username: id, password, ...more });
  }

  /** Somebody else of the class. */
  person(name: keyof ClassList["people"]): Promise<TestClient> {
    const password = this.#class.list.people[name];
    return this.client({ port: this.ports.people, username: name, password });
  }

  /** The test's own. */
  everything(): Promise<TestClient> {
    return this.client({ port: this.ports.test, isPlain: true });
  }
}

export interface ClientOptions
  extends Pick<
    IClientOptions,
    "username" | "password" | "clientId" | "clean" | "properties" | "protocolVersion"
  > {
  readonly port: number;
  readonly isPlain?: boolean;
}

/** A client and what it has been sent. */
export class TestClient {
  readonly messages: { readonly topic: string; readonly text: string }[] = [];
  isClosed = false;
  readonly #closed: Promise<void>;
  readonly #client: MqttClient;
  readonly #waiting = new Set<() => void>();

  constructor(client: MqttClient) {
    this.#client = client;
    client.on("message", (topic, payload) => {
      this.messages.push({ topic, text: payload.toString() });
      this.#check();
    });
    this.#closed = new Promise((done) => {
      client.on("close", () => {
        this.isClosed = true;
        this.#check();
        done();
      });
    });
    client.on("error", () => {});
  }

  async subscribe(...filters: string[]): Promise<void> {
    await this.#client.subscribeAsync(filters, { qos: 1 });
  }

  /** Publishes; false: the broker says that it may not. */
  async publish(topic: string, text: string): Promise<boolean> {
    try {
      // One that is closed would wait for the next connection.
      await Promise.race([this.#client.publishAsync(topic, text, { qos: 1 }), this.#closed]);
      if (this.isClosed) throw new Error(`closed while ${topic} was sent`);
      return true;
    } catch (error) {
      if (/Not authorized/.test(String(error))) return false;
      throw error;
    }
  }

  /** Waits until `test` is true, at most 30 s. */
  until(test: () => boolean, what: string): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        const seen = this.messages.map(({ topic, text }) => `${topic} ${text}`).slice(-8);
        fail(new Error(`${what} was not seen; seen: ${seen.join(", ")}`));
      }, 30_000);
      const check = () => {
        if (!test()) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        done();
      };
      this.#waiting.add(check);
      check();
    });
  }

  /** Waits for a message. */
  async see(topic: string, text: string | RegExp): Promise<void> {
    const isIt = (message: { topic: string; text: string }) =>
      message.topic === topic &&
      (typeof text === "string" ? message.text === text : text.test(message.text));
    await this.until(() => this.messages.some(isIt), `${topic} ${text}`);
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }

  #check(): void {
    for (const check of this.#waiting) check();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connectTCP(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => setTimeout(() => done(false), 20));
  });
}
