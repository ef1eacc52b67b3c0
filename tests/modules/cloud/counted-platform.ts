// SPDX-License-Identifier: MIT

// Runs on XS for turn-costs.node.test.ts: a board at a platform, in which each thing that happens is a
// turn of its own, so that what it costs can be counted. Servers are in turns that are not.

import type { Timer, Timers } from "../../../modules/base/clock.ts";
import type { HostCrypto } from "../../../modules/base/host-crypto.ts";
import { Platform } from "../../../modules/cloud/platform.ts";
import { profiles } from "../../../modules/cloud/profile-list.ts";
import type { TCP, TCPConstructor, TCPOptions } from "../../../modules/ecma-419/tcp.ts";
import { MqttSession, type MqttSessionOptions } from "../../../modules/mqtt/session.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { MemoryNetwork } from "../../support/memory-network.ts";
import { seededRandom } from "../../support/random.ts";
import { ScriptedBroker } from "../../support/scripted-broker.ts";
import { ScriptedWebServer } from "../../support/scripted-web-server.ts";
import { FakeBoard, noAnswers, reading, start } from "./cloud-bench.ts";
import { platformCases } from "./platform-cases.ts";

/** What a turn does; its first byte. */
const steps = { open: 0, next: 1, act: 2, reading: 3, command: 4, greeting: 5 } as const;

/** Cryptography in C costs a board no units, and so it is none here. */
const crypto = { hmacSHA256: () => new Uint8Array(32).fill(7) } as unknown as HostCrypto;

/** A timer that the board has set. */
interface Due {
  readonly callback: () => void;
  readonly delay: number;
  readonly isRepeated: boolean;
  timer?: Timer;
  isCleared: boolean;
}

/** A board at a platform. What it asks of the world is only noted in its turn, and happens after it. */
class World implements Timers {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly board = new FakeBoard();
  readonly platform: Platform;
  readonly #name: string;
  readonly #broker: ScriptedBroker | undefined;
  /** What the board is to do, and what it has asked for. */
  #work: (() => void)[] = [];
  #wishes: (() => void)[] = [];

  constructor(name: string) {
    this.#name = name;
    this.time.set(start);
    const profile = profiles.find((each) => each.name === name);
    if (!profile) throw new Error(`there is no ${name}`);
    if (profile.http) new ScriptedWebServer(this.network);
    else this.#broker = new ScriptedBroker(this.network);
    const random = seededRandom(1);
    const ours = { clock: this.time, timers: this as Timers, random, network: this.providers };
    if (!profile.http && !profile.mqtt) {
      const brokers = [{ host: "broker.test", port: 1_883, secure: false }];
      const session = new MqttSession({ ...ours, brokers, id: "board-a" });
      session.start();
      this.board.session = session;
    }
    this.platform = new Platform({
      ...ours,
      profile,
      answers: { ...noAnswers, key: "key", ...platformCases[name]?.answers },
      board: this.board,
      crypto,
      log: () => {},
    });
  }

  /** Something happens in the world, unless the board has still to do; true: it has. */
  next(): boolean {
    const wishes = this.#wishes;
    this.#wishes = [];
    for (const wish of wishes) wish();
    if (this.#work.length === 0) this.time.step();
    return this.#work.length > 0;
  }

  /** The board does what is next. */
  act(): void {
    this.#work.shift()?.();
  }

  /** Lets the platform say something. */
  say(step: number): void {
    const { command } = platformCases[this.#name] ?? {};
    if (step === steps.greeting) {
      this.#broker?.publish("homeassistant/status", { payload: "online" });
    } else if (command) this.#broker?.publish(command.topic, { payload: command.text, QoS: 1 });
  }

  set(callback: () => void, delay: number): Timer {
    return this.add({ callback, delay, isRepeated: false, isCleared: false });
  }

  repeat(callback: () => void, interval: number): Timer {
    return this.add({ callback, delay: interval, isRepeated: true, isCleared: false });
  }

  clear(timer: Timer | undefined): void {
    if (!timer) return;
    const due = timer as unknown as Due;
    due.isCleared = true;
    this.#wishes.push(() => this.time.clear(due.timer));
  }

  private add(due: Due): Timer {
    this.#wishes.push(() => {
      if (due.isCleared) return;
      const fire = () => this.#work.push(() => due.isCleared || due.callback());
      due.timer = due.isRepeated
        ? this.time.repeat(fire, due.delay)
        : this.time.set(fire, due.delay);
    });
    return due as unknown as Timer;
  }

  /** The network, where what comes to the board is its work. */
  private get providers(): MqttSessionOptions["network"] {
    const { dns, tcp, tls } = this.network.providers;
    const marked = <Provider extends typeof tcp | typeof tls>(provider: Provider): Provider => ({
      ...provider,
      io: this.socketOf(provider.io as typeof tcp.io),
    });
    return { dns, tcp: marked(tcp), tls: marked(tls) };
  }

  private socketOf(Socket: TCPConstructor): TCPConstructor {
    const work = this.#work;
    const wish = (each: () => void) => this.#wishes.push(each);
    return class implements TCP {
      readonly #socket: TCP;

      constructor(options: TCPOptions) {
        const { onReadable, onWritable, onError } = options;
        this.#socket = new Socket({
          ...options,
          onReadable: (count) => work.push(() => onReadable?.(count)),
          onWritable: (count) => work.push(() => onWritable?.(count)),
          onError: (error) => work.push(() => onError?.(error)),
        });
      }

      read(byteLength?: number): ArrayBuffer | undefined;
      read(buffer: Uint8Array): number | undefined;
      read(wanted?: number | Uint8Array): ArrayBuffer | number | undefined {
        return this.#socket.read(wanted as Uint8Array);
      }

      write(bytes: Uint8Array): void {
        const copy = bytes.slice();
        wish(() => this.#socket.write(copy));
      }

      close(): void {
        wish(() => this.#socket.close());
      }
    };
  }
}

let world: World | undefined;

/** Returns whether the board has something to do, and the time, s. */
function handleCommand(command: ArrayBuffer): ArrayBuffer {
  const bytes = new Uint8Array(command);
  const step = bytes[0] ?? 0;
  if (step === steps.open) world = new World(String.fromCharCode(...bytes.subarray(1)));
  if (!world) throw new Error("no platform was opened");
  let hasWork = false;
  if (step === steps.next) hasWork = world.next();
  else if (step === steps.act) world.act();
  else if (step === steps.reading) world.platform.add(reading, world.time.now());
  else world.say(step);
  return Uint8Array.of(hasWork ? 1 : 0, world.time.ticks() / 1_000).buffer;
}

Object.assign(globalThis, { handleCommand });
