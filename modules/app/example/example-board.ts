// SPDX-License-Identifier: MIT

import type { Reading } from "../../air-quality/reading.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Timer } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { decodeUtf8 } from "../../base/utf8.ts";
import type { Digital } from "../../ecma-419/digital.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import type { AnswerTaker } from "../../pairing/questions.ts";
import type { PubSub } from "../pub-sub.ts";
import type { ProgramParts } from "../start/board-program.ts";
import { openPin, ownerOfPin, type PinMode, ruleOfPin } from "../start/pin-use.ts";
import { ExampleInput, ExampleOutput } from "./example-pins.ts";
import { ExampleWeb, type WebAnswer } from "./example-web.ts";

/** So many places of a stack are told: what a program calls may be some calls deep. */
const maxPlaces = 5;

/** How a message goes out. */
export interface SendOptions {
  /** Default 0. */
  readonly QoS?: QoS;
  /** The broker keeps it for whoever subscribes later; default false. */
  readonly retain?: boolean;
}

/** What is sent: a text as it is, anything else as JSON. */
export type SendValue = string | number | boolean | object;

/** A timer of an example. */
export interface ExampleTimer {
  stop(): void;
}

/** A device on the I2C bus. */
export interface ExampleDevice {
  /** Writes these bytes. Throws when the device does not take them. */
  write(...bytes: readonly number[]): void;
  /** Writes `select`, if there is any, and reads `count` bytes. Throws when the device does not answer. */
  read(count: number, ...select: readonly number[]): Uint8Array;
}

/**
 * A board as a small program sees it. Each method that is given a function calls it later, never at once; an
 * exception of such a function is a line in the log, and the board goes on.
 */
export class ExampleBoard {
  readonly #parts: ProgramParts;
  readonly #pins: Digital[] = [];
  readonly #timers = new Set<Timer>();
  readonly #subscriptions: { close(): void }[] = [];
  readonly #readers: ((reading: Reading) => void)[] = [];
  #web: ExampleWeb | undefined;
  #isClosed = false;

  constructor(parts: ProgramParts) {
    this.#parts = parts;
  }

  /** Id of the board, as in its topics. */
  get id(): string {
    return this.#parts.id;
  }

  /** A line on the console. */
  log(text: string): void {
    this.#parts.log({ level: "info", part: "example", event: "said", text });
  }

  /** Calls back with each reading of the board's sensors; a value that is missing is undefined. */
  onReading(callback: (reading: Reading) => void): void {
    if (this.#readers.length === 0) {
      const onReading = (reading: Reading) => {
        for (const reader of this.#readers) this.guard(() => reader(reading));
      };
      this.#parts.station.subscribe({ onReading });
    }
    this.#readers.push(callback);
  }

  /** Calls back every `interval` ms, first after one. */
  every(interval: number, callback: () => void): ExampleTimer {
    return this.keep(this.#parts.host.timers.repeat(() => this.guard(callback), interval));
  }

  /** Calls back once, after `delay` ms. */
  after(delay: number, callback: () => void): ExampleTimer {
    const timer: Timer = this.#parts.host.timers.set(() => {
      this.#timers.delete(timer);
      this.guard(callback);
    }, delay);
    return this.keep(timer);
  }

  /** A pin to write to, low at first. Throws an Error that says why it cannot be had. */
  output(pin: number): ExampleOutput {
    return new ExampleOutput(this.openPin(pin, "Output"));
  }

  /** A pin to read, with a pull-up. Throws an Error that says why it cannot be had. */
  input(pin: number): ExampleInput {
    return new ExampleInput(this.openPin(pin, "InputPullUp"));
  }

  /** The device at an address of the I2C bus, such as 0x23. */
  i2c(address: number): ExampleDevice {
    const { i2c } = this.#parts;
    return {
      write: (...bytes) => i2c.write(address, Uint8Array.from(bytes)),
      read: (count, ...select) => i2c.read(address, Uint8Array.from(select), count),
    };
  }

  /** A topic of the board's own: `light` → `airpair/board-a/light`. */
  topic(name: string): string {
    return `${this.#parts.settings.get("mqtt.root")}/${this.id}/${name}`;
  }

  /** Publishes a message; it waits while there is no broker. Throws for a topic that is not legal. */
  publish(topic: string, value: SendValue, { QoS = 0, retain = false }: SendOptions = {}): void {
    this.session.publish(topic, textOf(value), { QoS, retain });
  }

