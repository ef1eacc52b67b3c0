// SPDX-License-Identifier: MIT

// npm run echo: a web server that shows each request and answers it, for trying the webhook; with --platform a
// broker that stands in for an online platform.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { findProfile } from "../modules/cloud/profile-list.ts";
import { startPlatformTrial, whyNoTrial } from "./platform-servers.ts";

const usage = `Usage: npm run echo -- [--port N] [--host ADDRESS] [--status CODE] [--retry-after SECONDS]
  --port N               where it listens, 1-65535; default 8090
  --host ADDRESS         0.0.0.0 for boards in the network; default 127.0.0.1
  --status CODE          what it answers, 200-599; default 200
  --retry-after SECONDS  header Retry-After of its answers, 0-86400

       npm run echo -- --platform NAME [--port N] [--host ADDRESS] [--refuse]
  --platform NAME        stands in for that online platform: shows what a board says to it, without an
                         account; a line TOPIC TEXT that is typed here goes to the board; port 1884
  --refuse               lets nobody in`;

/** Longest body that is shown; the rest is only counted, bytes. */
const longestShown = 10_000;

export interface EchoOptions {
  /** 0: any that is free. */
  readonly port: number;
  readonly host: string;
  readonly status: number;
  /** Seconds. */
  readonly retryAfter: number | undefined;
  /** It stands in for this platform; undefined: it is a web server. */
  readonly platform: string | undefined;
  readonly isRefusing: boolean;
}

/** Reads the command line. Throws an Error whose message says what is wrong. */
export function parseEchoOptions(args: readonly string[]): EchoOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      status: { type: "string", default: "200" },
      "retry-after": { type: "string" },
      platform: { type: "string" },
      refuse: { type: "boolean", default: false },
    },
  });
  const { platform, refuse } = values;
  const seconds = values["retry-after"];
  const why = platform === undefined ? undefined : whyNoTrial(platform);
  if (why !== undefined) throw new Error(why);
  if (refuse && platform === undefined) throw new Error("--refuse goes with --platform");
  const port = values.port ?? (platform === undefined ? "8090" : "1884");
  return {
    platform,
    isRefusing: refuse,
    port: wholeNumber("--port", port, 1, 65_535),
    host: values.host,
    status: wholeNumber("--status", values.status, 200, 599),
    retryAfter:
      seconds === undefined ? undefined : wholeNumber("--retry-after", seconds, 0, 86_400),
  };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`${option} takes a whole number from ${least} to ${most}`);
}

/** The server; `show` gets each request as lines. */
export function createEcho(options: EchoOptions, show: (text: string) => void) {
  return createServer((request, response) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on("data", (piece: Buffer) => {
      if (length < longestShown) pieces.push(piece);
      length += piece.length;
    });
    request.on("end", () => {
      const body = Buffer.concat(pieces).subarray(0, longestShown).toString();
      show(shown(request, body, length));
      reply(response, options, length);
    });
  });
}

function shown({ method, url, rawHeaders }: IncomingMessage, body: string, length: number): string {
  const lines = [`${method} ${url}`];
  for (let i = 0; i < rawHeaders.length; i += 2)
    lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`);
  const rest = length > longestShown ? `\n… ${length} bytes` : "";
  // What comes over the network gives a terminal no orders.
  return `${[...lines, "", body].join("\n")}${rest}`.replace(/[^\n\t -~\u00a0-\uffff]/g, "?");
}

function reply(
  response: ServerResponse,
  { status, retryAfter }: EchoOptions,
  length: number,
): void {
  const headers = {
    "content-type": "application/json",
    ...(retryAfter !== undefined && { "retry-after": String(retryAfter) }),
  };
  response.writeHead(status, headers).end(JSON.stringify({ ok: status < 300, bytes: length }));
}

function fail(text: string): never {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function run(): void {
  if (process.argv.includes("--help")) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  let options: EchoOptions;
  try {
    options = parseEchoOptions(process.argv.slice(2));
  } catch (error) {
    fail(`${(error as Error).message}\n${usage}`);
  }
  if (options.platform === undefined) runEcho(options);
  else runPlatform(options.platform, options).catch((error) => fail(whyNotListening(error)));
}

function whyNotListening({ message, code }: NodeJS.ErrnoException): string {
  const todo = code === "EADDRINUSE" ? "; choose another with -- --port N" : "";
  return `the echo server cannot listen: ${message}${todo}`;
}

function runEcho(options: EchoOptions): void {
  const server = createEcho(options, (text) => process.stdout.write(`${text}\n\n`));
  server.on("error", (error) => fail(whyNotListening(error)));
  server.listen(options.port, options.host, () => {
    const { host, port } = options;
    process.stdout.write(`Echo server at http://${host}:${port}/; Ctrl-C stops\n\n`);
  });
}

async function runPlatform(name: string, { host, port, isRefusing }: EchoOptions): Promise<void> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const trial = await startPlatformTrial({ host, port, isRefusing, show: say });
  say(`In the place of ${findProfile(name)?.title}; on the board's console:`);
  say(`  platform use ${name} ${answersFor(name)}host=mqtt://${host}:${trial.port}`);
  say("A line TOPIC TEXT that is typed here goes to the board; Ctrl-C stops\n");
  for await (const line of createInterface({ input: process.stdin })) {
    const why = trial.send(line);
    if (line.trim() !== "" && why !== undefined) say(why);
  }
}

/** Something for each value that a board cannot do without. */
function answersFor(name: string): string {
  const fields = findProfile(name)?.fields ?? [];
  const needed = fields.filter((field) => field.standard === undefined && !field.optional);
  return needed
    .filter((field) => field.name !== "host")
    .map((field) => `${field.name}=${field.check === "digits" ? "1" : `my-${field.name}`} `)
    .join("");
}

if (process.argv[1] !== undefined && /[\\/]echo\.ts$/.test(process.argv[1])) run();
