// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Timer } from "../../base/clock.ts";
import type { Host } from "../../base/host.ts";
import type { Log, LogLevel } from "../../base/log.ts";
import { CommandError } from "../../console/command-error.ts";
import type { Reply } from "../../console/running-command.ts";
import type { SensorState } from "../../ecma-419/sensor.ts";
import { BusScan, type BusScanOwner } from "./bus-scan.ts";
import { addressText, longestProbe } from "./i2c-probe.ts";
import type { SharedBus } from "./shared-bus.ts";

/** A driver at work. */
export interface WatchedSensor {
  /** Which chip it has turned out to be; undefined until it has answered as one. */
  readonly identification: { readonly model: string | undefined };
  readonly state: SensorState;
  readonly fault: Error | undefined;
  close(): void;
}

/** A kind of sensor that the firmware has a driver for. */
export interface KnownSensor {
  /** 7 bits each. */
  readonly addresses: readonly number[];
}

/** Opens the drivers of what is found. */
export interface SensorWatchOwner<Kind extends KnownSensor> {
  openSensor(kind: Kind, address: number): WatchedSensor;
}

/** A sensor whose driver is always open, at one of its addresses. */
export interface RovingSensor extends Omit<WatchedSensor, "fault" | "close"> {
  readonly address: number;
  readonly addresses: readonly number[];
  /** Looks for it at another of its addresses from now on. */
  moveTo(address: number): void;
}

export interface SensorWatchOptions<Kind extends KnownSensor> {
  readonly bus: Pick<SharedBus, "isAnswered" | "look">;
  readonly host: Pick<Host, "clock" | "timers">;
  readonly log: Log;
  /** Tried in this order where several may be at one address. */
  readonly kinds: readonly Kind[];
  readonly gas: RovingSensor;
}

export interface Place<Kind> {
  readonly kind: Kind;
  readonly sensor: WatchedSensor;
}

/** A device that no driver has taken. */
interface Stranger {
  /** What the first of them has said. */
  readonly reason: string;
  /** In this round. */
  isRefused: boolean;
  /** The round from which on it is tried again. */
  round: number;
  /** Rounds between this attempt and the next. */
  pause: number;
}

/** ms after the start: the slowest chip needs 20 after power-on, its driver some more. */
const firstTurn = 200;
/** ms between two probes of the first round: a driver has found out that it has another chip. */
const firstPace = 50;
/** ms between two probes. */
const pace = 2_000;
/** ms until the next probe of a bus that does not move, on which each takes long. */
const stuckPace = 30_000;
/** Rounds between two attempts at a stranger: twice as many each time, to some ten minutes. */
const longestPause = 64;
/** Rounds in which a gas sensor is given time at its new address. */
const seekingPause = 5;

/**
 * Looks for the sensors on the I2C bus, for ever: goes round the addresses of the kinds that it
 * knows, one probe in a turn, and opens the driver where something answers and none is open. One
 * that meets another chip is closed, and the next kind has its turn. So it does not matter when a
 * sensor is plugged in, nor whether it was disturbed at that moment. A driver whose chip falls silent
 * stays open and asks on its own.
 */
export class SensorWatch<Kind extends KnownSensor = KnownSensor> implements BusScanOwner {
  readonly #options: SensorWatchOptions<Kind>;
  readonly #owner: SensorWatchOwner<Kind>;
  readonly #turn = () => this.proceed();
  readonly #places = new Map<number, Place<Kind>>();
  #strangers: Map<number, Stranger> | undefined;
  /** The kind whose turn it is, and which of its addresses. */
  #kind = 0;
  #address = 0;
  #round = 0;
  #timer: Timer | undefined;
  #scan: BusScan | undefined;
  /** Whoever has asked for the scan; undefined: it is the firmware's own, for the log. */
  #reply: Reply | undefined;
  /** Sensors that were there when the bus was scanned last. */
  #scanned = 0;
  /** The round from which on the gas sensor may be looked for at another address. */
  #seeking = 0;

  constructor(options: SensorWatchOptions<Kind>, owner: SensorWatchOwner<Kind>) {
    this.#options = options;
    this.#owner = owner;
    this.schedule(firstTurn);
  }

