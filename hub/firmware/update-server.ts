// SPDX-License-Identifier: MIT

import { createReadStream } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { FirmwareFolder, UpdateImage } from "./firmware-folder.ts";

export interface UpdateServerOptions {
  readonly images: Pick<FirmwareFolder, "updateImages">;
  /** A board has begun to fetch an image, or goes on from a byte. */
  readonly onFetch: (text: string) => void;
}

/** Connections at a time: a class that updates at once. */
const mostConnections = 1_000;
/** Silence after which a connection ends, ms; a board asks again for the rest. */
const patience = 60_000;

/**
 * Serves signed images over HTTP, with ranges, to whoever asks: what is in them is no secret, and boards
 * take none that was changed.
 */
export class UpdateServer {
  readonly #options: UpdateServerOptions;
  readonly #server: Server;

  constructor(options: UpdateServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => this.answer(request, response));
    this.#server.maxConnections = mostConnections;
    this.#server.timeout = patience;
  }

  /** Returns the port. Rejects with an Error with one line when it cannot be had. */
  listen(host: string, port: number): Promise<number> {
    return new Promise((done, fail) => {
      this.#server.once("error", ({ code, message }: NodeJS.ErrnoException) => {
        const why =
          code === "EADDRINUSE" ? "it is in use; --image-port N takes another" : (code ?? message);
        fail(new Error(`images for updates cannot be served at ${host}, port ${port}: ${why}`));
      });
      this.#server.listen(port, host, () => {
        const address = this.#server.address();
        done(typeof address === "object" && address ? address.port : port);
      });
    });
  }

  close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    this.#server.closeAllConnections();
    return closed;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = "GET", url = "/" } = request;
    response.setHeader("x-content-type-options", "nosniff");
    if (method !== "GET" && method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
      return;
    }
    const name = /^\/([\w.-]+)(?:\?|$)/.exec(url)?.[1];
    const image = this.#options.images.updateImages.find((each) => each.name === name);
    if (!image) {
      response.writeHead(404, { "content-length": 0 }).end();
      return;
    }
    this.send(image, request, response);
  }

  private send(image: UpdateImage, request: IncomingMessage, response: ServerResponse): void {
    const { length, file } = image;
    // Another image of the same name is told apart by its version and length.
    const tag = `"${image.version}-${length}"`;
    const { range, "if-range": condition } = request.headers;
    const part =
      range === undefined || (condition !== undefined && condition !== tag)
        ? undefined
        : rangeOf(range, length);
    const headers = {
      "accept-ranges": "bytes",
      "content-type": "application/octet-stream",
      "cache-control": "no-cache",
      etag: tag,
    };
    if (part === "beyond") {
      response
        .writeHead(416, { ...headers, "content-range": `bytes */${length}`, "content-length": 0 })
        .end();
      return;
    }
    const [first, last] = part ?? [0, length - 1];
    response.writeHead(part ? 206 : 200, {
      ...headers,
      "content-length": last - first + 1,
      ...(part && { "content-range": `bytes ${first}-${last}/${length}` }),
    });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const from = first === 0 ? "" : ` from byte ${first} on`;
    this.#options.onFetch(`${request.socket.remoteAddress} fetches ${image.name}${from}`);
    const stream = createReadStream(file, { start: first, end: last });
    stream.on("error", () => response.destroy());
    response.on("close", () => stream.destroy());
    stream.pipe(response);
  }
}

/** First and last byte that are asked for; undefined: all, as for what is no single range (RFC 9110, section 14). */
function rangeOf(text: string, length: number): readonly [number, number] | "beyond" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(text.trim()) ?? [];
  if (first === "" && last === "") return undefined;
  if (first === "") {
    const count = Math.min(Number(last), length);
    return count === 0 ? "beyond" : [length - count, length - 1];
  }
  const [start, end] = [Number(first), last === "" ? length - 1 : Number(last)];
  if (start > end && last !== "") return undefined;
  return start >= length ? "beyond" : [start, Math.min(end, length - 1)];
}
