// SPDX-License-Identifier: MIT

import { decodeReading } from "../../modules/air-quality/reading-json.ts";
import { isTooDeep } from "../../modules/base/json-depth.ts";
import type { BoardView, PeerView, Quantity, Values } from "../board-view.ts";

/** Something that came over MQTT. */
export interface BoardMessage {
  readonly kind: string;
  readonly payload: string;
  /** The broker had kept it; nobody knows how old it is. */
  readonly isRetained: boolean;
  readonly at: number;
}

export interface MeasuredValues {
  readonly time: number;
  readonly values: Values;
}

/** Longest payload that is looked at, characters. */
const longestPayload = 16_384;
const longestText = 80;
/** A longer status is none. */
const longestStatus = 40;
/** Longest text of what is wrong with a sensor. */
const longestReason = 240;
/** A board has no more peers. */
const mostPeers = 8;
/** It tells its pairs each 30 s, if at all; longest time between two of these, ms. */
const longestUntold = 120_000;
/** A reading from further ahead than this has a clock that is wrong, ms. */
const clockTolerance = 60_000;

/** One board, as its messages tell. Nothing in a message can do more than change its own fields. */
export class BoardRecord {
  #view: BoardView;
  /** When it told of its pairs last. */
  #peersAt = 0;

  constructor(id: string) {
    this.#view = {
      id,
      presence: "unknown",
      values: {},
      readingAt: undefined,
      heardAt: undefined,
      sensor: undefined,
      health: undefined,
      peers: undefined,
    };
  }

  get view(): BoardView {
    return this.#view;
  }

  /** Takes a message; returns the values when it was a reading. What cannot be read is ignored. */
  take(message: BoardMessage): MeasuredValues | undefined {
    const { kind, payload, isRetained, at } = message;
    if (payload.length > longestPayload) return undefined;
    if (!isRetained) {
      this.change({ heardAt: at });
      // One that sleeps has not told anything meanwhile.
      if (this.#view.presence === "asleep") this.#peersAt = at;
      // A board that speaks, but not of its pairs any more, has been told not to.
      if (this.#view.peers && at - this.#peersAt > longestUntold) this.change({ peers: undefined });
    }
    if (kind === "reading" && !isRetained) return this.takeReading(payload, at);
    if (kind === "status") this.takeStatus(payload);
    else if (kind === "extended" && !isRetained) this.takeExtended(payload);
    else if (kind === "pairs" && !isRetained) this.takePairs(payload, at);
    else if (kind === "health") this.takeHealth(payload, isRetained ? undefined : at);
    return undefined;
  }

  private takeReading(payload: string, at: number): MeasuredValues | undefined {
    const reading = decodeReading(payload);
    if ("refused" in reading) return undefined;
    const { values: given, time = at } = reading;
    const values = withoutGaps({
      co2: given.co2,
      voc: given.voc,
      temperature: given["dht temp"] ?? given["bmp temp"],
      humidity: given["dht RH"],
      pressure: given["bmp P"],
    });
    const measured = time > at + clockTolerance ? at : time;
    // One that had to wait for the broker is history, not what the air is now.
    if (measured >= (this.#view.readingAt ?? 0)) this.change({ values, readingAt: measured });
    return { time: measured, values };
  }

  private takeStatus(payload: string): void {
    if (payload === "online" || payload === "offline") this.change({ presence: payload });
    else if (payload.startsWith("asleep") && payload.length <= longestStatus) {
      const wakesAt = Date.parse(payload.slice("asleep until ".length));
      this.change({ presence: "asleep", wakesAt: Number.isNaN(wakesAt) ? undefined : wakesAt });
    }
  }

  private takeExtended(payload: string): void {
    const given = insideOf(payload);
    if (typeof given?.state !== "string") return;
    const marks = Array.isArray(given.marks) ? given.marks.slice(0, 8) : [];
    const state = textOf(given.state) ?? "";
    const minutesLeft = numberOf(given.minutesLeft);
    const reason = textOf(given.reason, longestReason);
    const sensor = {
      state,
      minutesLeft,
      ...(reason !== undefined && { reason }),
      marks: texts(marks),
    };
    this.change({ sensor });
  }

  private takePairs(payload: string, at: number): void {
    const pairs = insideOf(payload)?.pairs;
    if (!Array.isArray(pairs)) return;
    this.#peersAt = at;
    const peers = pairs.slice(0, mostPeers).map((pair) => peerOf(pair, at));
    this.change({ peers: peers.filter((peer) => peer !== undefined) });
  }

  private takeHealth(payload: string, at: number | undefined): void {
    const given = insideOf(payload);
    if (!given) return;
    const wifi = isObject(given.wifi) ? given.wifi : {};
    const health = {
      version: textOf(given.version),
      up: numberOf(given.up),
      at,
      reset: textOf(given.reset),
      RSSI: numberOf(wifi.RSSI),
      SSID: textOf(wifi.SSID),
    };
    this.change({ health });
  }

  private change(part: Partial<BoardView>): void {
    this.#view = { ...this.#view, ...part };
  }
}

function peerOf(pair: unknown, at: number): PeerView | undefined {
  const { id, here, heard } = isObject(pair) ? pair : {};
  if (typeof id !== "string" || id === "") return undefined;
  const seconds = numberOf(heard);
  const heardAt = seconds === undefined ? undefined : at - Math.max(0, seconds) * 1_000;
  return { id: id.slice(0, longestText), heardAt, isAway: here !== true && heardAt !== undefined };
}

function withoutGaps(values: Record<Quantity, number | undefined>): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** The values of `{"<name>":{…}}`. */
function insideOf(payload: string): Record<string, unknown> | undefined {
  if (isTooDeep(payload)) return undefined;
  try {
    const whole: unknown = JSON.parse(payload);
    const inside = isObject(whole) ? Object.values(whole)[0] : undefined;
    return isObject(inside) ? inside : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(value: unknown, longest = longestText): string | undefined {
  return typeof value === "string" ? value.slice(0, longest) : undefined;
}

function texts(values: readonly unknown[]): string[] {
  return values.map((value) => textOf(value)).filter((text) => text !== undefined);
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}
