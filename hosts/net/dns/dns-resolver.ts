// SPDX-License-Identifier: MIT

import type { Random, Timer, Timers } from "../../../modules/base/clock.ts";
import { ipv4Of } from "../../../modules/base/ipv4.ts";
import type { ResolveOptions, Resolver } from "../../../modules/ecma-419/resolver.ts";
import type { UDPProvider } from "../../../modules/ecma-419/udp.ts";
import { DNSQuestion } from "./dns-question.ts";

export interface DNSResolverOptions {
  readonly udp: UDPProvider;
  readonly timers: Timers;
  readonly random: Random;
  /** IPv4 addresses of the name servers as they are now; none: only names in .local are found. */
  readonly servers: () => readonly string[];
}

/**
 * ECMA-419 DNS resolver for IPv4 addresses over UDP: four questions, 2 s each, to the servers in
 * turn. One name at a time; a second `resolve` gives the first one up.
 */
export class DNSResolver implements Resolver {
  readonly #options: DNSResolverOptions;
  #question: DNSQuestion | undefined;
  #timer: Timer | undefined;

  constructor(options: DNSResolverOptions) {
    this.#options = options;
  }

  resolve({ host, onResolved, onError }: ResolveOptions): void {
    this.close();
    const { servers, timers } = this.#options;
    const known = host === "localhost" ? "127.0.0.1" : host;
    if (ipv4Of(known) !== undefined) {
      this.#timer = timers.set(() => onResolved(host, known), 0);
      return;
    }
    this.#question = new DNSQuestion({
      ...this.#options,
      host,
      servers: servers(),
      onDone: (address) => (address === undefined ? onError(host) : onResolved(host, address)),
    });
  }

  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#question?.cancel();
    this.#question = undefined;
  }
}
