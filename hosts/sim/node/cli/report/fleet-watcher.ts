// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import type { IClientOptions, MqttClient } from "mqtt";
import type { SimOptions } from "../../sim-options.ts";

export interface FleetWatcherOptions {
  /** Where the boards connect, in turn; with user and password if there are any. */
  readonly brokers: readonly URL[];
  readonly files: NonNullable<SimOptions["credentials"]>["files"] | undefined;
  /** First levels of the topics of the boards. */
  readonly roots: readonly string[];
  readonly onReading: (board: string, payload: string) => void;
}

/** Longest wait for a broker, ms; and between two attempts. */
const patience = 10_000;
const pause = 500;
/** Longest time to take leave, ms. */
const leaveLimit = 3_000;

/** Sees the readings of all boards, as any subscriber does; in a session that outlives its connections. */
export class FleetWatcher {
  readonly #options: FleetWatcherOptions;
  readonly #id = `airpair-report-${randomBytes(6).toString("hex")}`;
  #client: MqttClient | undefined;

  constructor(options: FleetWatcherOptions) {
    this.#options = options;
  }

  /** Settles when readings are seen. Rejects with what stands in the way. */
  async open(): Promise<void> {
    const { roots, onReading } = this.#options;
    const { default: mqtt } = await import("mqtt");
    const client = mqtt.connect(this.clientOptions(false));
    this.#client = client;
    let reason = "there is no answer";
    client.on("error", (error) => {
      reason = error.message || String((error as NodeJS.ErrnoException).code);
    });
    client.on("message", (topic, payload) => {
      onReading(topic.split("/").at(-2) ?? "", payload.toString("utf8"));
    });
    await new Promise<void>((done, fail) => {
      const timer = setTimeout(() => fail(new Error(reason)), patience);
      client.once("connect", () => {
        clearTimeout(timer);
        done();
      });
    });
    const filters = roots.map((root) => `${root}/+/reading`);
    const granted = await client.subscribeAsync(filters, { qos: 1 });
    if (granted.some(({ qos }) => qos > 2)) throw new Error("the broker refuses the subscription");
  }

  /** Leaves nothing at the broker. */
  async close(): Promise<void> {
    const client = this.#client;
    if (!client) return;
    await client.endAsync(true);
    const { default: mqtt } = await import("mqtt");
    const last = mqtt.connect({ ...this.clientOptions(true), reconnectPeriod: 0 });
    last.on("error", () => {});
    await new Promise<void>((done) => {
      const timer = setTimeout(done, leaveLimit);
      last.once("close", done);
      last.once("connect", () => last.end());
      timer.unref();
    });
    last.end(true);
  }

  private clientOptions(clean: boolean): IClientOptions {
    const { brokers, files } = this.#options;
    const [first] = brokers;
    const [username, password] = [first?.username ?? "", first?.password ?? ""].map(
      decodeURIComponent,
    );
    const read = (name: "ca" | "cert" | "key") => {
      const file = files?.[name];
      return file === undefined ? {} : { [name]: readFileSync(file) };
    };
    return {
      servers: brokers.map(({ protocol, hostname, port }) => ({
        protocol: protocol.slice(0, -1) as "mqtt" | "mqtts" | "ws" | "wss",
        host: hostname,
        port: Number(port),
      })),
      ...(brokers.length === 1 && first && { path: `${first.pathname}${first.search}` }),
      ...(username !== "" && { username, password }),
      ...read("ca"),
      ...read("cert"),
      ...read("key"),
      clientId: this.#id,
      clean,
      reconnectPeriod: pause,
      connectTimeout: patience / 2,
      resubscribe: true,
    };
  }
}