  /**
   * Scans the whole bus, or waits for the scan that goes on; `reply` alone is told what is found.
   * Devices that no driver has taken are tried again.
   */
  scan(reply: Reply): void {
    this.refuseScan("another scan was asked for");
    for (const stranger of this.#strangers?.values() ?? []) stranger.round = 0;
    this.#reply = reply;
    this.begin();
  }

  scanned(found: readonly string[]): void {
    const isEmpty = found.length === 0;
    const text = isEmpty ? "nothing answers" : found.join(", ");
    const reply = this.endScan();
    reply?.add(text);
    reply?.end();
    if (!reply) this.log(isEmpty ? "warn" : "info", "scan", `scan: ${text}`);
  }

  scanStuck(address: number): void {
    const text = `the bus does not move (at ${addressText(address)}); check SDA and SCL`;
    const reply = this.endScan();
    if (reply) reply.fail(new CommandError({ code: "i2c/stuck", what: text }));
    else this.log("warn", "stuck", `scan: ${text}`);
  }

  /** The chip that has answered as one at `address`, to its driver; undefined: none has. */
  driverAt(address: number): string | undefined {
    const { gas } = this.#options;
    return modelOf(address === gas.address ? gas : this.#places.get(address)?.sensor);
  }

  /** The drivers that are open, by their addresses. */
  get places(): ReadonlyMap<number, Place<Kind>> {
    return this.#places;
  }

  /** Closes all drivers. */
  close(): void {
    this.#options.host.timers.clear(this.#timer);
    this.#timer = undefined;
    this.#scan?.close();
    this.#scan = undefined;
    this.refuseScan("the bus is closed");
    for (const { sensor } of this.#places.values()) sensor.close();
    this.#places.clear();
  }

  private schedule(delay: number): void {
    this.#timer = this.#options.host.timers.set(this.#turn, delay);
  }

  private begin(): void {
    this.#scan ??= new BusScan(this.#options, this);
  }

  /** Returns whoever has asked for it. */
  private endScan(): Reply | undefined {
    const reply = this.#reply;
    this.#scan = undefined;
    this.#reply = undefined;
    return reply;
  }

  /** Whoever has asked is told no more. */
  private refuseScan(what: string): void {
    const reply = this.#reply;
    this.#reply = undefined;
    reply?.fail(new CommandError({ code: "i2c/scan", what }));
  }

  private log(level: LogLevel, event: string, text: string): void {
    this.#options.log({ level, part: "i2c", event, text });
  }

  /** Goes on to the next address that is to be probed, or to the end of the round. */
  private proceed(): void {
    const { kinds } = this.#options;
    const usual = this.#round === 0 ? firstPace : pace;
    let kind = kinds[this.#kind];
    while (kind) {
      const address = kind.addresses[this.#address++];
      if (address === undefined) {
        this.#address = 0;
        kind = kinds[++this.#kind];
      } else if (this.isFree(kind, address)) {
        this.schedule(this.look(kind, address) ? usual : stuckPace);
        return;
      }
    }
    this.finishRound();
    this.#kind = 0;
    this.#round++;
    this.schedule(pace);
  }

  /** No driver has the address, or another kind's that can not use it, and no stranger is there. */
  private isFree(kind: Kind, address: number): boolean {
    const place = this.#places.get(address);
    if (place && (!this.isRefused(address, place) || place.kind === kind)) return false;
    return this.#round >= (this.#strangers?.get(address)?.round ?? 0);
  }

  /** Probes, and opens the driver if somebody answers. False: the bus does not move. */
  private look(kind: Kind, address: number): boolean {
    const { host, bus } = this.#options;
    const before = host.clock.ticks();
    const isAnswered = bus.isAnswered(address);
    if (host.clock.ticks() - before > longestProbe) {
      bus.look();
      return false;
    }
    if (isAnswered) this.open(kind, address);
    else this.#strangers?.delete(address);
    return true;
  }

  private open(kind: Kind, address: number): void {
    try {
      this.#places.set(address, { kind, sensor: this.#owner.openSensor(kind, address) });
    } catch (error) {
      this.refuse(address, messageOf(error));
    }
  }

  /** Closes a driver that has met another chip, or has not got an answer that its chip gives. */
  private isRefused(address: number, { sensor }: Place<Kind>): boolean {
    const { state, fault } = sensor;
    const { model } = sensor.identification;
    const isWrong = state === "wrong-id" || (model === undefined && state !== "starting");
    if (!isWrong) return false;
    sensor.close();
    this.#places.delete(address);
    this.refuse(address, fault?.message ?? state);
    return true;
  }

  private refuse(address: number, reason: string): void {
    this.#strangers ??= new Map();
    const stranger = this.#strangers.get(address);
    if (stranger) stranger.isRefused = true;
    else this.#strangers.set(address, { reason, isRefused: true, round: 0, pause: 0 });
  }

  private finishRound(): void {
    for (const [address, place] of this.#places) {
      if (this.isRefused(address, place)) continue;
      if (place.sensor.state === "ready") this.#strangers?.delete(address);
    }
    for (const [address, stranger] of this.#strangers ?? []) {
      if (!this.#places.has(address)) this.leave(address, stranger);
    }
    this.seekGas();
    // A sensor that was plugged in shows in the log, and what else is there.
    if (this.#round === 0 || this.#places.size > this.#scanned) this.begin();
    this.#scanned = this.#places.size;
  }

  /** A stranger has its peace for some rounds. */
  private leave(address: number, stranger: Stranger): void {
    if (!stranger.isRefused) return;
    stranger.isRefused = false;
    if (stranger.pause === 0) {
      this.log("warn", "refused", `${addressText(address)}: ${stranger.reason}`);
    }
    stranger.pause = Math.min(2 * stranger.pause || 1, longestPause);
    stranger.round = this.#round + 1 + stranger.pause;
  }

  private seekGas(): void {
    const { gas, bus } = this.#options;
    const isThere = gas.state === "starting" || modelOf(gas) !== undefined;
    if (isThere || this.#round < this.#seeking) return;
    for (const address of gas.addresses) {
      if (address === gas.address || !bus.isAnswered(address)) continue;
      this.#seeking = this.#round + 1 + seekingPause;
      gas.moveTo(address);
      return;
    }
  }
}

function modelOf(sensor: Omit<WatchedSensor, "fault" | "close"> | undefined): string | undefined {
  if (!sensor || sensor.state === "absent" || sensor.state === "wrong-id") return undefined;
  return sensor.identification.model;
}
