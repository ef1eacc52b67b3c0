// SPDX-License-Identifier: MIT

import { TurnMeter } from "../../../modules/base/turn-meter.ts";
import {
  channels,
  type Frame,
  FrameWriter,
  frameOf,
  operations,
  readFrames,
  turnHeadLength,
} from "../protocol.ts";

/** Asks the Node side and waits for its reply. */
export type AskNode = (command: ArrayBuffer) => ArrayBuffer;
/** The PC's time: simulated time stands still during a turn. */
declare const performance: { now(): number };

/** Takes the frames of one handle. */
export type FrameHandler = (operation: number, payload: Uint8Array) => void;

/**
 * The firmware's side of the connection to the Node process: collects what the firmware wants done
 * until the turn ends, and hands what has happened to whom it concerns.
 */
export class Link {
  readonly #ask: AskNode;
  readonly #out = new FrameWriter();
  readonly #handlers = new Map<number, FrameHandler>();
  readonly #later: (() => void)[] = [];
  /** How long the firmware's callbacks take, ms of the PC. */
  readonly turns = new TurnMeter(() => performance.now());
  /** Told of an exception from a callback; false: nobody listens. */
  onFault: ((error: unknown) => boolean) | undefined;
  /** Pins in use. */
  readonly openPins = new Set<number>();
  #nextHandle = 1;
  #ticks = 0;
  /** The simulation's ticks at the start of this run; undefined: it has not begun. */
  #start: number | undefined;
  #wall = 0;

  constructor(ask: AskNode) {
    this.#ask = ask;
  }

  /** Simulated monotonic time since the start, ms; stands still during a turn. */
  get ticks(): number {
    return this.#ticks;
  }

  /** Simulated wall clock, ms since 1970. */
  get wall(): number {
    return this.#wall;
  }

  /** A handle that is not in use. The Node side's own begin at 2 ** 31. */
  nextHandle(): number {
    return this.#nextHandle++;
  }

  /** Registers a new handle of a channel. */
  open(channel: number, handler: FrameHandler): number {
    const handle = this.nextHandle();
    this.openHandle(channel, handle, handler);
    return handle;
  }

  /** Registers a handle that exists already; 0 is the only one of its channel. */
  openHandle(channel: number, handle: number, handler: FrameHandler): void {
    this.#handlers.set(keyOf(channel, handle), handler);
  }

  /** Frames for the handle are ignored from now on. */
  close(channel: number, handle: number): void {
    this.#handlers.delete(keyOf(channel, handle));
  }

  /** Says something at the end of the turn. */
  send(channel: number, operation: number, handle: number, payload?: Uint8Array): void {
    this.#out.add(channel, operation, handle, payload);
  }

  /**
   * Asks at once, with both parts one behind the other. Throws an Error with the Node side's text
   * when it refuses.
   */
  call(channel: number, operation: number, payload: Uint8Array, rest?: Uint8Array): Uint8Array {
    const ask = this.#ask;
    const reply = new Uint8Array(ask(frameOf(channel, operation, payload, rest).buffer));
    if (reply[0] === 0) return reply.subarray(1);
    throw new Error(new TextDecoder().decode(reply.subarray(1)));
  }

  /**
   * Calls back before the turn ends, but not from inside the present call. Not by a promise: its
   * frames would wait for the next turn.
   */
  later(callback: () => void): void {
    this.#later.push(callback);
  }

  /** One turn: hands on the frames of `command`, returns those that came of it. */
  turn(command: ArrayBuffer): ArrayBuffer {
    const view = new DataView(command);
    const ticks = view.getFloat64(0);
    this.#start ??= ticks;
    this.#ticks = ticks - this.#start;
    this.#wall = view.getFloat64(8);
    readFrames(new Uint8Array(command), turnHeadLength, (frame) => this.hand(frame));
    for (let next = this.#later.shift(); next; next = this.#later.shift()) this.contain(next);
    return this.#out.take().buffer;
  }

  /** Runs a callback of the firmware; what it throws is reported and stops nothing. */
  contain(callback: () => void): void {
    this.turns.begin();
    try {
      callback();
    } catch (error) {
      this.report(error);
    }
    this.turns.end();
  }

  private report(error: unknown): void {
    if (this.onFault?.(error)) return;
    const text =
      error instanceof Error ? `${error.name}: ${error.message}\n${error.stack}` : `${error}`;
    this.send(channels.system, operations.fault, 0, new TextEncoder().encode(text));
  }

  private hand({ channel, operation, handle, payload }: Frame): void {
    const handler = this.#handlers.get(keyOf(channel, handle));
    if (handler) this.contain(() => handler(operation, payload));
  }
}

function keyOf(channel: number, handle: number): number {
  return handle * 256 + channel;
}
