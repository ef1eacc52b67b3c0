// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { choosePort } from "../../tools/serial-ports.ts";
import { type FakeMachineOptions, fakeMachine } from "../support/fake-machine.ts";

function choose(options: FakeMachineOptions, wanted?: string): string {
  const chosen = choosePort(fakeMachine(options), wanted);
  return "path" in chosen ? chosen.path : chosen.problem;
}

test("the only board's port is taken, and one that was asked for", () => {
  assert.equal(choose({}), "/dev/ttyUSB0");
  assert.equal(choose({ system: "macos" }), "/dev/cu.usbserial-0001");
  assert.equal(choose({ files: { "/dev/ttyACM1": "" } }, "/dev/ttyACM1"), "/dev/ttyACM1");
});

test("which of two boards is meant has to be said", () => {
  const files = { "/dev/ttyACM0": "", "/dev/ttyS0": "" };
  const problem = "which one? there are /dev/ttyUSB0 and /dev/ttyACM0: give --port";
  assert.equal(choose({ files }), problem);
});

test("a port that is not there, or may not be opened, is told with what to do", () => {
  assert.equal(choose({}, "/dev/ttyUSB7"), "there is no /dev/ttyUSB7; there is /dev/ttyUSB0");
  const denied = ["/dev/ttyUSB0"];
  const text =
    "ttyUSB0 may not be opened by you: sudo usermod -aG dialout $USER, then log out and in";
  assert.equal(choose({ denied }), text);
  assert.equal(choose({ denied }, "/dev/ttyUSB0"), text);
  const files = { "/dev/ttyUSB0": undefined };
  assert.match(choose({ files }), /^no board is plugged in; plug it in/);
  assert.match(choose({ files, system: "wsl" }), /npm run doctor says how$/);
});
