// SPDX-License-Identifier: MIT

import type { ResolveOptions, Resolver } from "../../../modules/ecma-419/resolver.ts";
import { channels, operations } from "../protocol.ts";
import { link } from "./machine-link.ts";

/** ECMA-419 DNS resolver over the PC's own. */
export class SimResolver implements Resolver {
  readonly #open = new Set<number>();

  resolve({ host, onResolved, onError }: ResolveOptions): void {
    const handle = link.open(channels.dns, (operation, payload) => {
      link.close(channels.dns, handle);
      this.#open.delete(handle);
      if (operation === operations.dnsFailed) onError(host);
      else onResolved(host, new TextDecoder().decode(payload));
    });
    this.#open.add(handle);
    link.send(channels.dns, operations.dnsResolve, handle, new TextEncoder().encode(host));
  }

  close(): void {
    for (const handle of this.#open) link.close(channels.dns, handle);
    this.#open.clear();
  }
}
