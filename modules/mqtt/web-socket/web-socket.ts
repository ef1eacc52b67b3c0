// SPDX-License-Identifier: MIT

import type { Random, Timer, Timers } from "../../base/clock.ts";
import type { TCP, TCPConstructor, TCPOptions, TCPProvider } from "../../ecma-419/tcp.ts";
import { randomBytes, Upgrade } from "./upgrade.ts";
import { WebSocketError } from "./web-socket-error.ts";

export interface WebSocketOptions extends TCPOptions {
  /** Name of the server. */
  readonly host: string;
  /** Path of the address, with its slash. */
  readonly path: string;
  /** The socket below: TCP, or TLS with its options. */
  readonly socket: TCPProvider;
  readonly random: Random;
  readonly timers: Timers;
}

/** Bytes taken from the socket below at a time; every control frame fits. */
const inputLength = 256;
/** The most that one `onWritable` allows. */
const maxWrite = 1_024;
/** Head of a frame of that length, with its mask. */
const maxHead = 8;
/** Bytes of an answer that are read before it is none; lines longer than the input are not looked at. */
const maxAnswer = 8_192;

const opcodes = Object.freeze({ continuation: 0, binary: 2, close: 8, ping: 9, pong: 10 });

/**
 * MQTT over WebSocket (RFC 6455, MQTT 3.1.1 section 6) as an ECMA-419 TCP class over another one:
 * what is written goes out in binary frames, what is read comes out of them. `onWritable` is called
 * when the WebSocket is open. `onError` gets a WebSocketError when the server broke a rule or has
 * closed the WebSocket, what the socket below reported otherwise.
 */
export class WebSocketTCP implements TCP {
  readonly #onReadable: TCPOptions["onReadable"];
  readonly #onWritable: TCPOptions["onWritable"];
  readonly #onError: TCPOptions["onError"];
  readonly #random: Random;
  readonly #timers: Timers;
  readonly #input = new Uint8Array(inputLength);
  #inputStart = 0;
  #inputEnd = 0;
  #output = new Uint8Array(maxWrite + maxHead);
  #outputEnd = 0;
  /** Bytes that the socket below takes now. */
  #room = 0;
  /** Bytes that may still be written, by what onWritable has said. */
  #allowed = 0;
  /** Bytes of the data frame that have not been read. */
  #remaining = 0;
  /** A data frame without FIN has come: the next one continues it. */
  #isFragmented = false;
  /** The request whose answer is waited for; undefined when the WebSocket is open. */
  #upgrade: Upgrade | undefined;
  /** Bytes of the answer so far. */
  #answered = 0;
  /** The line that is being read does not fit the input. */
  #isLongLine = false;
  #isConnected = false;
  /** Set when the socket below has ended; what is in the input can still be read. */
  #end: { readonly cause: unknown } | undefined;
  #tcp: TCP | undefined;
  /** Runs until a failure is reported; nothing is read and sent meanwhile. */
  #failing: Timer | undefined;
  /** Runs until it is told that there is more to read. */
  #reading: Timer | undefined;
  /** Runs until more may be written than was said last. */
  #allowing: Timer | undefined;

