// SPDX-License-Identifier: MIT

import type { Timers } from "../base/clock.ts";
import { frozen } from "../base/frozen.ts";
import type { Listener, ListenerProvider } from "../ecma-419/listener.ts";
import { type HttpResponse, plainResponse } from "./http-response.ts";
import type { RequestLimits, RequestReader } from "./request-reader.ts";
import {
  ServerConnection,
  type ServerConnectionOwner,
  type ServerDeadlines,
} from "./server-connection.ts";

export interface HttpServerOptions {
  readonly listener: ListenerProvider;
  /** 1–65535. */
  readonly port: number;
  readonly timers: Timers;
  readonly owner: HttpServerOwner;
}

/** Who answers requests. */
export interface HttpServerOwner {
  /** Whether somebody at this address may ask anything; undefined: the host does not tell it. */
  admits(address: string | undefined): boolean;
  respond(request: RequestReader): HttpResponse;
  /** An exception on the way to an answer, which was a 500; or nobody can connect any more. */
  serverFailed(error: unknown): void;
}

/** Browsers open several at once, to be quick; each takes a socket of the few there are. */
const maxConnections = 4;

/** ms. */
const deadlines: ServerDeadlines = frozen({
  head: 5_000,
  body: 5_000,
  answer: 10_000,
  rest: 1_000,
});

/** Bytes. A form has each byte of a text as three at most. */
const limits: RequestLimits = frozen({ head: 4_096, body: 3_072 });

/**
 * A server of HTTP/1.1, for a page or two: one request on each connection, everything bounded in length,
 * number and time. When all connections are taken, the one that has kept a request back for longest makes
 * room; where there is none, the new one is closed.
 */
export class HttpServer implements ServerConnectionOwner {
  readonly #options: HttpServerOptions;
  readonly #connections: ServerConnection[] = [];
  #listener: Listener | undefined;

  /** Throws what the listener throws. */
  constructor(options: HttpServerOptions) {
    this.#options = options;
    const { listener, port, owner } = options;
    const { io, ...more } = listener;
    this.#listener = new io({
      ...more,
      port,
      onReadable: (count) => this.accept(count),
      onError: (error) => owner.serverFailed(error),
    });
  }

  /** The port in use; 0 while the host looks for one. */
  get port(): number {
    return this.#listener?.port ?? 0;
  }

  /** Ends all connections; nothing is called back afterwards. */
  close(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    listener?.close();
    for (const connection of this.#connections.splice(0)) connection.close();
  }

  private accept(count: number): void {
    const { timers, owner } = this.#options;
    for (let i = 0; i < count && this.#listener; i++) {
      try {
        const connection = new ServerConnection(
          this.#listener,
          { timers, deadlines, limits },
          this,
        );
        if (!connection.isTaken || !owner.admits(connection.from) || !this.makeRoom()) {
          connection.close();
        } else this.#connections.push(connection);
      } catch (error) {
        owner.serverFailed(error);
      }
    }
  }

  private makeRoom(): boolean {
    const connections = this.#connections;
    if (connections.length < maxConnections) return true;
    const waiting = connections.findIndex(({ isWaiting }) => isWaiting);
    if (waiting < 0) return false;
    for (const connection of connections.splice(waiting, 1)) connection.close();
    return true;
  }

  // --- for the connections

  respond(request: RequestReader): HttpResponse {
    const { owner } = this.#options;
    try {
      return owner.respond(request);
    } catch (error) {
      owner.serverFailed(error);
      return plainResponse(500);
    }
  }

  connectionEnded(connection: ServerConnection): void {
    const index = this.#connections.indexOf(connection);
    if (index >= 0) this.#connections.splice(index, 1);
  }
}
