// SPDX-License-Identifier: MIT

// `npm run monitor`: the console of a board in this terminal. Needs the package `serialport`, which
// brings its native part ready made for Linux, macOS and Windows.

import { closeSync, existsSync, openSync, writeSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { messageOf } from "../modules/base/app-error.ts";
import { thisMachine } from "./machine.ts";
import { type OpenPort, type PortCallbacks, SerialLink } from "./serial-link.ts";
import { choosePort } from "./serial-ports.ts";
import { SerialView } from "./serial-view.ts";

const usage = `usage: npm run monitor -- [--port PORT] [--timestamps] [--log FILE]

  --port PORT     such as /dev/ttyUSB0; not needed with one board
  --timestamps    each line begins with its time; Ctrl-T switches that
  --log FILE      adds what the board says to a file, each line with its time

Ctrl-] leaves. A board that is unplugged is waited for.`;

const leaveKey = 0x1d;
const timeKey = 0x14;
/** The console's speed, baud. */
const speed = 115_200;
/** ms between two looks whether the port is still there: a driver does not always tell that it is not. */
const lookPause = 500;

interface MonitorOptions {
  readonly port: string | undefined;
  readonly timestamps: boolean;
  readonly log: string | undefined;
}

/** Throws an Error with one line. */
export function monitorOptions(given: readonly string[]): MonitorOptions | "help" {
  const { values } = parseArgs({
    args: [...given],
    options: {
      port: { type: "string" },
      timestamps: { type: "boolean", default: false },
      log: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const { port, timestamps, log, help } = values;
  return help ? "help" : { port, timestamps, log };
}

/** Leaves the modem lines as they are: on a DevKit they are the chip's reset. */
async function openPort(path: string, { onData, onClose }: PortCallbacks): Promise<OpenPort> {
  const { SerialPort } = await import("serialport");
  const port = new SerialPort({ path, baudRate: speed, hupcl: false, autoOpen: false });
  await new Promise<void>((done, fail) => port.open((error) => (error ? fail(error) : done())));
  const close = () => {
    clearInterval(looking);
    if (port.isOpen) port.close();
  };
  let isOver = false;
  const end = () => {
    close();
    if (!isOver) onClose();
    isOver = true;
  };
  const looking = setInterval(() => existsSync(path) || end(), lookPause);
  port.on("data", onData).on("close", end).on("error", end);
  return { write: (bytes) => void port.write(bytes), close };
}

function run({ port, timestamps, log }: MonitorOptions): void {
  const { stdin, stdout } = process;
  const file = log === undefined ? undefined : openSync(log, "a", 0o600);
  const view = new SerialView({
    write: (text) => void stdout.write(text),
    keep: file === undefined ? undefined : (line) => void writeSync(file, `${line}\n`),
    hasColours: stdout.isTTY === true && process.env.NO_COLOR === undefined,
    hasTimestamps: timestamps,
    now: () => new Date(),
  });
  const machine = thisMachine();
  const link = new SerialLink({
    find: () => {
      const chosen = choosePort(machine, port);
      if ("problem" in chosen) throw new Error(chosen.problem);
      return chosen.path;
    },
    open: openPort,
    onData: (bytes) => view.take(bytes),
    onNews: (text) => view.say(`-- ${text}`),
  });
  const leave = () => {
    link.close();
    view.end();
    if (stdin.isTTY) stdin.setRawMode(false);
    if (file !== undefined) closeSync(file);
    process.exit();
  };
  if (stdin.isTTY) stdin.setRawMode(true);
  stdin.on("data", (bytes: Buffer) => {
    for (const byte of bytes) {
      if (byte === leaveKey) return leave();
      if (byte === timeKey) view.say(`-- times ${view.toggleTimestamps() ? "on" : "off"}`);
    }
    const typed = bytes.filter((byte) => byte !== timeKey);
    if (typed.length > 0) link.write(typed);
  });
  process.once("SIGINT", leave).once("SIGTERM", leave);
  view.say("-- Ctrl-] leaves, Ctrl-T shows times");
  void link.connect();
}

function main(): void {
  try {
    const options = monitorOptions(process.argv.slice(2));
    if (options === "help") console.log(usage);
    else run(options);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    process.exitCode = 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
