// SPDX-License-Identifier: MIT

import type { ClientCounters } from "./client.ts";
import type { Every } from "./every.ts";
import type { Message } from "./message.ts";

/** What is told of a broker. */
export interface SysBroker {
  readonly counters: ClientCounters;
  readonly state: {
    readonly connected: number;
    readonly mostConnected: number;
    readonly sessions: number;
    readonly expired: number;
    readonly subscriptions: number;
    readonly retained: number;
    readonly stored: { readonly count: number; readonly bytes: number };
    readonly connects: number;
    readonly sockets: number;
  };
  tell(message: Message): void;
}

export interface SysTopicsOptions {
  readonly broker: SysBroker;
  readonly version: string;
  readonly now: () => number;
  readonly every: Every;
}

/** As Mosquitto's `sys_interval`, ms. */
const interval = 10_000;
const minutes = [1, 5, 15] as const;

/** `$SYS`, with the names of Mosquitto (mosquitto(8), "Broker Status"); what has changed every 10 s. */
export class SysTopics {
  readonly #options: SysTopicsOptions;
  readonly #started: number;
  readonly #told = new Map<string, string>();
  readonly #loads = new Map<string, number>();
  readonly #stop: () => void;
  #before: Record<string, number> = {};
  #last: number;

  constructor(options: SysTopicsOptions) {
    this.#options = options;
    this.#started = options.now();
    this.#last = this.#started;
    this.say("version", options.version);
    this.update();
    this.#stop = options.every(interval, () => this.update());
  }

  close(): void {
    this.#stop();
  }

  private update(): void {
    const { broker, now } = this.#options;
    const { counters, state } = broker;
    const values: Readonly<Record<string, number>> = {
      "clients/total": state.sessions,
      "clients/connected": state.connected,
      "clients/active": state.connected,
      "clients/disconnected": state.sessions - state.connected,
      "clients/inactive": state.sessions - state.connected,
      "clients/maximum": state.mostConnected,
      "clients/expired": state.expired,
      "messages/received": counters.messagesReceived,
      "messages/sent": counters.messagesSent,
      "messages/stored": state.stored.count,
      "store/messages/count": state.stored.count,
      "store/messages/bytes": state.stored.bytes,
      "subscriptions/count": state.subscriptions,
      "retained messages/count": state.retained,
      "heap/current": process.memoryUsage.rss(),
      "publish/messages/received": counters.publishesReceived,
      "publish/messages/sent": counters.publishesSent,
      "publish/messages/dropped": counters.dropped,
      "publish/bytes/received": counters.publishBytesReceived,
      "publish/bytes/sent": counters.publishBytesSent,
      "bytes/received": counters.bytesReceived,
      "bytes/sent": counters.bytesSent,
    };
    const uptime = Math.floor((now() - this.#started) / 1_000);
    this.say("uptime", `${uptime} seconds`);
    for (const [name, value] of Object.entries(values)) this.say(name, String(value));
    this.updateLoads(values);
  }

  /** Moving averages a minute: each step takes the last interval in, the rest fades. */
  private updateLoads(values: Readonly<Record<string, number>>): void {
    const { broker, now } = this.#options;
    const present: Record<string, number> = {
      "messages/received": values["messages/received"] ?? 0,
      "messages/sent": values["messages/sent"] ?? 0,
      "publish/received": values["publish/messages/received"] ?? 0,
      "publish/sent": values["publish/messages/sent"] ?? 0,
      "publish/dropped": values["publish/messages/dropped"] ?? 0,
      "bytes/received": values["bytes/received"] ?? 0,
      "bytes/sent": values["bytes/sent"] ?? 0,
      connections: broker.state.connects,
      sockets: broker.state.sockets,
    };
    const seconds = (now() - this.#last) / 1_000;
    this.#last = now();
    for (const [name, value] of Object.entries(present)) {
      const rate = seconds > 0 ? ((value - (this.#before[name] ?? 0)) * 60) / seconds : 0;
      for (const span of minutes) {
        const topic = `load/${name}/${span}min`;
        const before = this.#loads.get(topic) ?? 0;
        const load = rate + Math.exp(-seconds / (60 * span)) * (before - rate);
        this.#loads.set(topic, load);
        this.say(topic, load.toFixed(2));
      }
    }
    this.#before = present;
  }

  private say(name: string, text: string): void {
    if (this.#told.get(name) === text) return;
    this.#told.set(name, text);
    const topic = `$SYS/broker/${name}`;
    this.#options.broker.tell({ topic, payload: Buffer.from(text), QoS: 0, isRetained: true });
  }
}
