// SPDX-License-Identifier: MIT

import {
  AirQualityStation,
  type ClimateRole,
  type GasSample,
} from "../../air-quality/air-quality-station.ts";
import { type BaselineEvent, BaselineManager } from "../../air-quality/baseline-manager.ts";
import { type ClimateCorrection, corrected } from "../../air-quality/climate-correction.ts";
import {
  type ClimateSource,
  ClimateSources,
  type SampleTaker,
} from "../../air-quality/climate-sources.ts";
import type { GasSource } from "../../air-quality/gas-sources.ts";
import { parseThresholds } from "../../air-quality/gas-thresholds.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { pinIn } from "../../base/pin-text.ts";
import type { ClimateSample } from "../../ecma-419/sensor.ts";
import type { SettingObserver } from "../../settings/settings.ts";
import type { ClearBus } from "../i2c/bus-recovery.ts";
import { I2CAccess } from "../i2c/i2c-access.ts";
import { SharedBus } from "../i2c/shared-bus.ts";
import type { BoardSettings } from "../setting-list.ts";
import { readSleep } from "../sleep/sleep-record.ts";
import { noPin, openPin } from "./pin-use.ts";
import { RunningClimate, type StartClimateOptions } from "./start-climate.ts";
import { type GasKinds, type GasMode, type GasOwner, locateGas, RunningGas } from "./start-gas.ts";

export interface StartSensorsOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** The drivers, which only the composition of the firmware knows. */
  readonly drivers: {
    readonly gas: GasKinds;
    readonly climate: StartClimateOptions["kinds"];
    readonly openPulses: StartClimateOptions["openPulses"];
    readonly clearBus: ClearBus;
  };
}

/** The sensors on the board, at work; one that is missing is logged, and the others do without it. */
export class RunningSensors implements SampleTaker, GasOwner, SettingObserver {
  readonly i2c: I2CAccess;
  readonly station: AirQualityStation;
  readonly gas: RunningGas;
  readonly baseline: BaselineManager;
  readonly climate: RunningClimate;
  readonly #bus: SharedBus;
  readonly #settings: BoardSettings;

  constructor(host: Host, { settings, log, drivers }: StartSensorsOptions) {
    const { clock, timers, board } = host;
    const shared = new SharedBus({ host, log, clear: drivers.clearBus });
    const mode = gasModeOf(settings);
    const usual = Number(settings.get("ccs811.address"));
    const place = locateGas(drivers.gas, usual, { bus: board.i2c, clock });
    this.#bus = shared;
    this.#settings = settings;
    this.i2c = new I2CAccess(shared, clock);
    const bus = shared.wiring;
    const station = new AirQualityStation({
      clock,
      timers,
      // A reading for each sample; the settings say which are published.
      interval: place.kind.period(mode),
      onCompensation: (role) => {
        if (this.gas.isMet) logCompensation(log, role && sources.sourceOf(role));
      },
    });
    const sources = new ClimateSources({
      clock,
      station: this,
      onSource: (role, source) => logClimateSource(log, role, source),
    });
    this.station = station;
    const { digital } = board;
    const { retained, reset } = host.system;
    const kept = { retained, ...(reset?.wake && { slept: reset.wake.slept }) };
    const running = { ...place, bus, digital, mode, timers, clock, log, owner: this, ...kept };
    const interrupt = usableInterrupt(host, { settings, log });
    const thresholds = parseThresholds(settings.get("ccs811.thresholds"));
    this.gas = new RunningGas({ ...running, interrupt, thresholds });
    this.baseline = startBaseline(host, { settings, log, sensor: this.gas.sensor });
    this.gas.baseline = this.baseline;
    const { climate: kinds, openPulses } = drivers;
    const { gas } = this;
    this.climate = new RunningClimate({
      host,
      bus: shared,
      log,
      sources,
      kinds,
      settings,
      CO2SensorBefore: reset?.wake && retained && readSleep(retained)?.CO2Sensor,
      gas,
      openPulses,
    });
    station.start(this.gas.sensor);
  }

  /** There is a gas sensor of another kind. */
  get hasOtherGas(): boolean {
    return this.climate.gasLines().length > 0;
  }

  /** A sample of the gas sensor. */
  addGas(sample: GasSample): void {
    this.station.addGas(sample);
  }

