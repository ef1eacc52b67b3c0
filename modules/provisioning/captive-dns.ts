// SPDX-License-Identifier: MIT

import { ipv4Of } from "../base/ipv4.ts";
import type { UDP, UDPProvider } from "../ecma-419/udp.ts";

/** Bytes before the question (RFC 1035, section 4.1.1). */
const headerLength = 12;
/** Longest datagram that is looked at (section 4.2.1). */
const longest = 512;
const typeA = 1;
const classIN = 1;
/** s for which an answer may be kept: names mean something else when the portal has closed. */
const timeToLive = 5;
/** Codes of a reply: all is well, the question cannot be read, it is of a kind that nobody here knows. */
const [noError, formatError, notImplemented] = [0, 1, 4];

/**
 * The reply to a question: whatever the name, its IPv4 address is `address` (four bytes); of everything else
 * there is nothing, which is said at once, as phones wait for it. Undefined for what is no question. Total on any bytes.
 */
export function captiveReply(bytes: Uint8Array, address: Uint8Array): Uint8Array | undefined {
  const [, , flags = 0x80] = bytes;
  // Replies are not replied to: two servers would go on for ever.
  if (bytes.length < headerLength || bytes.length > longest || (flags & 0x80) !== 0)
    return undefined;
  if ((flags & 0x78) !== 0) return replyOf(bytes, headerLength, notImplemented);
  const end = endOfQuestion(bytes);
  if (end === undefined) return replyOf(bytes, headerLength, formatError);
  const word = (at: number) => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  if (word(end - 4) !== typeA || word(end - 2) !== classIN) return replyOf(bytes, end, noError);
  const reply = new Uint8Array(end + 16);
  reply.set(replyOf(bytes, end, noError));
  reply[7] = 1;
  // The name of the question, by a pointer to it.
  reply.set([0xc0, headerLength, 0, typeA, 0, classIN, 0, 0, 0, timeToLive, 0, 4], end);
  reply.set(address, end + 12);
  return reply;
}

/** Head and question again, without what was added to them, as EDNS does. */
function replyOf(bytes: Uint8Array, end: number, code: number): Uint8Array {
  const reply = bytes.slice(0, end);
  // A reply of the one who knows, with the wish for recursion repeated, and granted.
  reply[2] = 0x84 | ((bytes[2] as number) & 0x01);
  reply[3] = 0x80 | code;
  reply.fill(0, 4, headerLength);
  if (end > headerLength) reply[5] = 1;
  return reply;
}

/** Where the only question ends; undefined: there is another number of them, or it is not whole. */
function endOfQuestion(bytes: Uint8Array): number | undefined {
  if (bytes[4] !== 0 || bytes[5] !== 1) return undefined;
  for (let at = headerLength; at < bytes.length; ) {
    const length = bytes[at] as number;
    if (length === 0) return at + 5 <= bytes.length ? at + 5 : undefined;
    // Pointers lead back, and there is nothing before.
    if (length > 63) return undefined;
    at += 1 + length;
  }
  return undefined;
}

export interface CaptiveDNSOptions {
  readonly udp: UDPProvider;
  /** The board's. */
  readonly address: string;
  /** Whether somebody at this address is answered. */
  readonly admits: (address: string) => boolean;
}

const port = 53;
/** Questions that are answered at a time; a flood does not keep the board busy. */
const maxAtOnce = 16;

/** A name server that leads every name to the board. */
export class CaptiveDNS {
  readonly #options: CaptiveDNSOptions;
  readonly #address: Uint8Array;
  #socket: UDP | undefined;

  /** Throws what the socket throws. */
  constructor(options: CaptiveDNSOptions) {
    const { io, ...more } = options.udp;
    this.#options = options;
    const address = ipv4Of(options.address) ?? 0;
    this.#address = Uint8Array.of(address >>> 24, address >>> 16, address >>> 8, address);
    this.#socket = new io({ ...more, port, onReadable: (count) => this.receive(count) });
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  private receive(count: number): void {
    // All are taken, as those that wait have no bound.
    for (let i = 0; i < count && this.#socket; i++) {
      const datagram = this.#socket.read();
      if (!datagram || i >= maxAtOnce || !this.#options.admits(datagram.address)) continue;
      const reply = captiveReply(new Uint8Array(datagram), this.#address);
      if (reply) this.send(reply, datagram.address, datagram.port);
    }
  }

  private send(reply: Uint8Array, address: string, to: number): void {
    try {
      this.#socket?.write(reply, address, to);
    } catch {
      // Whoever has gone meanwhile does not want it any more.
    }
  }
}
