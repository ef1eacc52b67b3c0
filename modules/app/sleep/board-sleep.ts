// SPDX-License-Identifier: MIT

import type { Reading } from "../../air-quality/reading.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Timer } from "../../base/clock.ts";
import type { Host, HostSleep, HostWake } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { RetainedMemory } from "../../base/retained-memory.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import type { PairingState } from "../../pairing/pairing.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import type { PubSub, ReceivedMessage } from "../pub-sub.ts";
import { unkeptIn } from "./kept-tls-session.ts";
import {
  readSleep,
  type SleepRecord,
  type SleepStep,
  sleepSteps,
  writeSleep,
} from "./sleep-record.ts";

const second = 1_000;
const minute = 60 * second;

/** A board stays awake so long when power comes on, or it was started again, and after a key on its console, ms. */
export const handTime = 5 * minute;
/** So long after a command that has come over the network, ms. */
const commandTime = minute;
/** Longest time awake for a network, or a broker, that is not there, ms. */
export const wakeLimit = 20 * second;
/** Longest wait for sensors that have answered at the wake before; the second where one is slow, ms. */
const sensorLimit = 2 * second;
const slowSensorLimit = 8 * second;
/** Time for what the broker has kept for the board, after the last confirmation, ms. */
const linger = 100;
/** Longest wait for paired boards, and for webhooks and platforms, ms. */
const guestLimit = 3 * second;
/** How often a board that was woken looks at its parts, and one that is awake otherwise; ms. */
const quickLook = 10;
const slowLook = second;

/** Bits of `SleepRecord.kinds`. */
const gasKind = 1;
const pressureKind = 2;
const humidityKind = 4;
const otherGasKind = 8;

/** What a board that sleeps waits for. */
export interface SleepSources {
  readonly wifi: Pick<WiFiManager, "state" | "place">;
  readonly sensors: {
    readonly station: { readonly reading: Reading; wait(): void; reportNow(): void };
    readonly baseline: { look(): void };
    readonly climate: { readonly CO2SensorLeft: string | undefined };
  };
  readonly pairing: SleepPairing | undefined;
}

/** What a board that sleeps wants of its pairs. */
export interface SleepPairing {
  readonly state: PairingState;
  sendReading(reading: Reading, time: number | undefined): void;
}

/** What may keep the board awake, and how it ends. */
export interface SleepView {
  readonly session: Pick<MqttSession, "state" | "outgoing" | "retry"> | undefined;
  readonly console: { readonly usedAt: number };
  readonly publisher: { readonly last: Reading | undefined };
  readonly webhook?: { readonly isBusy: boolean };
  readonly platforms?: { readonly areBusy: boolean };
  readonly updates?: { readonly isNews: boolean };
  readonly portal?: { readonly isOpen: boolean };
  close: (onClosed: () => void, goodbye?: string) => void;
}

export interface BoardSleepOptions {
  readonly host: Pick<Host, "clock" | "timers" | "system">;
  readonly log: Log;
  readonly sleep: HostSleep;
  readonly retained: RetainedMemory;
  /** ms. */
  readonly duration: number;
  /** Where a sensor calls when the air has changed; undefined: nothing does. */
  readonly wakePin: number | undefined;
}

/** What the report of the board's health says of its sleep. */
export interface SleepFacts {
  readonly sleeps: number;
  readonly misses: number;
  readonly awake: number;
  readonly steps: Readonly<Record<SleepStep, number>>;
  /** TLS sessions that were too long to be kept. */
  readonly unkept: number;
}

/**
 * Puts the board to sleep when nothing keeps it awake and what it has measured is confirmed, or cannot be for now: then
 * the journal keeps it. Each sleep ends in a new start of the firmware.
 */
