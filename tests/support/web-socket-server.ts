// SPDX-License-Identifier: MIT

import { toBase64 } from "../../modules/base/base64.ts";
import { sha1 } from "../../modules/base/sha1.ts";
import type { MemoryLink } from "./memory-link.ts";

export interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Uint8Array;
}

const ascii = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

/** A frame as a server sends it: without mask; `first` in place of FIN and opcode. */
export function frameBytes(first: number, payload: Uint8Array | string, mask = false): Uint8Array {
  const bytes = typeof payload === "string" ? ascii(payload) : payload;
  const { length } = bytes;
  const head = [first];
  if (length < 126) head.push(length);
  else if (length < 65536) head.push(126, length >> 8, length & 255);
  else head.push(127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 255, length & 255);
  if (mask) {
    head[1] = (head[1] as number) | 0x80;
    head.push(0, 0, 0, 0);
  }
  return Uint8Array.from([...head, ...bytes]);
}

/** The server's end of a WebSocket on a link in memory, written from RFC 6455. */
export class WebSocketServer {
  /** The request, when it has come whole. */
  request: string | undefined;
  readonly frames: Frame[] = [];
  /** Payload of all data frames. */
  received = "";
  /** The client has closed or the link has ended. */
  isEnded = false;
  readonly #link: MemoryLink;
  #bytes: number[] = [];

  /** `answer` makes the answer to the key; without one it is the right one. */
  constructor(link: MemoryLink, answer = (accept: string) => upgradeAnswer(accept)) {
    this.#link = link;
    link.onEnd = () => {
      this.isEnded = true;
    };
    link.onData = (bytes) => {
      this.#bytes.push(...bytes);
      if (this.request === undefined && !this.#takeRequest()) return;
      while (this.#takeFrame());
    };
    this.#answer = answer;
  }

  readonly #answer: (accept: string) => string;

  send(bytes: Uint8Array | string): void {
    this.#link.send(typeof bytes === "string" ? ascii(bytes) : bytes);
  }

  #takeRequest(): boolean {
    const text = String.fromCharCode(...this.#bytes);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return false;
    this.request = text.slice(0, end);
    this.#bytes = this.#bytes.slice(end + 4);
    const key = /^Sec-WebSocket-Key: (.*)$/m.exec(this.request)?.[1]?.trim() ?? "";
    const answer = this.#answer(
      toBase64(sha1(ascii(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`))),
    );
    if (answer !== "") this.send(answer);
    return true;
  }

  #takeFrame(): boolean {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    const [first = 0, second = 0] = bytes;
    if (!(second & 0x80)) throw new Error("a frame of the client has no mask");
    if (first & 0x70) throw new Error("a reserved bit is set");
    const short = second & 0x7f;
    const headLength = short < 126 ? 2 : short === 126 ? 4 : 10;
    let length = short < 126 ? short : 0;
    for (let i = 2; i < headLength; i++) length = length * 256 + (bytes[i] ?? 0);
    const end = headLength + 4 + length;
    if (bytes.length < end) return false;
    const payload = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      payload[i] = (bytes[headLength + 4 + i] ?? 0) ^ (bytes[headLength + (i & 3)] ?? 0);
    }
    this.#bytes = bytes.slice(end);
    const opcode = first & 15;
    this.frames.push({ opcode, isLast: (first & 0x80) !== 0, payload });
    if (opcode < 8) this.received += String.fromCharCode(...payload);
    return true;
  }
}

/** The answer that opens a WebSocket for MQTT, with further lines. */
export function upgradeAnswer(accept: string, ...more: string[]): string {
  return [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: WebSocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    "Sec-WebSocket-Protocol: mqtt",
    ...more,
    "\r\n",
  ].join("\r\n");
}
