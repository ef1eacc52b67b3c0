// SPDX-License-Identifier: MIT

import type { ResolveOptions, Resolver } from "../../modules/ecma-419/resolver.ts";
import type { Faults } from "../moddable/faults.ts";

/** Put there by the SDK's ECMA-419 support. */
declare const System: {
  resolve(name: string, callback: (name: string, address: string | undefined) => void): void;
};

/** Name lookup by the PC, which knows its name servers. */
export class SDKResolver implements Resolver {
  readonly #faults: Faults;
  #closed = false;

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  resolve(options: ResolveOptions): void {
    const { host, onResolved, onError } = options;
    // glib answers localhost with the IPv6 address, which the SDK's lookup cannot use.
    const name = host === "localhost" ? "127.0.0.1" : host;
    System.resolve(name, (_name, address) => {
      if (this.#closed) return;
      this.#faults.run("dns", () => (address ? onResolved(host, address) : onError(host)));
    });
  }

  close(): void {
    this.#closed = true;
  }
}
