// SPDX-License-Identifier: MIT

// A TypeScript program as JavaScript that Node loads at once: translating its files one by one at
// every start takes longer than all that they do. Plain JavaScript, because it comes before that.

import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** What decides, beside the program's own files, how it is bundled; relative to the root. */
const makers = ["package-lock.json", "tsconfig.json", "tsconfig.options.json"];
/** Packages in CommonJS ask for Node's modules by `require`, which a module in ESM has not. */
const requireOfPackages =
  'import { createRequire as requireFor } from "node:module"; const require = requireFor(import.meta.url);';
/** Packages that look for more files beside their own. */
const ownFiles = ["esbuild", "libsql", "serialport"];
/** What a source says for its own address, and the names that stand for it in a bundle: see withAddress(). */
export const addressNames = {
  "import.meta.url": "sourceUrl",
  "import.meta.dirname": "sourceFolder",
};
/** A process that runs from an older bundle may still load pieces of it for so long, ms. */
const life = 86_400_000;

/**
 * Path of the bundle of `program`, a path relative to `root`: the one in `folder` when it was made of
 * the same files, else a new one. Undefined when it cannot be made or kept. Starts at the same time
 * may share the folder.
 */
export async function bundleOf(program, root, folder = join(root, "node_modules/.cache/airpair")) {
  try {
    const key = hashOf(
      root,
      program,
      readFileSync(fileURLToPath(import.meta.url)),
      ...makers.map((path) => readIfThere(join(root, path))),
    );
    const names = existsSync(folder) ? readdirSync(folder) : [];
    const fresh = names.find((name) => name.startsWith(key) && isFresh(join(folder, name), root));
    return join(folder, fresh ?? (await make(program, root, folder, key)), "program.mjs");
  } catch {
    // The usual way tells what is wrong with a source; a folder that cannot be written is no fault.
    return undefined;
  }
}

/** `text` of the source at `path` so that in a bundle it has the address that it has without. */
export function withAddress(text, path) {
  if (!text.includes("import.meta.")) return text;
  const [url, folder] = [pathToFileURL(path).href, dirname(path)].map((part) =>
    JSON.stringify(part),
  );
  return `const sourceUrl = ${url}, sourceFolder = ${folder}; ${text}`;
}

/** Whether it is whole, and made of the files that are there now. */
function isFresh(bundle, root) {
  try {
    const { inputs, outputs } = JSON.parse(readFileSync(join(bundle, "index.json"), "utf8"));
    const areSame = ([path, hash], base) => hashOf(readFileSync(join(base, path))) === hash;
    return (
      Object.entries(inputs).every((entry) => areSame(entry, root)) &&
      Object.entries(outputs).every((entry) => areSame(entry, bundle))
    );
  } catch {
    return false;
  }
}

async function make(program, root, folder, key) {
  const { build, stop } = await import("esbuild");
  const draft = join(folder, `draft-${process.pid}`);
  const inputs = {};
  try {
    const { outputFiles } = await build({
      entryPoints: { program: join(root, program) },
      absWorkingDir: root,
      outdir: draft,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      // What a program loads only when it needs it stays so.
      splitting: true,
      external: ownFiles,
      format: "esm",
      banner: { js: requireOfPackages },
      platform: "node",
      target: "node20",
      sourcemap: true,
      sourcesContent: false,
      write: false,
      logLevel: "silent",
      define: addressNames,
      plugins: [{ name: "sources", setup: ({ onLoad }) => readSources(onLoad, root, inputs) }],
    });
    mkdirSync(draft, { recursive: true });
    const outputs = {};
    for (const { path, contents } of outputFiles) {
      const name = path.slice(draft.length + 1);
      writeFileSync(join(draft, name), contents);
      outputs[name] = hashOf(contents);
    }
    writeFileSync(join(draft, "index.json"), JSON.stringify({ inputs, outputs }));
    const name = `${key}-${hashOf(JSON.stringify(outputs)).slice(0, 8)}`;
    put(draft, join(folder, name), root);
    removeOld(folder);
    return name;
  } finally {
    stop();
    rmSync(draft, { recursive: true, force: true });
  }
}

/** Notes what a file was when it was bundled. The packages are what the lock file says. */
function readSources(onLoad, root, inputs) {
  onLoad({ filter: /\.(ts|json)$/ }, ({ path }) => {
    if (path.startsWith(join(root, "node_modules"))) return undefined;
    const text = readFileSync(path, "utf8");
    inputs[path.slice(root.length + 1)] = hashOf(text);
    return { contents: withAddress(text, path), loader: "default" };
  });
}

/** Puts a finished folder in its place, where there is none or a damaged one. */
function put(draft, place, root) {
  if (isFresh(place, root)) return;
  rmSync(place, { recursive: true, force: true });
  try {
    renameSync(draft, place);
  } catch (error) {
    // Another start was faster.
    if (!isFresh(place, root)) throw error;
  }
}

function removeOld(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - statSync(path).mtimeMs > life) rmSync(path, { recursive: true, force: true });
  }
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path) : "";
}

/** Hash of all of them, 16 digits. */
function hashOf(...contents) {
  const hash = createHash("sha256");
  for (const content of contents) hash.update(createHash("sha256").update(content).digest());
  return hash.digest("hex").slice(0, 16);
}
