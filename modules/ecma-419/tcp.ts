// SPDX-License-Identifier: MIT

/** Options of the ECMA-419 TCP class (section 11.7). Our clients always use format "buffer". */
export interface TCPOptions {
  /** IP address; names are resolved before. */
  readonly address: string;
  readonly port: number;
  readonly noDelay?: boolean;
  readonly format?: "number" | "buffer";
  /** Called when bytes have arrived; `count` can be read at once. */
  readonly onReadable?: (count: number) => void;
  /** Called when connected and whenever there is room; `count` bytes can be written at once. */
  readonly onWritable?: (count: number) => void;
  /** The connection failed or was closed by the other end. Only `close` may be called afterwards. */
  readonly onError?: (error?: unknown) => void;
}

/** Options of a TLS socket: those of TCP and what is needed to verify the other end. */
export interface TLSOptions extends TCPOptions {
  /** Name that the server's certificate must carry; also sent as SNI. */
  readonly host: string;
  readonly secure: TLSSecureOptions;
  /**
   * Our addition: called when the connection could be resumed later; `session` is for the `secure` of
   * another socket to the same host with the same authorities. It holds secrets.
   */
  readonly onSession?: (session: ArrayBuffer) => void;
}

export interface TLSSecureOptions {
  /** Certificate authorities that are trusted, DER; none: the public roots of the host. */
  readonly certificateAuthorities?: readonly Uint8Array[];
  /** Client certificate and its intermediates, DER, the client's first. */
  readonly clientCertificates?: readonly Uint8Array[];
  /** Its private key, DER: PKCS#8, SEC1 or PKCS#1. */
  readonly clientKey?: Uint8Array;
  /** Protocols offered by ALPN. */
  readonly applicationLayerProtocols?: readonly string[];
  /** Our addition: what `onSession` gave. */
  readonly session?: ArrayBuffer;
}

/** ECMA-419 TCP instance with format "buffer". No callback is made after `close`. */
export interface TCP {
  /** Everything received, at most `byteLength` bytes; undefined when nothing is there. */
  read(byteLength?: number): ArrayBuffer | undefined;
  /** Fills at most the length of `buffer` and returns the number of bytes. */
  read(buffer: Uint8Array): number | undefined;
  /** Throws when the bytes are more than the last `onWritable` allowed. The bytes are copied. */
  write(buffer: Uint8Array): void;
  close(): void;
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}

export type TCPConstructor = new (options: TCPOptions) => TCP;
export type TLSConstructor = new (options: TLSOptions) => TCP;

/** A class and its defaults, handed in as ECMA-419 does: `{ io: TCP, … }`. */
export interface TCPProvider {
  readonly io: TCPConstructor;
}
export interface TLSProvider {
  readonly io: TLSConstructor;
}
