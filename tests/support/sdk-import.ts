// SPDX-License-Identifier: MIT

import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const registry = new Map<string, unknown>();
(globalThis as Record<string, unknown>).sdkModules = registry;
let imports = 0;

function sdkPlugin(modules: Readonly<Record<string, unknown>>, prefix: string): Plugin {
  return {
    name: "sdk",
    setup(bundle) {
      bundle.onResolve({ filter: /.*/ }, ({ path }) =>
        path in modules ? { path, namespace: "sdk" } : undefined,
      );
      bundle.onLoad({ filter: /.*/, namespace: "sdk" }, ({ path }) => {
        registry.set(prefix + path, modules[path]);
        // A source of ours beside C code exports names, the SDK's modules a default.
        const names = path.startsWith(".") ? Object.keys(modules[path] as object).join() : "";
        return {
          contents: `const it = globalThis.sdkModules.get(${JSON.stringify(prefix + path)});
            export default it; export const { ${names} } = it;`,
        };
      });
    },
  };
}

/**
 * Imports a source of this repository in Node with the given objects in place of the default exports
 * of the SDK's modules, and of the names that a module on C functions (`./name.js`) exports. Each import is a new instance of the source.
 */
export async function importWithSDK<T>(
  path: string,
  modules: Readonly<Record<string, unknown>>,
): Promise<T> {
  const prefix = `${imports++}:`;
  const { outputFiles } = await build({
    stdin: { contents: `export * from "./${path}"`, resolveDir: root },
    bundle: true,
    write: false,
    format: "esm",
    plugins: [sdkPlugin(modules, prefix)],
  });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  return (await import(`data:text/javascript;base64,${code}`)) as T;
}
