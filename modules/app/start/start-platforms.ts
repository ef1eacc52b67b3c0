// SPDX-License-Identifier: MIT

import type { ReadingObserver } from "../../air-quality/air-quality-station.ts";
import { hasValue, type Reading } from "../../air-quality/reading.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Answers, CloudSession } from "../../cloud/cloud-board.ts";
import { answerNames, type Slot, settingFor, slots } from "../../cloud/cloud-settings.ts";
import { whyIncomplete } from "../../cloud/field-check.ts";
import { Platform } from "../../cloud/platform.ts";
import { PlatformScope } from "../../cloud/platform-scope.ts";
import type { AnswerName, Profile } from "../../cloud/profile.ts";
import { findProfile } from "../../cloud/profile-list.ts";
import type { Sample } from "../../cloud/sample.ts";
import { CommandError } from "../../console/command-error.ts";
import type { Console } from "../../console/console.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import { secureOptions } from "../broker-access.ts";
import type { BoardSettings } from "../setting-list.ts";
import { BoardForCloud } from "./board-for-cloud.ts";

/** What platforms need of a board. */
export interface PlatformView {
  readonly id: string;
  readonly host: Pick<Host, "clock" | "timers" | "random" | "crypto" | "network" | "system">;
  readonly settings: BoardSettings;
  readonly console: Console;
  readonly wifi: Pick<WiFiManager, "status">;
  readonly session: CloudSession | undefined;
  readonly sensors: {
    readonly station: { subscribe(observer: ReadingObserver): void; readonly reading: Reading };
  };
  /** Absent: no platform has been started. */
  platforms?: RunningPlatforms;
  /** Says goodbye to everybody; calls back once. */
  close: (onClosed: () => void, goodbye?: string) => void;
}

/** The platforms that are at work. There is none of it on a board that has never started one. */
export class RunningPlatforms implements ReadingObserver {
  readonly #view: PlatformView;
  readonly #board: BoardForCloud;
  readonly #running: (Platform | undefined)[] = [];

  constructor(view: PlatformView) {
    const { id, host, settings, console, wifi, session } = view;
    this.#view = view;
    const secure = secureOptions.bind(undefined, host, settings);
    this.#board = new BoardForCloud({ id, host, settings, console, wifi, session, secure });
    view.sensors.station.subscribe(this);
  }

  /** The platform at a place; undefined: it is off. */
  at(slot: Slot): Platform | undefined {
    return this.#running[slot - 1];
  }

  /** Starts the platform that is set at a place, or begins it anew. Throws when it cannot be. */
  start(slot: Slot): Platform {
    const { settings } = this.#view;
    const profile = profileAt(settings, slot);
    if (!profile) {
      throw new CommandError({
        code: "platform/none",
        what: `no platform is set at place ${slot}`,
      });
    }
    checkPlain(profile, settings);
    const answers = answersAt(settings, slot);
    const why = whyIncomplete(profile, answers);
    if (why !== undefined) {
      throw new CommandError({
        code: "platform/incomplete",
        what: `${profile.name} is not started`,
        why,
        todo: `platform use ${profile.name} asks for it`,
      });
    }
    this.stop(slot, () => {});
    const platform = this.made(profile, answers);
    this.#running[slot - 1] = platform;
    return platform;
  }

  /** Ends the platform at a place. Calls back once. */
  stop(slot: Slot, onStopped: () => void): void {
    const platform = this.at(slot);
    this.#running[slot - 1] = undefined;
    if (platform) platform.close(onStopped);
    else onStopped();
  }

  /** Ends the platform at a place, which is to forget the board; one that is off forgets it too. */
  leave(slot: Slot): void {
    const { settings } = this.#view;
    const profile = profileAt(settings, slot);
    const off = () => profile?.leaves && this.made(profile, answersAt(settings, slot));
    const platform = this.at(slot) ?? off();
    this.#running[slot - 1] = undefined;
    platform?.leave(() => {});
  }

