// SPDX-License-Identifier: MIT

import {
  nameOfBroker,
  parseBrokerAddress,
  whyNoBrokers,
} from "../../../../modules/mqtt/session/broker-address.ts";
import { OptionError } from "../option-error.ts";

/** What `parseArgs` has thrown, in one line; `command` is what the user has typed: "npm start". */
export function parseError(error: unknown, command: string): OptionError {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
  return new OptionError(`${first}; ${command} help lists the options`);
}

/** `--seed -1` as `--seed=-1`, so that the value is refused for what it is. */
export function joinNegative(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-[\d.]/.test(arg) && last?.startsWith("--") && !last.includes("=")) {
      joined[joined.length - 1] = `${last}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

/** A number from `least` to `most`. Throws OptionError, as all of these do. */
export function wholeNumber(
  name: string,
  text: string,
  [least, most]: readonly [number, number],
): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new OptionError(`${name} takes a whole number from ${least} to ${most}, not "${text}"`);
}

/** 0.1–1000. */
export function speedOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.1 && value <= 1000) return value;
  throw new OptionError(`--speed takes a number from 0.1 to 1000, not "${text}"`);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `30s`, `5m`, `1h` or a number of seconds, as ms. */
export function durationOf(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const value = Number(number) * (units[unit] ?? Number.NaN);
  if (value > 0 && value <= 30 * 24 * 3_600_000) return value;
  throw new OptionError(`--duration takes a time such as 500ms, 30s, 5m or 1h, not "${text}"`);
}

/** The name of an engine. */
export function engineName(text: string): "xs" | "node" {
  if (text === "xs" || text === "node") return text;
  throw new OptionError(`--engine takes xs or node, not "${text}"`);
}

/** Id of a board. Also the name of a folder, so less is allowed than in a topic. */
export function boardName(text: string, longest: number): string {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(text) && text.length <= longest) return text;
  throw new OptionError(
    `--id takes up to ${longest} letters, digits, dots, hyphens and underscores, not "${text}"`,
  );
}

/** Address of a broker; the message never repeats it, for it may hold a password. */
export function brokerURL(text: string): URL {
  const why = text.includes(",") ? "it takes one address" : whyNoBrokers(text);
  if (why !== undefined) {
    throw new OptionError(
      `--broker takes mqtt://host:port, mqtt://user:password@host:port, mqtts:// with TLS, or ws:// and wss://: ${why}`,
    );
  }
  const address = parseBrokerAddress(text);
  const url = new URL(nameOfBroker(address));
  url.username = encodeURIComponent(address.user ?? "");
  url.password = encodeURIComponent(address.password ?? "");
  return url;
}
