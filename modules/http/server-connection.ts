// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../base/clock.ts";
import type { Listener } from "../ecma-419/listener.ts";
import type { TCP } from "../ecma-419/tcp.ts";
import { encodeResponse, type HttpResponse, plainResponse } from "./http-response.ts";
import { Outgoing } from "./outgoing.ts";
import { type RequestLimits, RequestReader } from "./request-reader.ts";

/** How long each phase of a connection may take, ms; whoever sends bit by bit has no more. */
export interface ServerDeadlines {
  /** Until the head of the request is there. */
  readonly head: number;
  /** From there until its body is there. */
  readonly body: number;
  /** From there until the answer is taken. */
  readonly answer: number;
  /** What follows a request that was refused is read so long, so that the refusal arrives. */
  readonly rest: number;
}

export interface ServerConnectionOptions {
  readonly timers: Timers;
  readonly deadlines: ServerDeadlines;
  readonly limits: RequestLimits;
}

/** Whom a connection serves. */
export interface ServerConnectionOwner {
  /** `from`: the address of the other end, where the host tells it. Must not throw. */
  respond(request: RequestReader, from: string | undefined): HttpResponse;
  /** It is over, and closed. */
  connectionEnded(connection: ServerConnection): void;
}

const inputLength = 512;

/** One connection of a browser: a request, its answer, and the end. No exception leaves it. */
export class ServerConnection {
  readonly #options: ServerConnectionOptions;
  readonly #owner: ServerConnectionOwner;
  readonly #tcp: TCP | undefined;
  #reader: RequestReader | undefined;
  /** The answer, as far as it has not gone out. */
  readonly #output = new Outgoing();
  #timer: Timer | undefined;
  #isClosed = false;
  /** The request was none. */
  #isRefused = false;

  /** Takes the next connection that waits. */
  constructor(listener: Listener, options: ServerConnectionOptions, owner: ServerConnectionOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#reader = new RequestReader(options.limits);
    this.#tcp = listener.read({
      onReadable: () => this.onReadable(),
      onWritable: (count) => this.onWritable(count),
      onError: () => this.end(),
    });
    this.#timer = options.timers.set(() => this.end(), options.deadlines.head);
  }

  /** There was one. */
  get isTaken(): boolean {
    return this.#tcp !== undefined;
  }

  /** The request has not said what it wants. */
  get isWaiting(): boolean {
    return this.#reader?.isInBody === false;
  }

  /** The address of the other end, where the host tells it. */
  get from(): string | undefined {
    return this.#tcp?.remoteAddress;
  }

  /** Ends it; nothing is called back afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#reader = undefined;
    this.#output.bytes = undefined;
    try {
      this.#tcp?.close();
    } catch {
      // Closing a socket that has failed may throw; there is nothing left to release.
    }
  }

  private onReadable(): void {
    if (this.#isClosed) return;
    const reader = this.#reader;
    const input = new Uint8Array(inputLength);
    const wasInBody = reader?.isInBody;
    try {
      for (let count = this.read(input); count > 0; count = this.read(input)) {
        reader?.take(input.subarray(0, count));
      }
    } catch {
      this.end();
      return;
    }
    if (!reader) return;
    const { deadlines } = this.#options;
    if (reader.isDone) this.answer(reader);
    else if (reader.isInBody && !wasInBody) this.limit(deadlines.body);
  }

  private read(input: Uint8Array): number {
    return this.#tcp?.read(input) ?? 0;
  }

  private answer(reader: RequestReader): void {
    const { failure, method } = reader;
    this.#reader = undefined;
    const response =
      failure === undefined ? this.#owner.respond(reader, this.from) : plainResponse(failure);
    this.#isRefused = failure !== undefined;
    // Whoever answers may have closed the server.
    if (this.#isClosed) return;
    this.#output.bytes = encodeResponse(response, method === "HEAD");
    this.limit(this.#options.deadlines.answer);
    this.flush();
  }

  private onWritable(count: number): void {
    if (this.#isClosed) return;
    this.#output.room = count;
    this.flush();
  }

  private flush(): void {
    try {
      if (!this.#output.sendTo(this.#tcp)) return;
    } catch {
      this.limit(0);
      return;
    }
    // A socket that is closed while bytes wait to be read may take back what it has sent.
    const { rest } = this.#options.deadlines;
    this.limit(this.#isRefused ? rest : 0);
  }

  /** It ends after so many ms, unless it goes on. */
  private limit(time: number): void {
    const { timers } = this.#options;
    timers.clear(this.#timer);
    this.#timer = timers.set(() => this.end(), time);
  }

  private end(): void {
    if (this.#isClosed) return;
    this.close();
    this.#owner.connectionEnded(this);
  }
}
