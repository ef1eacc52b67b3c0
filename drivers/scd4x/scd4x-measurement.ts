// SPDX-License-Identifier: MIT

import type { Clock } from "../../modules/base/clock.ts";
import type { I2C } from "../../modules/ecma-419/i2c.ts";
import type { ClimateSample } from "../../modules/ecma-419/sensor.ts";
import type { ClimateMeasurement } from "../climate-measurement.ts";
import { type I2CSensorOptions, openI2C } from "../i2c-sensor.ts";
import {
  checkWord,
  humidityOf,
  temperatureOf,
  wordAt,
  wordLength,
  writeWord,
} from "../sensirion-words.ts";
import { SensorError } from "../sensor-error.ts";
import { command, commandTime, modelOf, period } from "./commands.ts";
import {
  checkSettings,
  idleWrites,
  type Recalibration,
  type SCD4xSettings,
} from "./scd4x-settings.ts";
import { SteadyAir } from "./steady-air.ts";

/** What comes next; before "measure" the chip is on its way to measuring. */
type Phase =
  | "resume"
  | "resumed"
  | "stop"
  | "wake"
  | "identify"
  | "identified"
  | "enquire"
  | "variant"
  | "recalibrate"
  | "recalibrated"
  | "settings"
  | "start"
  | "measure"
  | "ready"
  | "fetch"
  | "take";

const measuring: readonly Phase[] = Object.freeze(["measure", "ready", "fetch", "take"]);
/** Only a chip that was left measuring goes through them. */
const resuming: readonly Phase[] = Object.freeze(["resume", "resumed"]);
/** The chip may have heard them, and then refuses them the second time. */
const once: readonly Phase[] = Object.freeze(["start", "recalibrate"]);

/** ms between two looks at a chip whose sample is due, and before that. */
const pollTime = 100;
/** ms until a transaction that the bus has lost is repeated. */
const retryTime = 20;
/** A sample that is later than so many periods will not come: the chip has lost its mode. */
const latest = 1.2;
/** Steady air that a recalibration needs, ms (datasheet section 3.8.1: three minutes). */
const beforeRecalibration = 180_000;
/** A change of the pressure that the chip is told, Pa: a tenth of a percent of the CO2. */
const pressureStep = 100;

/**
 * The transfers of an SCD4x. The chip measures by itself and is asked whether it has a sample. Every
 * answer is read in a turn of its own, after the time that its command takes.
 */
export class SCD4xMeasurement implements ClimateMeasurement<SCD4xSettings> {
  readonly #bus: I2C;
  readonly #clock: Clock;
  readonly #command = new Uint8Array(2);
  readonly #answer = new Uint8Array(3 * wordLength);
  readonly #air = new SteadyAir();
  #settings: SCD4xSettings;
  #model: string | undefined;
  #phase: Phase = "stop";
  /** Settings that have been written since the chip was idle. */
  #written = 0;
  /** Pa that the chip has been told since it was started. */
  #toldPressure: number | undefined;
  /** Monotonic ms of the start or of the last sample. */
  #last = 0;
  /** What comes next has failed on the bus once. */
  #isRepeated = false;

  constructor(
    options: { readonly sensor: I2CSensorOptions; readonly clock: Clock } & SCD4xSettings,
  ) {
    const { sensor, clock } = options;
    checkSettings(options);
    this.#settings = withSettings({}, options);
    this.#clock = clock;
    this.#bus = openI2C(sensor, 0x62);
  }

  /** "SCD40", "SCD41" or "SCD43"; "SCD4x" for one that says something else. */
  get model(): string | undefined {
    return this.#model;
  }

  configure(settings: SCD4xSettings): void {
    checkSettings(settings);
    if (settings.recalibration) this.checkSteady();
    const before = this.#settings;
    this.#settings = withSettings(before, settings);
    const isOther = (name: keyof SCD4xSettings) => before[name] !== this.#settings[name];
    const needsIdle = ["mode", "altitude", "temperatureOffset", "selfCalibration"] as const;
    if (needsIdle.some(isOther)) this.#phase = "stop";
  }

