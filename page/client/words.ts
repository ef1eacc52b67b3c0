// SPDX-License-Identifier: MIT

import { type AirIndex, airIndex } from "../../modules/air-quality/air-index.ts";
import type { BoardView, PeerView, Quantity } from "../board-view.ts";

/** How a quantity is called and written. */
export interface QuantityText {
  readonly name: string;
  readonly unit: string;
  /** Where there is little room. */
  readonly short: string;
  readonly digits: number;
}

export const quantityTexts: Readonly<Record<Quantity, QuantityText>> = {
  co2: { name: "CO₂", unit: "ppm", short: "CO₂ ppm", digits: 0 },
  voc: { name: "TVOC", unit: "ppb", short: "TVOC ppb", digits: 0 },
  temperature: { name: "Temperature", unit: "°C", short: "°C", digits: 1 },
  humidity: { name: "Humidity", unit: "%", short: "% RH", digits: 0 },
  pressure: { name: "Pressure", unit: "hPa", short: "hPa", digits: 0 },
};

/** A silence that is worth a word, ms. */
const longSilence = 60_000;

/** "21.5", whole where the board sends whole numbers; a dash for none. */
export function valueText(quantity: Quantity, value: number | null | undefined): string {
  if (value === undefined || value === null) return "–";
  const { digits } = quantityTexts[quantity];
  return Number.isInteger(value) ? String(value) : value.toFixed(digits);
}

/** "5 s", "3 min", "2 h", "4 days". */
export function spanText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 48 * 3_600) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} days`;
}

export function ageText(at: number | undefined, now: number): string {
  if (at === undefined) return "no reading yet";
  return now - at < 1_500 ? "just now" : `${spanText(now - at)} ago`;
}

/** The board's presence in words, with how long it has been silent. */
export function presenceOf(
  board: BoardView,
  now: number,
): {
  readonly state: "online" | "silent" | "asleep" | "offline" | "unknown";
  readonly text: string;
} {
  if (board.presence === "asleep") return { state: "asleep", text: asleepText(board.wakesAt, now) };
  if (board.presence === "offline") return { state: "offline", text: "offline" };
  const { heardAt } = board;
  if (heardAt !== undefined && now - heardAt > longSilence) {
    return { state: "silent", text: `silent for ${spanText(now - heardAt)}` };
  }
  if (board.presence === "online") return { state: "online", text: "online" };
  return { state: "unknown", text: heardAt === undefined ? "not heard yet" : "heard" };
}

/** How late a board may wake: its clock is no better than a few percent, ms. */
const lateWake = 120_000;

function asleepText(wakesAt: number | undefined, now: number): string {
  if (wakesAt === undefined) return "asleep";
  if (now < wakesAt) return `asleep, wakes in ${spanText(wakesAt - now)}`;
  const late = now - wakesAt;
  return late < lateWake ? "asleep, about to wake" : `asleep, due ${spanText(late)} ago`;
}

const states: Readonly<Record<string, string>> = {
  warming: "Sensor warming up",
  "run-in": "Sensor runs in",
  ready: "Sensor ready",
  idle: "Sensor idle",
  starting: "Sensor starting",
  booting: "Sensor starting",
  absent: "Sensor gone",
  fault: "Sensor fault",
};

/** The gas sensor's state in words; empty when the board does not send it. */
export function sensorText({ sensor }: BoardView): string {
  if (!sensor) return "";
  const { state, minutesLeft, marks, reason } = sensor;
  const left = minutesLeft === undefined || reason ? "" : `, ${minutesLeft} min left`;
  const why = reason === undefined ? "" : `: ${reason}`;
  const doubt = marks.length > 0 ? ` (${marks.join(", ")})` : "";
  return `${states[state] ?? `Sensor ${state}`}${left}${why}${doubt}`;
}

/** The same where there is little room: "now", "3 s"; "…" when nothing has come yet. */
export function shortAgeText(at: number | undefined, now: number): string {
  if (at === undefined) return "…";
  return now - at < 1_500 ? "now" : spanText(now - at);
}

/** A pair as one of its boards sees it: "board-b 3 s ago". */
function peerText({ id, heardAt, isAway }: PeerView, now: number): string {
  return `${id} ${pairAgeText({ heardAt, isAway }, now)}`;
}

/** All pairs of a board in a line; empty: it has none. */
export function peersText(peers: readonly PeerView[], now: number): string {
  const texts = peers.map((peer) => peerText(peer, now));
  return texts.length === 0 ? "" : `Paired with ${texts.join("; ")}`;
}

/** How long ago the last message of a pair came: "3 s ago". */
export function pairAgeText(
  { heardAt, isAway }: Pick<PeerView, "heardAt" | "isAway">,
  now: number,
): string {
  if (heardAt === undefined) return isAway ? "away" : "not heard yet";
  const age = now - heardAt < 1_500 ? "just now" : `${spanText(now - heardAt)} ago`;
  return isAway ? `away, ${age}` : age;
}

/** How good the air is by the board's latest values. */
export function airOf({ values }: BoardView): AirIndex | undefined {
  return airIndex(values.co2, values.voc);
}

/** "Up 3 h · started by power-on". */
export function healthText({ health }: BoardView, now: number): string {
  if (!health) return "";
  const { up, at, reset, version } = health;
  const parts: string[] = [];
  if (up !== undefined && at !== undefined) parts.push(`Up ${spanText(up * 1_000 + now - at)}`);
  if (reset !== undefined) parts.push(`${parts.length === 0 ? "Started" : "started"} by ${reset}`);
  if (version !== undefined) parts.push(`airpair ${version}`);
  return parts.join(" · ");
}

export function signalText({ health }: BoardView): string {
  return health?.RSSI === undefined ? "–" : `${health.RSSI} dBm`;
}
