// SPDX-License-Identifier: MIT

/** The largest number of a pin. */
export const largestPin = 48;

/** An output; with `activeLow` it works the other way round. */
export interface OutputPin {
  readonly pin: number;
  readonly activeLow: boolean;
}

/** Reads the number of a pin; undefined: it is none. */
export function pinIn(text: string): number | undefined {
  const pin = /^\d{1,2}$/.test(text) ? Number(text) : largestPin + 1;
  return pin > largestPin ? undefined : pin;
}

/** Why a text is no pin; undefined: it is one, or empty. */
export function checkPin(text: string): string | undefined {
  const isPin = text === "" || pinIn(text) !== undefined;
  return isPin ? undefined : `takes the number of a pin, 0 to ${largestPin}`;
}

/** Reads `2` or `2 low`; undefined: it is neither. */
export function outputPinIn(text: string): OutputPin | undefined {
  const activeLow = text.endsWith(" low");
  const pin = pinIn(activeLow ? text.slice(0, -4) : text);
  return pin === undefined ? undefined : { pin, activeLow };
}
