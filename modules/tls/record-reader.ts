// SPDX-License-Identifier: MIT

import type { TCP } from "../ecma-419/tcp.ts";
import { broken } from "./message-reader.ts";
import { alerts, recordTypes, version } from "./message-types.ts";
import { TLSError } from "./tls-error.ts";

const headLength = 5;
/** Longest contents of a record (RFC 5246, 6.2.1), and what protection may add here. */
export const longestContents = 16_384;
const longestAddition = 24;
const lastType = recordTypes.applicationData;

/** A record as it came. `body` is good until the next one is asked for. */
export interface ReceivedRecord {
  readonly type: number;
  readonly body: Uint8Array;
}

/** Takes records out of a stream. Its one buffer grows to the longest record that came. */
export class RecordReader {
  #buffer = new Uint8Array(512);
  #count = 0;

  /** The next record, when all of it has come. Throws TLSError when it can be none. */
  next(source: Pick<TCP, "read">): ReceivedRecord | undefined {
    const isWhole = this.#fill(source, headLength);
    const [type = 0, major = 0, minor = 0, high = 0, low = 0] = this.#buffer;
    // A server that speaks something else may never send as many bytes as a head has.
    if (this.#count > 0 && (type < recordTypes.changeCipherSpec || type > lastType))
      throw strange();
    if (!isWhole) return undefined;
    // A server that cannot speak TLS 1.2 may say so in its own version.
    const isOther = major * 256 + minor !== version;
    if (isOther && (type !== recordTypes.alert || major !== 3)) throw strange();
    const length = high * 256 + low;
    if (length > longestContents + longestAddition) {
      throw broken(`a record of ${length} bytes`, alerts.recordOverflow);
    }
    if (!this.#fill(source, headLength + length)) return undefined;
    this.#count = 0;
    return { type, body: this.#buffer.subarray(headLength, headLength + length) };
  }

  #fill(source: Pick<TCP, "read">, wanted: number): boolean {
    if (wanted > this.#buffer.length) {
      const larger = new Uint8Array(wanted);
      larger.set(this.#buffer.subarray(0, this.#count));
      this.#buffer = larger;
    }
    while (this.#count < wanted) {
      const count = source.read(this.#buffer.subarray(this.#count, wanted)) ?? 0;
      if (count === 0) return false;
      this.#count += count;
    }
    return true;
  }
}

function strange(): TLSError {
  return new TLSError("tls/failed", "the other end does not speak TLS", alerts.protocolVersion);
}
