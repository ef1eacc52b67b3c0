// SPDX-License-Identifier: MIT

import { type Reading, readingText } from "../air-quality/reading.ts";
import { version } from "../base/version.ts";
import type { Command } from "../console/command.ts";
import { CommandError } from "../console/commander.ts";
import { type GasView, gasCommand } from "./gas-command.ts";

/** What the commands look at. */
export interface BoardView extends GasView {
  readonly id: string;
  /** Monotonic ms since the start. */
  ticks(): number;
  wifi(): string;
  mqtt(): string;
  reading(): Reading | undefined;
  /** What was found on the I2C bus; begins another scan. */
  scanI2C(): string;
}

/** The commands of this board. */
export function boardCommands(view: BoardView): readonly Command[] {
  const status = () =>
    [
      `board ${view.id}, up ${Math.floor(view.ticks() / 1000)} s`,
      `wifi ${view.wifi()}`,
      `mqtt ${view.mqtt()}`,
      `ccs811 ${view.gasSensor()}`,
    ].join("\n");
  const readings = () => {
    const reading = view.reading();
    return reading ? readingText(reading) : "no reading yet";
  };
  const i2c = (words: readonly string[]) => {
    if (words.length === 1 && words[0] === "scan") return view.scanI2C();
    throw new CommandError({
      code: "i2c/usage",
      what: `i2c does not know ${JSON.stringify(words.join(" "))}`,
      todo: "type: i2c scan",
    });
  };
  return [
    { name: "version", help: "version of the firmware", run: () => `airpair ${version}` },
    { name: "status", help: "what each part is doing", run: status },
    { name: "readings", help: "the last reading", run: readings },
    gasCommand(view),
    { name: "i2c", help: "i2c scan: the devices on the bus", run: i2c },
  ];
}
