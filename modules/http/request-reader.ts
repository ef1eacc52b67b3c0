// SPDX-License-Identifier: MIT

/** What is read of a request, bytes. */
export interface RequestLimits {
  /** Request line and headers. */
  readonly head: number;
  readonly body: number;
}

/** Longest line that is looked at whole; a longer header is one that nobody here needs. */
const longestLine = 512;
/** A method, the target, HTTP/1.0 or HTTP/1.1 (RFC 9112 section 3). */
const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,20}) ([!-~]+) HTTP\/(\d)\.(\d)$/;

type Place = "start" | "header" | "body" | "done";

/**
 * Reads one request of HTTP/1.0 or HTTP/1.1 (RFC 9112) from bytes in pieces of any size. Whatever comes, it
 * does not throw: `failure` is then the status to answer with, and nothing more is read.
 */
export class RequestReader {
  readonly #limits: RequestLimits;
  #place: Place = "start";
  #line = "";
  #isLong = false;
  #headLength = 0;
  #isOld = false;
  #hasHost = false;
  #length: number | undefined;
  #body: Uint8Array | undefined;
  #bodyLength = 0;
  /** As it was sent; "" before its line has come. */
  method = "";
  /** Path and query, with the slash. */
  target = "";
  /** Header Host, or the place in the target. */
  host: string | undefined;
  /** Header Origin. */
  origin: string | undefined;
  /** Header Content-Type. */
  contentType: string | undefined;
  /** Undefined: nothing is wrong. */
  failure: number | undefined;

  constructor(limits: RequestLimits) {
    this.#limits = limits;
  }

  /** The request is whole, or has failed. */
  get isDone(): boolean {
    return this.#place === "done";
  }

  /** The head has come whole. */
  get isInBody(): boolean {
    return this.#place === "body" || this.#place === "done";
  }

  get body(): Uint8Array {
    return this.#body?.subarray(0, this.#bodyLength) ?? new Uint8Array(0);
  }

  /** Takes the next bytes; those behind the request are left alone. */
  take(bytes: Uint8Array): void {
    // Texts are searched many times as fast as arrays.
    const text = this.#place === "body" ? "" : asciiOf(bytes);
    for (let at = 0; at < bytes.length && this.#place !== "done"; ) {
      at = this.#place === "body" ? this.takeBody(bytes, at) : this.takeLinePart(text, at);
    }
  }

  private takeLinePart(text: string, start: number): number {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    this.#headLength += (found < 0 ? end : end + 1) - start;
    if (this.#headLength > this.#limits.head) {
      this.fail(431);
      return end;
    }
    const room = longestLine - this.#line.length;
    if (end - start > room) this.#isLong = true;
    this.#line += text.slice(start, Math.min(end, start + room));
    if (found < 0) return end;
    const line = this.#line.endsWith("\r") ? this.#line.slice(0, -1) : this.#line;
    const isLong = this.#isLong;
    this.#line = "";
    this.#isLong = false;
    if (this.#place === "start") this.takeStart(line, isLong);
    else if (line === "") this.endHead();
    else this.takeHeader(line, isLong);
    return end + 1;
  }

  private takeStart(line: string, isLong: boolean): void {
    // One empty line before it is nothing (section 2.2), and several cost no more than the head may.
    if (line === "") return;
    const [, method, target = "", major, minor] = requestLine.exec(line) ?? [];
    if (isLong) this.fail(414);
    else if (method === undefined) this.fail(400);
    else if (major !== "1") this.fail(505);
    else {
      this.method = method;
      this.#isOld = minor === "0";
      this.#place = "header";
      this.takeTarget(target);
    }
  }

  /** A path, or an address with one, as for a proxy (section 3.2). */
  private takeTarget(target: string): void {
    const [, place, path = ""] = /^http:\/\/([^/?#]+)(.*)$/i.exec(target) ?? [];
    if (place !== undefined) {
      this.host = place.toLowerCase();
      this.target = path.startsWith("/") ? path : `/${path}`;
    } else if (target.startsWith("/")) this.target = target;
    else this.fail(400);
  }

  private takeHeader(line: string, isLong: boolean): void {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).toLowerCase();
    // Section 5: no space before the colon, which refuses lines that go on with the one before, too; no NUL, no CR.
    const isWrong = name.includes(" ") || name.includes("\t");
    if (name === "" || isWrong || line.includes("\0") || line.includes("\r")) {
      this.fail(400);
      return;
    }
    switch (name) {
      case "host":
        if (isLong || this.#hasHost) this.fail(400);
        else this.host ??= valueIn(line, colon);
        this.#hasHost = true;
        break;
      case "origin":
        this.origin = isLong || this.origin !== undefined ? "" : valueIn(line, colon);
        break;
      case "content-type":
        this.contentType = isLong ? "" : valueIn(line, colon);
        break;
      case "transfer-encoding":
        // Browsers say the length of a form.
        this.fail(501);
        break;
      case "content-length":
        this.takeLength(valueIn(line, colon), isLong);
    }
  }

  private takeLength(value: string, isLong: boolean): void {
    const length = !isLong && /^[0-9]{1,15}$/.test(value) ? Number(value) : undefined;
    if (length === undefined || (this.#length ?? length) !== length) this.fail(400);
    else if (length > this.#limits.body) this.fail(413);
    this.#length = length;
  }

  private endHead(): void {
    // Section 3.2: every request of HTTP/1.1 says whom it is for.
    if (!this.#isOld && !this.#hasHost) this.fail(400);
    else if (this.method === "POST" && this.#length === undefined) this.fail(411);
    else if ((this.#length ?? 0) === 0) this.#place = "done";
    else {
      this.#body = new Uint8Array(this.#length ?? 0);
      this.#place = "body";
    }
  }

  private takeBody(bytes: Uint8Array, start: number): number {
    const body = this.#body as Uint8Array;
    const part = bytes.subarray(start, start + body.length - this.#bodyLength);
    body.set(part, this.#bodyLength);
    this.#bodyLength += part.length;
    if (this.#bodyLength === body.length) this.#place = "done";
    return start + part.length;
  }

  private fail(status: number): void {
    this.failure ??= status;
    this.#place = "done";
  }
}

/** The value of a header whose name ends at `colon`; none of those here tells capitals from small letters. */
function valueIn(line: string, colon: number): string {
  const value = line.slice(colon + 1).trim();
  return value.toLowerCase();
}

/** A character for each byte: U+FFFD for what is not ASCII, which no header that counts has. */
function asciiOf(bytes: Uint8Array): string {
  // What is no UTF-8 comes as U+FFFD, and what is has fewer characters than bytes.
  const text = new TextDecoder().decode(bytes);
  if (text.length === bytes.length) return text;
  let letters = "";
  for (const byte of bytes) letters += byte < 0x80 ? String.fromCharCode(byte) : "\ufffd";
  return letters;
}
