// SPDX-License-Identifier: MIT

import type { BoardLine } from "./log-line.ts";
import type { Span } from "./styled-row.ts";

/** The values of a board's last reading; each undefined while there is none. */
export interface BoardValues {
  /** ppm. */
  readonly co2?: number | undefined;
  /** ppb. */
  readonly voc?: number | undefined;
  /** °C. */
  readonly temperature?: number | undefined;
  /** Percent. */
  readonly humidity?: number | undefined;
  /** hPa. */
  readonly pressure?: number | undefined;
}

/** Events of gas sensors that are their state, and how it is shown; the worst of several counts. */
const sensorStates: Readonly<Record<string, Span>> = Object.freeze({
  ready: { text: "ready", style: "good" },
  idle: { text: "idle", style: "dim" },
  "run-in": { text: "run-in", style: "doubtful" },
  starting: { text: "warming up", style: "doubtful" },
  booting: { text: "warming up", style: "doubtful" },
  warming: { text: "warming up", style: "doubtful" },
  fault: { text: "sensor fault", style: "bad" },
  absent: { text: "sensor gone", style: "bad" },
});
const byGravity = Object.keys(sensorStates);

/** Parts that have states of their own. */
const otherParts: readonly string[] = [
  "wifi",
  "mqtt",
  "boot",
  "peer",
  "command",
  "rules",
  "portal",
  "sleep",
];

const wifiStates: Readonly<Record<string, Span | undefined>> = Object.freeze({
  online: undefined,
  scanning: { text: "joining", style: "doubtful" },
  connecting: { text: "joining", style: "doubtful" },
  roaming: { text: "joining", style: "doubtful" },
  missed: { text: "joining", style: "doubtful" },
  offline: { text: "no Wi-Fi", style: "bad" },
  failed: { text: "no Wi-Fi", style: "bad" },
  off: { text: "Wi-Fi off", style: "dim" },
});

const mqttStates: Readonly<Record<string, Span | undefined>> = Object.freeze({
  online: undefined,
  offline: { text: "no broker", style: "bad" },
  stopped: { text: "stopped", style: "dim" },
  off: { text: "MQTT off", style: "dim" },
});

/** It waits for somebody who sets it up. */
const portalStates: Readonly<Record<string, Span | undefined>> = Object.freeze({
  open: { text: "portal", style: "doubtful" },
  closed: undefined,
});

const connecting: Span = Object.freeze({ text: "connecting", style: "doubtful" });

/** What a gas sensor has said of itself. */
export interface SensorState {
  /** "warming", "run-in", "ready", "idle", "starting", "booting", "fault" or "absent". */
  readonly kind: string;
  /** Minutes until its values are settled. */
  readonly minutesLeft: number | undefined;
  /** What is wrong and what to do, in the board's words; undefined: nothing. */
  readonly reason: string | undefined;
}

/** What a board has heard of another with which it is paired. */
export interface PeerState {
  /** When a message came last, ms. */
  readonly heardAt: number | undefined;
  /** It has said goodbye, or nothing for long. */
  readonly isAway: boolean;
}

interface SensorLine {
  readonly kind: string;
  readonly text: string;
  /** When it will have settled, in the board's ticks. */
  readonly settledAt: number | undefined;
}

const minute = 60_000;
const faults: readonly string[] = ["fault", "absent"];
/** Said of the presence of a paired board, and of the others. */
const peerEvents: Readonly<Record<string, boolean>> = Object.freeze({
  here: false,
  online: false,
  reading: false,
  away: true,
  offline: true,
});
const notHeard: PeerState = Object.freeze({ heardAt: undefined, isAway: false });

/** A question of a command that somebody is to answer on the console. */
interface AskedQuestion {
  readonly isSecret: boolean;
  /** Something was typed for it: what the board says next comes of that. */
  isAnswered: boolean;
}

/** How one board is, by what it has said. */
export class BoardState {
  readonly id: string;
  values: BoardValues = {};
  /** When the last reading came, ms; undefined: there was none. */
  readAt: number | undefined;
  /** When it fell asleep, ms; undefined: it is awake. */
  asleepAt: number | undefined;
  /** For how long, s of its own time. */
  #duration = 0;
  #wifi: Span | undefined;
  #mqtt: Span | undefined;
  #portal: Span | undefined;
  readonly #sensors = new Map<string, SensorLine>();
  readonly #peers = new Map<string, PeerState>();
  /** The board's time with its last line, ms. */
  #ticks: number | undefined;
  #question: AskedQuestion | undefined;
  /** Wins over all the others. */
  #special: Span | undefined = { text: "starting", style: "dim" };

  constructor(id: string) {
    this.id = id;
  }

  /** What it is doing, in a word or two, 12 columns at most. */
  get word(): Span {
    const { sensor: state } = this;
    const sensor = state && wordOf(state);
    return (
      this.#special ??
      this.#portal ??
      this.#wifi ??
      this.#mqtt ??
      sensor ?? { text: "online", style: "good" }
    );
  }

