// SPDX-License-Identifier: MIT

/** First byte of a command to `bench/xs/counted-pairing.ts`, and what follows. */
export const pairingSteps = Object.freeze({
  /** Does nothing: what a turn costs by itself. */
  nothing: 0,
  /** Two boards without a peer; those before are forgotten. */
  open: 1,
  /** Board 0 makes a code. */
  offer: 2,
  /** Board 1 is given it. */
  join: 3,
  /** Chooses what happens next at either board; answers with `Chosen`. */
  choose: 4,
  /** Lets it happen. */
  act: 5,
  /** The calls of the library that the last turn made, once more and by themselves. */
  repeatCalls: 6,
  /** What the last turn has done; answers with `Done`. */
  report: 7,
  /** Board 0 starts again, with what it has stored. */
  start: 8,
  /** So does board 1. */
  startOther: 9,
  /** Board 0 tells board 1 a reading. */
  tell: 10,
});

/** What happens next. */
export interface Chosen {
  /** 0 or 1; undefined: nothing happens any more. */
  readonly board?: number;
  /** First byte of the message that arrives; undefined: it is a timer. */
  readonly message?: number;
}

/** What a turn has done. */
export interface Done {
  readonly multiplications: number;
  /** Other calls of the library. */
  readonly calls: number;
  /** Kind and length of each message that was sent. */
  readonly sent: readonly (readonly [kind: number, length: number])[];
  /** Which board says that it is paired, which hears the other, and which has shown a reading. */
  readonly paired: readonly boolean[];
  readonly present: readonly boolean[];
  readonly shown: readonly boolean[];
}
