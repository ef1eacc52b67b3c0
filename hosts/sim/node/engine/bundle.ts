// SPDX-License-Identifier: MIT

import { existsSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildFailure, type BuildOptions, build, type Plugin, stop } from "esbuild";
import { OptionError } from "../option-error.ts";
import type { Program } from "./machine.ts";

const xs = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "xs");
const root = join(xs, "..", "..", "..");

/**
 * Standard module specifiers and the class of the simulator behind each, so that code written for
 * ECMA-419 or the SDK runs here too.
 */
const standardModules: Readonly<Record<string, readonly [name: string, file: string]>> =
  Object.freeze({
    "embedded:io/digital": ["SimDigital", "digital.ts"],
    "embedded:io/i2c": ["SimI2C", "i2c.ts"],
    "embedded:io/serial": ["SimSerial", "serial.ts"],
    "embedded:io/smbus": ["SimSMBus", "smbus.ts"],
    "embedded:io/socket/listener": ["SimListener", "listener.ts"],
    "embedded:io/socket/tcp": ["SimTCP", "tcp.ts"],
    "embedded:io/socket/tcp/tls": ["SimTCP", "tcp.ts"],
    "embedded:io/socket/udp": ["SimUDP", "udp.ts"],
    "embedded:network/dns/resolver/udp": ["SimResolver", "resolver.ts"],
    "embedded:network/interface/wifi": ["SimWiFi", "wifi.ts"],
    "embedded:storage/key-value": ["keyValueStorage", "key-value.ts"],
    time: ["SDKTime", "sdk-timer.ts"],
    timer: ["SDKTimer", "sdk-timer.ts"],
  });

/** Begins the name of an input that is no file. */
const standardMark = "standard:";

/** Gives the simulator's classes for standard module specifiers. */
export const standardPlugin: Plugin = {
  name: "standard modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(embedded:|timer$|time$)/ }, ({ path }) => ({
      path,
      namespace: "standard",
    }));
    onLoad({ filter: /.*/, namespace: "standard" }, ({ path }) => {
      const [name, file] = standardModules[path] ?? [];
      if (name === undefined) return { errors: [{ text: `the simulator has no module ${path}` }] };
      return { contents: `export { ${name} as default } from "./${file}";`, resolveDir: xs };
    });
  },
};

/** A program in one script, with what it was made of. */
export interface Bundle extends Program {
  readonly map: string;
  /** The files that it was made of, their paths relative to the repository. */
  readonly inputs: readonly string[];
}

/** Bundles a program, by default the firmware with its simulator host, into one script for XS. */
export function bundleFirmware(entry = join(xs, "start.ts")): Promise<Bundle> {
  return bundle({ entryPoints: [entry] });
}

/**
 * Bundles the firmware with an example: the program in that file is started with it. Throws OptionError when
 * the file is not there, is no program, or cannot be read as TypeScript.
 */
export async function bundleExample(path: string): Promise<Bundle> {
  if (!existsSync(path)) throw new OptionError(`--example: there is no file ${path}`);
  const file = JSON.stringify(path);
  const contents = [
    `import example from ${file};`,
    'import { listen } from "./hosts/sim/xs/listen.ts";',
    'import { runExample } from "./modules/app/example/run-example.ts";',
    `listen(runExample(example, ${JSON.stringify(shownPath(path))}));`,
  ].join("\n");
  try {
    return await bundle({ stdin: { contents, resolveDir: root, loader: "ts" } });
  } catch (error) {
    const [first] = (error as Partial<BuildFailure>).errors ?? [];
    if (!first) throw error;
    throw new OptionError(`--example: ${whyNoProgram(first, path)}`);
  }
}

/** What is wrong with the file of an example, and where. */
function whyNoProgram({ text, location }: BuildFailure["errors"][number], path: string): string {
  if (/^No matching export .* for import "default"/.test(text)) {
    return `${shownPath(path)} needs a line that begins with export default function (board)`;
  }
  const place = location ? `${location.file}:${location.line}: ` : "";
  return `${place}${text}`;
}

/** A path in the repository as it is written there, another one as it is. */
function shownPath(path: string): string {
  const inside = relative(root, path);
  return inside.startsWith("..") ? path : inside;
}

async function bundle(input: Pick<BuildOptions, "entryPoints" | "stdin">): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...input,
    bundle: true,
    absWorkingDir: root,
    outdir: root,
    metafile: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "neutral",
    sourcemap: "external",
    logLevel: "silent",
    plugins: [standardPlugin],
  });
  const [source, map] = [".js", ".js.map"].map(
    (ending) => outputFiles.find(({ path }) => path.endsWith(ending))?.text,
  );
  if (source === undefined || map === undefined) throw new Error("the bundler gave no output");
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith(standardMark));
  return { source, map, inputs };
}

/** Ends the bundler's process; nothing may be bundling. The next bundle starts another. */
export function endBundler(): void {
  stop();
}
