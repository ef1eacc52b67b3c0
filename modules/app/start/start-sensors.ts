// SPDX-License-Identifier: MIT

import { AirQualityStation } from "../../air-quality/air-quality-station.ts";
import type { BaselineKeeper } from "../../air-quality/baseline-keeper.ts";
import { ClimateSources } from "../../air-quality/climate-sources.ts";
import {
  changeGasMode,
  type GasMode,
  type GasSensor,
  gasPeriod,
  openGasSensor,
} from "../../air-quality/open-gas-sensor.ts";
import type { Reading } from "../../air-quality/reading.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { type FreeI2CBusOptions, freeI2CBus } from "../i2c/bus-recovery.ts";
import { I2CAccess } from "../i2c/i2c-access.ts";
import { addressOf } from "../i2c/i2c-probe.ts";
import type { BoardSettings } from "../setting-list.ts";
import { openBaseline } from "./open-baseline.ts";
import { type FindClimateParts, type FoundClimate, findClimate } from "./start-climate.ts";
import { tellCompensation, tellSource } from "./tell-climate.ts";

export interface StartSensorsParts {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** The drivers, which only the composition of the firmware knows. */
  readonly drivers: Pick<FindClimateParts, "kinds" | "openPulses"> & {
    readonly clearBus: FreeI2CBusOptions["clear"];
  };
  readonly onReading: (reading: Reading, gas: GasSensor["sensor"]) => void;
}

/** The sensors at work. */
export interface RunningSensors {
  readonly gas: GasSensor;
  readonly station: AirQualityStation;
  readonly baseline: BaselineKeeper;
  readonly climate: FoundClimate;
  readonly i2c: I2CAccess;
  /** Has the gas sensor measure in another mode. Returns the ms of rest that come first. */
  changeMode(mode: GasMode): number;
  close(): void;
}

/** I2C addresses of the gas sensor. */
const gasAddresses = Object.freeze([0x5a, 0x5b] as const);

/** The sensors on the board; one that is missing is told, and the others do without it. */
export function startSensors(host: Host, parts: StartSensorsParts): RunningSensors {
  const { clock, timers, board } = host;
  const { settings, log, drivers, onReading } = parts;
  freeI2CBus({ board, log, clear: drivers.clearBus });
  const mode = settings.get("ccs811.mode") as GasMode;
  const usual = Number(settings.get("ccs811.address"));
  const address = addressOf(board.i2c, [usual, ...gasAddresses], clock);
  const i2c = new I2CAccess(board.i2c, clock);
  const station = new AirQualityStation({
    clock,
    timers,
    // A reading for each sample; the settings say which are published.
    interval: gasPeriod(mode),
    onReading: (reading) => onReading(reading, gas.sensor),
    onCompensation: (role) => tellCompensation(log, role && sources.sourceOf(role)),
  });
  const sources = new ClimateSources({
    clock,
    onSample: (role, sample) => station.addClimate(role, sample),
    onSource: (role, source) => tellSource(log, role, source),
  });
  const gas = openGasSensor({
    bus: i2c.wiring,
    address,
    digital: board.digital,
    mode,
    timers,
    clock,
    log,
    onReading: (sample) => station.addGas(sample),
  });
  const { sensor } = gas;
  const baseline = openBaseline(host, { settings, log, sensor });
  const climate = findClimate({
    host,
    bus: i2c.wiring,
    log,
    sources,
    kinds: drivers.kinds,
    own: { name: "CCS811", address, isThere: () => sensor.state.kind !== "absent" },
    openPulses: drivers.openPulses,
  });
  station.start(sensor);
  return {
    gas,
    station,
    baseline,
    climate,
    i2c,
    changeMode(next) {
      const rest = changeGasMode(sensor, next);
      station.interval = gasPeriod(next);
      return rest;
    },
    close() {
      station.close();
      baseline.close();
      sensor.close();
      climate.close();
    },
  };
}
