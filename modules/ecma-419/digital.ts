// SPDX-License-Identifier: MIT

/** Options of the ECMA-419 Digital class (section 11.1). */
export interface DigitalOptions {
  readonly pin: number;
  /** One of the host's mode constants. */
  readonly mode: number;
  readonly edge?: number;
  readonly onReadable?: () => void;
}

/** ECMA-419 Digital instance: one pin. */
export interface Digital {
  /** 0 or 1. */
  read(): number;
  write(value: number): void;
  close(): void;
}

export interface DigitalConstructor {
  new (options: DigitalOptions): Digital;
  readonly Input: number;
  readonly InputPullUp: number;
  readonly Output: number;
  readonly OutputOpenDrain: number;
  readonly Rising: number;
  readonly Falling: number;
}
