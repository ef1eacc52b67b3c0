// SPDX-License-Identifier: MIT

// npm start and npm run board: installs what is missing, then runs the TypeScript file that the
// first argument names, in this one process. Plain JavaScript, because nothing may be installed yet.

import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { keptByNpm, withHelp } from "./npm-options.mjs";

const script = process.env.npm_lifecycle_event;
const kept = script && keptByNpm(process.env, script, process.argv.slice(3));
if (kept) {
  process.stderr.write(`airpair: ${kept}\n`);
  process.exit(2);
}
await import("./ensure-installed.mjs");
const { bundleOf } = await import("./program-bundle.mjs");
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [program = ""] = process.argv.splice(2, 1);
const source = resolve(root, program);
process.argv[1] = source;
process.argv.splice(2, Infinity, ...withHelp(process.argv.slice(2)));
const bundle = await bundleOf(program, root);
// Stacks name lines of TypeScript.
if (bundle !== undefined) process.setSourceMapsEnabled(true);
else (await import("tsx/esm/api")).register();
await import(pathToFileURL(bundle ?? source).href);
