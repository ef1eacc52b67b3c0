// SPDX-License-Identifier: MIT

import type { Machine, System } from "../../tools/machine.ts";

/** What is different on a PC from one that has everything. */
export interface FakeMachineOptions {
  readonly system?: System;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly nodeVersion?: string;
  /** Files by path; undefined: there is none. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  /** Files that this user may not open. */
  readonly denied?: readonly string[];
  /** What programs print; undefined: they fail. */
  readonly answers?: Readonly<Record<string, string | undefined>>;
}

/** A PC with both SDKs and a board, in the hands of a test. */
export function fakeMachine(options: FakeMachineOptions = {}): Machine {
  const { system = "linux" } = options;
  const host = system === "macos" ? "mac" : "lin";
  const port = system === "macos" ? "/dev/cu.usbserial-0001" : "/dev/ttyUSB0";
  const files: Record<string, string | undefined> = {
    "/usr/bin/cc": "",
    "/usr/bin/make": "",
    "/usr/bin/git": "",
    "/usr/bin/cmake": "",
    "/usr/bin/ninja": "",
    "/idf/tools/idf.py": "",
    "/sdk/tools/mcconfig.js": "",
    "/sdk/tools/VERSION": "8.2.3\n",
    [`/sdk/build/bin/${host}/release/mcconfig`]: "",
    "/sdk/build/devices/esp32/manifest.json": '{ "build": { "EXPECTED_ESP_IDF": "v6.0" } }',
    "/idf/export.sh": "",
    "/idf/tools/cmake/version.cmake":
      "set(IDF_VERSION_MAJOR 6)\nset(IDF_VERSION_MINOR 0)\nset(IDF_VERSION_PATCH 1)\n",
    "/home/me/.espressif/tools/xtensa-esp-elf/esp-15/gcc": "",
    "/project/node_modules/.bin/tsc": "",
    [port]: "",
    ...options.files,
  };
  const answers: Readonly<Record<string, string | undefined>> = {
    "python3 --version": "Python 3.12.3",
    "python3 -c import ensurepip, venv": "",
    [`stat -c %G ${port}`]: "dialout",
    ...options.answers,
  };
  const paths = () => Object.keys(files).filter((path) => files[path] !== undefined);
  return {
    system,
    env: { MODDABLE: "/sdk", IDF_PATH: "/idf", PATH: "/usr/bin:/idf/tools", ...options.env },
    home: "/home/me",
    root: "/project",
    nodeVersion: options.nodeVersion ?? "22.4.0",
    exists: (path) => paths().includes(path),
    read: (path) => files[path],
    list: (folder) => {
      const inside = paths().filter((path) => path.startsWith(`${folder}/`));
      return [...new Set(inside.map((path) => path.slice(folder.length + 1).split("/")[0] ?? ""))];
    },
    isAllowed: (path) => !options.denied?.includes(path),
    run: (program, ...args) => answers[[program, ...args].join(" ")],
  };
}
