// SPDX-License-Identifier: MIT

import { fromBase64 } from "../../modules/base/base64.ts";
import { hexOf } from "../../modules/base/hex.ts";
import type { TCP, TCPOptions } from "../../modules/ecma-419/tcp.ts";
import type { TLSCrypto } from "../../modules/tls/tls-crypto.ts";
import { TLSSocket } from "../../modules/tls/tls-socket.ts";
import { FakeTime } from "./fake-time.ts";
import { bytesOf } from "./hex.ts";
import { seededCrypto } from "./seeded-crypto.ts";
import { UnreadBytes } from "./unread-bytes.ts";

/** A connection with a server, as it was once: the same random numbers give the same bytes again. */
export interface Recording {
  readonly name: string;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** Base64 of DER. */
  readonly authority: string;
  /** What the client sent and what came then, hex, in turn. */
  readonly turns: readonly (readonly [sent: string, received: string])[];
}

/** Arithmetic with the random numbers of the recording. */
export function recordedCrypto(): TLSCrypto {
  return seededCrypto(419);
}

/** Plays the server of a recording to a client of ours. */
export class Replay {
  /** What the client has sent since the last turn. */
  sent = "";
  opened = 0;
  readonly errors: unknown[] = [];
  /** What the application has received, as text. */
  text = "";
  readonly socket: TLSSocket;
  readonly #time = new FakeTime();
  #options: TCPOptions | undefined;
  readonly #unread = new UnreadBytes();

  constructor({ now, authority }: Recording) {
    this.#time.set(now);
    const replay = this;
    class ReplayedTCP implements TCP {
      constructor(options: TCPOptions) {
        replay.#options = options;
      }
      read(byteLength?: number): ArrayBuffer | undefined;
      read(buffer: Uint8Array): number | undefined;
      read(into: number | Uint8Array = 0): ArrayBuffer | number | undefined {
        return replay.#unread.read(into);
      }
      write(bytes: Uint8Array): void {
        replay.sent += hexOf(bytes);
      }
      close(): void {}
    }
    this.socket = new TLSSocket(
      {
        address: "127.0.0.1",
        port: 8883,
        host: "localhost",
        secure: { certificateAuthorities: [fromBase64(authority) ?? new Uint8Array(0)] },
        onWritable: () => this.opened++,
        onReadable: () => {
          this.text += new TextDecoder().decode(this.socket.read());
        },
        onError: (error) => this.errors.push(error),
      },
      {
        tcp: ReplayedTCP,
        crypto: recordedCrypto(),
        clock: this.#time,
        timers: this.#time,
      },
    );
  }

  /** The TCP connection is there. */
  connect(): void {
    this.#options?.onWritable?.(10_000);
  }

  /** Bytes come in pieces of so many; all that follows from them happens. */
  receive(hex: string, piece = Number.POSITIVE_INFINITY): void {
    const bytes = bytesOf(hex);
    for (let at = 0; at < bytes.length; at += piece) {
      this.#unread.add(bytes.subarray(at, at + piece));
      this.#options?.onReadable?.(this.#unread.length);
      this.#time.advance(10);
    }
  }

  /** What was sent since the last call, hex. */
  take(): string {
    const { sent } = this;
    this.sent = "";
    return sent;
  }
}
