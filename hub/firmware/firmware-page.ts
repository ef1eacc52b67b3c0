// SPDX-License-Identifier: MIT

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import type { BoardFeed } from "../../page/server/board-feed.ts";
import { PageError } from "../../page/server/page-error.ts";
import type { ExtraAnswer, PageExtension } from "../../page/server/page-server.ts";
import type { FirmwareFolder } from "./firmware-folder.ts";

export interface FirmwarePageOptions {
  readonly images: FirmwareFolder;
  readonly files: Files;
  readonly feed: Pick<BoardFeed, "tellAll">;
  /** Address below which boards find the signed images: "http://192.168.1.10:8070/". */
  readonly updates: string;
  readonly say: (text: string) => void;
}

/** ESP Web Tools puts styles into its dialog; scripts and connections stay those of the page itself. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const client = join(import.meta.dirname, "client");
const script = "text/javascript; charset=utf-8";

/** What the browser gets that does not change, by path. */
type Files = ReadonlyMap<string, ExtraAnswer>;

/** Reads and translates it. */
export async function loadFirmwareFiles(): Promise<Files> {
  const read = (name: string) => readFileSync(join(client, name), "utf8");
  const { outputFiles } = await build({
    entryPoints: [join(client, "firmware.ts")],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  });
  const headers = { "content-security-policy": policy };
  const files = new Map<string, ExtraAnswer>([
    ["/firmware", { type: "text/html; charset=utf-8", body: read("firmware.html"), headers }],
    ["/firmware.css", { type: "text/css; charset=utf-8", body: read("firmware.css") }],
    ["/firmware.js", { type: script, body: outputFiles[0]?.text ?? "" }],
  ]);
  const entry = createRequire(import.meta.url).resolve("esp-web-tools/dist/install-button.js");
  const tools = join(dirname(entry), "web");
  for (const name of readdirSync(tools).filter((each) => each.endsWith(".js"))) {
    files.set(`/firmware/tools/${name}`, { type: script, body: readFileSync(join(tools, name)) });
  }
  return files;
}

/** The page that flashes new boards over USB, and tells all boards of an update. */
export class FirmwarePage implements PageExtension {
  readonly #options: FirmwarePageOptions;

  constructor(options: FirmwarePageOptions) {
    this.#options = options;
  }

  get(pathname: string): ExtraAnswer | undefined {
    const { files, images } = this.#options;
    if (pathname === "/firmware/list") {
      return { type: "application/json", body: JSON.stringify(this.list()) };
    }
    const [, folder, name = ""] = /^\/firmware\/images\/([\w.-]+)\/([\w.-]+)$/.exec(pathname) ?? [];
    if (folder === undefined) return files.get(pathname);
    const body = images.flashFile(folder, name);
    const isManifest = name === "manifest.json";
    return body && { type: isManifest ? "application/json" : "application/octet-stream", body };
  }

  post(pathname: string, body: unknown): unknown {
    if (pathname !== "/firmware/tell") return undefined;
    const { images, feed, updates, say } = this.#options;
    const name = typeof body === "object" && body !== null && (body as { name?: unknown }).name;
    const image = images.updateImages.find((each) => each.name === name);
    if (!image) throw new PageError(404, "there is no signed image of that name");
    const count = feed.tellAll("update", `${updates}${image.name}`);
    const text = `${count === 1 ? "1 board was" : `${count} boards were`} told of ${image.name}, version ${image.version}`;
    say(text);
    return { ok: true, text };
  }

  private list() {
    const { images, updates } = this.#options;
    return {
      folder: images.path,
      updates,
      flash: images.flashImages,
      signed: images.updateImages.map(({ name, version, board, length }) => ({
        ...{ name, version, board, length },
      })),
    };
  }
}
