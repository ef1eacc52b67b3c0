// SPDX-License-Identifier: MIT

/** Options of the ECMA-419 UDP class (section 11.8). */
export interface UDPOptions {
  /** Where others send to, 1–65535; default: any. */
  readonly port?: number;
  /** Called when datagrams have arrived; `count` of them can be read at once. */
  readonly onReadable?: (count: number) => void;
  readonly onError?: (error?: unknown) => void;
}

/** One received datagram, with where it came from. */
export interface Datagram extends ArrayBuffer {
  readonly address: string;
  readonly port: number;
}

/** ECMA-419 UDP instance. */
export interface UDP {
  read(): Datagram | undefined;
  write(buffer: Uint8Array, address: string, port: number): void;
  close(): void;
}

export type UDPConstructor = new (options: UDPOptions) => UDP;

export interface UDPProvider {
  readonly io: UDPConstructor;
}
