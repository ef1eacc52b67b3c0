// SPDX-License-Identifier: MIT

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const xs = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "xs");

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

/** Bundles a program, by default the firmware with its simulator host, into one script for XS. */
export async function bundleFirmware(entry = join(xs, "start.ts")): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "neutral",
    sourcemap: "inline",
    logLevel: "silent",
    plugins: [standardPlugin],
  });
  const source = outputFiles[0]?.text;
  if (source === undefined) throw new Error("the bundler gave no output");
  return source;
}
