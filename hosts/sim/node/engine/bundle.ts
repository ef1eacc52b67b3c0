// SPDX-License-Identifier: MIT

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin, stop } from "esbuild";
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

const standardPlugin: Plugin = {
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
export async function bundleFirmware(entry = join(xs, "start.ts")): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
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
