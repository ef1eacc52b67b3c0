// SPDX-License-Identifier: MIT

// npm start and npm run board: installs what is missing, then runs the TypeScript file that the
// first argument names, in this one process. Plain JavaScript, because nothing may be installed yet.

import "./ensure-installed.mjs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [program = ""] = process.argv.splice(2, 1);
process.argv[1] = resolve(program);
const { register } = await import("tsx/esm/api");
register();
await import(pathToFileURL(resolve(program)).href);
