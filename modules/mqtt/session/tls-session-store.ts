// SPDX-License-Identifier: MIT

import type { TLSSecureOptions } from "../../ecma-419/tcp.ts";

/**
 * Keeps what the last secure connection can be resumed with for the next start of the firmware. It holds secrets.
 * `broker` is "host:port".
 */
export interface TLSSessionStore {
  /**
   * What a connection to that broker, with these certificates, can be resumed with. Undefined: nothing was kept, or it
   * was given out too often without a new one.
   */
  read(broker: string, secure: TLSSecureOptions): ArrayBuffer | undefined;
  /** Keeps it in place of the one before. */
  write(broker: string, secure: TLSSecureOptions, session: ArrayBuffer): void;
  clear(): void;
}
