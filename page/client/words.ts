// SPDX-License-Identifier: MIT

import { type AirIndex, airIndex } from "../../modules/air-quality/air-index.ts";
import type { BoardView, Quantity } from "../board-view.ts";

/** How a quantity is called and written. */
export interface QuantityText {
  readonly name: string;
  readonly unit: string;
  readonly digits: number;
}

export const quantityTexts: Readonly<Record<Quantity, QuantityText>> = {
  co2: { name: "CO₂", unit: "ppm", digits: 0 },
  voc: { name: "TVOC", unit: "ppb", digits: 0 },
  temperature: { name: "Temperature", unit: "°C", digits: 1 },
  humidity: { name: "Humidity", unit: "%", digits: 0 },
  pressure: { name: "Pressure", unit: "hPa", digits: 0 },
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
): { readonly state: "online" | "silent" | "offline" | "unknown"; readonly text: string } {
  if (board.presence === "offline") return { state: "offline", text: "offline" };
  const { heardAt } = board;
  if (heardAt !== undefined && now - heardAt > longSilence) {
    return { state: "silent", text: `silent for ${spanText(now - heardAt)}` };
  }
  if (board.presence === "online") return { state: "online", text: "online" };
  return { state: "unknown", text: heardAt === undefined ? "not heard yet" : "heard" };
}

const states: Readonly<Record<string, string>> = {
  warming: "sensor warming up",
  "run-in": "sensor runs in",
  ready: "sensor ready",
  idle: "sensor idle",
  starting: "sensor starting",
  booting: "sensor starting",
  absent: "no gas sensor found",
  fault: "sensor fault",
};

/** The gas sensor's state in words; empty when the board does not send it. */
export function sensorText({ sensor }: BoardView): string {
  if (!sensor) return "";
  const { state, minutesLeft, marks } = sensor;
  const left = minutesLeft === undefined ? "" : `, ${minutesLeft} min left`;
  const doubt = marks.length > 0 ? ` (${marks.join(", ")})` : "";
  return `${states[state] ?? `sensor ${state}`}${left}${doubt}`;
}

/** How good the air is by the board's latest values. */
export function airOf({ values }: BoardView): AirIndex | undefined {
  return airIndex(values.co2, values.voc);
}

/** "up 3 h, after power-on". */
export function healthText({ health }: BoardView, now: number): string {
  if (!health) return "";
  const { up, at, reset, version } = health;
  const parts: string[] = [];
  if (up !== undefined && at !== undefined) parts.push(`up ${spanText(up * 1_000 + now - at)}`);
  if (reset !== undefined) parts.push(`started by ${reset}`);
  if (version !== undefined) parts.push(`airpair ${version}`);
  return parts.join(" · ");
}

export function signalText({ health }: BoardView): string {
  return health?.RSSI === undefined ? "–" : `${health.RSSI} dBm`;
}