export class BoardSleep {
  readonly #options: BoardSleepOptions;
  readonly #record: SleepRecord | undefined;
  readonly #wake: HostWake | undefined;
  /** When the firmware has started, ticks. */
  readonly #start: number;
  #view: SleepView | undefined;
  #sources: SleepSources | undefined;
  #timer: Timer | undefined;
  #report: { publish(): void } | undefined;
  #healthInterval = 0;
  /** It stays awake until then, and why. */
  #until: number;
  #why: string;
  /** Somebody has left the word that it is to stay awake. */
  #isTold = false;
  /** When the steps were reached, ticks. */
  readonly #reached: Partial<Record<SleepStep, number>> = {};
  #healthAge: number;
  #hasReported = false;
  #hasRetried = false;
  #hasTold = false;
  /** Since when there is nothing left to do, ticks. */
  #idleSince: number | undefined;
  #isLeaving = false;

  constructor(options: BoardSleepOptions) {
    const { host, retained } = options;
    const record = readSleep(retained);
    this.#options = options;
    this.#record = record;
    this.#wake = record && host.system.reset?.wake;
    this.#start = host.clock.ticks();
    this.#until = this.#wake ? this.#start : this.#start + handTime;
    this.#why = "it has just been started";
    const asleep = this.#wake ? this.#wake.slept / second : 0;
    this.#healthAge = (record?.healthAge ?? 0) + asleep;
  }

  /** ms that the board is asleep. */
  get duration(): number {
    return this.#options.duration;
  }

  /** Of the last time awake; undefined: there was none that ended in a sleep. */
  get facts(): SleepFacts | undefined {
    const { memory } = this.#options.sleep;
    return this.#record && { ...this.#record, unkept: memory ? unkeptIn(memory) : 0 };
  }

  /** What it is doing about it, lines for people. */
  get text(): string {
    const { duration } = this.#options;
    const why = this.whyAwake();
    const now = why === undefined ? "sleeps as soon as all is confirmed" : `awake: ${why}`;
    const each = `sleep of ${duration / minute} min, ${now}`;
    const last = this.#record;
    return last ? `${each}\nlast time awake ${awakeText(last)}` : each;
  }

