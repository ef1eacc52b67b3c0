// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { Host, HostReset } from "../base/host.ts";
import type { Log } from "../base/log.ts";
import { crashCountPlace, type RetainedMemory } from "../base/retained-memory.ts";
import type { Command } from "../console/command.ts";
import { CommandError } from "../console/command-error.ts";
import type { I2CConstructor } from "../ecma-419/i2c.ts";

/** Crashes in a row, none of them later than `calm` after its start, that end in safe mode. */
const limit = 5;
const minute = 60_000;
/** ms of work after which a board has forgotten its crashes. */
const calm = 5 * minute;
/** ms until a board in safe mode tries once more. */
const duration = 60 * minute;

/** Faults of the supply, which no firmware can help. */
const ofSupply: readonly string[] = frozen(["brownout", "power glitch"]);

/** First and last byte of the note; between them the count, and the same inverted. */
const [first, last] = [0xc5, 0x3a];
/** Added to the count by a board that leaves safe mode: its start is no sign that all is well. */
const trying = 0x80;

/** A board that has crashed too often, and waits to try once more. */
export class SafeMode {
  readonly #host: SafeModeHost;
  readonly #retained: RetainedMemory;
  readonly #end: number;

  constructor(host: SafeModeHost, retained: RetainedMemory) {
    this.#host = host;
    this.#retained = retained;
    this.#end = host.clock.ticks() + duration;
  }

  /** What it is, and for how long; one line. */
  get text(): string {
    const left = Math.max(0, Math.ceil((this.#end - this.#host.clock.ticks()) / minute));
    return `safe mode, without sensors and rules, for another ${left} min`;
  }

  /** Starts the board again when the time has come; `close` ends the firmware first. */
  wait(close: (onClosed: () => void) => void): void {
    const { system, timers } = this.#host;
    timers.set(() => {
      writeCount(this.#retained, trying + limit - 1);
      close(() => system.restart("safe mode is over"));
    }, duration);
  }
}

type SafeModeHost = Pick<Host, "clock" | "system" | "timers">;

/** Counts the crashes of this board; defined when it had better start without what may be the cause. */
export function countCrashes(host: SafeModeHost, log: Log): SafeMode | undefined {
  const { retained, reset } = host.system;
  if (!retained) return undefined;
  const count = crashesInARow(readCount(retained), reset);
  writeCount(retained, count);
  if (count < limit) {
    if (count > 0) host.timers.set(() => writeCount(retained, 0), calm);
    return undefined;
  }
  const why = `${limit} crashes in a row, the last by ${reset?.cause}`;
  const text = `safe mode without sensors and rules: ${why}; tries again in ${duration / minute} min, or after reboot`;
  log({ level: "warn", part: "boot", event: "safe-mode", text });
  return new SafeMode(host, retained);
}

function crashesInARow(before: number, reset: HostReset | undefined): number {
  const count = before & ~trying;
  if (!reset?.isFault) return before === count ? 0 : count;
  return ofSupply.includes(reset.cause) ? count : Math.min(limit, count + 1);
}

function readCount(retained: RetainedMemory): number {
  const place = crashCountPlace(retained);
  const [begin, count = 0, inverted, end] = new Uint8Array(retained.read(place, 4));
  return begin === first && end === last && inverted === (count ^ 0xff) ? count : 0;
}

function writeCount(retained: RetainedMemory, count: number): void {
  retained.write(crashCountPlace(retained), Uint8Array.of(first, count, count ^ 0xff, last));
}

/** Commands of the parts that a board in safe mode has not started. */
const off: readonly string[] = frozen([
  "readings",
  "ccs811",
  "co2",
  "i2c",
  "pair",
  "pairs",
  "unpair",
  "ask",
  "sleep",
]);

/** The commands of a board in safe mode: what is off says so, rather than what it does not find. */
export function commandsInSafeMode<View>(
  commands: readonly Command<View>[],
  safeMode: Pick<SafeMode, "text">,
): Command<View>[] {
  return commands.map((command) => {
    const { name } = command;
    if (!off.includes(name)) return command;
    const run = () => {
      throw new CommandError({
        code: "safe-mode",
        what: `${name} is off: ${safeMode.text}`,
        todo: "reboot starts the board with all its parts",
      });
    };
    return { ...command, run };
  });
}

/** The board as it is to be in safe mode: nothing is wired to it. */
export function withoutWires(host: Host): Host {
  const { i2c, reserved } = host.board;
  const io = NoBus as unknown as I2CConstructor;
  return { ...host, board: { i2c: { ...i2c, io }, ...(reserved && { reserved }) } };
}

class NoBus {
  constructor() {
    throw new Error("safe mode: the sensors are off");
  }
}

/** Sensors that are off have nothing to tell. */
export const silence: Log = () => {};

/** No rules at all. */
export const noRules = frozen({
  watchOf: () => undefined,
  refuses: () => undefined,
  toldOf: () => undefined,
  close: () => {},
});
