// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

// Debian installs the broker where only root's PATH leads.
const env = { ...process.env, PATH: `${process.env.PATH}${delimiter}/usr/sbin` };
const isInstalled = ["mosquitto", "mosquitto_sub"].every((command) => {
  return !spawnSync(command, ["--help"], { env, stdio: "ignore" }).error;
});

/** For `test(…, { skip }, …)`: why tests with Mosquitto cannot run here, or false. */
export const withoutMosquitto: string | false = isInstalled
  ? false
  : "Mosquitto is not installed; sudo apt-get install mosquitto mosquitto-clients";

/** A port of the loopback that is free now. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Lines of a broker's configuration; given its folder, which goes when it stops. */
export type BrokerLines = string | ((folder: string) => string);

/** A real broker with a configuration of its own, on the loopback. */
export class Mosquitto {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-mosquitto-"));
  readonly #lines: string;
  #child: ChildProcess | undefined;

  private constructor(port: number, lines: BrokerLines) {
    this.port = port;
    this.#lines = typeof lines === "string" ? lines : lines(this.#folder);
  }

  /** Starts one on a free port; `lines` are added to its configuration. */
  static async start(lines: BrokerLines = "allow_anonymous true"): Promise<Mosquitto> {
    const broker = new Mosquitto(await freePort(), lines);
    await broker.start();
    return broker;
  }

  /** Starts it again on the same port. */
  async start(): Promise<void> {
    const file = join(this.#folder, "mosquitto.conf");
    writeFileSync(file, `listener ${this.port} 127.0.0.1\nuser root\n${this.#lines}\n`);
    this.#child = spawn("mosquitto", ["-c", file], { env, stdio: "ignore" });
    const end = Date.now() + 10_000;
    while (!(await accepts(this.port))) {
      if (Date.now() < end) continue;
      await this.stop();
      throw new Error("mosquitto does not start");
    }
  }

  /** Ends the process; it can be started again. */
  async halt(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    const ended = new Promise((done) => child.on("close", done));
    child.kill("SIGTERM");
    await ended;
  }

  async stop(): Promise<void> {
    await this.halt();
    rmSync(this.#folder, { recursive: true });
  }

  /** Publishes with `mosquitto_pub`, as a user does. */
  publish(topic: string, payload: string): void {
    const args = ["-h", "127.0.0.1", "-p", String(this.port), "-t", topic, "-m", payload];
    const { status } = spawnSync("mosquitto_pub", args, { env, stdio: "ignore" });
    if (status !== 0) throw new Error(`mosquitto_pub ended with ${status}`);
  }

  /** `mosquitto_sub` as an independent witness. */
  witness(filter: string): Witness {
    return new Witness(["-h", "127.0.0.1", "-p", String(this.port), "-t", filter]);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => setTimeout(() => done(false), 20));
  });
}

/** A message as `mosquitto_sub -F '%r %t %p'` prints it. */
export interface Witnessed {
  readonly retained: boolean;
  readonly topic: string;
  readonly payload: string;
  /** ms of this process's clock. */
  readonly at: number;
}

/** One running `mosquitto_sub`. */
export class Witness {
  readonly messages: Witnessed[] = [];
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();

  constructor(args: readonly string[]) {
    const child = spawn("mosquitto_sub", [...args, "-F", "%r %t %p"], {
      env,
      stdio: ["ignore", "pipe", "ignore"],
    });
    this.#child = child;
    createInterface({ input: child.stdout }).on("line", (line) => {
      const [retained, topic = "", ...payload] = line.split(" ");
      const at = performance.now();
      this.messages.push({ retained: retained === "1", topic, payload: payload.join(" "), at });
      for (const check of this.#waiting) check();
    });
  }

  /** Waits until `test` is true of some message, at most `limit` ms. */
  until(test: (message: Witnessed) => boolean, limit = 20_000): Promise<Witnessed> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        const seen = this.messages.map(({ topic, payload }) => `${topic} ${payload}`);
        fail(new Error(`not seen within ${limit} ms; seen: ${seen.slice(-5).join(", ")}`));
      }, limit);
      const check = () => {
        const found = this.messages.find(test);
        if (!found) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        done(found);
      };
      this.#waiting.add(check);
      check();
    });
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.#child.on("close", done));
    this.#child.kill("SIGTERM");
    await ended;
  }
}
