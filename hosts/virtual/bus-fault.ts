// SPDX-License-Identifier: MIT

/**
 * What a controller can tell about a failed transaction: nobody answered the address, a byte was
 * refused, or the lines did not move (a clock stretched for too long, SDA held low).
 */
export type I2CFault = "nack-address" | "nack-data" | "timeout";

interface Scope {
  /** Number of transactions, default 1; Infinity until `clearFaults`. */
  readonly count?: number;
  /** 7-bit address of the transactions that are hit; default all. */
  readonly address?: number;
}

/** A fault to put into one of the next transactions. */
export type BusFault =
  | (Scope & {
      readonly kind: "fail";
      readonly fault: I2CFault;
      /** The chip has seen the transaction all the same; only the controller believes it failed. */
      readonly delivered?: boolean;
    })
  | (Scope & {
      readonly kind: "corrupt";
      /** "ones" reads 0xFF everywhere; a number 0–255 is XORed with every byte read. */
      readonly xor: number | "ones";
    })
  | (Scope & { readonly kind: "stretch"; readonly microseconds: number });

interface Plan {
  readonly fault: BusFault;
  left: number;
}

/** The faults that wait for their transaction, first come first served, one for a transaction. */
export class BusFaultQueue {
  readonly #plans: Plan[] = [];

  add(fault: BusFault): void {
    const left = fault.count ?? 1;
    if (left > 0) this.#plans.push({ fault, left });
  }

  /** The fault of a transaction with `address`, if there is one. */
  take(address: number): BusFault | undefined {
    const index = this.#plans.findIndex(({ fault }) => (fault.address ?? address) === address);
    const plan = this.#plans[index];
    if (!plan) return undefined;
    plan.left--;
    if (plan.left <= 0) this.#plans.splice(index, 1);
    return plan.fault;
  }

  clear(): void {
    this.#plans.length = 0;
  }
}

/** `bytes` as they arrive through the fault: a new array. */
export function corrupted(bytes: Uint8Array, xor: number | "ones"): Uint8Array {
  return bytes.map((byte) => (xor === "ones" ? 0xff : byte ^ xor));
}
