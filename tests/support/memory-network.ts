// SPDX-License-Identifier: MIT

import type {
  AcceptedOptions,
  Listener,
  ListenerOptions,
  ListenerProvider,
} from "../../modules/ecma-419/listener.ts";
import type {
  ResolveOptions,
  Resolver,
  ResolverProvider,
} from "../../modules/ecma-419/resolver.ts";
import type { TCP, TCPOptions, TCPProvider, TLSProvider } from "../../modules/ecma-419/tcp.ts";
import type { FakeTime } from "./fake-time.ts";
import { MemoryLink } from "./memory-link.ts";

/**
 * A network in memory on simulated time: ECMA-419 classes for the client, links for the other side.
 * Every event comes later, never from inside a call.
 */
export class MemoryNetwork {
  readonly time: FakeTime;
  /** ms each way; also how long connecting takes. */
  latency = 1;
  /** What happens to the next connections. */
  connects: "accept" | "refuse" | "silent" = "accept";
  /** What happens to the next secure connections after TCP has connected. */
  handshakes: "verify" | "fail" | "close" | "silent" = "verify";
  /** ms that the next secure connections take beside the way, made as a whole and resumed. */
  handshakeTime = { whole: 0, resumed: 0 };
  /** Bytes of what a secure connection can be resumed with; 0: it cannot be. */
  sessionLength = 0;
  /** The sessions that the other side has given, and for each secure connection whether it was resumed with one. */
  readonly sessions: Uint8Array[] = [];
  readonly resumed: boolean[] = [];
  /** What the name server does; "at-once" answers from inside the question. */
  names: "answer" | "fail" | "silent" | "throw" | "at-once" = "answer";
  /** Bytes that the client may write ahead on the next connections. */
  window = 4_096;
  /** Bytes that arrive at the client at a time on the next connections. */
  piece = Number.POSITIVE_INFINITY;
  /** All connections, in order. */
  readonly links: MemoryLink[] = [];
  /** All names that were asked for. */
  readonly lookups: string[] = [];
  /** Questions and sockets that have not been closed. */
  open = 0;
  /** The other side's end of a new connection. */
  onLink: (link: MemoryLink) => void = () => {};

  constructor(time: FakeTime) {
    this.time = time;
  }

  /** The last connection. */
  get link(): MemoryLink {
    const link = this.links.at(-1);
    if (!link) throw new Error("there was no connection");
    return link;
  }

  /** Listeners that are open, by port. */
  readonly listeners = new Map<number, MemoryListener>();

  /** Somebody connects to a port of the client; its end is given to `onOpen` when it is taken. */
  dial(port: number, onOpen: (link: MemoryLink) => void, from = "192.168.4.2"): void {
    this.listeners.get(port)?.ring({ onOpen, from });
  }

  /** `network` of a server. */
  get listener(): ListenerProvider {
    const more = { network: this };
    return { io: MemoryListener, ...more };
  }

  /** `network` of a session or client. */
  get providers(): { dns: ResolverProvider; tcp: TCPProvider; tls: TLSProvider } {
    const more = { network: this };
    return {
      dns: { io: MemoryResolver, ...more },
      tcp: { io: MemoryTCP, ...more },
      tls: { io: MemoryTCP, ...more },
    };
  }
}

function networkOf(options: unknown): MemoryNetwork {
  return (options as { network: MemoryNetwork }).network;
}

class MemoryResolver implements Resolver {
  readonly #network: MemoryNetwork;
  #closed = false;

  constructor(options: Record<string, unknown>) {
    this.#network = networkOf(options);
    this.#network.open++;
  }

  resolve({ host, onResolved, onError }: ResolveOptions): void {
    const { names, lookups, latency, time } = this.#network;
    lookups.push(host);
    if (names === "silent") return;
    if (names === "throw") throw new Error("no resolver");
    const answer = () => {
      if (this.#closed) return;
      if (names === "fail") onError(host);
      else onResolved(host, "192.0.2.1");
    };
    if (names === "at-once") answer();
    else time.set(answer, latency);
  }

  close(): void {
    if (!this.#closed) this.#network.open--;
    this.#closed = true;
  }
}

/** Somebody who has connected. */
interface Caller {
  readonly onOpen: (link: MemoryLink) => void;
  readonly from: string;
}

/** ECMA-419 Listener. */
class MemoryListener implements Listener {
  readonly #options: ListenerOptions;
  readonly #network: MemoryNetwork;
  readonly #callers: Caller[] = [];

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#network = networkOf(options);
    if (this.#network.listeners.has(options.port)) throw new Error("the port is in use");
    this.#network.listeners.set(options.port, this);
    this.#network.open++;
  }

  get port(): number {
    return this.#options.port;
  }

  ring(caller: Caller): void {
    this.#callers.push(caller);
    const { time, latency } = this.#network;
    time.set(() => {
      if (this.#callers.includes(caller)) this.#options.onReadable?.(this.#callers.length);
    }, latency);
  }

  read(options: AcceptedOptions): TCP | undefined {
    const caller = this.#callers.shift();
    if (!caller) return undefined;
    const { port } = this.#options;
    const { from: address, onOpen } = caller;
    const more = { network: this.#network, onOpen };
    return new MemoryTCP({ ...options, address, port, ...more });
  }

  close(): void {
    if (this.#network.listeners.delete(this.port)) this.#network.open--;
    this.#callers.length = 0;
  }
}

/** ECMA-419 TCP, or TLS with `secure`. Throws for everything that the standard forbids. */
class MemoryTCP implements TCP {
  readonly #link: MemoryLink;

  constructor(options: TCPOptions) {
    this.#link = new MemoryLink(networkOf(options), options);
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(wanted: number | Uint8Array = this.#link.unread): ArrayBuffer | number | undefined {
    const buffer =
      typeof wanted === "number" ? new Uint8Array(Math.min(wanted, this.#link.unread)) : wanted;
    const count = this.#link.clientRead(buffer);
    if (count === 0) return undefined;
    return typeof wanted === "number" ? (buffer.buffer as ArrayBuffer) : count;
  }

  write(bytes: Uint8Array): void {
    this.#link.clientWrite(bytes);
  }

  close(): void {
    this.#link.clientClose();
  }

  get remoteAddress(): string {
    return this.#link.options.address;
  }
}
