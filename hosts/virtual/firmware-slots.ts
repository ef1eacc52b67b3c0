// SPDX-License-Identifier: MIT

/** Number of the chip in images for simulated boards; none of Espressif's. */
export const virtualChip = 0xa1;
export const virtualBoard = "sim";
/** Bytes of a slot. */
const size = 1_900_544;
const key = "slots";

/** What the boot loader knows of a slot, by the states of ESP-IDF's `esp_ota_img_states_t`. */
interface Slot {
  state: "new" | "pending" | "valid" | "aborted";
  version: string;
  /** The firmware in it never gets to work. */
  isBroken: boolean;
}

export interface VirtualSlotsOptions {
  /** Where the boot loader keeps what it knows. */
  readonly store: {
    read(key: string): ArrayBuffer | undefined;
    write(key: string, value: Uint8Array): void;
  };
  readonly restart: (reason: string) => void;
  /** Of the firmware that a new board has. */
  readonly version: string;
  /** The settings of the build are part of an image. */
  readonly hasSettings?: boolean;
}

interface Record {
  /** The slot of the next start. */
  next: number;
  readonly slots: readonly [Slot, Slot];
}

/** An image for a simulated board: its version is told, and the rest is filled. */
export function virtualImage(version: string, length: number, isBroken = false): Uint8Array {
  const bytes = new Uint8Array(length).map((_, i) => (i * 31) & 0xff);
  const head = new TextEncoder().encode(`${version}${isBroken ? " broken" : ""}\n`);
  bytes.set(head.subarray(0, length));
  return bytes;
}

/**
 * Two slots of a simulated board. Of an image only what its first line says is kept: the version, and
 * whether it works. The simulated boot loader does what that of ESP-IDF does with roll-back switched on.
 */
export class VirtualSlots {
  readonly chip = virtualChip;
  readonly board = virtualBoard;
  readonly size = size;
  readonly hasSettings: boolean;
  readonly running: number;
  readonly #store: VirtualSlotsOptions["store"];
  readonly #restart: (reason: string) => void;
  readonly #record: Record;

  /** A start of the board: the boot loader chooses the slot. */
  constructor({ store, restart, version, hasSettings = false }: VirtualSlotsOptions) {
    this.hasSettings = hasSettings;
    this.#store = store;
    this.#restart = restart;
    const stored = store.read(key);
    const record = stored
      ? (JSON.parse(new TextDecoder().decode(stored)) as Record)
      : { next: 0, slots: [fresh("valid", version), fresh("aborted", version)] as const };
    this.#record = record;
    const chosen = record.slots[record.next as 0 | 1];
    if (chosen.state === "pending") {
      chosen.state = "aborted";
      record.next = 1 - record.next;
    } else if (chosen.state === "new") chosen.state = "pending";
    this.running = record.next;
    if (stored) this.save();
  }

  get version(): string {
    return this.slot.version;
  }

  get isOnTrial(): boolean {
    return this.slot.state === "pending";
  }

  /** The firmware that runs never gets to work. */
  get isBroken(): boolean {
    return this.slot.isBroken;
  }

  open(byteLength: number): VirtualWriter {
    if (byteLength > size) throw new Error("there is no room for it");
    const other = this.#record.slots[(1 - this.running) as 0 | 1];
    other.state = "aborted";
    this.save();
    return new VirtualWriter(byteLength, (line) => {
      const [version = "", word] = line.split(" ");
      Object.assign(other, { state: "new", version, isBroken: word === "broken" });
      this.#record.next = 1 - this.running;
      this.save();
    });
  }

  confirm(): void {
    this.slot.state = "valid";
    this.save();
  }

  rollBack(): void {
    this.slot.state = "aborted";
    this.#record.next = 1 - this.running;
    this.save();
    this.#restart("roll-back");
  }

  private get slot(): Slot {
    return this.#record.slots[this.running as 0 | 1];
  }

  private save(): void {
    this.#store.write(key, new TextEncoder().encode(JSON.stringify(this.#record)));
  }
}

function fresh(state: Slot["state"], version: string): Slot {
  return { state, version, isBroken: false };
}

class VirtualWriter {
  readonly #length: number;
  readonly #onComplete: (line: string) => void;
  #line = "";
  #written = 0;

  constructor(length: number, onComplete: (line: string) => void) {
    this.#length = length;
    this.#onComplete = onComplete;
  }

  write(bytes: Uint8Array): void {
    if (this.#written === 0) {
      const end = bytes.indexOf(10);
      this.#line = new TextDecoder().decode(bytes.subarray(0, Math.max(0, end)));
    }
    this.#written += bytes.length;
  }

  complete(): void {
    if (this.#written !== this.#length || this.#line === "") throw new Error("it is no image");
    this.#onComplete(this.#line);
  }

  close(): void {}
}