  /** Begins; what is woken measures and publishes once. */
  begin(view: SleepView, sources: SleepSources): void {
    const { timers } = this.#options.host;
    this.#view = view;
    this.#sources = sources;
    if (this.#wake) sources.sensors.station.wait();
    this.#timer = timers.repeat(() => this.look(), this.#wake ? quickLook : slowLook);
  }

  /** Reports how the board is, each `interval` ms of waking and sleeping. */
  useHealth(report: { publish(): void }, interval: number): void {
    this.#report = report;
    this.#healthInterval = interval / second;
  }

  /** Hears at the broker whether somebody wants the board to stay awake. */
  listen(pubSub: Pick<PubSub, "subscribe">, topic: string): void {
    pubSub.subscribe(topic, { QoS: 1, onMessage: (message) => this.told(message) });
  }

  /** Keeps the board awake for so many ms from now on. */
  stay(duration: number, why: string): void {
    const until = this.#options.host.clock.ticks() + duration;
    if (until <= this.#until) return;
    this.#until = until;
    this.#why = why;
  }

  /** A command has come over the network. */
  commandCame(): void {
    this.stay(commandTime, "a command has come");
  }

  /** Sleeps now, whatever keeps it awake, when the answer has got out. */
  sleepNow(): void {
    this.#options.host.timers.set(() => this.leave(), 300);
  }

  private told({ payload }: ReceivedMessage): void {
    const word = new TextDecoder().decode(payload.subarray(0, 8)).trim();
    this.#isTold = word !== "" && word !== "off";
  }

  /** Why the board does not sleep; undefined: it may. */
  private whyAwake(): string | undefined {
    const { clock } = this.#options.host;
    const now = clock.ticks();
    const view = this.#view;
    const usedAt = view?.console.usedAt ?? -1;
    if (this.#isTold) return "its topic awake says so";
    if (now < this.#until) return this.#why;
    if (usedAt >= this.#start && now - usedAt < handTime) return "the console is in use";
    if (view?.updates?.isNews) return "an update";
    if (view?.portal?.isOpen) return "the portal is open";
    if (this.#sources?.pairing?.state === "waiting") return "a pair is being made";
    return undefined;
  }

  private look(): void {
    const view = this.#view;
    const sources = this.#sources;
    if (this.#isLeaving || !view || !sources) return;
    const now = this.#options.host.clock.ticks();
    this.noteSteps(view.session, sources.wifi.state.kind, now);
    this.measure(sources.sensors, now);
    if (this.whyAwake() !== undefined) this.#idleSince = undefined;
    else if (this.isDone(view, now)) this.leave();
  }

  /** When which step was reached. */
  private noteSteps(
    session: SleepView["session"],
    kind: WiFiManager["state"]["kind"],
    now: number,
  ): void {
    const reached = this.#reached;
    if (kind === "getting-address" || kind === "online") reached.wifi ??= now;
    if (kind === "online") reached.dhcp ??= now;
    const state = session?.state;
    if (state?.kind === "handshaking" || state?.kind === "online") {
      reached.tcp ??= state.kind === "handshaking" ? state.since : now;
    }
    if (state?.kind === "online") reached.mqtt ??= state.since;
    // What was learnt in an outage would have it wait for longer than it is awake.
    if (kind === "online" && state?.kind === "waiting" && !this.#hasRetried) {
      this.#hasRetried = session?.retry() === true;
    }
  }

  /** Reports the one reading of a board that was woken, when its sensors have answered. */
  private measure(sensors: SleepSources["sensors"], now: number): void {
    if (this.#hasReported || !this.#wake) return;
    const { kinds = 0, CO2Sensor } = this.#record ?? {};
    // One that has measured all the while is waited for, also where it was started too late for the wake before.
    const wanted = kinds | (CO2Sensor === undefined ? 0 : otherGasKind);
    const isWhole = (kindsOf(sensors.station.reading) & wanted) === wanted && wanted !== 0;
    const limit = (wanted & otherGasKind) !== 0 ? slowSensorLimit : sensorLimit;
    if (!isWhole && now - this.#start < limit) return;
    this.#hasReported = true;
    this.#reached.sensor = now;
    sensors.station.reportNow();
    sensors.baseline.look();
  }

  /** All is confirmed; or it will not be. */
  private isDone(view: SleepView, now: number): boolean {
    const { session, publisher } = view;
    const begun = Math.max(this.#start, this.#until);
    if (now - begun >= wakeLimit) return true;
    const isRead = publisher.last !== undefined && (!this.#wake || this.#hasReported);
    const isSent = !session || (session.state.kind === "online" && session.outgoing === 0);
    if (!isRead || !isSent || this.reports(now)) {
      this.#idleSince = undefined;
      return false;
    }
    if (!this.hasServed(view, now, begun)) return false;
    this.#idleSince ??= now;
    if (this.#idleSince === now) this.#reached.publish = now;
    return now - this.#idleSince >= linger;
  }

  /** A report of the board's health is due, and on its way now. */
  private reports(now: number): boolean {
    const report = this.#report;
    const age = this.#healthAge + (now - this.#start) / second;
    if (!this.#wake || !report || age < this.#healthInterval) return false;
    this.#healthAge = -(now - this.#start) / second;
    report.publish();
    return true;
  }

  /** Paired boards have the reading, and so have webhook and platforms, or they take too long. */
  private hasServed({ webhook, platforms, publisher }: SleepView, now: number, begun: number) {
    const isPatient = now - begun < guestLimit + sensorLimit;
    if (isPatient && (webhook?.isBusy || platforms?.areBusy)) return false;
    const pairing = this.#sources?.pairing;
    const state = pairing?.state;
    if (state === "away" && isPatient) return false;
    const { last } = publisher;
    if (state === "here" && !this.#hasTold && last && this.#wake) {
      this.#hasTold = true;
      pairing?.sendReading(last, this.timeOf(last));
    }
    return true;
  }

  /** Wall clock at the measurement. */
  private timeOf(reading: Reading): number | undefined {
    const { clock } = this.#options.host;
    const now = clock.now();
    return now === undefined ? undefined : now - (clock.ticks() - reading.ticks);
  }

  private leave(): void {
    const view = this.#view;
    if (this.#isLeaving || !view) return;
    this.#isLeaving = true;
    const { host, log, duration } = this.#options;
    const { timers, clock } = host;
    timers.clear(this.#timer);
    const record = this.recordAt(view, clock.ticks());
    const text = `asleep for ${duration / minute} min; ${awakeText(record)}`;
    log({ level: "info", part: "sleep", event: "asleep", text, data: { duration } });
    const now = clock.now();
    const until = now === undefined ? "" : ` until ${timeText(now + duration)}`;
    view.close(() => this.fallAsleep(record), `asleep${until}`);
  }

  private recordAt(view: SleepView, now: number): SleepRecord {
    const before = this.#record;
    const { session, publisher } = view;
    const isMissed = session !== undefined && this.#idleSince === undefined;
    const boot = this.#wake?.boot ?? 0;
    return {
      sleeps: (before?.sleeps ?? 0) + 1,
      misses: isMissed ? (before?.misses ?? 0) + 1 : 0,
      kinds: publisher.last ? kindsOf(publisher.last) : (before?.kinds ?? 0),
      time: undefined,
      healthAge: this.#healthAge + (now - this.#start) / second,
      awake: boot + now - this.#start,
      steps: this.stepsAt(boot),
      place: this.#sources?.wifi.place ?? before?.place,
      CO2Sensor: this.#sources?.sensors.climate.CO2SensorLeft,
    };
  }

  /** How long each step took that was reached. */
  private stepsAt(boot: number): Record<SleepStep, number> {
    // One that was awake for longer has had other things to do as well.
    const reached: Partial<Record<SleepStep, number>> = this.#wake ? this.#reached : {};
    const { sensor, wifi, dhcp, tcp, mqtt, publish } = reached;
    const start = this.#start;
    const published = Math.max(mqtt ?? start, sensor ?? start);
    return {
      boot,
      sensor: between(start, sensor),
      wifi: between(start, wifi),
      dhcp: between(wifi, dhcp),
      tcp: between(dhcp, tcp),
      mqtt: between(tcp, mqtt),
      publish: between(published, publish),
    };
  }

  private fallAsleep(record: SleepRecord): void {
    const { host, log, sleep, retained, duration, wakePin } = this.#options;
    writeSleep(retained, { ...record, time: host.clock.now() });
    try {
      sleep.start(duration, wakePin);
    } catch (error) {
      const text = `the board cannot sleep: ${messageOf(error)}; it starts again`;
      log({ level: "error", part: "sleep", event: "failed", text });
      host.system.restart("sleep failed");
    }
  }
}

function between(from: number | undefined, to: number | undefined): number {
  return from === undefined || to === undefined ? 0 : Math.max(0, to - from);
}

/** Which kinds of values a reading has. */
export function kindsOf(reading: Reading): number {
  let kinds = 0;
  if (reading.gas) kinds |= gasKind;
  if (reading.pressure !== undefined) kinds |= pressureKind;
  if (reading.humidityPercent !== undefined) kinds |= humidityKind;
  if (reading.sensors?.some(({ sensor }) => sensor !== "CCS811")) kinds |= otherGasKind;
  return kinds;
}

/** "2026-01-02T12:00:00Z": whole seconds. */
function timeText(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** "1.20 s: boot 0.25, wifi 0.18, …". */
export function awakeText({ awake, steps }: Pick<SleepFacts, "awake" | "steps">): string {
  const parts: string[] = [];
  for (const step of sleepSteps) {
    if (steps[step] > 0) parts.push(`${step} ${(steps[step] / second).toFixed(2)}`);
  }
  const share = parts.length > 0 ? `: ${parts.join(", ")}` : "";
  return `${(awake / second).toFixed(2)} s${share}`;
}

/** The wall clock of a board that has slept: what it was then, and the time since. */
export function restoreClock({ clock, system }: Pick<Host, "clock" | "system">): void {
  const { reset, retained } = system;
  const wake = reset?.wake;
  if (!wake || !retained || clock.now() !== undefined) return;
  const time = readSleep(retained)?.time;
  if (time !== undefined) clock.set(time + wake.slept + wake.boot);
}
