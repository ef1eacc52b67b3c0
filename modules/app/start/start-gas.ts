// SPDX-License-Identifier: MIT

import type { Compensated, GasSample } from "../../air-quality/air-quality-station.ts";
import type { BaselineSensor } from "../../air-quality/baseline-manager.ts";
import type { GasSensorFacts } from "../../air-quality/extended-json.ts";
import {
  decodeGasMemory,
  encodeGasMemory,
  type GasMemory,
  gasMemoryLength,
} from "../../air-quality/gas-memory.ts";
import type { GasThresholds } from "../../air-quality/gas-thresholds.ts";
import type { Clock, Timers } from "../../base/clock.ts";
import type { BoardWiring } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { type RetainedMemory, reservedLength } from "../../base/retained-memory.ts";
import type { DigitalConstructor } from "../../ecma-419/digital.ts";
import type { SensorState } from "../../ecma-419/sensor.ts";
import { addressText, answeringAddress } from "../i2c/i2c-probe.ts";
import type { RovingSensor } from "../i2c/sensor-watch.ts";

/** Drive mode of a gas sensor: 0 rest, 1 to 3 slower and slower, 4 raw values only. */
export type GasMode = 0 | 1 | 2 | 3 | 4;

interface GasPin {
  readonly io: DigitalConstructor;
  readonly pin: number;
}

/** What every driver of a gas sensor takes. */
export interface GasDriverOptions {
  readonly sensor: BoardWiring["i2c"] & { readonly address: number };
  /** Pins that are wired beside the bus, if any. */
  readonly reset?: GasPin;
  readonly wake?: GasPin;
  readonly interrupt?: GasPin;
  readonly mode: GasMode;
  readonly thresholds?: GasThresholds;
  /** What its memory was before the board started again. */
  readonly before: GasMemory | undefined;
  /** `close` leaves the sensor at work. */
  readonly keepRunning: true;
  readonly timers: Timers;
  readonly clock: Clock;
  /** Is a property of the driver, which the callbacks have as `this`. */
  readonly target: RunningGas;
  readonly onReading: (this: Called, sample: GasSample) => void;
  readonly onState: (this: Called, state: GasSensor["state"]) => void;
  readonly onFault: (this: Called, fault: Error | undefined) => void;
  readonly onAlert: (this: Called, range: string) => void;
}

interface Called {
  readonly target: RunningGas;
}

/** A gas sensor with a baseline, drive modes and compensation; its driver is at work. */
export interface GasSensor extends BaselineSensor, GasSensorFacts, Compensated {
  /** `fault` and `absent` are trouble. */
  readonly state: { readonly kind: string; readonly error?: { readonly code: string } };
  readonly mode: GasMode;
  readonly applicationVersion: number | undefined;
  configure(
    settings:
      | { readonly mode: GasMode }
      | { readonly humidityPercent: number; readonly temperature: number },
  ): void;
  /** Looks for it at another address from now on. */
  moveTo(address: number): void;
  /** ms of rest that come before another mode. */
  restBefore(mode: GasMode): number;
  /** What is worth knowing after a restart of the board; undefined while that is not known. */
  readonly memory?: Omit<GasMemory, "hasBaseline"> | undefined;
  close(): void;
}

/** A gas sensor that the firmware has a driver for. What takes a sensor takes one of its own. */
export interface GasKind {
  /** The name of its part on the console. */
  readonly part: string;
  readonly model: string;
  readonly addresses: readonly number[];
  open(options: GasDriverOptions): GasSensor;
  /** ms between two readings in a drive mode. */
  period(mode: GasMode): number;
  /** What it is doing, or was doing in the given state; one line. */
  stateText(
    sensor: GasSensor,
    place: { readonly address: number; readonly ticks: number },
    state?: GasSensor["state"],
  ): string;
  /** Its versions and counters, some lines. */
  detailsText(sensor: GasSensor): string;
}

/** At least one, the usual one first. */
export type GasKinds = readonly [GasKind, ...GasKind[]];

/** Where a gas sensor answers, or is expected. */
export interface GasPlace {
  readonly kind: GasKind;
  readonly address: number;
}

/**
 * Looks for the gas sensor: first at its `usual` address, then at the others of each kind. When none
 * answers, the first kind is expected at the usual address.
 */