  /** Calls back with each message whose topic the filter matches; in a filter `+` is any level, `#` all below. */
  onMessage(filter: string, callback: (topic: string, text: string) => void, QoS: QoS = 0): void {
    const onMessage: Parameters<PubSub["subscribe"]>[1]["onMessage"] = ({ topic, payload }) => {
      const text = decodeUtf8(payload);
      if (text !== undefined) this.guard(() => callback(topic, text));
    };
    this.#subscriptions.push(this.session.subscribe(filter, { QoS, onMessage }));
  }

  /** Sends a value to a web server by POST, one at a time. Throws for what is no address. */
  post(url: string, value: SendValue, onAnswer: (answer: WebAnswer) => void): void {
    this.#web ??= new ExampleWeb(this.#parts.host);
    this.#web.post(url, textOf(value), (answer) => this.guard(() => onAnswer(answer)));
  }

  /**
   * Has a paired board run a command that its `pair.allow` has, such as `readings`; nobody else can read or
   * forge that. Calls back with the answer, or with why there is none.
   */
  ask(peer: string, command: string, onAnswer: (isDone: boolean, text: string) => void): void {
    const { pairing } = this.#parts;
    if (!pairing) throw new Error("this board cannot be paired: there is no broker");
    const taker = new Answer((isDone, text) => this.guard(() => onAnswer(isDone, text)));
    pairing.open().ask(peer, command, taker);
  }

  /** Ends all that the program has begun. */
  close(): void {
    this.#isClosed = true;
    for (const timer of this.#timers) this.#parts.host.timers.clear(timer);
    for (const subscription of this.#subscriptions) subscription.close();
    for (const pin of this.#pins) pin.close();
    this.#web?.close();
  }

  /** Runs what the program has given; an exception is a line in the log. */
  private guard(callback: () => void): void {
    if (this.#isClosed) return;
    try {
      callback();
    } catch (error) {
      logFailure(this.#parts.log, error);
    }
  }

  private get session(): NonNullable<ProgramParts["session"]> {
    const { session } = this.#parts;
    if (!session) throw new Error("there is no broker; set mqtt.broker");
    return session;
  }

  private keep(timer: Timer): ExampleTimer {
    this.#timers.add(timer);
    return {
      stop: () => {
        this.#timers.delete(timer);
        this.#parts.host.timers.clear(timer);
      },
    };
  }

  private openPin(pin: number, mode: PinMode): Digital {
    const { host, settings } = this.#parts;
    const owner = ownerOfPin(settings, pin) ?? ruleOfPin(settings, pin);
    try {
      if (owner !== undefined) throw new Error(`${owner} has it`);
      const opened = openPin(host.board, pin, mode);
      this.#pins.push(opened);
      return opened;
    } catch (error) {
      throw new Error(`pin ${pin} cannot be had: ${messageOf(error)}`);
    }
  }
}

/** Tells what a program has thrown, and where, as far as the engine knows. */
export function logFailure(log: Log, error: unknown): void {
  const places = placesOf(error instanceof Error ? (error.stack ?? "") : "");
  const name = error instanceof Error ? `${error.name}: ` : "";
  const where = places.length === 0 ? "" : `, at ${places.join(" ")}`;
  // XS puts the name of the function before it, also when it has none.
  const text = `${name}${messageOf(error).replace(/^\(anonymous-\d+\): /, "")}${where}`;
  log({ level: "error", part: "example", event: "failed", text });
}

/** Places in a stack, the innermost first, but for those of this folder; a bundle does not tell which those are. */
function placesOf(stack: string): string[] {
  const places = [...stack.matchAll(/[^\s()]*:\d+(?::\d+)?(?=[\s)]|$)/g)].map(([place]) => place);
  return places.filter((place) => !place.includes("modules/app/example/")).slice(0, maxPlaces);
}

function textOf(value: SendValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The answer of a peer, whole. */
class Answer implements AnswerTaker {
  readonly #onAnswer: (isDone: boolean, text: string) => void;
  #text = "";

  constructor(onAnswer: (isDone: boolean, text: string) => void) {
    this.#onAnswer = onAnswer;
  }

  add(text: string): void {
    this.#text += this.#text === "" ? text : `\n${text}`;
  }

  end(): void {
    this.#onAnswer(true, this.#text);
  }

  fail(error: unknown): void {
    this.#onAnswer(false, messageOf(error));
  }
}
