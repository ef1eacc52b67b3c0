// SPDX-License-Identifier: MIT

// `npm run flash`: builds the firmware in release and writes it to the board that is plugged in. The
// network and the broker come from settings.local.json, or are asked for; nothing of them is ever on
// a command line.

import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { askPassword } from "../hosts/sim/node/cli/ask-password.ts";
import { messageOf } from "../modules/base/app-error.ts";
import { boardNamed, boards, buildWords, usualBoard } from "./boards.ts";
import { carryOut, planBuild } from "./build.ts";
import { readFileSettings } from "./file-settings.ts";
import {
  checkSettings,
  localSettingsFile,
  secretArguments,
  withLocalSettings,
} from "./local-settings.ts";
import { type Machine, thisMachine } from "./machine.ts";
import { choosePort } from "./serial-ports.ts";
import { settingArgument } from "./setting-argument.ts";

const usage = `usage: npm run flash -- [--port PORT] [--board ${Object.keys(boards).join("|")}] [--settings FILE | --no-settings] [PART…] [SETTING=VALUE…]

  --port PORT     such as /dev/ttyUSB0; not needed with one board
  --settings FILE takes the settings from this file instead of ${localSettingsFile}
  --no-settings   neither asks for the network and the broker nor takes ${localSettingsFile}
  PART            ${buildWords.join(", ")}
  SETTING=VALUE   wins over the file; not for passwords, which npm would show`;

/** Asks the user. */
export interface Questions {
  /** Undefined: nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly askSecret: (question: string) => Promise<string>;
}

export interface FlashAround {
  readonly machine: Machine;
  readonly questions: Questions;
  readonly say: (text: string) => void;
}

/** Builds and flashes. Returns the exit code; throws an Error with one line. */
export async function flash(given: readonly string[], around: FlashAround): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...given],
    allowPositionals: true,
    options: {
      port: { type: "string" },
      board: { type: "string", default: usualBoard },
      settings: { type: "string" },
      "no-settings": { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { machine, say } = around;
  if (values.help) {
    say(usage);
    return 0;
  }
  boardNamed(values.board);
  const named = positionals.map(settingArgument);
  checkWords(named);
  for (const name of secretArguments(named)) {
    say(`${name} is on the command line, which npm shows and keeps in its log: leave it out`);
  }
  // First all that can be wrong without a question.
  const words = ["--board", values.board, ...named];
  const surroundings = { ...machine, platform: platformOf(machine) };
  const first = planBuild("esp32", words, surroundings);
  if ("missing" in first) throw new Error(`${first.missing}; npm run doctor looks for the rest`);
  const port = choosePort(machine, values.port);
  if ("problem" in port) throw new Error(port.problem);
  const { settings: name = localSettingsFile } = values;
  const file = machine.read(resolve(machine.root, name));
  if (values.settings !== undefined) {
    if (values["no-settings"]) throw new Error("--settings and --no-settings exclude each other");
    if (file === undefined) throw new Error(`--settings: there is no file ${name}`);
  }
  const local = values["no-settings"]
    ? words
    : file === undefined
      ? [...(await askSettings(around, named)), ...words]
      : withLocalSettings(words, file, name);
  const settings = readFileSettings(local, readFileSync);
  checkSettings(settings);
  const plan = planBuild("esp32", settings, surroundings);
  if ("missing" in plan) throw new Error(plan.missing);
  say(`building and writing to ${port.path}; the first time takes some minutes`);
  const env = { ...machine.env, UPLOAD_PORT: port.path };
  const [build, deploy] = ["build", "deploy"].map((step) => ({
    ...plan,
    args: plan.args.map((argument, index) => (plan.args[index - 1] === "-t" ? step : argument)),
  }));
  if (!build || !deploy) return 1;
  const status = await carryOut("esp32", [build, deploy], { ...machine, env });
  if (status === 0) say("done; npm run monitor shows the board's console");
  return status;
}

function platformOf({ system }: Machine): NodeJS.Platform {
  return system === "macos" ? "darwin" : "linux";
}

function checkWords(words: readonly string[]): void {
  const wrong = words.find((word) => !word.includes("=") && !buildWords.includes(word));
  if (wrong === undefined) return;
  throw new Error(`${wrong} is no part of a build; there are ${buildWords.join(", ")}`);
}

/** The network and the broker, as arguments of a build; what is given already is not asked for. */
async function askSettings(
  { questions, machine, say }: FlashAround,
  given: readonly string[],
): Promise<string[]> {
  const { ask, askSecret } = questions;
  if (!ask) {
    const text = `there is no ${localSettingsFile}, and no terminal to ask for the network`;
    throw new Error(`${text}: write that file, or give --no-settings and set them on the console`);
  }
  const answers: Record<string, string> = {};
  const named = (name: string) => given.some((argument) => argument.startsWith(`${name}=`));
  const put = async (name: string, question: string, how: Questions["askSecret"]) => {
    for (;;) {
      const answer = await how(question);
      const value =
        name === "mqtt.broker" && /^[\w.-]+(:\d+)?$/.test(answer) ? `mqtt://${answer}` : answer;
      if (value === "") return false;
      try {
        checkSettings([`${name}=${value}`]);
        answers[name] = value;
        return true;
      } catch (error) {
        say(messageOf(error));
      }
    }
  };
  say("Empty answers leave a setting to the board's console.");
  const hasNetwork = named("wifi.ssid") || (await put("wifi.ssid", "network: ", ask));
  if (hasNetwork && !named("wifi.password")) {
    await put("wifi.password", "its password (not shown): ", askSecret);
  }
  if (named("mqtt.broker") || (await put("mqtt.broker", "MQTT broker: ", ask))) {
    const hasUser = named("mqtt.user") || (await put("mqtt.user", "user at the broker: ", ask));
    if (hasUser && !named("mqtt.password")) {
      await put("mqtt.password", "its password (not shown): ", askSecret);
    }
  }
  if (Object.keys(answers).length === 0) return [];
  const keep = await ask(`keep them in ${localSettingsFile}, which git ignores? [y/N] `);
  if (/^y(es)?$/i.test(keep)) {
    const text = `${JSON.stringify(answers, null, 2)}\n`;
    writeFileSync(join(machine.root, localSettingsFile), text, { mode: 0o600 });
  }
  return Object.entries(answers).map(([name, value]) => `${name}=${value}`);
}

/** The user at this terminal. */
function terminalQuestions(): Questions {
  const { stdin, stdout } = process;
  const ask = async (question: string) => {
    const lines = createInterface({ input: stdin, output: stdout });
    try {
      return (await lines.question(question)).trim();
    } finally {
      lines.close();
    }
  };
  return {
    ask: stdin.isTTY ? ask : undefined,
    askSecret: (question) => askPassword(question, stdin, (text) => stdout.write(text)),
  };
}

async function main(): Promise<number> {
  try {
    return await flash(process.argv.slice(2), {
      machine: thisMachine(),
      questions: terminalQuestions(),
      say: console.log,
    });
  } catch (error) {
    console.error(messageOf(error));
    return 2;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main();
