// SPDX-License-Identifier: MIT

/** Puts netstrings together from pieces of a stream: `<length>:<bytes>,`. */
export class NetstringReader {
  #rest: Buffer = Buffer.alloc(0);
  readonly #onMessage: (message: Buffer) => void;

  constructor(onMessage: (message: Buffer) => void) {
    this.#onMessage = onMessage;
  }

  /** Throws when the stream is no sequence of netstrings. */
  push(piece: Buffer): void {
    let bytes = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece]);
    for (;;) {
      const colon = bytes.indexOf(0x3a);
      if (colon < 0) break;
      const length = Number(bytes.toString("latin1", 0, colon));
      if (!Number.isInteger(length)) throw new Error("the XS engine does not speak netstrings");
      const end = colon + 1 + length;
      if (bytes.length <= end) break;
      const message = bytes.subarray(colon + 1, end);
      bytes = bytes.subarray(end + 1);
      this.#onMessage(message);
    }
    this.#rest = bytes;
  }
}

/** `kind` and `body` as one netstring. */
export function netstring(kind: string, body: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(`${body.length + kind.length}:${kind}`, "latin1"),
    body,
    Buffer.from(","),
  ]);
}
