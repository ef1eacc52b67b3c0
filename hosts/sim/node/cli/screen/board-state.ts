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
const otherParts: readonly string[] = ["wifi", "mqtt", "boot", "peer", "command", "rules"];

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

const connecting: Span = Object.freeze({ text: "connecting", style: "doubtful" });

/** How one board is, by what it has said. */
export class BoardState {
  readonly id: string;
  values: BoardValues = {};
  /** When the last reading came, ms; undefined: there was none. */
  readAt: number | undefined;
  #wifi: Span | undefined;
  #mqtt: Span | undefined;
  readonly #sensors = new Map<string, string>();
  /** Wins over all the others. */
  #special: Span | undefined = { text: "starting", style: "dim" };

  constructor(id: string) {
    this.id = id;
  }

  /** What it is doing, in a word or two, 12 columns at most. */
  get word(): Span {
    const states = [...this.#sensors.values()].map((state) => byGravity.indexOf(state));
    const sensor = sensorStates[byGravity[Math.max(-1, ...states)] ?? ""];
    return this.#special ?? this.#wifi ?? this.#mqtt ?? sensor ?? { text: "online", style: "good" };
  }

  /** The engine has ended. */
  crashed(): void {
    this.#special = { text: "crashed", style: "bad" };
  }

  /** The board starts again. */
  restarting(): void {
    this.#special = { text: "starting", style: "dim" };
  }

  /** Takes a line of its console, which came at `now`. */
  take(line: BoardLine, now: number): void {
    const { part, event } = line;
    if (part === "boot" && event === "boot") this.boot();
    else if (part === "wifi" && Object.hasOwn(wifiStates, event)) this.joined(wifiStates[event]);
    else if (part === "mqtt" && Object.hasOwn(mqttStates, event)) this.#mqtt = mqttStates[event];
    else if (part === "reading" && event === "reading") this.read(line, now);
    else if (!otherParts.includes(part) && Object.hasOwn(sensorStates, event)) {
      this.#sensors.set(part, event);
    }
  }

  private boot(): void {
    this.#special = undefined;
    this.#sensors.clear();
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

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
