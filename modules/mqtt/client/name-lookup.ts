// SPDX-License-Identifier: MIT

import type { Timer, Timers } from "../../base/clock.ts";
import type { Resolver, ResolverProvider } from "../../ecma-419/resolver.ts";
import { connectionError } from "../connection-error.ts";
import type { MqttError } from "../mqtt-error.ts";

export interface NameLookupOptions {
  readonly host: string;
  readonly dns: ResolverProvider;
  readonly timers: Timers;
  /** ms */
  readonly deadline: number;
  readonly onResolved: (address: string) => void;
  readonly onError: (error: MqttError) => void;
}

/** True for "192.168.1.7": no name that has to be looked up. */
export function isAddress(host: string): boolean {
  const parts = host.split(".");
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && +part < 256);
}

/** One question to the name server with a deadline. Calls back once, never from the constructor. */
export class NameLookup {
  readonly #options: NameLookupOptions;
  #resolver: Resolver | undefined;
  #timer: Timer | undefined;
  #early = true;
  #done = false;

  constructor(options: NameLookupOptions) {
    this.#options = options;
    this.#timer = options.timers.set(() => this.#fail("mqtt/dns-deadline"), options.deadline);
    try {
      const resolver = new options.dns.io(options.dns);
      this.#resolver = resolver;
      resolver.resolve({
        host: options.host,
        onResolved: (_host, address) => this.#resolved(address),
        onError: () => this.#fail("mqtt/dns-failed"),
      });
    } catch (error) {
      this.#fail("mqtt/dns-failed", error);
    }
    this.#early = false;
  }

  /** No callback afterwards. */
  close(): void {
    this.#done = true;
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    const resolver = this.#resolver;
    this.#resolver = undefined;
    try {
      resolver?.close();
    } catch {
      // A resolver that cannot be closed is of no use to anybody, and its answer is ignored.
    }
  }

  #resolved(address: string): void {
    if (this.#done) return;
    if (this.#early) {
      this.#later(() => this.#resolved(address));
      return;
    }
    this.close();
    this.#options.onResolved(address);
  }

  #fail(code: "mqtt/dns-deadline" | "mqtt/dns-failed", cause?: unknown): void {
    if (this.#done) return;
    if (this.#early) {
      this.#later(() => this.#fail(code, cause));
      return;
    }
    this.close();
    this.#options.onError(connectionError(code, cause));
  }

  #later(callback: () => void): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = this.#options.timers.set(callback, 0);
  }
}
