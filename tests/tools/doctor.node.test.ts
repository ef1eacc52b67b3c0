// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { boardNamed } from "../../tools/boards.ts";
import { chipOf } from "../../tools/chips.ts";
import { examine, type Finding, report } from "../../tools/doctor.ts";
import { type FakeMachineOptions, fakeMachine } from "../support/fake-machine.ts";

/** The only thing that is not well. */
function trouble(options: FakeMachineOptions): Finding {
  const findings = examine(fakeMachine(options)).filter(({ state }) => state !== "well");
  assert.equal(findings.length, 1, report(findings));
  return findings[0] as Finding;
}

test("a PC with all of it is well, on each system", () => {
  for (const system of ["linux", "macos", "wsl"] as const) {
    const findings = examine(fakeMachine({ system }));
    assert.deepEqual(
      findings.filter(({ state }) => state !== "well"),
      [],
      system,
    );
    assert.match(report(findings), /npm run flash comes next\.$/);
  }
});

test("an old Node and a missing compiler are told with the command of the system", () => {
  const old = trouble({ nodeVersion: "18.20.1" });
  assert.match(old.text, /18\.20\.1 is too old: 20\.19/);
  const files = { "/usr/bin/cc": undefined };
  assert.deepEqual(trouble({ files }).commands, ["sudo apt-get install build-essential"]);
  assert.deepEqual(trouble({ files, system: "macos" }).commands, ["xcode-select --install"]);
  assert.match(trouble({ files: { "/usr/bin/make": undefined } }).text, /no make/);
});

test("what ESP-IDF needs of the system is named by the packages that have it", () => {
  const files = { "/usr/bin/ninja": undefined, "/usr/bin/cmake": undefined };
  assert.deepEqual(trouble({ files }).commands, ["sudo apt-get install cmake ninja-build"]);
  assert.deepEqual(trouble({ files, system: "macos" }).commands, ["brew install cmake ninja"]);
});

test("a Python that is missing, too old or without venv is told", () => {
  const none = trouble({ answers: { "python3 --version": undefined } });
  assert.equal(none.text, "there is no python3");
  assert.match(trouble({ answers: { "python3 --version": "Python 3.9.2" } }).text, /too old/);
  const bare = trouble({ answers: { "python3 -c import ensurepip, venv": undefined } });
  assert.match(bare.text, /has no venv/);
  assert.deepEqual(bare.commands, ["sudo apt-get install python3 python3-venv"]);
});

test("without the Moddable SDK xs-dev is named; one that is only not set, by its folder", () => {
  const env = { MODDABLE: undefined };
  assert.deepEqual(trouble({ env }).commands, ["npm install -g xs-dev", "xs-dev setup"]);
  const usual = "/home/me/.local/share/moddable";
  const files = { [`${usual}/tools/mcconfig.js`]: "" };
  assert.deepEqual(trouble({ env, files }).commands, [`export MODDABLE=${usual}`]);
  assert.match(trouble({ files: { "/sdk/tools/mcconfig.js": undefined } }).text, /there is no SDK/);
});

test("an SDK that is too old, or whose tools are not built, is told", () => {
  const old = trouble({ files: { "/sdk/tools/VERSION": "7.9.0\n" } });
  assert.match(old.text, /^7\.9\.0 is too old: 8\.2/);
  assert.deepEqual(old.commands, ["xs-dev update"]);
  const lin = trouble({ files: { "/sdk/build/bin/lin/release/mcconfig": undefined } });
  assert.match(lin.commands.at(-1) ?? "", /^\(cd \/sdk\/build\/makefiles\/lin && PATH=.* make\)$/);
  const mac = trouble({
    system: "macos",
    files: { "/sdk/build/bin/mac/release/mcconfig": undefined },
  });
  assert.equal(mac.commands.length, 1);
});