  /** Throws what the class below throws. */
  constructor(options: WebSocketOptions) {
    const { onReadable, onWritable, onError, socket, path, random, timers, ...rest } = options;
    this.#onReadable = onReadable;
    this.#onWritable = onWritable;
    this.#onError = onError;
    this.#random = random;
    this.#timers = timers;
    const { io, ...more } = socket;
    const usual = "secure" in more ? 443 : 80;
    const authority = rest.port === usual ? rest.host : `${rest.host}:${rest.port}`;
    this.#upgrade = new Upgrade({ authority, path, random });
    this.#tcp = new (io as TCPConstructor)({
      ...more,
      ...rest,
      onReadable: () => this.onReadable(),
      onWritable: (count) => this.onWritable(count),
      onError: (cause) => this.onEnd(cause),
    });
  }

  get remoteAddress(): string | undefined {
    return this.#tcp?.remoteAddress;
  }

  get remotePort(): number | undefined {
    return this.#tcp?.remotePort;
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(into: number | Uint8Array = inputLength): ArrayBuffer | number | undefined {
    const buffer = typeof into === "number" ? new Uint8Array(into) : into;
    let count = 0;
    while (count < buffer.length && this.hasData()) {
      count += this.takePayload(count === 0 ? buffer : buffer.subarray(count));
    }
    // The application has been told of no more than was in the input.
    if (count > 0 && this.hasData()) {
      this.#reading ??= this.#timers.set(() => this.reportReadable(), 0);
    }
    if (this.#end && this.inputCount === 0) this.failLater(this.#end.cause);
    if (count === 0) return undefined;
    return typeof into === "number" ? (buffer.buffer as ArrayBuffer).slice(0, count) : count;
  }

  write(buffer: Uint8Array): void {
    if (!this.#tcp || this.#upgrade) throw new Error("the socket is not open");
    if (buffer.length > this.#allowed) throw new Error(`no room for ${buffer.length} bytes`);
    if (buffer.length === 0) return;
    this.#allowed -= buffer.length;
    this.putFrame(opcodes.binary, buffer);
    this.flush();
    // A socket below that was never full has no reason to speak.
    if (this.#allowed < maxWrite / 2 && this.#outputEnd === 0 && this.#room > 0) {
      this.#allowing ??= this.#timers.set(() => this.reportWritable(), 0);
    }
  }

  close(): void {
    const tcp = this.#tcp;
    if (!tcp) return;
    if (!this.#upgrade) this.sayGoodbye();
    this.shut();
    tcp.close();
  }

  // --- from the socket below

  private onWritable(count: number): void {
    if (!this.#tcp) return;
    this.#room = count;
    if (!this.#isConnected) {
      this.#isConnected = true;
      if (this.#upgrade) this.put(this.#upgrade.request);
    }
    this.flush();
    if (!this.#upgrade) this.reportWritable();
  }

  private onReadable(): void {
    try {
      if (this.#upgrade && !this.readAnswer()) return;
    } catch (error) {
      this.fail(error);
      return;
    }
    this.reportReadable();
  }

  private reportReadable(): void {
    this.#timers.clear(this.#reading);
    this.#reading = undefined;
    if (this.hasData()) this.#onReadable?.(Math.min(this.#remaining, this.inputCount));
  }

  private onEnd(cause: unknown): void {
    if (this.#isConnected && this.#upgrade) {
      const text = "the other end closed before the WebSocket was open";
      this.fail(new WebSocketError("ws/closed", text));
      return;
    }
    this.#end = { cause };
    if (!this.hasData() && !this.#failing) this.fail(cause);
  }

  // --- the answer to the request

  /** True when the WebSocket is open. @throws WebSocketError when it will not be */
  private readAnswer(): boolean {
    while (this.fill()) {
      const end = this.#input.indexOf(10, this.#inputStart);
      const isLine = end >= 0 && end < this.#inputEnd;
      if (!isLine && this.inputCount < inputLength) {
        if (this.more() === 0) return false;
        continue;
      }
      const line = isLine && !this.#isLongLine ? this.lineUpTo(end) : undefined;
      const next = isLine ? end + 1 : this.#inputEnd;
      this.#answered += next - this.#inputStart;
      this.#inputStart = next;
      this.#isLongLine = !isLine;
      if (this.#answered > maxAnswer) {
        throw new WebSocketError("ws/refused", `the answer is longer than ${maxAnswer} bytes`);
      }
      if (line !== undefined && this.#upgrade?.takeLine(line)) {
        this.#upgrade = undefined;
        this.reportWritable();
        return this.#tcp !== undefined;
      }
    }
    return false;
  }

  private lineUpTo(end: number): string {
    const bytes = this.#input.subarray(this.#inputStart, end);
    const line = String.fromCharCode.apply(null, bytes as unknown as number[]);
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  // --- frames that come

  private get inputCount(): number {
    return this.#inputEnd - this.#inputStart;
  }

  /** True when there are bytes to look at; reads them when there were none. */
  private fill(): boolean {
    return this.inputCount > 0 || this.more() > 0;
  }

  /** Reads on behind what is in the input; how many bytes. */
  private more(): number {
    const tcp = this.#tcp;
    if (!tcp || this.#failing || this.#end) return 0;
    this.#input.copyWithin(0, this.#inputStart, this.#inputEnd);
    this.#inputEnd -= this.#inputStart;
    this.#inputStart = 0;
    const count = tcp.read(this.#input.subarray(this.#inputEnd)) ?? 0;
    this.#inputEnd += count;
    return count;
  }

  /** Goes through frames until one with data; false when there is none, or the end has come. */
  private hasData(): boolean {
    if (this.#upgrade) return false;
    try {
      while (this.#remaining === 0) {
        if (!this.readHead()) return false;
      }
      return this.fill();
    } catch (error) {
      this.failLater(error);
      return false;
    }
  }

  /** Payload of the frame, as far as it is there. */
  private takePayload(buffer: Uint8Array): number {
    const count = Math.min(buffer.length, this.#remaining, this.inputCount);
    const start = this.#inputStart;
    buffer.set(this.#input.subarray(start, start + count));
    this.#inputStart += count;
    this.#remaining -= count;
    return count;
  }

  /**
   * Takes the head of a frame, and a control frame whole; false when it is not all there.
   * @throws WebSocketError when the server has broken a rule, or has closed
   */
  private readHead(): boolean {
    if (!this.has(2)) return false;
    const input = this.#input;
    const first = input[this.#inputStart] as number;
    const second = input[this.#inputStart + 1] as number;
    if (first & 0x70) throw broken("a reserved bit of a frame is set");
    if (second & 0x80) throw broken("a frame of the server is masked");
    const opcode = first & 0x0f;
    const isLast = (first & 0x80) !== 0;
    if (opcode >= opcodes.close) return this.readControl(opcode, isLast, second);
    const headLength = second < 126 ? 2 : second === 126 ? 4 : 10;
    if (!this.has(headLength)) return false;
    if (opcode !== (this.#isFragmented ? opcodes.continuation : opcodes.binary)) {
      throw broken(opcode === 1 ? "a text frame" : `a frame of type ${opcode} at the wrong place`);
    }
    let length = second < 126 ? second : 0;
    for (let i = 2; i < headLength; i++) {
      length = length * 256 + (this.#input[this.#inputStart + i] as number);
    }
    if (length > Number.MAX_SAFE_INTEGER) throw broken("the length of a frame is too large");
    this.#inputStart += headLength;
    this.#isFragmented = !isLast;
    this.#remaining = length;
    return true;
  }

  /** True when so many bytes are in the input. */
  private has(count: number): boolean {
    while (this.inputCount < count) {
      if (this.more() === 0) return false;
    }
    return true;
  }

  private readControl(opcode: number, isLast: boolean, length: number): boolean {
    if (!isLast || length > 125) throw broken("a control frame is too long, or in parts");
    if (opcode > opcodes.pong) throw broken(`a frame of unknown type ${opcode}`);
    if (!this.has(2 + length)) return false;
    const start = this.#inputStart + 2;
    const payload = this.#input.subarray(start, start + length);
    this.#inputStart = start + length;
    if (opcode === opcodes.close) throw this.closed(payload);
    // A server that floods with pings and does not read gets no more answers than fit.
    if (opcode === opcodes.ping && this.#outputEnd < maxWrite) {
      this.putFrame(opcodes.pong, payload);
      this.flush();
    }
    return true;
  }

  private closed(payload: Uint8Array): WebSocketError {
    this.putFrame(opcodes.close, payload.subarray(0, 2));
    this.flush();
    const [high = 0, low = 0] = payload;
    const code = payload.length < 2 ? "without a code" : `with code ${high * 256 + low}`;
    return new WebSocketError("ws/ended", `the server closed the WebSocket ${code}`);
  }

  // --- frames that go

  private putFrame(opcode: number, payload: Uint8Array): void {
    const { length } = payload;
    const headLength = length < 126 ? 6 : maxHead;
    this.reserve(headLength + length);
    const output = this.#output;
    let at = this.#outputEnd;
    output[at++] = 0x80 | opcode;
    output[at++] = 0x80 | (length < 126 ? length : 126);
    if (length >= 126) {
      output[at++] = length >> 8;
      output[at++] = length & 255;
    }
    const mask = randomBytes(4, this.#random);
    output.set(mask, at);
    at += 4;
    for (let i = 0; i < length; i++) {
      output[at + i] = (payload[i] as number) ^ (mask[i & 3] as number);
    }
    this.#outputEnd = at + length;
  }

  private put(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.#output.set(bytes, this.#outputEnd);
    this.#outputEnd += bytes.length;
  }

  /** Makes room in the output; many small frames need more than they were counted with. */
  private reserve(count: number): void {
    if (this.#output.length - this.#outputEnd >= count) return;
    const larger = new Uint8Array(this.#outputEnd + count);
    larger.set(this.#output.subarray(0, this.#outputEnd));
    this.#output = larger;
  }

  private flush(): void {
    const count = Math.min(this.#outputEnd, this.#room);
    if (count === 0 || !this.#tcp || this.#failing || this.#end) return;
    this.#room -= count;
    this.#tcp.write(this.#output.subarray(0, count));
    this.#output.copyWithin(0, count, this.#outputEnd);
    this.#outputEnd -= count;
  }

  private reportWritable(): void {
    this.#timers.clear(this.#allowing);
    this.#allowing = undefined;
    if (!this.#tcp || this.#failing || this.#outputEnd > 0 || this.#room === 0) return;
    this.#allowed = maxWrite;
    this.#onWritable?.(maxWrite);
  }

  private sayGoodbye(): void {
    this.putFrame(opcodes.close, new Uint8Array([1000 >> 8, 1000 & 255]));
    this.flush();
  }

  // --- the end

  /** Nothing is called back from inside a call: the failure has a turn of its own. */
  private failLater(error: unknown): void {
    this.#failing ??= this.#timers.set(() => this.fail(error), 0);
  }

  private shut(): void {
    this.#tcp = undefined;
    this.#timers.clear(this.#failing);
    this.#timers.clear(this.#allowing);
    this.#timers.clear(this.#reading);
    this.#reading = undefined;
    this.#failing = undefined;
    this.#allowing = undefined;
    this.#inputStart = 0;
    this.#inputEnd = 0;
  }

  private fail(error: unknown): void {
    const tcp = this.#tcp;
    if (!tcp) return;
    this.shut();
    tcp.close();
    this.#onError?.(error);
  }
}

function broken(what: string): WebSocketError {
  return new WebSocketError("ws/protocol", `the server broke a rule of WebSocket: ${what}`);
}
