// SPDX-License-Identifier: MIT

import type { TCP } from "../ecma-419/tcp.ts";
import { concat } from "./bytes.ts";
import type { WriteKeys } from "./key-schedule.ts";
import { broken } from "./message-reader.ts";
import { alerts } from "./message-types.ts";
import { RecordProtection, recordHead } from "./record-protection.ts";
import { longestContents, RecordReader } from "./record-reader.ts";
import type { TLSCrypto } from "./tls-crypto.ts";

/** Most records without contents in a row. */
const mostEmpty = 32;

/** Contents of a record that came, checked and decrypted. Good until the next one is asked for. */
export interface OpenedRecord {
  readonly type: number;
  readonly contents: Uint8Array;
}

/** Records of both directions, protected as soon as there are keys. */
export class RecordLayer {
  readonly #crypto: TLSCrypto;
  readonly #reader = new RecordReader();
  /** Records without contents that came one after the other. */
  #empty = 0;
  #sending: RecordProtection | undefined;
  #receiving: RecordProtection | undefined;

  constructor(crypto: TLSCrypto) {
    this.#crypto = crypto;
  }

  /** All that is sent from now on is protected. */
  protectSending(keys: WriteKeys): void {
    this.#sending = new RecordProtection(this.#crypto, keys);
  }

  /** All that comes from now on must be protected. */
  protectReceiving(keys: WriteKeys): void {
    this.#receiving = new RecordProtection(this.#crypto, keys);
  }

  /** The next record, when it is there. Throws TLSError when it is none of the other end. */
  next(source: Pick<TCP, "read">): OpenedRecord | undefined {
    const record = this.#reader.next(source);
    if (!record) return undefined;
    const { type, body } = record;
    const contents = this.#receiving ? this.#receiving.open(type, body) : body;
    if (!contents) throw broken("a record was changed on its way", alerts.badRecordMAC);
    this.#checkLength(contents.length);
    return { type, contents };
  }

  #checkLength(length: number): void {
    if (length > longestContents) throw broken("a long record", alerts.recordOverflow);
    this.#empty = length === 0 ? this.#empty + 1 : 0;
    // They are allowed, and cost the same work as others.
    if (this.#empty > mostEmpty) throw broken("only empty records", alerts.unexpectedMessage);
  }

  /** The record with these contents, at most 16,384 bytes. */
  seal(type: number, contents: Uint8Array): Uint8Array {
    if (this.#sending) return this.#sending.seal(type, contents);
    return concat(recordHead(type, contents.length), contents);
  }
}
