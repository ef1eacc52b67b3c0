// SPDX-License-Identifier: MIT

import type { Resolver, ResolverProvider } from "../ecma-419/resolver.ts";
import type { Timer, Timers } from "./clock.ts";

export interface NameLookupOptions {
  readonly host: string;
  readonly dns: ResolverProvider;
  readonly timers: Timers;
  /** ms */
  readonly deadline: number;
}

/** The name is not known, or nobody has answered in time. */
export type LookupFailure = "dns-failed" | "dns-deadline";

/** One of the two is called, once, never from the constructor. */
export interface NameLookupOwner {
  nameResolved(address: string): void;
  nameFailed(failure: LookupFailure, cause: unknown): void;
}

/** True for "192.168.1.7": no name that has to be looked up. */
export function isAddress(host: string): boolean {
  const parts = host.split(".");
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && +part < 256);
}

/** One question to the name server with a deadline. */
export class NameLookup {
  readonly #timers: Timers;
  readonly #owner: NameLookupOwner;
  #resolver: Resolver | undefined;
  #timer: Timer | undefined;
  #isEarly = true;
  #isDone = false;

  constructor(options: NameLookupOptions, owner: NameLookupOwner) {
    const { host, dns, timers, deadline } = options;
    this.#owner = owner;
    this.#timers = timers;
    this.#timer = timers.set(() => this.fail("dns-deadline"), deadline);
    try {
      const resolver = new dns.io(dns);
      this.#resolver = resolver;
      resolver.resolve({
        host,
        onResolved: (_host, address) => this.resolved(address),
        onError: () => this.fail("dns-failed"),
      });
    } catch (error) {
      this.fail("dns-failed", error);
    }
    this.#isEarly = false;
  }

  /** No callback afterwards. */
  close(): void {
    this.#isDone = true;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    const resolver = this.#resolver;
    this.#resolver = undefined;
    try {
      resolver?.close();
    } catch {
      // A resolver that cannot be closed is of no use to anybody, and its answer is ignored.
    }
  }

  private resolved(address: string): void {
    if (this.#isDone) return;
    if (this.#isEarly) {
      this.later(() => this.resolved(address));
      return;
    }
    this.close();
    this.#owner.nameResolved(address);
  }

  private fail(failure: LookupFailure, cause?: unknown): void {
    if (this.#isDone) return;
    if (this.#isEarly) {
      this.later(() => this.fail(failure, cause));
      return;
    }
    this.close();
    this.#owner.nameFailed(failure, cause);
  }

  private later(callback: () => void): void {
    this.#timers.clear(this.#timer);
    this.#timer = this.#timers.set(callback, 0);
  }
}