  /** A sample of a climate sensor, as it is to be used. */
  addClimate(role: ClimateRole, sample: ClimateSample): void {
    this.station.addClimate(role, corrected(sample, correctionIn(this.#settings)));
  }

  addOtherGas(source: GasSource, sample: ClimateSample): void {
    this.station.addOtherGas(source, sample);
  }

  /** A setting has another value, which holds now. */
  settingChanged(name: string): void {
    if (name === "climate.altitude") this.climate.altitudeChanged();
  }

  /** Has the gas sensor measure in another mode. Returns the ms of rest that come first. */
  changeMode(mode: GasMode): number {
    const rest = this.gas.changeMode(mode);
    this.station.interval = this.gas.period;
    return rest;
  }

  close(): void {
    this.station.close();
    this.baseline.close();
    this.gas.close();
    this.climate.close();
    this.#bus.close();
  }
}

/** Opens the sensors of the board, of which each may be missing. */
export function startSensors(host: Host, options: StartSensorsOptions): RunningSensors {
  const sensors = new RunningSensors(host, options);
  options.settings.subscribe(sensors);
  return sensors;
}

/** In the modes that measure more often the heater takes more than a board saves by sleeping. */
function gasModeOf(settings: BoardSettings): GasMode {
  const mode = settings.get("ccs811.mode") as GasMode;
  return settings.get("sleep") > 0 && (mode === 1 || mode === 2) ? 3 : mode;
}

/** What somebody has set about the climate sensors and their place. */
function correctionIn(settings: BoardSettings): ClimateCorrection {
  return {
    temperature: settings.get("climate.temperature.offset"),
    humidity: settings.get("climate.humidity.offset"),
    altitude: settings.get("climate.altitude"),
  };
}

/** The pin of nINT, when it can be had: without it the sensor is asked. */
function usableInterrupt(
  { board }: Host,
  { settings, log }: Pick<StartSensorsOptions, "settings" | "log">,
): number | undefined {
  const pin = pinIn(settings.get("ccs811.int"));
  if (pin === undefined) return undefined;
  try {
    openPin(board, pin, "InputPullUp").close();
    return pin;
  } catch (error) {
    const text = `ccs811.int ${noPin(pin, error)}; the sensor is asked instead`;
    log({ level: "warn", part: "ccs811", event: "no-interrupt", text });
    return undefined;
  }
}

/** Keeps the gas sensor's baseline over power cycles, and logs what becomes of it. */
function startBaseline(
  { clock, timers, storage }: Host,
  {
    settings,
    log,
    sensor,
  }: Pick<StartSensorsOptions, "settings" | "log"> & Pick<RunningGas, "sensor">,
): BaselineManager {
  return new BaselineManager({
    sensor,
    store: storage.open({ path: "baseline", format: "buffer" }),
    clock,
    timers,
    maximumAgeDays: settings.get("baseline.max-age"),
    onEvent: (event) => {
      const level = event.kind === "failed" ? "warn" : "info";
      log({ level, part: "ccs811", event: `baseline-${event.kind}`, text: baselineText(event) });
    },
  });
}

function baselineText(event: BaselineEvent): string {
  switch (event.kind) {
    case "saved":
    case "restored":
      return `baseline ${event.baseline} ${event.kind}`;
    case "ignored":
      return `the stored baseline is not used: ${event.why}`;
    case "failed":
      return `the baseline could not be stored: ${event.why}`;
    default:
      return event satisfies never;
  }
}

/** Shows which sensor gives the pressure, or temperature and humidity, from now on. */
function logClimateSource(log: Log, role: ClimateRole, { name }: ClimateSource): void {
  const text =
    role === "pressure"
      ? `pressure from the ${name}`
      : `temperature and humidity from the ${name}, compensation too`;
  log({ level: "info", part: "climate", event: "source", text, data: { role, source: name } });
}

/** Shows what the gas sensor is compensated with from now on. */
function logCompensation(log: Log, source: ClimateSource | undefined): void {
  const text =
    source === undefined
      ? "compensating for 50 % and 25 °C: no climate sensor speaks"
      : `compensating with the ${source.name}`;
  const data = { source: source?.name };
  log({ level: "info", part: "ccs811", event: "compensation", text, data });
}
