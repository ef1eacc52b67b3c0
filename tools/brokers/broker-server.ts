// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../tests/support/mosquitto.ts";
import { type BrokerKind, type Launch, password, user } from "./broker-kinds.ts";

/** RabbitMQ takes some seconds; on a busy PC more, ms. */
const startLimit = 90_000;
const stopLimit = 20_000;

/** A broker that runs for itself, with its storage in a folder of its own. */
export class BrokerServer {
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-broker-"));
  readonly #launch: Launch;
  #child: ChildProcess | undefined;
  /** What it has said, for the reason when it does not start. */
  #output = "";

  private constructor(kind: BrokerKind, ports: readonly [number, number, number]) {
    const [mqtt, ...others] = ports;
    this.port = mqtt;
    this.#launch = kind.launch(this.#folder, { mqtt, others });
  }

  /** Starts one on free ports. */
  static async start(kind: BrokerKind): Promise<BrokerServer> {
    const ports = [await freePort(), await freePort(), await freePort()] as const;
    const server = new BrokerServer(kind, ports);
    try {
      await server.start();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** Its address, with the user it knows, or with another password. */
  url(given = password): string {
    return `mqtt://${user}:${given}@127.0.0.1:${this.port}`;
  }

  /** Starts it, or starts it again with what it has stored. */
  async start(): Promise<void> {
    const { file, args, env } = this.#launch;
    const child = spawn(file, args, { env, cwd: this.#folder, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (bytes: Buffer) => {
        this.#output = (this.#output + bytes).slice(-2_000);
      });
    }
    const failed = once(child, "error");
    const end = Date.now() + startLimit;
    while (!(await accepts(this.port))) {
      await Promise.race([pause(50), failed.then(([error]) => Promise.reject(error))]);
      if (Date.now() > end || child.exitCode !== null) {
        throw new Error(`${file} does not start: ${this.#output}`);
      }
    }
  }

  /** Ends the process; what it has stored stays. SIGKILL: from one moment to the next. */
  async halt(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.pid === undefined) return;
    const ended = once(child, "close");
    child.kill(signal);
    const timer = setTimeout(() => child.kill("SIGKILL"), stopLimit);
    await ended;
    clearTimeout(timer);
  }

  async stop(): Promise<void> {
    await this.halt();
    this.#launch.cleanUp?.();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(false));
  });
}
