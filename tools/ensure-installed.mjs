// SPDX-License-Identifier: MIT

// Runs before `npm start`, `npm test` and their kin: installs what the lock file names when it is
// missing or older than the lock, and says in one line what the machine lacks. Plain JavaScript on
// Node's own modules, because nothing is installed yet.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stamp = join(modules, ".airpair-installed");
const log = join(root, "build", "install.log");
const engine = { Linux: "lin", Darwin: "mac", Windows_NT: "win" };

function fail(line) {
  process.stderr.write(`airpair: ${line}\n`);
  process.exit(1);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  fail(`Node ${process.versions.node} is too old; install Node 20.19 or later`);
}

function has(command) {
  return !spawnSync(command, ["--version"], { stdio: "ignore" }).error;
}

/** The XS engine is C and compiled while npm installs; without a compiler npm prints pages. */
function checkCompiler() {
  const missing = [];
  if (!["cc", "gcc", "clang"].some(has)) missing.push("a C compiler");
  if (!has("make")) missing.push("make");
  if (missing.length === 0) return;
  const hint =
    platform() === "darwin" ? "xcode-select --install" : "sudo apt-get install build-essential";
  fail(`${missing.join(" and ")} needed to compile the XS engine; install with: ${hint}`);
}

function workerPath() {
  const name = spawnSync("uname", { encoding: "utf8" }).stdout?.trim();
  const folder = engine[name === "Darwin" ? "Darwin" : "Linux"];
  return join(
    modules,
    "@agoric/xsnap/xsnap-native/xsnap/build/bin",
    folder,
    "release/xsnap-worker",
  );
}

function npm(args, what) {
  mkdirSync(dirname(log), { recursive: true });
  const result = spawnSync("npm", args, { cwd: root, encoding: "utf8" });
  writeFileSync(log, `${result.stdout ?? ""}\n${result.stderr ?? ""}`);
  if (result.status === 0) return;
  const why = /npm error ([A-Z][\w.-]+|.*)/.exec(result.stderr ?? "")?.[1] ?? "";
  fail(`${what} failed (${why}); the whole story is in build/install.log`);
}

const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

checkNode();
const installed = existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
if (!installed || !existsSync(workerPath())) {
  checkCompiler();
  if (!installed) {
    process.stderr.write("airpair: installing packages and compiling the XS engine, once …\n");
    npm(["ci", "--no-audit", "--no-fund", "--foreground-scripts"], "npm ci");
  }
  // With install scripts switched off in the user's npm, the engine is still to be compiled.
  if (!existsSync(workerPath())) {
    npm(["rebuild", "@agoric/xsnap", "--ignore-scripts=false"], "compiling the XS engine");
    if (!existsSync(workerPath())) fail("the XS engine was not compiled; see build/install.log");
  }
  writeFileSync(stamp, lock);
}
