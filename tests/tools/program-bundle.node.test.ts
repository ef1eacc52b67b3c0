// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import test, { type TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundleOf } from "../../tools/program-bundle.mjs";

const execute = promisify(execFile);

const sources = {
  "src/main.ts":
    'import { who } from "./who.ts";\nconsole.log(who satisfies string, import.meta.url, import.meta.dirname);\n',
  "src/who.ts": 'export const who: string = "one";\n',
};

/** A folder with a program of two files. */
function programIn(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "airpair-bundle-"));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, "src"));
  for (const [path, text] of Object.entries(sources)) writeFileSync(join(root, path), text);
  return root;
}

function run(bundle: string | undefined): { out: string; errors: string } {
  assert.ok(bundle !== undefined);
  const args = ["--enable-source-maps", bundle];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { out: stdout, errors: stderr };
}

test("a program runs from its bundle as from its source, and knows where that lies", async (t) => {
  const root = programIn(t);
  const { out } = run(await bundleOf("src/main.ts", root));
  assert.equal(out, `one ${pathToFileURL(join(root, "src/main.ts"))} ${join(root, "src")}\n`);
});

test("a second start takes the bundle that is there", async (t) => {
  const root = programIn(t);
  const bundle = (await bundleOf("src/main.ts", root)) ?? "";
  const index = join(dirname(bundle), "index.json");
  writeFileSync(index, `${readFileSync(index, "utf8")}\n`);
  assert.equal(await bundleOf("src/main.ts", root), bundle);
  assert.match(readFileSync(index, "utf8"), /\n$/, "it was not written again");
});

test("a changed source makes another bundle, whichever file it is", async (t) => {
  const root = programIn(t);
  const bundle = await bundleOf("src/main.ts", root);
  writeFileSync(join(root, "src/who.ts"), 'export const who: string = "two";\n');
  const changed = await bundleOf("src/main.ts", root);
  assert.notEqual(changed, bundle);
  assert.match(run(changed).out, /^two /);
});

test("a damaged bundle is made anew", async (t) => {
  const root = programIn(t);
  const bundle = (await bundleOf("src/main.ts", root)) ?? "";
  writeFileSync(bundle, 'console.log("damaged");\n');
  assert.match(run(await bundleOf("src/main.ts", root)).out, /^one /);
});

test("several starts at the same time get a whole bundle, and leave no draft", async (t) => {
  const root = programIn(t);
  const tool = pathToFileURL(resolve(import.meta.dirname, "../../tools/program-bundle.mjs"));
  const script = `import { bundleOf } from ${JSON.stringify(tool)};
    process.stdout.write(String(await bundleOf("src/main.ts", ${JSON.stringify(root)})));`;
  const start = () => execute(process.execPath, ["--input-type=module", "-e", script]);
  const bundles = (await Promise.all([start(), start(), start()])).map(({ stdout }) => stdout);
  assert.equal(new Set(bundles).size, 1);
  assert.match(run(bundles[0]).out, /^one /);
  assert.equal(readdirSync(join(root, "node_modules/.cache/airpair")).length, 1);
});

test("a stack names the line of the source", async (t) => {
  const root = programIn(t);
  writeFileSync(
    join(root, "src/who.ts"),
    '/** Nothing. */\n\nthrow new Error("no");\nexport const who = "";\n',
  );
  const { errors } = run(await bundleOf("src/main.ts", root));
  assert.match(errors, /src\/who\.ts:3:7/);
});

test("a source that cannot be bundled, or a folder that cannot be written, gives none", async (t) => {
  const root = programIn(t);
  assert.equal(await bundleOf("src/main.ts", root, join(root, "src/who.ts")), undefined);
  writeFileSync(join(root, "src/who.ts"), "export const = 1;\n");
  assert.equal(await bundleOf("src/main.ts", root), undefined);
});
