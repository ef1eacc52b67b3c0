// SPDX-License-Identifier: MIT

// `npm run doctor`: is everything there that a board is built, flashed and watched with? Each thing
// that is missing comes with the commands that mend it on this system. Changes nothing.

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { messageOf } from "../modules/base/app-error.ts";
import { boardNamed, boards, usualBoard } from "./boards.ts";
import { type Chip, chipOf, usualChip } from "./chips.ts";
import { isAtLeast, isOnPath, type Machine, thisMachine, versionIn } from "./machine.ts";
import { boardPorts, permissionCommand, portText } from "./serial-ports.ts";
import { readToolOptions } from "./tool-options.ts";

export interface Finding {
  readonly part: string;
  /** `hint`: nothing is broken, but worth knowing. */
  readonly state: "well" | "missing" | "hint";
  readonly text: string;
  /** To be typed, in this order. */
  readonly commands: readonly string[];
}

const oldestNode = [20, 19] as const;
const oldestSDK = [8, 2] as const;
/** ESP-IDF 6.0 asks for it. */
const oldestPython = [3, 10] as const;
/** What the SDK 8.2 wants, where it does not say so itself. */
const usualIDF = "v6.0";

/** The commands of xs-dev (npm), which installs the SDKs and sets their variables. */
const installSDK = ["npm install -g xs-dev", "xs-dev setup"] as const;
const installIDF = ["npm install -g xs-dev", "xs-dev setup --device esp32"] as const;

const well = (part: string, text: string): Finding => ({ part, state: "well", text, commands: [] });
const missing = (part: string, text: string, ...commands: string[]): Finding => ({
  part,
  state: "missing",
  text,
  commands,
});
const hint = (part: string, text: string, ...commands: string[]): Finding => ({
  part,
  state: "hint",
  text,
  commands,
});

/** Everything that there is to say about a PC, in the order in which to mend it, to build for a chip. */
export function examine(machine: Machine, chip = usualChip): readonly Finding[] {
  return [
    node(machine),
    compiler(machine),
    tools(machine),
    python(machine),
    sdk(machine),
    idf(machine, chip),
    ...ports(machine),
  ];
}

/** The same command on Debian or Ubuntu, which WSL has too, and on macOS with Homebrew. */
function bySystem({ system }: Machine, linux: string, macos: string): string {
  return system === "macos" ? macos : linux;
}

function node(machine: Machine): Finding {
  const { nodeVersion } = machine;
  if (isAtLeast(versionIn(nodeVersion), oldestNode)) return well("Node", nodeVersion);
  const command = bySystem(machine, "sudo npx --yes n lts", "brew install node");
  return missing("Node", `${nodeVersion} is too old: 20.19 or later is needed`, command);
}

function compiler(machine: Machine): Finding {
  const cc = ["cc", "gcc", "clang"].find((name) => isOnPath(machine, name));
  if (cc !== undefined && isOnPath(machine, "make")) return well("compiler", `${cc} and make`);
  const what = cc === undefined ? "there is no C compiler" : "there is no make";
  const command = bySystem(
    machine,
    "sudo apt-get install build-essential",
    "xcode-select --install",
  );
  return missing("compiler", what, command);
}

/** What ESP-IDF does not install by itself. */
function tools(machine: Machine): Finding {
  const names = ["git", "cmake", "ninja"];
  const absent = names.filter((name) => !isOnPath(machine, name));
  if (absent.length === 0) return well("tools", names.join(", "));
  const packages = absent.map((name) => (name === "ninja" ? "ninja-build" : name)).join(" ");
  const command = bySystem(
    machine,
    `sudo apt-get install ${packages}`,
    `brew install ${absent.join(" ")}`,
  );
  return missing("tools", `ESP-IDF needs ${absent.join(", ")}`, command);
}

function python(machine: Machine): Finding {
  const answer = machine.run("python3", "--version");
  const install = bySystem(
    machine,
    "sudo apt-get install python3 python3-venv",
    "brew install python",
  );
  if (answer === undefined) return missing("Python", "there is no python3", install);
  const version = answer.replace("Python ", "");
  if (!isAtLeast(versionIn(version), oldestPython)) {
    return missing("Python", `${version} is too old: ESP-IDF needs 3.10 or later`, install);
  }
  if (machine.run("python3", "-c", "import ensurepip, venv") === undefined) {
    return missing("Python", `${version} has no venv, in which ESP-IDF installs itself`, install);
  }
  return well("Python", version);
}

function sdk(machine: Machine): Finding {
  const part = "Moddable SDK";
  const { MODDABLE: folder } = machine.env;
  if (!folder) {
    const usual = join(machine.home, ".local/share/moddable");
    return isSDK(machine, usual)
      ? missing(part, `is in ${usual}, but MODDABLE is not set`, `export MODDABLE=${usual}`)
      : missing(part, "MODDABLE is not set", ...installSDK);
  }
  if (!isSDK(machine, folder)) {
    return missing(part, `MODDABLE is ${folder}, and there is no SDK`, ...installSDK);
  }
  const version = machine.read(join(folder, "tools/VERSION"))?.trim() ?? "";
  if (version !== "" && !isAtLeast(versionIn(version), oldestSDK)) {
    return missing(part, `${version} is too old: 8.2 or later is needed`, "xs-dev update");
  }
  const host = machine.system === "macos" ? "mac" : "lin";
  const tools = join(folder, "build/bin", host, "release");
  if (!isOnPath(machine, "mcconfig") && !machine.exists(join(tools, "mcconfig"))) {
    const make = `(cd ${join(folder, "build/makefiles", host)} && PATH=${tools}:$PATH make)`;
    const gtk = host === "lin" ? ["sudo apt-get install libgtk-3-dev libncurses-dev"] : [];
    return missing(part, `its tools in ${tools} are not built`, ...gtk, make);
  }
  return well(part, `${version} in ${folder}`);
}

