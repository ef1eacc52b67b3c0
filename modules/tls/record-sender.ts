// SPDX-License-Identifier: MIT

import type { TCP } from "../ecma-419/tcp.ts";
import { concat } from "./bytes.ts";
import type { RecordLayer } from "./record-layer.ts";
import { recordOverhead } from "./record-protection.ts";

/** Bytes that may be written at once: less than a record may hold. */
const longestWrite = 4_096;
const nothing = new Uint8Array(0);

/** Sends records as the socket below has room; what does not fit waits. */
export class RecordSender {
  readonly #records: RecordLayer;
  #unsent: Uint8Array = nothing;
  #room = 0;

  constructor(records: RecordLayer) {
    this.#records = records;
  }

  /** Bytes of contents that can be sent at once; 0 while something waits. */
  get room(): number {
    if (!this.isClear) return 0;
    return Math.max(0, Math.min(this.#room - recordOverhead, longestWrite));
  }

  /** True when nothing waits. */
  get isClear(): boolean {
    return this.#unsent.length === 0;
  }

  /** The socket takes so many bytes now. */
  onRoom(tcp: TCP, count: number): void {
    this.#room = count;
    this.flush(tcp);
  }

  /** Sends contents in one record. Throws what the socket throws. */
  send(tcp: TCP, type: number, contents: Uint8Array): void {
    this.add(type, contents);
    this.flush(tcp);
  }

  /** Makes a record that goes out with the next flush. */
  add(type: number, contents: Uint8Array): void {
    const record = this.#records.seal(type, contents);
    this.#unsent = this.isClear ? record : concat(this.#unsent, record);
  }

  /** Writes what the socket takes. Throws what the socket throws. */
  flush(tcp: TCP): void {
    const part = this.#unsent.subarray(0, this.#room);
    if (part.length === 0) return;
    this.#unsent = this.#unsent.subarray(part.length);
    this.#room -= part.length;
    tcp.write(part);
  }
}
