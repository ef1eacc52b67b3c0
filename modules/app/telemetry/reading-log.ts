// SPDX-License-Identifier: MIT

import type { ReadingObserver } from "../../air-quality/air-quality-station.ts";
import { type Reading, readingText } from "../../air-quality/reading.ts";
import type { Log } from "../../base/log.ts";

/** Shows each reading on the console. */
export class ReadingLog implements ReadingObserver {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** A new reading of the station. */
  onReading(reading: Reading): void {
    const { ticks: _ticks, gas: _gas, sensors: _sensors, ...data } = reading;
    const text = readingText(reading);
    this.#log({ level: "info", part: "reading", event: "reading", text, data });
  }
}