export function locateGas(
  kinds: GasKinds,
  usual: number,
  { bus, clock }: { readonly bus: BoardWiring["i2c"]; readonly clock: Clock },
): GasPlace {
  for (const kind of kinds) {
    const addresses = kind.addresses.includes(usual)
      ? [usual, ...kind.addresses.filter((address) => address !== usual)]
      : kind.addresses;
    const address = answeringAddress(bus, addresses, clock);
    if (address !== undefined) return { kind, address };
  }
  return { kind: kinds[0], address: usual };
}

/** Whose sensor it is. */
export interface GasOwner {
  /** Takes the samples. */
  addGas(sample: GasSample): void;
  /** There is a gas sensor of another kind. */
  readonly hasOtherGas: boolean;
}

export interface StartGasOptions extends GasPlace {
  readonly bus: BoardWiring["i2c"];
  readonly digital: BoardWiring["digital"];
  readonly mode: GasMode;
  /** Where its interrupt is wired. */
  readonly interrupt: number | undefined;
  /** It is to tell when co2 goes beyond them. */
  readonly thresholds: GasThresholds | undefined;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly log: Log;
  readonly owner: GasOwner;
  /** Where to keep what the sensor is doing over a restart of the board. */
  readonly retained: RetainedMemory | undefined;
  /** ms for which the board was asleep while the sensor went on. */
  readonly slept?: number;
}

/** ms between two notes of what the sensor is doing, for a board that crashes. */
const noteInterval = 60_000;

/**
 * The gas sensor at work; what it goes through is logged. It measures on while the board starts
 * again, and is then taken over as it is.
 */
export class RunningGas implements RovingSensor {
  readonly sensor: GasSensor;
  #address: number;
  readonly #kind: GasKind;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #timers: Timers;
  readonly #owner: GasOwner;
  readonly #retained: RetainedMemory | undefined;
  #noted = 0;
  /** Who knows whether the sensor has its baseline. */
  baseline: { readonly isRestored: boolean } | undefined;

  constructor(options: StartGasOptions) {
    const { kind, address, bus, digital, mode, timers, clock, log, owner, retained } = options;
    const { interrupt, thresholds } = options;
    this.#address = address;
    this.#kind = kind;
    this.#clock = clock;
    this.#log = log;
    this.#timers = timers;
    this.#retained = retained;
    this.#owner = owner;
    this.sensor = kind.open({
      sensor: { ...bus, address },
      ...pin(digital, "reset", digital?.reset),
      ...pin(digital, "wake", digital?.wake),
      ...pin(digital, "interrupt", interrupt),
      mode,
      ...(thresholds && { thresholds }),
      before: memoryAfter(retained, options.slept),
      keepRunning: true,
      timers,
      clock,
      target: this,
      onReading,
      onState,
      onFault,
      onAlert,
    });
  }

  get address(): number {
    return this.#address;
  }

  /** All at which there may be one. */
  get addresses(): readonly number[] {
    return this.#kind.addresses;
  }