function isSDK(machine: Machine, folder: string): boolean {
  return machine.exists(join(folder, "tools/mcconfig.js"));
}

/** The version of ESP-IDF that the SDK checks for, such as "v6.0". */
export function wantedIDF(machine: Machine): string {
  const { MODDABLE: folder = "" } = machine.env;
  const manifest = machine.read(join(folder, "build/devices/esp32/manifest.json")) ?? "";
  return /"EXPECTED_ESP_IDF":\s*"(v?[\d.]+)"/.exec(manifest)?.[1] ?? usualIDF;
}

function idf(machine: Machine, chip: Chip): Finding {
  const part = "ESP-IDF";
  const { IDF_PATH: folder } = machine.env;
  const wanted = wantedIDF(machine);
  if (!folder) return missing(part, `IDF_PATH is not set; ${wanted} is needed`, ...installIDF);
  if (!machine.exists(join(folder, "export.sh"))) {
    return missing(part, `IDF_PATH is ${folder}, and there is no ESP-IDF`, ...installIDF);
  }
  const version = versionOfIDF(machine, folder);
  // As the SDK checks it: the first two numbers have to be the same.
  if (version && versionIn(version).join() !== versionIn(wanted).join()) {
    return missing(
      part,
      `${version}, but the SDK wants ${wanted}`,
      `cd ${folder}`,
      `git fetch --tags && git checkout ${wanted}`,
      "git submodule update --init --recursive",
      `./install.sh ${chip.name}`,
    );
  }
  const tools = machine.env.IDF_TOOLS_PATH ?? join(machine.home, ".espressif");
  if (machine.list(join(tools, "tools", chip.compiler)).length === 0) {
    const command = `${join(folder, "install.sh")} ${chip.name}`;
    return missing(part, `its compiler for the ${chip.family} is not in ${tools}`, command);
  }
  const name = `${version ?? "of unknown version"} in ${folder}`;
  if (isOnPath(machine, "idf.py")) return well(part, name);
  const text = `${name}; npm run flash prepares the shell itself, before npm run build:esp32 do`;
  return hint(part, text, `. ${join(folder, "export.sh")}`);
}

function versionOfIDF(machine: Machine, folder: string): string | undefined {
  const text = machine.read(join(folder, "tools/cmake/version.cmake")) ?? "";
  const [major, minor, patch] = ["MAJOR", "MINOR", "PATCH"].map(
    (name) => new RegExp(`IDF_VERSION_${name}\\s+(\\d+)`).exec(text)?.[1],
  );
  return major === undefined || minor === undefined
    ? undefined
    : `v${major}.${minor}.${patch ?? 0}`;
}

function ports(machine: Machine): readonly Finding[] {
  const part = "serial port";
  const found = boardPorts(machine);
  if (found.length > 0) {
    return found.map((port) =>
      port.isAllowed
        ? well(part, portText(port))
        : missing(
            part,
            `${portText(port)} may not be opened by you`,
            ...permissionCommand(machine, port.path).split(", then "),
          ),
    );
  }
  if (machine.system === "wsl") {
    return [
      hint(
        part,
        "no board; in a PowerShell of Windows, as administrator, once (winget install usbipd)",
        "usbipd list",
        "usbipd bind --busid <BUSID of the board>",
        "usbipd attach --wsl --auto-attach --busid <BUSID of the board>",
      ),
    ];
  }
  return [hint(part, "no board is plugged in, or its cable only carries power")];
}

const marks = { well: "ok     ", missing: "MISSING", hint: "note   " } as const;

/** What the user is shown. */
export function report(findings: readonly Finding[]): string {
  const lines = findings.flatMap(({ part, state, text, commands }) => [
    `${marks[state]} ${part.padEnd(12)}  ${text}`,
    ...commands.map((command) => `${" ".repeat(24)}${command}`),
  ]);
  const count = findings.filter(({ state }) => state === "missing").length;
  const end =
    count === 0
      ? "All that a board needs is there: npm run flash comes next."
      : `${count} missing: type the commands below each, open a new terminal, and run this again.`;
  return [...lines, "", end].join("\n");
}

/** Throws OptionError for what is not one board. */
function checkBoard([name, ...others]: readonly string[]): void {
  if (others.length > 0) throw new OptionError("takes one board");
  if (name === undefined) return;
  try {
    boardNamed(name);
  } catch (error) {
    throw new OptionError(messageOf(error));
  }
}

function main(): number {
  const { words } = readToolOptions({
    command: "npm run doctor",
    purpose: "Looks for all that a board is built, flashed and watched with. Changes nothing.",
    words: {
      name: "[BOARD]",
      help: `that it is for, one of ${Object.keys(boards).join(", ")}`,
      check: checkBoard,
    },
  });
  const { target } = boardNamed(words[0] ?? usualBoard);
  const findings = examine(thisMachine(), chipOf(target));
  console.log(report(findings));
  return findings.some(({ state }) => state === "missing") ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
