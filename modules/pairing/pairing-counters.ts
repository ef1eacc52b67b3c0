// SPDX-License-Identifier: MIT

/** What happened to pairing since the start. */
export class PairingCounters {
  /** Exchanges of keys that were completed. */
  exchanges = 0;
  /** Records sent. */
  sent = 0;
  /** Records taken. */
  received = 0;
  /** Messages that were not authentic, or had not the form of any. */
  forged = 0;
  /** Records that had come before, or were too old to know. */
  replayed = 0;
  /** Records of other keys than those in use. */
  stale = 0;
  /** Authentic messages of which no sense was made. */
  refused = 0;
  /** Messages that came faster than they may be answered. */
  limited = 0;
  /** Proofs of a code that were wrong. */
  wrongCodes = 0;
}