  /** What stands for a value that the user leaves out, by what was said of the others; may be empty. */
  standard(profile: Profile, answers: Answers, name: AnswerName): string {
    const { clock } = this.#view.host;
    const board = this.#board;
    const given = { ...answers, [name]: "" };
    const interval = () => 1_000 * board.interval;
    return new PlatformScope({
      profile,
      answers: given,
      board,
      clock,
      nonce: "",
      interval,
    }).answer(name);
  }

  /** Something is on its way to one, or could be. */
  get areBusy(): boolean {
    return this.#running.some((platform) => platform?.isBusy === true);
  }

  /** A new reading of the station. */
  onReading(reading: Reading): void {
    if (!hasValue(reading)) return;
    const sample = sampleOf(reading);
    const time = this.timeOf(reading);
    for (const platform of this.#running) platform?.add(sample, time);
  }

  /** The last reading, with its time. */
  get last(): { readonly sample: Sample; readonly time: number | undefined } | undefined {
    const { reading } = this.#view.sensors.station;
    return hasValue(reading)
      ? { sample: sampleOf(reading), time: this.timeOf(reading) }
      : undefined;
  }

  /** Says goodbye to all; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void {
    let left = slots.length;
    for (const slot of slots) {
      this.stop(slot, () => {
        if (--left === 0) onClosed();
      });
    }
  }

  private made(profile: Profile, answers: Answers): Platform {
    const { host, console } = this.#view;
    const { network, clock, timers, random, crypto } = host;
    return new Platform({
      profile,
      answers,
      board: this.#board,
      network,
      clock,
      timers,
      random,
      crypto,
      log: (line) => console.log(line),
    });
  }

  /** Wall clock at the measurement, ms since 1970 UTC; undefined while nobody has set it. */
  private timeOf(reading: Reading): number | undefined {
    const { clock } = this.#view.host;
    const now = clock.now();
    return now === undefined ? undefined : now - (clock.ticks() - reading.ticks);
  }
}

/** The platforms of the board, made when the first is started; from then on they say goodbye with the board. */
export function platformsOf(view: PlatformView): RunningPlatforms {
  if (view.platforms) return view.platforms;
  const platforms = new RunningPlatforms(view);
  const closeBoard = view.close;
  view.platforms = platforms;
  view.close = (onClosed, goodbye) => {
    let left = 2;
    const done = () => {
      if (--left === 0) onClosed();
    };
    platforms.close(done);
    closeBoard(done, goodbye);
  };
  return platforms;
}

/** Starts the platforms that are to be started with the board. */
export function startPlatforms(view: PlatformView): void {
  const { settings, console } = view;
  for (const slot of slots) {
    if (settings.get(settingFor(slot, "boot")) !== "on" || !profileAt(settings, slot)) continue;
    try {
      platformsOf(view).start(slot);
    } catch (error) {
      console.log({ level: "error", part: "platform", event: "off", text: messageOf(error) });
    }
  }
}

/** The platform that is set at a place. */
export function profileAt(settings: BoardSettings, slot: Slot): Profile | undefined {
  return findProfile(settings.get(settingFor(slot, "name")));
}

/** What the settings have for the platform at a place. */
export function answersAt(settings: BoardSettings, slot: Slot): Answers {
  const answers: { -readonly [Name in keyof Answers]?: string } = {};
  for (const name of answerNames) answers[name] = settings.get(settingFor(slot, name));
  return answers as Answers;
}

/** Over the board's own broker readings go out in plain, which may not be wanted. Throws CommandError. */
function checkPlain({ title, mqtt, http }: Profile, settings: BoardSettings): void {
  const isOwn = !http && mqtt?.scheme === undefined;
  if (!isOwn || settings.get("publish.plain") === "on") return;
  throw new CommandError({
    code: "platform/plain",
    what: `${title} is not used`,
    why: "publish.plain is off: readings go to paired boards only",
    todo: "set publish.plain on",
  });
}

function sampleOf(reading: Reading): Sample {
  const { co2, voc, pressure, humidityPercent: humidity } = reading;
  return {
    co2,
    voc,
    pressure: pressure === undefined ? undefined : pressure / 100,
    temperature: reading.temperature ?? reading.pressureTemperature,
    humidity,
  };
}
