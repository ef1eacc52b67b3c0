// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../base/clock.ts";
import {
  isAddress,
  type LookupFailure,
  NameLookup,
  type NameLookupOwner,
} from "../base/name-lookup.ts";
import type { ResolverProvider } from "../ecma-419/resolver.ts";
import type {
  TCP,
  TCPConstructor,
  TCPProvider,
  TLSProvider,
  TLSSecureOptions,
} from "../ecma-419/tcp.ts";
import type { HttpAddress } from "./http-address.ts";
import { HttpError, type HttpFailure, httpError } from "./http-error.ts";
import { encodeRequest, type HttpRequest } from "./http-request.ts";
import { Outgoing } from "./outgoing.ts";
import { type BodyOwner, type ResponseLimits, ResponseReader } from "./response-reader.ts";

/** The network of the host. */
export interface HttpNetwork {
  readonly dns: ResolverProvider;
  readonly tcp: TCPProvider;
  /** Absent: https is refused. */
  readonly tls?: TLSProvider;
}

/** How long each phase of a request may take, ms; a server that sends bit by bit has no more. */
export interface HttpDeadlines {
  readonly dns: number;
  readonly tcp: number;
  /** TCP and TLS together. */
  readonly tls: number;
  /** Until the server has taken the request. */
  readonly send: number;
  /** From there to the end of the head. */
  readonly answer: number;
  /** From there to the end of the body. */
  readonly body: number;
  /** So long a connection is kept for the next request. */
  readonly idle: number;
}

export interface HttpConnectionOptions {
  readonly address: HttpAddress;
  readonly network: HttpNetwork;
  readonly secure: TLSSecureOptions;
  readonly timers: Timers;
  readonly deadlines: HttpDeadlines;
  readonly limits: ResponseLimits;
}

/** Whom a connection serves. One of the first two is called for each request, never from inside a call. */
export interface HttpConnectionOwner {
  /** The answer is whole; the connection can take the next request when `isReusable`. */
  connectionAnswered(answer: ResponseReader): void;
  /** `mayRepeat`: a connection that was used before ended without a byte of an answer. */
  connectionFailed(error: HttpError, mayRepeat: boolean): void;
  /** Of one that wants bodies as they come. */
  readonly body?: BodyOwner | undefined;
  /** What the next connection to the same host can be resumed with. */
  connectionSession(session: ArrayBuffer, address: HttpAddress): void;
}

const inputLength = 512;

/** One connection to a server, which takes one request at a time. No exception leaves it. */
export class HttpConnection implements NameLookupOwner {
  readonly #options: HttpConnectionOptions;
  readonly #owner: HttpConnectionOwner;
  #lookup: NameLookup | undefined;
  #tcp: TCP | undefined;
  #timer: Timer | undefined;
  #input: Uint8Array | undefined;
  /** Until it is being sent. */
  #request: HttpRequest | undefined;
  /** The request, as far as it has not gone out. */
  readonly #output = new Outgoing();
  #reader: ResponseReader | undefined;
  #isOpen = false;
  #isClosed = false;
  /** It has given an answer already. */
  #isUsed = false;

  constructor(options: HttpConnectionOptions, owner: HttpConnectionOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#timer = options.timers.set(() => this.find(), 0);
  }

  /** It is open, and waits for the next request. */
  get isReusable(): boolean {
    return this.#isOpen && !this.#isClosed && this.#reader === undefined;
  }

  /** Whether a request to that address can go over it. */
  leadsTo({ host, port, secure }: HttpAddress): boolean {
    const { address } = this.#options;
    return address.host === host && address.port === port && address.secure === secure;
  }

  /** Sends a request as soon as it is open. */
  send(request: HttpRequest): void {
    this.#request = request;
    const isHead = request.method === "HEAD";
    this.#reader = new ResponseReader(this.#options.limits, isHead, this.#owner.body);
    if (this.#isOpen) this.beginSending();
  }

  /** Ends it; nothing is called back afterwards. */
  close(): void {
    this.#isClosed = true;
    this.clearTimer();
    this.#lookup?.close();
    this.#lookup = undefined;
    this.#input = undefined;
    this.#request = undefined;
    this.#output.bytes = undefined;
    this.#reader = undefined;
    const tcp = this.#tcp;
    this.#tcp = undefined;
    try {
      tcp?.close();
    } catch {
      // Closing a socket that has failed may throw; there is nothing left to release.
    }
  }

  nameResolved(address: string): void {
    this.#lookup = undefined;
    this.connect(address);
  }

  nameFailed(failure: LookupFailure, cause: unknown): void {
    this.fail(httpError(`http/${failure}`, cause));
  }

  private find(): void {
    const { address, network, timers, deadlines } = this.#options;
    const { host } = address;
    if (isAddress(host)) this.connect(host);
    else {
      this.#lookup = new NameLookup(
        { host, dns: network.dns, timers, deadline: deadlines.dns },
        this,
      );
    }
  }

