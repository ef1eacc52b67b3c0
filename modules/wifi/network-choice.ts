// SPDX-License-Identifier: MIT

/** What speaks for and against joining a network. */
export interface NetworkChances {
  /** Place in the list of known networks; 0 is the preferred one. */
  readonly rank: number;
  /** dBm; undefined when the scan has not heard it, as with a hidden network. */
  readonly RSSI: number | undefined;
  /** Recent failures. */
  readonly failures: number;
}

/** Stronger or weaker than this makes no difference, dBm. */
const strongest = -55;
const weakest = -95;
/** A network that was not heard counts as this, dBm: tried when those that were heard have failed. */
const unheard = -120;
/** What one place in the list and one failure weigh, dB. */
const rankWeight = 12;
const failureWeight = 10;

/** How good a network looks, in dB; the highest is joined. */
export function scoreOf({ rank, RSSI, failures }: NetworkChances): number {
  const level = RSSI === undefined ? unheard : Math.min(strongest, Math.max(weakest, RSSI));
  return level - rankWeight * rank - failureWeight * failures;
}
