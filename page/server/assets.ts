// SPDX-License-Identifier: MIT

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

/** A file for the browser. */
export interface Asset {
  readonly type: string;
  readonly body: string | Uint8Array;
}

const client = join(import.meta.dirname, "../client");

/** Everything that the browser gets, by path; all of it comes from this PC. */
export async function loadAssets(): Promise<ReadonlyMap<string, Asset>> {
  const [html, icon, bundle] = await Promise.all([
    readFile(join(client, "page.html"), "utf8"),
    readFile(join(client, "icon.svg"), "utf8"),
    bundleClient(),
  ]);
  const find = (ending: string) =>
    bundle.outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? "";
  return new Map<string, Asset>([
    ["/", { type: "text/html; charset=utf-8", body: html }],
    ["/page.js", { type: "text/javascript; charset=utf-8", body: find(".js") }],
    ["/page.css", { type: "text/css; charset=utf-8", body: find(".css") }],
    ["/icon.svg", { type: "image/svg+xml", body: icon }],
  ]);
}

function bundleClient() {
  return build({
    entryPoints: [join(client, "page.ts"), join(client, "page.css")],
    outdir: client,
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    minify: true,
    logLevel: "silent",
  });
}