  /** Its model, from when it has answered as one. */
  get identification(): { readonly model: string | undefined } {
    return { model: this.isMet ? this.#kind.model : undefined };
  }

  /** It has answered as one since the board has started. */
  get isMet(): boolean {
    return this.sensor.hardwareVersion !== undefined;
  }

  /** As all drivers tell it. */
  get state(): SensorState {
    const { kind, error } = this.sensor.state;
    if (error?.code.endsWith("/wrong-id")) return "wrong-id";
    if (kind === "absent" || kind === "fault") return kind;
    return this.identification.model === undefined ? "starting" : "ready";
  }

  /** What it is doing, one line. */
  get text(): string {
    return this.textOf(this.sensor.state);
  }

  /** What is wrong with it, one line; undefined: nothing. */
  get trouble(): string | undefined {
    return isTrouble(this.sensor.state) ? this.text.replace(/^fault: /, "") : undefined;
  }

  /** Its versions and counters, some lines. */
  get details(): string {
    return this.#kind.detailsText(this.sensor);
  }

  /** ms between two readings in the drive mode that is wanted. */
  get period(): number {
    return this.#kind.period(this.sensor.mode);
  }

  /** Looks for it at another of its addresses from now on. */
  moveTo(address: number): void {
    this.#address = address;
    this.sensor.moveTo(address);
  }

  /** Has it measure in another drive mode. Returns the ms of rest that come first. */
  changeMode(mode: GasMode): number {
    const rest = this.sensor.restBefore(mode);
    this.sensor.configure({ mode });
    return rest;
  }

  close(): void {
    this.note();
    this.sensor.close();
  }

  /** A new sample of its driver. */
  addSample(sample: GasSample): void {
    this.#owner.addGas(sample);
    if (sample.ticks - this.#noted < noteInterval) return;
    this.#noted = sample.ticks;
    // In a turn of its own: reading the sample is as much as one turn of the loop should do.
    this.#timers.set(() => this.note(), 0);
  }

  /** Keeps what the sensor is doing for the next start. */
  private note(): void {
    const retained = this.#retained;
    const { memory } = this.sensor;
    this.#noted = this.#clock.ticks();
    if (!retained || !memory) return;
    const hasBaseline = this.baseline?.isRestored ?? false;
    retained.write(placeIn(retained), encodeGasMemory({ ...memory, hasBaseline }));
  }

  private textOf(state: GasSensor["state"]): string {
    const { address } = this;
    return this.#kind.stateText(this.sensor, { address, ticks: this.#clock.ticks() }, state);
  }

  /** Its driver is in another state. */
  stateChanged(state: GasSensor["state"]): void {
    const text = this.textOf(state);
    // Later: the sample that has changed it has its own reader in this turn.
    this.#timers.set(() => {
      this.note();
      this.logState(state, text);
    }, 0);
  }

  private logState(state: GasSensor["state"], text: string): void {
    const { part, model } = this.#kind;
    const { kind: event, error } = state;
    const log = this.#log;
    if (!this.isMet && isTrouble(state)) {
      // One that never was there is absent in a moment, and that is told.
      if (error?.code.endsWith("/no-answer")) return;
      if (event === "absent" && this.#owner.hasOtherGas) {
        const why = `there is no ${model} at ${addressText(this.address)}; another gas sensor is there`;
        log({ level: "info", part, event: "not-fitted", text: why });
        return;
      }
    }
    log({ level: isTrouble(state) ? "warn" : "info", part, event, text });
  }

  /** co2 has gone beyond a threshold. */
  rangeChanged(range: string): void {
    const { part } = this.#kind;
    const text = `co2 is ${range} now, by ccs811.thresholds`;
    this.#log({ level: "info", part, event: "range", text, data: { range } });
  }

  /** Its driver tells of trouble, or of its end. */
  logFault(fault: Error | undefined): void {
    // What has become a state was logged as such.
    if (!fault || isTrouble(this.sensor.state)) return;
    this.#log({ level: "warn", part: this.#kind.part, event: "trouble", text: fault.message });
  }
}

// Functions of the module, which take no heap, as ones of each sensor would.

function onReading(this: Called, sample: GasSample): void {
  this.target.addSample(sample);
}

function onState(this: Called, state: GasSensor["state"]): void {
  this.target.stateChanged(state);
}

function onFault(this: Called, fault: Error | undefined): void {
  this.target.logFault(fault);
}

function onAlert(this: Called, range: string): void {
  this.target.rangeChanged(range);
}

/** What the sensor has done, also while the board was asleep for so many ms. */
function memoryAfter(retained: RetainedMemory | undefined, slept = 0): GasMemory | undefined {
  const memory = retained && decodeGasMemory(retained.read(placeIn(retained), gasMemoryLength));
  if (!memory) return undefined;
  const { measuredFor, restedFor } = memory;
  return {
    ...memory,
    measuredFor: measuredFor > 0 ? measuredFor + slept : 0,
    restedFor: restedFor > 0 ? restedFor + slept : 0,
  };
}

/** Where the note is. */
function placeIn(retained: RetainedMemory): number {
  return retained.byteLength - reservedLength;
}

function isTrouble({ kind }: GasSensor["state"]): boolean {
  return kind === "fault" || kind === "absent";
}

function pin(
  digital: BoardWiring["digital"],
  name: "reset" | "wake" | "interrupt",
  number: number | undefined,
) {
  return digital && number !== undefined && { [name]: { io: digital.io, pin: number } };
}