test("ESP-IDF has to be the version that the SDK wants, whichever that is", () => {
  const none = trouble({ env: { IDF_PATH: undefined } });
  assert.match(none.text, /v6\.0 is needed/);
  assert.deepEqual(none.commands, ["npm install -g xs-dev", "xs-dev setup --device esp32"]);
  const manifest = "/sdk/build/devices/esp32/manifest.json";
  const other = trouble({ files: { [manifest]: '{"build":{"EXPECTED_ESP_IDF": "v6.1"}}' } });
  assert.equal(other.text, "v6.0.1, but the SDK wants v6.1");
  assert.ok(other.commands.includes("git fetch --tags && git checkout v6.1"));
  assert.match(trouble({ files: { "/idf/export.sh": undefined } }).text, /there is no ESP-IDF/);
});

test("ESP-IDF without its compiler is not installed; without idf.py in the PATH it is not sourced", () => {
  const gcc = "/home/me/.espressif/tools/xtensa-esp-elf/esp-15/gcc";
  assert.deepEqual(trouble({ files: { [gcc]: undefined } }).commands, ["/idf/install.sh esp32"]);
  const elsewhere = { files: { [gcc]: undefined, "/t/tools/xtensa-esp-elf/e/gcc": "" } };
  const env = { IDF_TOOLS_PATH: "/t" };
  assert.ok(examine(fakeMachine({ ...elsewhere, env })).every(({ state }) => state === "well"));
  const unsourced = trouble({ env: { PATH: "/usr/bin" } });
  assert.equal(unsourced.state, "hint");
  assert.deepEqual(unsourced.commands, [". /idf/export.sh"]);
});

test("a board with another chip has another compiler", () => {
  const chip = chipOf(boardNamed("esp32-c3-devkit").target);
  const [none] = examine(fakeMachine(), chip).filter(({ state }) => state !== "well");
  assert.match(none?.text ?? "", /compiler for the ESP32-C3 is not in \/home\/me\/\.espressif/);
  assert.deepEqual(none?.commands, ["/idf/install.sh esp32c3"]);
  const files = { "/home/me/.espressif/tools/riscv32-esp-elf/esp-15/gcc": "" };
  assert.ok(examine(fakeMachine({ files }), chip).every(({ state }) => state === "well"));
});

test("a port that may not be opened is told with the group that may", () => {
  const denied = trouble({ denied: ["/dev/ttyUSB0"] });
  assert.deepEqual(denied.commands, ["sudo usermod -aG dialout $USER", "log out and in"]);
  const answers = { "stat -c %G /dev/ttyUSB0": "uucp" };
  const arch = trouble({ denied: ["/dev/ttyUSB0"], answers });
  assert.match(arch.commands[0] ?? "", /-aG uucp/);
  const root = { "stat -c %G /dev/ttyUSB0": "root" };
  const wsl = trouble({ system: "wsl", denied: ["/dev/ttyUSB0"], answers: root });
  assert.deepEqual(wsl.commands, ["sudo chmod a+rw /dev/ttyUSB0"]);
});

test("no board is only a hint; WSL is told how it gets the port of its PC", () => {
  const files = { "/dev/ttyUSB0": undefined, "/dev/cu.usbserial-0001": undefined };
  for (const system of ["linux", "macos", "wsl"] as const) {
    const none = trouble({ files, system });
    assert.equal(none.state, "hint");
    const isWSL = none.commands.some((command) => command.startsWith("usbipd attach --wsl"));
    assert.equal(isWSL, system === "wsl");
  }
});

test("a port is shown with the name of its USB chip", () => {
  const files = { "/sys/class/tty/ttyUSB0/device/../../product": "CP2102 USB to UART\n" };
  const [port] = examine(fakeMachine({ files })).slice(-1);
  assert.equal(port?.text, "/dev/ttyUSB0 (CP2102 USB to UART)");
});

test("the report says how many things are missing and shows the commands below each", () => {
  const findings = examine(fakeMachine({ env: { MODDABLE: undefined, IDF_PATH: undefined } }));
  const lines = report(findings).split("\n");
  const at = lines.findIndex((line) => line.startsWith("MISSING Moddable SDK"));
  assert.equal(lines[at + 1]?.trim(), "npm install -g xs-dev");
  assert.match(lines.at(-1) ?? "", /^2 missing: /);
});
