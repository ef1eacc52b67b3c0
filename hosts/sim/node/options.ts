// SPDX-License-Identifier: MIT

import { parseArgs } from "node:util";
import { type Credentials, readCredentials } from "./credentials.ts";
import { OptionError } from "./option-error.ts";

/** What the command line asks for. */
export interface SimOptions {
  /** 1–50. */
  readonly boards: number;
  /** Broker to use; undefined: start one. */
  readonly broker: URL | undefined;
  /** For a broker with TLS. */
  readonly credentials?: Credentials | undefined;
  readonly engine: "xs" | "node";
  /** How much faster than real time, 0.1–1000. */
  readonly speed: number;
  /** ms of the PC's time; undefined: until stopped. */
  readonly duration: number | undefined;
  readonly seed: number;
  readonly json: boolean;
}

export const helpText = `Usage: npm start -- [options]

Runs simulated boards with the real firmware against an MQTT broker.

  --boards N        number of boards, 1 to 50 (default 2)
  --broker URL      mqtt://user:password@host:port of a broker to use; without it one is started;
                    mqtts://… with TLS
  --ca FILE         for mqtts://: certificate of the authority that signed the broker's
  --cert FILE       for mqtts://: certificate of the boards, if the broker asks for one
  --key FILE        private key of --cert
  --engine xs|node  xs: each board on the XS engine in its own process (default);
                    node: in this process, for debugging
  --speed X         simulated time runs X times faster, 0.1 to 1000 (default 1)
  --duration TIME   stop after this time, such as 500ms, 30s, 5m or 1h (default: until Ctrl-C)
  --seed N          the simulated room repeats exactly for the same N, 0 to 4294967295 (default 1)
  --json            one JSON object per event instead of the console
  --help            this text
`;

/** Reads the command line. Returns "help" when that is asked for; throws OptionError. */
export function parseOptions(args: readonly string[]): SimOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const broker = values.broker === undefined ? undefined : brokerURL(values.broker);
  const { ca, cert, key } = values;
  return {
    boards: wholeNumber("--boards", values.boards ?? "2", [1, 50]),
    broker,
    credentials: readCredentials(broker, { ca, cert, key }),
    engine: engineName(values.engine ?? "xs"),
    speed: speedOf(values.speed ?? "1"),
    duration: values.duration === undefined ? undefined : durationOf(values.duration),
    seed: wholeNumber("--seed", values.seed ?? "1", [0, 0xffffffff]),
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: joinNegative(args),
      options: {
        boards: { type: "string" },
        broker: { type: "string" },
        ca: { type: "string" },
        cert: { type: "string" },
        key: { type: "string" },
        engine: { type: "string" },
        speed: { type: "string" },
        duration: { type: "string" },
        seed: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/);
    throw new OptionError(`${first}; see --help`);
  }
}

/** `--seed -1` as `--seed=-1`, so that the value is refused for what it is. */
function joinNegative(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined.at(-1);
    if (/^-[\d.]/.test(arg) && last?.startsWith("--") && !last.includes("=")) {
      joined[joined.length - 1] = `${last}=${arg}`;
    } else joined.push(arg);
  }
  return joined;
}

function wholeNumber(name: string, text: string, [least, most]: readonly [number, number]): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new OptionError(`${name} takes a whole number from ${least} to ${most}, not "${text}"`);
}

function speedOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 0.1 && value <= 1000) return value;
  throw new OptionError(`--speed takes a number from 0.1 to 1000, not "${text}"`);
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

function durationOf(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  const value = Number(number) * (units[unit] ?? Number.NaN);
  if (value > 0 && value <= 30 * 24 * 3_600_000) return value;
  throw new OptionError(`--duration takes a time such as 500ms, 30s, 5m or 1h, not "${text}"`);
}

function engineName(text: string): "xs" | "node" {
  if (text === "xs" || text === "node") return text;
  throw new OptionError(`--engine takes xs or node, not "${text}"`);
}

function brokerURL(text: string): URL {
  // Not repeated in the message: it may hold a password.
  const problem =
    "--broker takes mqtt://host:port, mqtt://user:password@host:port, or mqtts:// with TLS";
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new OptionError(problem);
  }
  const extra =
    (url.pathname !== "" && url.pathname !== "/") || url.search !== "" || url.hash !== "";
  const isMQTT = url.protocol === "mqtt:" || url.protocol === "mqtts:";
  if (!isMQTT || url.hostname === "" || extra) throw new OptionError(problem);
  if (url.hostname.startsWith("[")) {
    throw new OptionError("--broker takes a host name or an IPv4 address; boards have no IPv6");
  }
  if (url.username === "" && url.password !== "") {
    throw new OptionError("--broker has a password but no user");
  }
  return url;
}
