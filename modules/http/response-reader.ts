// SPDX-License-Identifier: MIT

import { decodeUtf8 } from "../base/utf8.ts";
import { byteText } from "./byte-text.ts";
import { type HttpError, type HttpFailure, httpError } from "./http-error.ts";

/** What is read of an answer, bytes. */
export interface ResponseLimits {
  /** Status line and headers, of all answers that come before the final one, too. */
  readonly head: number;
  /** Body; what is behind is not waited for. */
  readonly body: number;
  /** So much from the beginning of the body is kept. */
  readonly kept: number;
}

/** Takes a body as it comes. */
export interface BodyOwner {
  /** `bytes` are valid during the call. */
  bodyReceived(reader: ResponseReader, bytes: Uint8Array): void;
}

/** Longest line that is looked at whole; a longer one is a header that nobody here needs. */
const longestLine = 1_024;
/** The longest piece of the server's that an error repeats. */
const maxShown = 60;

type Place =
  | "status"
  | "header"
  | "body"
  | "chunk-size"
  | "chunk"
  | "chunk-end"
  | "trailer"
  | "until-end"
  | "done";

/**
 * Reads one answer of HTTP/1.1 (RFC 9112) from bytes in pieces of any size. Whatever comes, it does not
 * throw: `failure` then says what was wrong, and nothing more is read.
 */
export class ResponseReader {
  readonly #limits: ResponseLimits;
  readonly #isHead: boolean;
  readonly #owner: BodyOwner | undefined;
  #place: Place = "status";
  #line = "";
  #isLong = false;
  /** Bytes of heads and trailers. */
  #headLength = 0;
  #length: number | undefined;
  #isChunked = false;
  /** Bytes to come of the body or of the chunk. */
  #remaining = 0;
  /** Bytes of the body so far. */
  #received = 0;
  #kept: Uint8Array | undefined;
  #keptLength = 0;
  #isKeptAlive = false;
  /** The final one, 200–599, once its line has come; 0 before. */
  status = 0;
  /** Header Location. */
  location: string | undefined;
  /** Header Retry-After. */
  retryAfter: string | undefined;
  /** Header Content-Range. */
  contentRange: string | undefined;
  /** What was wrong. */
  failure: HttpError | undefined;
  /** There was more than `limits.body` bytes of the body. */
  isCut = false;

  /** `isHead`: the request was HEAD, the answer to which has no body. */
  constructor(limits: ResponseLimits, isHead: boolean, owner?: BodyOwner) {
    this.#limits = limits;
    this.#isHead = isHead;
    this.#owner = owner;
  }

  /** The answer is whole, or has failed. */
  get isDone(): boolean {
    return this.#place === "done";
  }

  /** Something of the answer has come. */
  get hasBegun(): boolean {
    return this.#headLength > 0;
  }

  /** The head has come whole. */
  get isInBody(): boolean {
    return this.#place !== "status" && this.#place !== "header";
  }

  /** The server takes another request on this connection. */
  get isKeptAlive(): boolean {
    return this.#isKeptAlive && this.isDone && !this.isCut && this.failure === undefined;
  }

  /** The beginning of the body; what is not UTF-8 comes as ASCII with "?". */
  get text(): string {
    const bytes = this.#kept?.subarray(0, this.#keptLength) ?? new Uint8Array(0);
    // Where it was cut, a character may be in pieces.
    for (let less = 0; less < 4 && less <= bytes.length; less++) {
      const text = decodeUtf8(bytes.subarray(0, bytes.length - less));
      if (text !== undefined) return text;
    }
    return byteText(bytes).replace(/[^\t\n\r -~]/g, "?");
  }

