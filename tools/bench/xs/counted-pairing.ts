// SPDX-License-Identifier: MIT

// Measured for counts: pairing at two boards, with the cryptography of the boards, whose library the
// Node side stands in for. Each thing that happens is a turn of its own.

import { MbedTLSCrypto } from "../../../hosts/moddable/crypto/mbedtls-crypto.ts";
import type { Clock, Timer, Timers } from "../../../modules/base/clock.ts";
import { Pairing } from "../../../modules/pairing/pairing.ts";
import type { PairingMessage, PairingNetwork } from "../../../modules/pairing/pairing-network.ts";
import { MemoryKeyValue } from "../../../tests/support/memory-key-value.ts";
import { type Chosen, type Done, pairingSteps } from "../pairing-steps.ts";
import { PartedCrypto } from "./parted-crypto.ts";

/** Provided by the worker. */
declare function gc(): void;

/** Something that will happen at a board. */
interface Event {
  due: number;
  readonly board: number;
  readonly interval: number | undefined;
  /** The message that arrives. */
  readonly payload: Uint8Array | undefined;
  readonly callback: () => void;
}

interface Listener {
  readonly board: number;
  readonly filter: string;
  readonly onMessage: (message: PairingMessage) => void;
}

const library = new PartedCrypto();
const crypto = new MbedTLSCrypto(library);

/** What the two boards wait for, in order, and the broker between them. */
class World {
  readonly listeners = new Set<Listener>();
  readonly sent: [kind: number, length: number][] = [];
  events: Event[] = [];
  ticks = 0;
  #chosen: Event | undefined;

  add(event: Event): Timer {
    this.events.push(event);
    return event as unknown as Timer;
  }

  remove(event: unknown): void {
    this.events = this.events.filter((each) => each !== event);
  }

  choose(): Chosen {
    const [first, ...rest] = this.events;
    if (!first) return {};
    const event = rest.reduce((least, each) => (each.due < least.due ? each : least), first);
    this.#chosen = event;
    this.ticks = Math.max(this.ticks, event.due);
    if (event.interval === undefined) this.remove(event);
    else event.due += event.interval;
    const { board, payload } = event;
    return { board, ...(payload && { message: payload[0] as number }) };
  }

  act(): void {
    this.#chosen?.callback();
  }
}

/** Clock, timers and network of one board. */
class Place implements Timers, Clock, PairingNetwork {
  readonly #world: World;
  readonly #board: number;

  constructor(world: World, board: number) {
    this.#world = world;
    this.#board = board;
  }

  ticks(): number {
    return this.#world.ticks;
  }

  now(): number {
    return 1_780_000_000_000 + this.#world.ticks;
  }

  set(time: number): void;
  set(callback: () => void, delay: number): Timer;
  set(first: number | (() => void), delay = 0): Timer | undefined {
    return typeof first === "number" ? undefined : this.add(first, delay, undefined);
  }

  repeat(callback: () => void, interval: number): Timer {
    return this.add(callback, interval, interval);
  }

  clear(timer: Timer | undefined): void {
    if (timer) this.#world.remove(timer);
  }

  publish(topic: string, payload: Uint8Array): void {
    const { listeners, sent, ticks } = this.#world;
    sent.push([payload[0] as number, payload.length]);
    for (const { filter, board, onMessage } of listeners) {
      if (filter !== topic) continue;
      const callback = () => onMessage({ payload, retain: false });
      this.#world.add({ due: ticks + 1, board, interval: undefined, payload, callback });
    }
  }

  subscribe(
    filter: string,
    { onMessage }: { readonly onMessage: (message: PairingMessage) => void },
  ): { close(): void } {
    const { listeners } = this.#world;
    const listener = { board: this.#board, filter, onMessage };
    listeners.add(listener);
    return { close: () => listeners.delete(listener) };
  }

  /** Nothing of its past happens any more. */
  end(): void {
    const board = this.#board;
    const { listeners } = this.#world;
    this.#world.events = this.#world.events.filter((event) => event.board !== board);
    for (const listener of listeners) if (listener.board === board) listeners.delete(listener);
  }

  private add(callback: () => void, delay: number, interval: number | undefined): Timer {
    const due = this.#world.ticks + delay;
    const board = this.#board;
    return this.#world.add({ due, board, interval, payload: undefined, callback });
  }
}

/** One board, as far as pairing is concerned. */
class CountedBoard {
  readonly store = new MemoryKeyValue();
  readonly #place: Place;
  readonly #name: string;
  pairing!: Pairing;
  isPaired = false;
  isPresent = false;
  hasShown = false;

  constructor(world: World, board: number) {
    this.#place = new Place(world, board);
    this.#name = board === 0 ? "board-a" : "board-b";
    this.start();
  }

  start(): void {
    const place = this.#place;
    place.end();
    this.isPresent = false;
    this.pairing = new Pairing({
      crypto,
      network: place,
      timers: place,
      clock: place,
      random: () => 0.5,
      log: ({ event }) => {
        if (event === "here") this.isPresent = true;
        if (event === "reading") this.hasShown = true;
      },
      domain: this.store,
      root: "airpair",
      name: this.#name,
      describe: () => "",
    });
  }

  offer(): string {
    return this.pairing.offer(this.taker());
  }

  join(code: string): void {
    this.pairing.join(code, this.taker());
  }

  tell(): void {
    this.pairing.sendReading(
      {
        co2: 612,
        voc: 80,
        pressure: 101_300,
        pressureTemperature: 23.1,
        temperature: 22.4,
        humidityPercent: 41,
      },
      1_780_000_000_000,
    );
  }

  private taker() {
    return {
      add: () => {
        this.isPaired = true;
      },
      end: () => {},
      fail: () => {},
    };
  }
}

class CountedPairing {
  #world = new World();
  #boards: CountedBoard[] = [];
  #code = "";

  /** Returns the answer, if there is one. */
  act(step: number): Chosen | Done | undefined {
    if (step === pairingSteps.choose) return this.#world.choose();
    if (step === pairingSteps.report) return this.report();
    const [a, b] = this.#boards;
    if (step === pairingSteps.open) this.open();
    else if (step === pairingSteps.offer) this.#code = a?.offer() ?? "";
    else if (step === pairingSteps.join) b?.join(this.#code);
    else if (step === pairingSteps.act) this.#world.act();
    else if (step === pairingSteps.repeatCalls) library.repeat();
    else if (step === pairingSteps.start) a?.start();
    else if (step === pairingSteps.startOther) b?.start();
    else if (step === pairingSteps.tell) a?.tell();
    return undefined;
  }

  private open(): void {
    this.#world = new World();
    this.#boards = [0, 1].map((board) => new CountedBoard(this.#world, board));
  }

  private report(): Done {
    const { multiplications, count } = library;
    library.prepare();
    const { sent } = this.#world;
    return {
      multiplications,
      calls: count - multiplications,
      sent: sent.splice(0),
      paired: this.#boards.map(({ isPaired }) => isPaired),
      present: this.#boards.map(({ isPresent }) => isPresent),
      shown: this.#boards.map(({ hasShown }) => hasShown),
    };
  }
}

const counted = new CountedPairing();
const encoder = new TextEncoder();

Object.assign(globalThis, {
  handleCommand(command: ArrayBuffer): ArrayBuffer {
    const [step] = new Uint8Array(command);
    if (step === undefined) {
      gc();
      return new ArrayBuffer(0);
    }
    const answer = counted.act(step);
    return answer ? encoder.encode(JSON.stringify(answer)).buffer : new ArrayBuffer(0);
  },
});