  /**
   * Nobody knows what the chip is doing, unless it was left measuring: it is stopped first, whatever it was. It refuses
   * that when it sleeps or has just got power, and another chip takes it for nothing.
   */
  restart(): number {
    if (this.#settings.before === undefined) return this.stop();
    return this.goTo("resume", 0);
  }

  private stop(): number {
    this.#air.reset();
    this.#toldPressure = undefined;
    this.#written = 0;
    this.#phase = "wake";
    this.tryToSend(command.stop);
    return commandTime.stop;
  }

  /** What the bus loses once is asked again, and while a sample is not late nobody is told. */
  step(): number | ClimateSample {
    const phase = this.#phase;
    try {
      const result = this.proceed(phase);
      this.#isRepeated = false;
      return result;
    } catch (error) {
      const isBus = !(error instanceof SensorError);
      this.#isRepeated = isBus && !this.#isRepeated && !once.includes(phase);
      if (this.#isRepeated) return retryTime;
      if (resuming.includes(phase)) return this.forget();
      if (!measuring.includes(phase)) this.abandon(error);
      else if (this.isLate) this.#phase = "stop";
      else {
        this.#phase = "measure";
        if (isBus) return retryTime;
      }
      throw error;
    }
  }

  close(): void {
    const isKept = this.#settings.keepRunning && measuring.includes(this.#phase);
    if (!isKept) this.tryToSend(command.stop);
    this.#bus.close();
  }

  private proceed(phase: Phase): number | ClimateSample {
    switch (phase) {
      case "resume":
        return this.ask(command.readDataReady, "resumed");
      case "resumed":
        return this.resume();
      case "stop":
        return this.stop();
      case "wake":
        // Never acknowledged (section 3.10.4).
        this.tryToSend(command.wakeUp);
        return this.goTo("identify", commandTime.wakeUp);
      case "identify":
        return this.ask(command.readSerialNumber, "identified");
      case "identified":
        this.readWords(3);
        return this.goTo("enquire", 0);
      case "enquire":
        return this.ask(command.readVariant, "variant");
      case "variant":
        this.#model = modelOf(this.readWord());
        return this.goTo("settings", 0);
      case "recalibrate":
        return this.recalibrate();
      case "recalibrated":
        return this.finishRecalibration();
      case "settings":
        return this.writeSetting();
      case "start":
        return this.start();
      case "measure":
        return this.measure();
      case "ready":
        return this.lookForData();
      case "fetch":
        return this.ask(command.readMeasurement, "take");
      case "take":
        return this.takeSample();
    }
  }

  private goTo(phase: Phase, delay: number): number {
    this.#phase = phase;
    return delay;
  }

  private ask(code: number, next: Phase): number {
    this.send(code);
    return this.goTo(next, commandTime.short);
  }

  private writeSetting(): number {
    const write = idleWrites(this.#settings)[this.#written];
    if (!write) return this.goTo("start", 0);
    this.send(...write);
    this.#written++;
    return commandTime.short;
  }

  private start(): number {
    const { mode = "periodic" } = this.#settings;
    this.send(mode === "periodic" ? command.startPeriodic : command.startLowPower);
    this.#last = this.#clock.ticks();
    return this.goTo("measure", commandTime.short);
  }

  /** While it measures: tells it the pressure, or asks for a sample when one may be there. */
  private measure(): number {
    if (this.#settings.recalibration) {
      this.send(command.stop);
      return this.goTo("recalibrate", commandTime.stop);
    }
    const { pressure } = this.#settings;
    const told = this.#toldPressure;
    if (pressure !== undefined && !(Math.abs(pressure - (told ?? 0)) < pressureStep)) {
      this.send(command.setPressure, Math.round(pressure / 100));
      this.#toldPressure = pressure;
      return commandTime.short;
    }
    const early = this.#last + this.period - pollTime - this.#clock.ticks();
    return early > 0 ? early : this.ask(command.readDataReady, "ready");
  }

  /** The chip has measured all the while, so there is a sample: its mode is lost where there is none. */
  private resume(): number {
    if ((this.readWord() & 0x07ff) === 0) return this.forget();
    this.#model = this.#settings.before;
    this.forget();
    this.#last = this.#clock.ticks() - commandTime.short;
    return this.goTo("fetch", 0);
  }

  /** What was before is no more. */
  private forget(): number {
    const { before: _, ...others } = this.#settings;
    this.#settings = others;
    return this.goTo("stop", 0);
  }

  private lookForData(): number {
    // Bits 0 to 10 say that there is a sample; the others are not for us.
    if (this.readWord() & 0x07ff) {
      this.#last = this.#clock.ticks() - commandTime.short;
      return this.goTo("fetch", 0);
    }
    this.#phase = "measure";
    if (!this.isLate) return pollTime - commandTime.short;
    throw new SensorError({
      code: "scd4x/stalled",
      what: "the chip has stopped measuring, and is started again",
      why: "no sample has come in time",
      todo: "check that its supply holds 205 mA for a moment",
    });
  }

  private takeSample(): ClimateSample {
    this.readWords(3);
    const bytes = this.#answer;
    const ticks = this.#last;
    this.#phase = "measure";
    const sample: ClimateSample = {
      thermometer: { temperature: temperatureOf(wordAt(bytes, wordLength)) },
      hygrometer: { humidity: humidityOf(wordAt(bytes, 2 * wordLength)) },
      ticks,
    };
    const CO2 = wordAt(bytes, 0);
    // No air has none: the chip has not measured it.
    if (CO2 === 0) return sample;
    sample.carbonDioxideDetector = { CO2 };
    this.#air.add(CO2, ticks);
    return sample;
  }

  private recalibrate(): number {
    this.send(command.recalibrate, Math.round(this.#settings.recalibration?.CO2 ?? 0));
    return this.goTo("recalibrated", commandTime.recalibrate);
  }

  private finishRecalibration(): number {
    const word = this.readWord();
    if (word === 0xffff) throw notRecalibrated("the chip has refused it");
    const recalibration = this.takeRecalibration();
    this.#air.reset();
    this.#written = 0;
    this.#phase = "settings";
    recalibration?.onDone.call(this, word - 0x8000);
    return 0;
  }

  /** The chip is started afresh; a recalibration that was under way is not tried again. */
  private abandon(error: unknown): void {
    this.#phase = "stop";
    const recalibration = this.takeRecalibration();
    if (!recalibration) return;
    const isOurs = error instanceof SensorError;
    recalibration.onDone.call(this, isOurs ? error : notRecalibrated("the bus has failed", error));
  }

  private takeRecalibration(): Recalibration | undefined {
    const { recalibration, ...others } = this.#settings;
    this.#settings = others;
    return recalibration;
  }

  private checkSteady(): void {
    const steady = this.#air.duration(this.#clock.ticks());
    if (steady >= beforeRecalibration && !this.#settings.recalibration) return;
    const minutes = Math.floor(steady / 60_000);
    throw new SensorError({
      code: "scd4x/not-steady",
      what: "the sensor cannot be calibrated now",
      why: this.#settings.recalibration
        ? "it is being calibrated"
        : `its CO2 has been steady for ${minutes} min, and 3 are needed`,
      todo: "leave it in still air whose CO2 is known, with nobody near",
    });
  }

  private get isLate(): boolean {
    return this.#clock.ticks() - this.#last >= latest * this.period;
  }

  private get period(): number {
    return period[this.#settings.mode ?? "periodic"];
  }

  private readWord(): number {
    this.readWords(1);
    return wordAt(this.#answer, 0);
  }

  /** Reads so many words into the answer and checks them. */
  private readWords(count: number): void {
    const length = count * wordLength;
    this.#bus.read(this.#answer.subarray(0, length));
    for (let i = 0; i < length; i += wordLength) checkWord(this.#answer, i, "SCD4x");
  }

  private send(code: number, word?: number): void {
    const bytes = word === undefined ? this.#command : new Uint8Array(2 + wordLength);
    bytes[0] = code >> 8;
    bytes[1] = code & 0xff;
    if (word !== undefined) writeWord(bytes, 2, word);
    this.#bus.write(bytes);
  }

  private tryToSend(code: number): void {
    try {
      this.send(code);
    } catch {
      // The chip may refuse these two; whether it is there its number tells.
    }
  }
}

function notRecalibrated(why: string, cause?: unknown): SensorError {
  const what = "the sensor has not been calibrated";
  const todo = "wait for five minutes of steady air and try again";
  return new SensorError({ code: "scd4x/not-calibrated", what, why, todo, cause });
}

/** `settings` with what `changes` names. */
function withSettings(settings: SCD4xSettings, changes: SCD4xSettings): SCD4xSettings {
  const { mode, altitude, pressure, temperatureOffset, selfCalibration, recalibration } = changes;
  const { keepRunning, before } = changes;
  return {
    ...settings,
    ...(mode !== undefined && { mode }),
    ...(altitude !== undefined && { altitude }),
    ...(pressure !== undefined && { pressure }),
    ...(temperatureOffset !== undefined && { temperatureOffset }),
    ...(selfCalibration !== undefined && { selfCalibration }),
    ...(recalibration !== undefined && { recalibration }),
    ...(keepRunning !== undefined && { keepRunning }),
    ...(before !== undefined && { before }),
  };
}
