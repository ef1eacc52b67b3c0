// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test, { type TestContext } from "node:test";
import { OptionError } from "../../hosts/sim/node/option-error.ts";
import { parseToolOptions, type Tool, toolHelp } from "../../tools/tool-options.ts";

const root = resolve(import.meta.dirname, "../..");
const plain: Tool<"counts" | "pairing"> = {
  command: "npm run bench",
  purpose: "Counts.",
  options: { counts: "only the counts", pairing: "only pairing" },
};
const worded: Tool<never> = {
  command: "npm run some",
  purpose: "Some.",
  words: {
    name: "NAME...",
    help: "a name",
    check: (words) => {
      if (words.includes("wrong")) throw new OptionError("wrong is no name");
    },
  },
};

test("a tool reads its options and its words, and help in each of its forms", () => {
  assert.deepEqual(parseToolOptions(plain, []), { option: undefined, words: [] });
  assert.deepEqual(parseToolOptions(plain, ["--pairing"]), { option: "pairing", words: [] });
  assert.deepEqual(parseToolOptions(worded, ["a", "b"]), { option: undefined, words: ["a", "b"] });
  for (const args of [["help"], ["--help"], ["--counts", "--help"]]) {
    assert.equal(parseToolOptions(plain, args), "help");
  }
  assert.equal(
    toolHelp(plain),
    `Usage: npm run bench -- [option]

Counts.

  --counts   only the counts
  --pairing  only pairing
  --help     this text
`,
  );
});

test("what a tool does not know is refused, in one line", () => {
  const cases: [Tool<string>, string[], string][] = [
    [plain, ["--count"], "Unknown option '--count'; npm run bench help lists the options"],
    [plain, ["counts"], '"counts" means nothing here; npm run bench help says what does'],
    [plain, ["--counts", "--pairing"], "--counts and --pairing are two things to do; give one"],
    [
      plain,
      ["--counts=3"],
      "Option '--counts' does not take an argument; npm run bench help lists the options",
    ],
    [worded, ["wrong"], "wrong is no name"],
  ];
  for (const [tool, args, message] of cases) {
    assert.throws(() => parseToolOptions(tool, args), { name: "OptionError", message });
  }
});

/** Runs a tool in a folder of its own. */
function runTool(context: TestContext, file: string, ...args: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "airpair-tool-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const loader = join(root, "node_modules/tsx/dist/loader.mjs");
  const words = ["--import", loader, join(root, "tools", file), ...args];
  const options = { cwd: folder, encoding: "utf8", timeout: 60_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, words, options);
  return { status, stdout, stderr, left: readdirSync(folder) };
}

test("help makes no key, and a wrong option neither", (context) => {
  const help = runTool(context, "update-key.ts", "--help");
  assert.deepEqual([help.status, help.stderr, help.left], [0, "", []]);
  assert.match(help.stdout, /^Usage: npm run keys\n/);
  const wrong = runTool(context, "update-key.ts", "--show");
  assert.deepEqual(wrong, {
    status: 2,
    stdout: "",
    stderr: "airpair: Unknown option '--show'; npm run keys help lists the options\n",
    left: [],
  });
});

test("each command of package.json reads its options where all can be seen that it takes", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const programs = Object.values(scripts).flatMap((text) => text.match(/\S+\.ts\b/g) ?? []);
  assert.ok(programs.length > 20);
  for (const program of programs) {
    const source = readFileSync(join(root, program), "utf8");
    assert.doesNotMatch(source, /argv\.includes\("--(?!help")/, program);
    assert.match(
      source,
      /readToolOptions\(|parse\w*Options\b|parseArgs\(|startCli\(|words\.some/,
      program,
    );
  }
});
