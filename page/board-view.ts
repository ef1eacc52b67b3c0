// SPDX-License-Identifier: MIT

// What the page's server and its client tell each other.

import type { SimulatedPeer, SimulationState } from "../hosts/sim/node/simulation-report.ts";

/** What is kept and drawn of a reading; ppm, ppb, °C, percent, hPa. */
export const quantities = Object.freeze([
  "co2",
  "voc",
  "temperature",
  "humidity",
  "pressure",
] as const);
export type Quantity = (typeof quantities)[number];
export type Values = Partial<Record<Quantity, number>>;

/** What the page knows of a board, as it goes to the browser. Times are ms since 1970 UTC. */
export interface BoardView {
  readonly id: string;
  readonly presence: "online" | "asleep" | "offline" | "unknown";
  /** Of one that sleeps: when it wakes; undefined: it does not know. */
  readonly wakesAt?: number | undefined;
  readonly values: Values;
  /** When the values were measured. */
  readonly readingAt: number | undefined;
  /** When a message came last that the broker had not kept. */
  readonly heardAt: number | undefined;
  /** From `…/extended`, where the board sends it; else as a simulated board has said it on its console. */
  readonly sensor: SensorView | undefined;
  readonly health: HealthView | undefined;
  /** The boards with which it is paired; undefined: it does not tell. */
  readonly peers: readonly PeerView[] | undefined;
}

/** What a board has heard of another with which it is paired, be it a simulated one or not. */
export type PeerView = SimulatedPeer;

export interface SensorView {
  readonly state: string;
  readonly minutesLeft: number | undefined;
  /** What is wrong with it. */
  readonly reason?: string | undefined;
  /** What casts doubt on the gas values. */
  readonly marks: readonly string[];
}

export interface HealthView {
  readonly version: string | undefined;
  /** Seconds since the start, when the report was made. */
  readonly up: number | undefined;
  /** When the report came; undefined for one that the broker had kept. */
  readonly at: number | undefined;
  readonly reset: string | undefined;
  /** dBm. */
  readonly RSSI: number | undefined;
  readonly SSID: string | undefined;
}

/** Readings over time, by column: the first times in ms since 1970, then each quantity. */
export interface Series {
  readonly times: readonly number[];
  /** Length of one step, ms. */
  readonly step: number;
  readonly columns: Readonly<Record<Quantity, Column>>;
}

/** Mean, least and largest value of each step; null where there was none. */
export interface Column {
  readonly mean: readonly (number | null)[];
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

/** How the page stands with the broker. */
export interface BrokerState {
  readonly isConnected: boolean;
  /** Why not. */
  readonly reason: string | undefined;
}

/** What a board has answered. */
export interface Reply {
  readonly ok: boolean;
  readonly text: string;
}

/** The first event of the live stream: everything. */
export interface WholeView {
  readonly boards: readonly BoardView[];
  readonly broker: BrokerState;
  readonly simulation?: SimulationState;
  /** The server's time. */
  readonly now: number;
}
