// SPDX-License-Identifier: MIT

import { checksumAround } from "../../base/crc16.ts";
import type { HostCrypto } from "../../base/host-crypto.ts";
import type { Log } from "../../base/log.ts";
import type { RetainedMemory } from "../../base/retained-memory.ts";
import type { TLSSecureOptions } from "../../ecma-419/tcp.ts";
import type { TLSSessionStore } from "../../mqtt/session/tls-session-store.ts";

export interface KeptTLSSessionOptions {
  readonly memory: RetainedMemory;
  readonly crypto: Pick<HostCrypto, "sha256">;
  readonly log: Log;
  /** The board has slept since the memory was written: any other start forgets what is in it. */
  readonly isWake: boolean;
}

const format = 1;
const at = Object.freeze({
  format: 0,
  offers: 1,
  unkept: 2,
  length: 4,
  checksum: 6,
  /** SHA-256 of whom it is for. */
  hash: 8,
  session: 40,
});
/** Wakes in a row at which a session is offered to a broker that gives no new one. */
const maxOffers = 4;
const most16 = 0xffff;

/**
 * The TLS session of the last connection to the broker, in memory that a sleep leaves as it is: the next wake
 * resumes it, without certificates and signatures. It is for the same broker and the same certificates only.
 */
export class KeptTLSSession implements TLSSessionStore {
  readonly #memory: RetainedMemory;
  readonly #crypto: Pick<HostCrypto, "sha256">;
  readonly #log: Log;

  constructor({ memory, crypto, log, isWake }: KeptTLSSessionOptions) {
    this.#memory = memory;
    this.#crypto = crypto;
    this.#log = log;
    if (!isWake) memory.write(0, new Uint8Array(memory.byteLength));
  }

  read(broker: string, secure: TLSSecureOptions): ArrayBuffer | undefined {
    const record = recordIn(this.#memory);
    const hash = this.hashOf(broker, secure);
    const [offers = 0] = record?.subarray(at.offers) ?? [];
    if (!record || record.length === at.session || offers >= maxOffers) return undefined;
    if (hash.some((byte, i) => byte !== record[at.hash + i])) return undefined;
    record[at.offers] = offers + 1;
    this.put(record);
    return record.slice(at.session).buffer;
  }

  /** One that is too long for the memory is counted, and none is kept. */
  write(broker: string, secure: TLSSecureOptions, session: ArrayBuffer): void {
    const room = this.#memory.byteLength - at.session;
    const isKept = session.byteLength <= room;
    const record = this.recordOf(isKept ? session.byteLength : 0, isKept ? 0 : 1);
    if (isKept) {
      record.set(this.hashOf(broker, secure), at.hash);
      record.set(new Uint8Array(session), at.session);
    } else {
      const text = `the TLS session with ${broker} has ${session.byteLength} bytes, and ${room} can be kept over a sleep: the next wake makes a whole handshake`;
      this.#log({ level: "info", part: "sleep", event: "session-too-long", text });
    }
    this.erase();
    this.put(record);
  }

  clear(): void {
    const record = this.recordOf(0, 0);
    this.erase();
    this.put(record);
  }

  /** An empty record with room for so many bytes, which counts on. */
  private recordOf(length: number, more: number): Uint8Array {
    const record = new Uint8Array(at.session + length);
    const view = new DataView(record.buffer);
    record[at.format] = format;
    view.setUint16(at.unkept, Math.min(most16, unkeptIn(this.#memory) + more));
    view.setUint16(at.length, length);
    return record;
  }

  private put(record: Uint8Array): void {
    new DataView(record.buffer).setUint16(at.checksum, checksumAround(record, at.checksum));
    this.#memory.write(0, record);
  }

  /** Nothing of a longer one may stay behind a shorter one. */
  private erase(): void {
    const length = recordIn(this.#memory)?.length ?? 0;
    this.#memory.write(0, new Uint8Array(length));
  }

  /** Of the broker, the authorities and the certificates of the board. */
  private hashOf(broker: string, secure: TLSSecureOptions): Uint8Array {
    const { certificateAuthorities = [], clientCertificates = [] } = secure;
    const name = new TextEncoder().encode(broker);
    const parts = [name, ...certificateAuthorities, new Uint8Array(0), ...clientCertificates];
    const hashes = new Uint8Array(32 * parts.length);
    parts.forEach((part, i) => {
      hashes.set(this.#crypto.sha256(part), 32 * i);
    });
    return this.#crypto.sha256(hashes);
  }
}

/** Sessions since power came on that were too long to be kept. */
export function unkeptIn(memory: RetainedMemory): number {
  const record = recordIn(memory);
  return record ? new DataView(record.buffer).getUint16(at.unkept) : 0;
}

/** What was written; undefined: something else is in the memory. */
function recordIn(memory: RetainedMemory): Uint8Array<ArrayBuffer> | undefined {
  const head = memory.read(0, at.session);
  const length = new DataView(head).getUint16(at.length);
  if (new Uint8Array(head)[at.format] !== format) return undefined;
  if (length > memory.byteLength - at.session) return undefined;
  const record = new Uint8Array(memory.read(0, at.session + length));
  const checksum = new DataView(record.buffer).getUint16(at.checksum);
  return checksum === checksumAround(record, at.checksum) ? record : undefined;
}
