// SPDX-License-Identifier: MIT

/** The largest number of a pin. */
export const largestPin = 48;

/** An output; with `activeLow` it works the other way round. */
export interface OutputPin {
  readonly pin: number;
  readonly activeLow: boolean;
}

/** An LED: where it is, and whether it takes colours (WS2812). */
export interface LEDPin extends OutputPin {
  readonly isRGB?: boolean;
}

/** Reads the number of a pin; undefined: it is none. */
export function pinIn(text: string): number | undefined {
  const pin = /^\d{1,2}$/.test(text) ? Number(text) : largestPin + 1;
  return pin > largestPin ? undefined : pin;
}

/** Why a text is no pin; undefined: it is one, `none`, or empty. */
export function checkPin(text: string): string | undefined {
  const isPin = text === "" || text === "none" || pinIn(text) !== undefined;
  return isPin ? undefined : `takes the number of a pin, 0 to ${largestPin}, or none`;
}

/** Reads `2` or `2 low`; undefined: it is neither. */
export function outputPinIn(text: string): OutputPin | undefined {
  const activeLow = text.endsWith(" low");
  const pin = pinIn(activeLow ? text.slice(0, -4) : text);
  return pin === undefined ? undefined : { pin, activeLow };
}

/** Reads `2`, `2 low` or `2 rgb`; undefined: it is none of them. */
export function ledIn(text: string): LEDPin | undefined {
  if (!text.endsWith(" rgb")) return outputPinIn(text);
  const pin = pinIn(text.slice(0, -4));
  return pin === undefined ? undefined : { pin, activeLow: false, isRGB: true };
}

/** Why a text is no LED; undefined: it is one, `none`, or empty. */
export function checkLED(text: string): string | undefined {
  return checkPin(text) && ledIn(text) === undefined
    ? `takes the number of a pin, 0 to ${largestPin}, 2 low, 2 rgb, or none`
    : undefined;
}