  private connect(address: string): void {
    const { network, secure, deadlines, address: target } = this.#options;
    const { host, port } = target;
    this.limit(
      target.secure ? deadlines.tls : deadlines.tcp,
      target.secure ? "http/tls-deadline" : "http/tcp-deadline",
    );
    try {
      const provider = target.secure ? network.tls : network.tcp;
      if (!provider) throw httpError("http/no-tls");
      const { io, ...more } = provider as TCPProvider;
      const options = {
        ...more,
        ...(target.secure && {
          secure,
          onSession: (session: ArrayBuffer) => this.#owner.connectionSession(session, target),
        }),
        host,
        address,
        port,
        noDelay: true,
        format: "buffer" as const,
      };
      this.#tcp = new (io as TCPConstructor)({
        ...options,
        onReadable: () => this.onReadable(),
        onWritable: (count) => this.onWritable(count),
        onError: (error) => this.onError(error),
      });
    } catch (error) {
      this.failLater(error instanceof HttpError ? error : this.errorOfOpening(error));
    }
  }

  private onWritable(count: number): void {
    if (this.#isClosed) return;
    this.#output.room = count;
    if (this.#isOpen) this.flush();
    else {
      this.#isOpen = true;
      this.beginSending();
    }
  }

  private beginSending(): void {
    const request = this.#request;
    this.#request = undefined;
    this.limit(this.#options.deadlines.send, "http/send-deadline");
    this.#output.bytes = request && encodeRequest(request);
    this.flush();
  }

  private flush(): void {
    try {
      if (!this.#output.sendTo(this.#tcp)) return;
    } catch (error) {
      this.failLater(httpError("http/lost", error));
      return;
    }
    this.limit(this.#options.deadlines.answer, "http/answer-deadline");
  }

  private onReadable(): void {
    if (this.#isClosed) return;
    const reader = this.#reader;
    if (reader === undefined) {
      // Nobody has asked for anything: it cannot be trusted with the next request.
      this.close();
      return;
    }
    const wasInBody = reader.isInBody;
    this.#input ??= new Uint8Array(inputLength);
    const input = this.#input;
    try {
      while (!reader.isDone) {
        const count = this.#tcp?.read(input) ?? 0;
        if (count === 0) break;
        const used = reader.take(input.subarray(0, count));
        if (used < count) this.#isClosed = true;
      }
      // What follows an answer nobody has asked for.
      if (reader.isKeptAlive && (this.#tcp?.read(input) ?? 0) > 0) this.#isClosed = true;
    } catch (error) {
      this.fail(httpError(reader.hasBegun ? "http/cut-off" : "http/lost", error));
      return;
    }
    if (reader.isDone) this.finish(reader);
    else if (reader.isInBody && !wasInBody) {
      this.limit(this.#options.deadlines.body, "http/body-deadline");
    }
  }

  private onError(cause: unknown): void {
    const reader = this.#reader;
    if (!this.#isOpen) this.fail(this.errorOfOpening(cause));
    else if (reader === undefined) this.close();
    else {
      reader.end();
      this.#isClosed = true;
      this.finish(reader);
    }
  }

  private errorOfOpening(cause: unknown): HttpError {
    const { secure } = this.#options.address;
    const code = (cause as { code?: unknown } | undefined)?.code;
    const isTLS = secure && typeof code === "string" && code.startsWith("tls/");
    return httpError(isTLS ? "http/tls-failed" : "http/tcp-failed", cause);
  }

  /** The answer is whole, or is none. */
  private finish(reader: ResponseReader): void {
    const { failure } = reader;
    if (failure) {
      this.fail(failure);
      return;
    }
    // An answer that comes before the request has gone out is the last one of a connection.
    if (this.#isClosed || !reader.isKeptAlive || this.#output.bytes !== undefined) this.close();
    else {
      this.#reader = undefined;
      this.#input = undefined;
      this.#isUsed = true;
      this.clearTimer();
      this.#timer = this.#options.timers.set(() => this.close(), this.#options.deadlines.idle);
    }
    this.#owner.connectionAnswered(reader);
  }

  private limit(time: number, code: HttpFailure): void {
    this.clearTimer();
    this.#timer = this.#options.timers.set(() => this.fail(httpError(code)), time);
  }

  private failLater(error: HttpError): void {
    this.clearTimer();
    this.#timer = this.#options.timers.set(() => this.fail(error), 0);
  }

  private fail(error: HttpError): void {
    const mayRepeat = this.#isUsed && error.code === "http/lost";
    this.close();
    this.#owner.connectionFailed(error, mayRepeat);
  }

  private clearTimer(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
