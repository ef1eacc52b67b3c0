// SPDX-License-Identifier: MIT

import type { ResolveOptions, Resolver } from "../../../modules/ecma-419/resolver.ts";
import type { TCP, TCPOptions } from "../../../modules/ecma-419/tcp.ts";
import { socketRoom } from "../bench-program.ts";

/** What has been written since the last turn. */
export const out = { bytes: new Uint8Array(16_384), count: 0 };
/** What can be read. */
export const inbox: { bytes: Uint8Array; at: number } = { bytes: new Uint8Array(), at: 0 };
/** The last socket that was made: where its events go. */
export const socket: { options: TCPOptions | undefined } = { options: undefined };

/**
 * The socket of a counted program: a pair of buffers. It reads and writes as the firmware asks for
 * it, and also as code does that was written for the SDK: single bytes, buffers of its own, and a
 * write that returns the room that is left.
 */
export class BufferTCP implements TCP {
  format = "buffer";

  constructor(options: TCPOptions) {
    socket.options = options;
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(wanted?: number | Uint8Array): ArrayBuffer | number | undefined {
    const { bytes, at } = inbox;
    if (this.format === "number") {
      inbox.at = at + 1;
      return bytes[at];
    }
    if (!(wanted instanceof Uint8Array)) {
      const from = bytes.byteOffset + at;
      const length = Math.min(wanted ?? bytes.length, bytes.length - at);
      inbox.at = at + length;
      return (bytes.buffer as ArrayBuffer).slice(from, from + length);
    }
    const count = Math.min(wanted.length, bytes.length - at);
    if (count === 0) return undefined;
    wanted.set(count === bytes.length ? bytes : bytes.subarray(at, at + count));
    inbox.at = at + count;
    return count;
  }

  write(bytes: Uint8Array): number {
    out.bytes.set(bytes, out.count);
    out.count += bytes.length;
    return socketRoom - out.count;
  }

  close(): void {}
}

/** Knows that an address is its own. */
export class BenchResolver implements Resolver {
  resolve({ host, onResolved }: ResolveOptions): void {
    onResolved(host, host);
  }

  close(): void {}
}