  /** The same of one that has been asleep for so many seconds: until when, in 12 columns. */
  wordAsleep(seconds: number): Span {
    const left = Math.max(0, this.#duration - seconds);
    const short = left < 60 ? `${Math.ceil(left)} s` : `${Math.ceil(left / 60)} min`;
    const text = left < 5_940 ? short : `${Math.round(left / 3_600)} h`;
    return { text: `asleep ${text}`, style: "dim" };
  }

  /** The worst of its gas sensors; undefined: none has said anything. */
  get sensor(): SensorState | undefined {
    const [worst] = [...this.#sensors.values()].sort(
      (a, b) => byGravity.indexOf(b.kind) - byGravity.indexOf(a.kind),
    );
    if (!worst) return undefined;
    const { kind, text, settledAt } = worst;
    const left = settledAt === undefined ? undefined : (settledAt - (this.#ticks ?? 0)) / minute;
    return {
      kind,
      minutesLeft: left === undefined ? undefined : Math.max(0, Math.ceil(left)),
      reason: faults.includes(kind) ? text.replace(/^fault: /, "") : undefined,
    };
  }

  /** Time since its start, in its own time, s; undefined: it has said nothing. */
  get up(): number | undefined {
    return this.#ticks === undefined ? undefined : Math.floor(this.#ticks / 1_000);
  }

  /** What it has heard of a board since its start. */
  peer(name: string): PeerState {
    return this.#peers.get(name) ?? notHeard;
  }

  /** What is typed on its console answers a question, and so may be empty. */
  get asks(): boolean {
    return this.#question !== undefined;
  }

  /** Nobody may see what is typed on its console. */
  get asksSecret(): boolean {
    return this.#question?.isSecret === true;
  }

  /** A line was typed on its console. */
  typed(): void {
    if (this.#question) this.#question.isAnswered = true;
  }

  /** What asks was ended. */
  interrupted(): void {
    this.#question = undefined;
  }

  /** The engine has ended. */
  crashed(): void {
    this.asleepAt = undefined;
    this.#question = undefined;
    this.#special = { text: "crashed", style: "bad" };
  }

  /** The board starts again. */
  restarting(): void {
    this.asleepAt = undefined;
    this.#special = { text: "starting", style: "dim" };
  }

  /** Takes a line of its console, which came at `now`. */
  take(line: BoardLine, now: number): void {
    const { part, event, ticks } = line;
    if (typeof ticks === "number") this.#ticks = ticks;
    if (part === "sleep" && event === "asleep") this.slept(line, now);
    else if (part === "boot" && event === "boot") this.boot();
    else if (part === "wifi" && Object.hasOwn(wifiStates, event)) this.joined(wifiStates[event]);
    else if (part === "mqtt" && Object.hasOwn(mqttStates, event)) this.#mqtt = mqttStates[event];
    else if (part === "portal" && Object.hasOwn(portalStates, event)) {
      this.#portal = portalStates[event];
    } else if (part === "reading" && event === "reading") this.read(line, now);
    else if (part === "peer") this.heard(line, now);
    else if (part === "command") this.answered(line);
    else if (!otherParts.includes(part) && Object.hasOwn(sensorStates, event)) {
      const [, minutes] = /settles? in (\d+) min/.exec(line.text) ?? [];
      const settledAt =
        minutes === undefined ? undefined : (this.#ticks ?? 0) + Number(minutes) * minute;
      this.#sensors.set(part, { kind: event, text: line.text, settledAt });
    }
  }

  private slept({ duration }: BoardLine, now: number): void {
    if (typeof duration !== "number") return;
    this.asleepAt = now;
    this.#duration = duration / 1_000;
  }

  private heard({ event, partner }: BoardLine, now: number): void {
    if (typeof partner !== "string" || !Object.hasOwn(peerEvents, event)) return;
    const isAway = peerEvents[event] === true;
    // Being away is what is said of a silence.
    const heardAt = isAway ? this.peer(partner).heardAt : now;
    this.#peers.set(partner, { heardAt, isAway });
  }

  private answered({ event, isSecret }: BoardLine): void {
    if (event === "question") this.#question = { isSecret: isSecret === true, isAnswered: false };
    // An answer that is refused is asked for again.
    else if (event !== "refused" && this.#question?.isAnswered) this.#question = undefined;
  }

  private boot(): void {
    this.asleepAt = undefined;
    this.#special = undefined;
    this.#question = undefined;
    this.#portal = undefined;
    this.#sensors.clear();
    this.#peers.clear();
    this.#wifi = wifiStates.connecting;
    this.#mqtt = connecting;
  }

  private joined(state: Span | undefined): void {
    // Until Wi-Fi is lost, nobody has asked the broker.
    if (state?.style === "bad" && this.#wifi === undefined) this.#mqtt = connecting;
    this.#wifi = state;
  }

  private read(line: BoardLine, now: number): void {
    const { co2, voc, pressure, temperature, pressureTemperature, humidityPercent } = line;
    const pascal = numberOf(pressure);
    this.readAt = now;
    this.values = {
      co2: numberOf(co2),
      voc: numberOf(voc),
      temperature: numberOf(temperature) ?? numberOf(pressureTemperature),
      humidity: numberOf(humidityPercent),
      pressure: pascal === undefined ? undefined : pascal / 100,
    };
  }
}

/** With the minutes that are left, where there is room for them. */
function wordOf({ kind, minutesLeft }: SensorState): Span | undefined {
  const word = Object.hasOwn(sensorStates, kind) ? sensorStates[kind] : undefined;
  if (word === undefined || kind !== "run-in" || minutesLeft === undefined) return word;
  return { ...word, text: `${word.text} ${minutesLeft} m` };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
