// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../base/clock.ts";
import type { ResolverProvider } from "../../ecma-419/resolver.ts";
import type { TCP, TCPConstructor, TCPProvider, TLSProvider } from "../../ecma-419/tcp.ts";
import { connectionError } from "../connection-error.ts";
import { MqttError } from "../mqtt-error.ts";
import { type ConnectDeadlines, deadlineOf } from "./client-options.ts";
import { isAddress, NameLookup } from "./name-lookup.ts";
import type { SendBuffer } from "./send-buffer.ts";

/** What a link tells its client. What these throw ends the link with an error. */
export interface LinkOwner {
  /** Looking up the name is done, the socket is being opened. */
  linkConnecting(): void;
  /** The socket can be written to for the first time. */
  linkOpened(): void;
  linkReadable(): void;
  linkWritable(): void;
  /** Called at most once, never from inside a call of ours; the link is closed then. */
  linkFailed(error: MqttError): void;
}

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly dns: ResolverProvider;
  readonly socket: TCPProvider | (TLSProvider & { readonly secure: object });
  readonly deadlines?: ConnectDeadlines;
  readonly timers: Timers;
}

/**
 * The way to the broker: name, socket, both with deadlines. No exception leaves it towards the
 * network, because there it would restart the board.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #owner: LinkOwner;
  readonly #secure: boolean;
  #lookup: NameLookup | undefined;
  #tcp: TCP | undefined;
  #timer: Timer | undefined;
  #room = 0;
  #open = false;
  #closed = false;

  constructor(options: LinkOptions, owner: LinkOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#secure = "secure" in options.socket;
    const { host, dns, timers, deadlines } = options;
    if (isAddress(host)) {
      this.#connect(host);
      return;
    }
    this.#lookup = new NameLookup({
      host,
      dns,
      timers,
      deadline: deadlineOf("dns", deadlines).delay,
      onResolved: (address) => this.#resolved(address),
      onError: (error) => this.#report(error),
    });
  }

  /** True while the name is being looked up. */
  get resolving(): boolean {
    return this.#lookup !== undefined;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes that arrived, at most as many as fit; 0 when there is nothing. */
  read(buffer: Uint8Array): number {
    return this.#tcp?.read(buffer) ?? 0;
  }

  /** Writes what the socket takes; returns how many bytes. A broken socket is reported later. */
  flush(out: SendBuffer): number {
    if (!this.#open || this.#tcp === undefined || this.#room === 0) return 0;
    try {
      const written = out.flush(this.#tcp, this.#room);
      this.#room -= written;
      return written;
    } catch (error) {
      this.fail(connectionError("mqtt/lost", error));
      return 0;
    }
  }

  /** Ends the link with an error, which is told later. */
  fail(error: MqttError): void {
    if (this.#closed) return;
    this.close();
    this.#timer = this.#options.timers.set(() => this.#tell(error), 0);
  }

  /** Ends the link; no callback afterwards. */
  close(): void {
    this.#closed = true;
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#lookup?.close();
    this.#lookup = undefined;
    const tcp = this.#tcp;
    this.#tcp = undefined;
    try {
      tcp?.close();
    } catch {
      // Closing a socket that has failed may throw; there is nothing left to release.
    }
  }

  #resolved(address: string): void {
    this.#lookup = undefined;
    this.#run(() => {
      this.#owner.linkConnecting();
      if (!this.#closed) this.#connect(address);
    });
  }

  #connect(address: string): void {
    const { socket, host, port, timers, deadlines } = this.#options;
    const { delay, code } = deadlineOf(this.#secure ? "tls" : "tcp", deadlines);
    this.#timer = timers.set(() => this.#report(connectionError(code)), delay);
    try {
      const { io, ...rest } = socket as TCPProvider;
      const options = { ...rest, host, address, port, noDelay: true, format: "buffer" as const };
      this.#tcp = new (io as TCPConstructor)({
        ...options,
        onReadable: () => this.#run(() => this.#owner.linkReadable()),
        onWritable: (count) => this.#run(() => this.#writable(count)),
        onError: (error) => this.#lost(error),
      });
    } catch (error) {
      this.fail(connectionError(this.#secure ? "mqtt/tls-failed" : "mqtt/tcp-failed", error));
    }
  }

  #writable(count: number): void {
    this.#room = count;
    if (this.#open) {
      this.#owner.linkWritable();
      return;
    }
    this.#open = true;
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#owner.linkOpened();
  }

  #lost(cause: unknown): void {
    // Also when it is open: a peer may refuse our certificate after we have accepted its own.
    const failure = this.#secure ? failureOfTLS(cause) : undefined;
    this.#report(connectionError(failure ?? (this.#open ? "mqtt/lost" : "mqtt/tcp-failed"), cause));
  }

  #report(error: MqttError): void {
    if (this.#closed) return;
    this.close();
    this.#tell(error);
  }

  #tell(error: MqttError): void {
    this.#timer = undefined;
    try {
      this.#owner.linkFailed(error);
    } catch {
      // The owner contains the application's faults itself; there is nobody else to tell.
    }
  }

  #run(body: () => void): void {
    if (this.#closed) return;
    try {
      body();
    } catch (error) {
      this.#report(error instanceof MqttError ? error : connectionError("mqtt/lost", error));
    }
  }
}

// A TLS class tells its own failures by a code "tls/…"; those of the socket below are others.
function failureOfTLS(cause: unknown): "mqtt/tls-closed" | "mqtt/tls-failed" | undefined {
  const code = (cause as { code?: unknown } | undefined)?.code;
  if (typeof code !== "string" || !code.startsWith("tls/")) return undefined;
  return code === "tls/closed" ? "mqtt/tls-closed" : "mqtt/tls-failed";
}
