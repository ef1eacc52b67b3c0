// SPDX-License-Identifier: MIT

import { type BusFault, BusFaultQueue, corrupted, type I2CFault } from "./bus-fault.ts";

/**
 * A chip as its bus sees it. A combined transaction (write, repeated start, read) is `write`
 * followed by `read`.
 */
export interface VirtualChip {
  /** 7 bits. */
  readonly address: number;
  /** Asked at every address byte; false: nobody answers (asleep, in reset). Default true. */
  acknowledges?(): boolean;
  /** Takes the bytes after the address, none for a probe; false refuses them. */
  write(bytes: Uint8Array): boolean;
  /** Gives `length` bytes; undefined refuses the read. */
  read(length: number): Uint8Array | undefined;
  /** µs for which the chip holds the clock low in the transaction that begins. Default 0. */
  stretch?(): number;
  /** Told by the bus: the controller has seen something else than what the chip did. */
  misled?(): void;
  /** Set by the bus: the chip tells what the controller did against the datasheet. */
  onViolation?: ((text: string) => void) | undefined;
}

/** One transaction, as it is asked for. */
export interface I2CTransfer {
  /** Counted from 0 over the life of the bus. */
  readonly index: number;
  readonly address: number;
  readonly write: Uint8Array | undefined;
  readonly readLength: number;
}

export interface I2CTransferOptions {
  /** Bus speed for the length of the transaction; default 100,000. */
  readonly hz?: number;
  /** Longest clock stretch in µs; default 2,000, the fixed limit of the SDK on the ESP32. */
  readonly stretchLimit?: number;
}

export interface I2CResult {
  /** undefined: the transaction went well. */
  readonly fault: I2CFault | undefined;
  /** What was read; empty after a fault. */
  readonly bytes: Uint8Array;
  /** How long the bus was busy, µs. */
  readonly microseconds: number;
}

/** Most violations kept: enough for a test, bounded for a simulator that runs for weeks. */
const maxViolations = 1_000;

/**
 * A simulated I2C bus with its chips. Bus faults are results, never exceptions; each fault can be
 * injected.
 */
export class I2CBus {
  readonly #chips = new Map<number, VirtualChip>();
  readonly #faults = new BusFaultQueue();
  readonly #violations: string[] = [];
  #transfers = 0;
  #heldClocks = 0;

  /** Called before each transaction; may return a fault for it (count and address are not used). */
  onTransfer: ((transfer: I2CTransfer) => BusFault | undefined) | undefined;

  /** Throws when the address is taken. */
  attach(chip: VirtualChip): void {
    if (this.#chips.has(chip.address)) throw new Error(`${hex(chip.address)} is taken`);
    this.#chips.set(chip.address, chip);
    chip.onViolation = (text) => this.violate(`${hex(chip.address)}: ${text}`);
  }

  detach(chip: VirtualChip): void {
    if (this.#chips.get(chip.address) === chip) this.#chips.delete(chip.address);
    chip.onViolation = undefined;
  }

  /** What the controller did against the datasheets, oldest first: "0x5A: …". */
  get violations(): readonly string[] {
    return this.#violations;
  }

  /** Number of transactions so far. */
  get transfers(): number {
    return this.#transfers;
  }

  /**
   * Writes, reads, or both with a repeated start. With neither bytes to write nor a length to read
   * it only addresses the chip: a probe.
   */
  transfer(
    address: number,
    write: Uint8Array | undefined,
    readLength: number,
    options: I2CTransferOptions = {},
  ): I2CResult {
    const transfer: I2CTransfer = { index: this.#transfers++, address, write, readLength };
    const injected = this.onTransfer?.(transfer) ?? this.#faults.take(address);
    if (this.#heldClocks > 0) return failed("timeout", 0);
    const chip = this.#chips.get(address);
    const stretched =
      injected?.kind === "stretch" ? injected.microseconds : (chip?.stretch?.() ?? 0);
    const limit = options.stretchLimit ?? 2_000;
    if (stretched > limit) return failed("timeout", limit);
    const length = lineTime(transfer, options.hz ?? 100_000) + stretched;
    if (injected?.kind === "fail" && injected.delivered !== true) {
      return failed(injected.fault, length);
    }
    const result = exchange(chip, transfer, length);
    if (injected?.kind !== "fail" && injected?.kind !== "corrupt") return result;
    chip?.misled?.();
    if (injected.kind === "fail") return failed(injected.fault, length);
    return { ...result, bytes: corrupted(result.bytes, injected.xor) };
  }

  /** Puts a fault into the next transaction, or the next `count`, after those already waiting. */
  inject(fault: BusFault): void {
    this.#faults.add(fault);
  }

  /** Forgets the faults that wait, and lets go of SDA. */
  clearFaults(): void {
    this.#faults.clear();
    this.#heldClocks = 0;
  }

  /** A chip holds SDA low until it has seen `clocks` pulses; Infinity: until `releaseSDA`. */
  stickSDA(clocks: number): void {
    this.#heldClocks = clocks;
  }

  /** What a reset of the chip that holds SDA does. */
  releaseSDA(): void {
    this.#heldClocks = 0;
  }

  /** The controller clears the bus: pulses on SCL without a transaction. */
  clockPulses(count: number): void {
    this.#heldClocks = Math.max(0, this.#heldClocks - count);
  }

  /** Level of the data line between transactions. */
  get SDA(): 0 | 1 {
    return this.#heldClocks > 0 ? 0 : 1;
  }

  private violate(text: string): void {
    if (this.#violations.length < maxViolations) this.#violations.push(text);
  }
}

function exchange(chip: VirtualChip | undefined, transfer: I2CTransfer, length: number): I2CResult {
  const { write, readLength } = transfer;
  if (!answers(chip)) return failed("nack-address", length);
  if (write || readLength === 0) {
    if (!chip.write(write ?? new Uint8Array(0))) return failed("nack-data", length);
  }
  if (readLength === 0) return { fault: undefined, bytes: new Uint8Array(0), microseconds: length };
  if (write && !answers(chip)) return failed("nack-address", length);
  const bytes = chip.read(readLength);
  if (!bytes) return failed("nack-address", length);
  return { fault: undefined, bytes, microseconds: length };
}

function answers(chip: VirtualChip | undefined): chip is VirtualChip {
  return chip !== undefined && chip.acknowledges?.() !== false;
}

function failed(fault: I2CFault, microseconds: number): I2CResult {
  return { fault, bytes: new Uint8Array(0), microseconds };
}

/** µs on the lines: nine clocks a byte, one each for start, repeated start and stop. */
function lineTime({ write, readLength }: I2CTransfer, hz: number): number {
  const addresses = write && readLength > 0 ? 2 : 1;
  const bytes = addresses + (write?.length ?? 0) + readLength;
  return ((bytes * 9 + addresses + 1) * 1_000_000) / hz;
}

function hex(address: number): string {
  return `0x${address.toString(16).toUpperCase().padStart(2, "0")}`;
}
