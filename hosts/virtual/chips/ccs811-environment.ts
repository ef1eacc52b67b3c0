// SPDX-License-Identifier: MIT

/** What ENV_DATA holds: the air that the chip compensates for. */
export class CCS811Environment {
  #humidity = 50;
  #temperature = 25;
  #writes = 0;

  /** Relative humidity in percent; 50 after a reset. */
  get humidity(): number {
    return this.#humidity;
  }

  /** °C; 25 after a reset. */
  get temperature(): number {
    return this.#temperature;
  }

  /** How often it was written over the life of the chip. */
  get writes(): number {
    return this.#writes;
  }

  /** Takes the four data bytes; returns what was wrong. */
  write(bytes: Uint8Array): string | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#humidity = view.getUint16(0) / 512;
    this.#temperature = view.getUint16(2) / 512 - 25;
    this.#writes++;
    return this.#humidity > 100 ? `ENV_DATA with ${this.#humidity} %` : undefined;
  }

  reset(): void {
    this.#humidity = 50;
    this.#temperature = 25;
  }
}
