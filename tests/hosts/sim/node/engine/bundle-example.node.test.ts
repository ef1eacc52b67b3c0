// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test, { type TestContext } from "node:test";
import { bundleExample } from "../../../../../hosts/sim/node/engine/bundle.ts";
import { OptionError } from "../../../../../hosts/sim/node/option-error.ts";
import { Simulator } from "../../../../support/simulator.ts";

const root = resolve(import.meta.dirname, "../../../../..");

/** A file with that text, outside of the repository, until the test ends. */
function fileWith(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "airpair-example-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "trial.ts");
  writeFileSync(path, text);
  return path;
}

async function refusalOf(path: string): Promise<string> {
  let message = "";
  await assert.rejects(bundleExample(path), (error: unknown) => {
    assert.ok(error instanceof OptionError);
    message = error.message;
    return !message.includes("\n");
  });
  return message;
}

test("a file that is not there, or is no program, is refused in a line with its place", async (t) => {
  assert.match(await refusalOf("/nowhere/x.ts"), /^--example: there is no file \/nowhere\/x\.ts$/);
  const empty = fileWith(t, "export const a = 1;");
  assert.match(await refusalOf(empty), /trial\.ts needs a line that begins with export default/);
  const broken = fileWith(t, "const a = 1;\nexport default function (board {}\n");
  assert.match(await refusalOf(broken), /trial\.ts:2: Expected "\)"/);
  const lost = fileWith(t, 'import x from "./none.ts";\nexport default function () { x(); }');
  assert.match(await refusalOf(lost), /trial\.ts:1: Could not resolve "\.\/none\.ts"/);
});

test("the firmware is bundled with the example, which is among its files", async () => {
  const path = join(root, "examples/own-topic.ts");
  const { inputs, source } = await bundleExample(path);
  assert.ok(inputs.includes("examples/own-topic.ts"));
  assert.ok(inputs.includes("main.ts"));
  assert.ok(source.includes("led takes on or off"));
});

test("an exception of a program on XS is a line that names its place, and the board goes on", async (t) => {
  const program = fileWith(
    t,
    [
      "export default function (board) {",
      "  board.every(1_000, () => {",
      "    if (board.id) board.output(21);",
      "  });",
      "  board.after(2_000, () => {",
      "    board.log(board.nothing.more);",
      "  });",
      "}",
    ].join("\n"),
  );
  const args = ["--boards", "1", "--speed", "20", "--example", program];
  const simulator = new Simulator(args);
  const refused = await simulator.until(({ text }) => text?.startsWith("Error: pin 21") === true);
  assert.match(refused.text ?? "", /the I2C bus is there, at .*trial\.ts:3$/);
  const failed = await simulator.until(
    ({ part, event, text }) =>
      part === "example" && event === "failed" && !text?.startsWith("Error: pin"),
  );
  assert.match(failed.text ?? "", /^TypeError: cannot .*, at .*trial\.ts:6$/);
  await simulator.until(({ part, event }) => part === "mqtt" && event === "online");
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
});