  /** Takes the next bytes; returns how many of them belong to this answer. */
  take(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#place !== "done") {
      const isData =
        this.#place === "body" || this.#place === "chunk" || this.#place === "until-end";
      at = isData ? this.takeData(bytes, at) : this.takeLinePart(bytes, at);
    }
    return at;
  }

  /** The connection has ended. */
  end(): void {
    if (this.#place === "done") return;
    if (this.#place === "until-end") this.#place = "done";
    else this.fail(this.hasBegun ? "http/cut-off" : "http/lost");
  }

  private takeLinePart(bytes: Uint8Array, start: number): number {
    const found = bytes.indexOf(10, start);
    const end = found < 0 ? bytes.length : found;
    const next = found < 0 ? end : end + 1;
    if (this.#place !== "chunk-size" && this.#place !== "chunk-end") {
      this.#headLength += next - start;
      if (this.#headLength > this.#limits.head) {
        this.fail("http/too-large", `its headers have more than ${this.#limits.head} bytes`);
        return next;
      }
    }
    const room = longestLine - this.#line.length;
    if (end - start > room) this.#isLong = true;
    if (room > 0) this.#line += byteText(bytes.subarray(start, Math.min(end, start + room)));
    if (found >= 0) {
      const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
      const isLong = this.#isLong;
      this.#line = "";
      this.#isLong = false;
      this.takeLine(line, isLong);
    } else if (
      this.#place === "status" &&
      this.#line.length >= 7 &&
      !this.#line.startsWith("HTTP/1.")
    ) {
      // Who speaks something else may never send the end of a line.
      this.takeStatus(this.#line);
    }
    return next;
  }

  private takeLine(line: string, isLong: boolean): void {
    switch (this.#place) {
      case "status":
        this.takeStatus(line);
        break;
      case "header":
        if (line === "") this.endHead();
        else this.takeHeader(line, isLong);
        break;
      case "chunk-size":
        this.takeChunkSize(line, isLong);
        break;
      case "chunk-end":
        if (line === "" && !isLong) this.#place = "chunk-size";
        else this.fail("http/malformed", "a chunk is longer than it says");
        break;
      default:
        // The trailer has nothing that anybody here needs.
        if (line === "") this.#place = "done";
    }
  }

  private takeStatus(line: string): void {
    const [, minor, status] = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: |$)/.exec(line) ?? [];
    if (status === undefined) {
      const shown = line.slice(0, maxShown).replace(/[^ -~]/g, "?");
      const isTLS = line.charCodeAt(0) === 0x15;
      this.fail("http/not-http", isTLS ? "it speaks TLS, use https://" : `it says "${shown}"`);
      return;
    }
    this.status = Number(status);
    this.#isKeptAlive = minor === "1";
    this.#place = "header";
  }

  private takeHeader(line: string, isLong: boolean): void {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, Math.max(0, colon)).toLowerCase()) {
      case "content-length":
        this.takeLength(value, isLong);
        break;
      case "transfer-encoding":
        if (value.toLowerCase() === "chunked") this.#isChunked = true;
        else this.fail("http/malformed", "a transfer coding that nobody asked for");
        break;
      case "connection":
        if (/(^|,)\s*close\s*(,|$)/i.test(value)) this.#isKeptAlive = false;
        else if (/(^|,)\s*keep-alive\s*(,|$)/i.test(value)) this.#isKeptAlive = true;
        break;
      case "location":
        if (!isLong) this.location = value;
        break;
      case "content-range":
        this.contentRange = value.slice(0, maxShown);
        break;
      case "retry-after":
        this.retryAfter = value.slice(0, maxShown);
        break;
    }
  }

  private takeLength(value: string, isLong: boolean): void {
    const length = !isLong && /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
    if (length === undefined || (this.#length ?? length) !== length) {
      this.fail("http/malformed", "Content-Length is no number, or there are two");
    }
    this.#length = length;
  }

  private endHead(): void {
    const { status } = this;
    if (status === 101) this.fail("http/malformed", "it changes to a protocol that nobody wants");
    else if (status < 200) this.awaitFinal();
    else if (this.#isHead || status === 204 || status === 304) this.#place = "done";
    else if (this.#isChunked) {
      // With a length beside it, somebody on the way may see another end (RFC 9112 section 6.1).
      if (this.#length !== undefined) this.#isKeptAlive = false;
      this.#place = "chunk-size";
    } else if (this.#length === undefined) {
      this.#isKeptAlive = false;
      this.#remaining = Number.POSITIVE_INFINITY;
      this.#place = "until-end";
    } else {
      this.#remaining = this.#length;
      this.#place = this.#length === 0 ? "done" : "body";
    }
  }

  /** An answer 100–199 has none of what the final one may say. */
  private awaitFinal(): void {
    this.status = 0;
    this.location = undefined;
    this.retryAfter = undefined;
    this.contentRange = undefined;
    this.#length = undefined;
    this.#isChunked = false;
    this.#place = "status";
  }

  private takeChunkSize(line: string, isLong: boolean): void {
    const digits = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(line)?.[1];
    if (digits === undefined || isLong) {
      this.fail("http/malformed", "a chunk does not say its size");
      return;
    }
    this.#remaining = Number.parseInt(digits, 16);
    this.#place = this.#remaining === 0 ? "trailer" : "chunk";
  }

  private takeData(bytes: Uint8Array, start: number): number {
    const count = Math.min(bytes.length - start, this.#remaining);
    const data = bytes.subarray(start, start + count);
    this.keep(data);
    this.#owner?.bodyReceived(this, data);
    this.#received += count;
    this.#remaining -= count;
    if (this.#received > this.#limits.body) {
      this.isCut = true;
      this.#place = "done";
    } else if (this.#remaining === 0) this.#place = this.#isChunked ? "chunk-end" : "done";
    return start + count;
  }

  private keep(bytes: Uint8Array): void {
    const { kept } = this.#limits;
    const part = bytes.subarray(0, kept - this.#keptLength);
    if (part.length === 0) return;
    this.#kept ??= new Uint8Array(Math.min(kept, this.#length ?? kept));
    // A chunked body beside a smaller Content-Length.
    if (this.#keptLength + part.length > this.#kept.length) {
      const larger = new Uint8Array(kept);
      larger.set(this.#kept);
      this.#kept = larger;
    }
    this.#kept.set(part, this.#keptLength);
    this.#keptLength += part.length;
  }

  private fail(code: HttpFailure, why?: string): void {
    this.failure ??= httpError(code, why);
    this.#place = "done";
  }
}
