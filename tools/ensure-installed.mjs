// SPDX-License-Identifier: MIT

// Runs before `npm start`, `npm test` and their kin: installs what the lock file names when it is
// missing or older than the lock, shows how far that is, and says in one line what the machine lacks. Plain JavaScript on
// Node's own modules, because nothing is installed yet.

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { platform } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InstallProgress } from "./install-progress.mjs";

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

/** Shows how far it is: one line that changes on a terminal, one for each step elsewhere. */
function showProgress(progress, start) {
  const { stderr } = process;
  let told = "";
  const show = () => {
    const text = `airpair: ${progress.text((Date.now() - start) / 1_000)}`;
    if (stderr.isTTY) stderr.write(`\r\x1b[K${text.slice(0, (stderr.columns || 80) - 1)}`);
    else if (progress.step !== told) stderr.write(`${text}\n`);
    told = progress.step;
  };
  show();
  const timer = setInterval(show, 1_000);
  return () => {
    clearInterval(timer);
    if (stderr.isTTY) stderr.write("\r\x1b[K");
  };
}

async function npm(args, what) {
  mkdirSync(dirname(log), { recursive: true });
  const progress = new InstallProgress();
  const start = Date.now();
  const child = spawn("npm", args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"]) {
    child[name].setEncoding("utf8").on("data", (text) => {
      printed[name] += text;
      progress.take(text);
    });
  }
  const hide = showProgress(progress, start);
  const status = await new Promise((done) => {
    child.on("error", () => done(1));
    child.on("close", done);
  });
  hide();
  writeFileSync(log, `${printed.stdout}\n${printed.stderr}`);
  if (status !== 0) {
    const why = /npm error ([A-Z][\w.-]+|.*)/.exec(printed.stderr)?.[1] ?? "";
    fail(`${what} failed (${why}); the whole story is in build/install.log`);
  }
  const seconds = Math.round((Date.now() - start) / 1_000);
  process.stderr.write(`airpair: installed in ${seconds} s\n`);
}

const lock = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .digest("hex");

checkNode();
const installed = existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
if (!installed || !existsSync(workerPath())) {
  checkCompiler();
  if (!installed) {
    process.stderr.write("airpair: the first start installs packages and compiles the XS engine\n");
    await npm(["ci", "--no-audit", "--no-fund", "--foreground-scripts"], "npm ci");
  }
  // With install scripts switched off in the user's npm, the engine is still to be compiled.
  if (!existsSync(workerPath())) {
    await npm(["rebuild", "@agoric/xsnap", "--ignore-scripts=false"], "compiling the XS engine");
    if (!existsSync(workerPath())) fail("the XS engine was not compiled; see build/install.log");
  }
  writeFileSync(stamp, lock);
}
