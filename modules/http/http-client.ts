// SPDX-License-Identifier: MIT

import type { Timers } from "../base/clock.ts";
import { frozen } from "../base/frozen.ts";
import type { TLSSecureOptions } from "../ecma-419/tcp.ts";
import { type HttpAddress, originOf, resolveLocation } from "./http-address.ts";
import {
  HttpConnection,
  type HttpConnectionOwner,
  type HttpDeadlines,
  type HttpNetwork,
} from "./http-connection.ts";
import { type HttpError, httpError } from "./http-error.ts";
import type { HttpRequest } from "./http-request.ts";
import type { BodyOwner, ResponseLimits, ResponseReader } from "./response-reader.ts";

export interface HttpClientOptions {
  readonly network: HttpNetwork;
  readonly timers: Timers;
  /** For https: authorities that are trusted; none: the public ones. */
  readonly secure?: TLSSecureOptions;
  /** Default: see `usualDeadlines`. */
  readonly deadlines?: HttpDeadlines;
  /** Default: see `usualLimits`. */
  readonly limits?: ResponseLimits;
}

/** ms. */
export const usualDeadlines: HttpDeadlines = frozen({
  dns: 10_000,
  tcp: 10_000,
  tls: 30_000,
  send: 10_000,
  answer: 20_000,
  body: 20_000,
  idle: 15_000,
});

/** Bytes. */
export const usualLimits: ResponseLimits = frozen({ head: 8_192, body: 16_384, kept: 512 });

/** What came back for a request. */
export interface HttpAnswer {
  /** 200–599. */
  readonly status: number;
  /** The beginning of the body. */
  readonly text: string;
  /** Header Retry-After: seconds or a date. */
  readonly retryAfter: string | undefined;
  /** How often the server had sent us elsewhere before. */
  readonly redirects: number;
}

/** Who has made a request. One of the two is called, once, never from inside a call. */
export interface HttpOwner {
  httpAnswered(answer: HttpAnswer): void;
  httpFailed(error: HttpError): void;
  /** Takes the body of the answer as it comes, when it is no redirect; the owner must not close here. */
  httpBody?(part: HttpBodyPart): void;
}

/** A piece of a body. */
export interface HttpBodyPart {
  readonly status: number;
  /** Header Content-Range. */
  readonly contentRange: string | undefined;
  /** Valid during the call. */
  readonly bytes: Uint8Array;
}

/** Most redirects of one request. */
const maxRedirects = 3;

/**
 * A client of HTTP/1.1 for one request at a time. A connection that the server keeps is used for the
 * next request to the same server, and a TLS session is resumed. Redirects are followed, never from https
 * to http; another server than the first gets neither headers nor login. A request goes out a second
 * time when a kept connection ends before any answer: as a server does that has closed it meanwhile.
 */
export class HttpClient implements HttpConnectionOwner, BodyOwner {
  readonly #options: HttpClientOptions;
  #connection: HttpConnection | undefined;
  #request: HttpRequest | undefined;
  #owner: HttpOwner | undefined;
  #redirects = 0;
  /** What a connection to the server of that origin can be resumed with. */
  #session: ArrayBuffer | undefined;
  #sessionOrigin: string | undefined;

  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /** A request has no answer yet. */
  get isBusy(): boolean {
    return this.#owner !== undefined;
  }

  /** Throws when there is one without an answer. */
  request(request: HttpRequest, owner: HttpOwner): void {
    if (this.#owner) throw new Error("a request is on its way");
    this.#owner = owner;
    this.#redirects = 0;
    this.send(request);
  }

  /** Ends the request that is on its way, and the connection; nothing is called back. */
  close(): void {
    this.#owner = undefined;
    this.#request = undefined;
    this.drop();
  }

  /** For the connection. */
  get body(): BodyOwner | undefined {
    return this.#owner?.httpBody ? this : undefined;
  }

  /** For the connection. */
  bodyReceived({ status, contentRange }: ResponseReader, bytes: Uint8Array): void {
    if (!isRedirect(status)) this.#owner?.httpBody?.({ status, contentRange, bytes });
  }

  connectionAnswered(answer: ResponseReader): void {
    const request = this.#request;
    if (!request) return;
    if (!isRedirect(answer.status) || answer.location === undefined) {
      const { status, text, retryAfter } = answer;
      this.end()?.httpAnswered({ status, text, retryAfter, redirects: this.#redirects });
      return;
    }
    const next = this.redirected(request, answer.status, answer.location);
    if (typeof next === "string") {
      this.drop();
      this.end()?.httpFailed(httpError("http/redirect", next));
    } else this.send(next);
  }

  connectionFailed(error: HttpError, mayRepeat: boolean): void {
    this.#connection = undefined;
    const request = this.#request;
    if (mayRepeat && request) this.send(request);
    else {
      // It may be the session that the server does not like.
      if (error.code.startsWith("http/tls-")) this.#session = undefined;
      this.end()?.httpFailed(error);
    }
  }

  connectionSession(session: ArrayBuffer, address: HttpAddress): void {
    this.#session = session;
    this.#sessionOrigin = originOf(address);
  }

  private send(request: HttpRequest): void {
    this.#request = request;
    const { address } = request;
    const kept = this.#connection;
    if (!kept?.isReusable || !kept.leadsTo(address)) this.connect(address);
    this.#connection?.send(request);
  }

  private connect(address: HttpAddress): void {
    this.drop();
    const { network, timers, secure, deadlines, limits } = this.#options;
    const session = this.#sessionOrigin === originOf(address) ? this.#session : undefined;
    this.#connection = new HttpConnection(
      {
        address,
        network,
        timers,
        secure: { ...secure, ...(session && { session }) },
        deadlines: deadlines ?? usualDeadlines,
        limits: limits ?? usualLimits,
      },
      this,
    );
  }

  private drop(): void {
    this.#connection?.close();
    this.#connection = undefined;
  }

  /** From now on there is no request; returns whose it was. */
  private end(): HttpOwner | undefined {
    const owner = this.#owner;
    this.#owner = undefined;
    this.#request = undefined;
    return owner;
  }

  /** The request to make now, or why not. */
  private redirected(request: HttpRequest, status: number, location: string): HttpRequest | string {
    if (++this.#redirects > maxRedirects) return `for the ${maxRedirects + 1}th time`;
    const address = resolveLocation(request.address, location);
    if (typeof address === "string") return address;
    if (request.address.secure && !address.secure) return "to an address without https";
    const isSame = originOf(address) === originOf(request.address);
    const { login } = request.address;
    const next = isSame && login !== undefined ? { login, ...address } : address;
    const headers = isSame ? request.headers : [];
    // RFC 9110 section 15.4: 307 and 308 repeat the request, with the others everybody asks by GET.
    if (status === 307 || status === 308) {
      if (!isSame && request.isPrivate) return "to another server, which must not get the key";
      return { ...request, address: next, headers };
    }
    return { method: request.method === "HEAD" ? "HEAD" : "GET", address: next, headers };
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}
