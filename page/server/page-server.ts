// SPDX-License-Identifier: MIT

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { parseAction } from "../../hosts/sim/node/simulation-report.ts";
import { type Quantity, quantities, type Series } from "../board-view.ts";
import type { Asset } from "./assets.ts";
import type { BoardFeed } from "./board-feed.ts";
import type { History } from "./history.ts";
import type { LiveStream } from "./live-stream.ts";
import { PageError } from "./page-error.ts";
import { pairByCommand } from "./pair-by-command.ts";
import { headersFor, type RequestGuard } from "./request-guard.ts";
import type { SimulationLink } from "./simulation-link.ts";

/** What somebody else adds to the page: behind the same door, under paths of its own. */
export interface PageExtension {
  /** Undefined: there is nothing of that path. */
  get(pathname: string): ExtraAnswer | undefined;
  /** Undefined: nothing is to be done at that path. Throws PageError. */
  post(pathname: string, body: unknown): unknown;
}

/** An answer with headers of its own, beside those of every answer. */
export interface ExtraAnswer extends Asset {
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PageServerOptions {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly feed: Pick<BoardFeed, "ask" | "board">;
  /** Undefined: nothing can be written, or nothing is to be kept. */
  readonly history: Pick<History, "series" | "slices"> | undefined;
  readonly stream: Pick<LiveStream, "add">;
  readonly simulation: SimulationLink | undefined;
  readonly extension?: PageExtension | undefined;
  /** Made when the port is known. */
  readonly guard: (port: number) => RequestGuard;
  readonly now?: () => number;
}

/** Longest body of a request, bytes; a board takes commands of some hundred. */
const longestBody = 4_096;
const longestCommand = 1_024;
/** Lines of a CSV, about: all minutes of 30 days. */
const mostLines = 50_000;
/** Ports tried after the first. */
const mostPorts = 100;
const day = 24 * 3_600_000;
const longestRange = 31 * day;

/** Serves the page: files, the live stream, history, and what can be done. */
export class PageServer {
  readonly #options: PageServerOptions;
  readonly #server: Server;
  #guard: RequestGuard | undefined;

  constructor(options: PageServerOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => refuse(response, error));
    });
    this.#server.requestTimeout = 30_000;
  }

  /** Listens at `first` or the next free port; returns it. Rejects when there is none. */
  async listen(host: string, first: number): Promise<number> {
    for (let port = first; port < Math.min(first + mostPorts, 65_536); port++) {
      if (!(await tryListen(this.#server, host, port))) continue;
      const address = this.#server.address();
      const taken = typeof address === "object" && address ? address.port : port;
      this.#guard = this.#options.guard(taken);
      return taken;
    }
    throw new Error(`no free port from ${first} on at ${host}`);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(headersFor(request)))
      response.setHeader(name, value);
    const guard = this.#guard;
    if (!guard) throw new PageError(503, "starting");
    guard.check(request);
    const url = addressOf(request);
    const cookie = guard.cookieFor(url);
    if (cookie !== undefined) {
      // Only to a path of this page: "//name" would be another server.
      const location = /^\/[\w-]*$/.test(url.pathname) ? url.pathname : "/";
      response.writeHead(303, { "set-cookie": cookie, location }).end();
      return;
    }
    guard.checkToken(request);
    if (request.method === "POST") await this.act(request, response, url.pathname);
    else if (request.method === "GET") await this.show(response, url);
    else throw new PageError(405, "this page is only read and posted to");
  }

  private async show(response: ServerResponse, url: URL): Promise<void> {
    const { assets, stream, extension } = this.#options;
    const { pathname } = url;
    if (pathname === "/api/live") {
      if (!stream.add(response)) throw new PageError(503, "too many have the page open");
      return;
    }
    const [, id, format] = /^\/api\/boards\/([^/]+)\/history(\.csv)?$/.exec(pathname) ?? [];
    if (id !== undefined) {
      await this.showHistory(response, decodeURIComponent(id), format === ".csv", url.searchParams);
      return;
    }
    const asset: ExtraAnswer | undefined = assets.get(pathname) ?? extension?.get(pathname);
    if (!asset) throw new PageError(404, "there is nothing here");
    const { type, body, headers } = asset;
    response.writeHead(200, { "content-type": type, "cache-control": "no-cache", ...headers });
    response.end(body);
  }

  private async showHistory(
    response: ServerResponse,
    id: string,
    isCSV: boolean,
    query: URLSearchParams,
  ): Promise<void> {
    const { history, feed, now = Date.now } = this.#options;
    if (!history) throw new PageError(503, "no history is kept; the console says why");
    if (!feed.board(id)) throw new PageError(404, "no board of that name has been heard");
    const to = momentOf(query, "to", now());
    const from = momentOf(query, "from", to - 3_600_000);
    if (!(to > from && to - from <= longestRange)) {
      throw new PageError(400, "from and to are ms since 1970, at most 31 days apart");
    }
    const points = Math.min(2_000, Math.max(10, momentOf(query, "points", 720) || 720));
    if (!isCSV) sendJSON(response, 200, history.series(id, from, to, points));
    else {
      const name = id.replaceAll(/[^\w.-]/g, "_");
      response.writeHead(200, {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${name}.csv"`,
        "cache-control": "no-store",
      });
      await pipeline(csvOf(history.slices(id, from, to, mostLines)), response);
    }
  }

  private async act(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
  ): Promise<void> {
    if (request.headers["content-type"] !== "application/json") {
      throw new PageError(415, "what is posted is JSON");
    }
    const body = await bodyOf(request);
    const { feed } = this.#options;
    const [, id = "", what] = /^\/api\/boards\/([^/]+)\/(command|pair)$/.exec(pathname) ?? [];
    if (what === "command") {
      const command = commandOf(body);
      sendJSON(response, 200, await feed.ask(decodeURIComponent(id), command));
    } else if (what === "pair") {
      const text = await pairByCommand(feed, decodeURIComponent(id), otherOf(body));
      sendJSON(response, 200, { ok: true, text });
    } else if (pathname === "/api/simulation") {
      const { simulation } = this.#options;
      if (!simulation) throw new PageError(404, "there is no simulation behind this page");
      const action = parseAction(body);
      if (typeof action === "string") throw new PageError(400, action);
      const text = await simulation.act(action);
      sendJSON(response, 200, { ok: true, text });
    } else {
      const done = this.#options.extension?.post(pathname, body);
      if (done === undefined) throw new PageError(404, "there is nothing here");
      sendJSON(response, 200, done);
    }
  }
}

function tryListen(server: Server, host: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE" || error.code === "EACCES") resolve(false);
      else reject(new Error(`the page cannot listen at ${host} (${error.code ?? error.message})`));
    };
    server.once("error", onError);
    server.listen(port, host, () => {
      server.off("error", onError);
      resolve(true);
    });
  });
}

function addressOf({ url = "/" }: IncomingMessage): URL {
  const text = `http://page${url}`;
  if (!url.startsWith("/") || !URL.canParse(text)) throw new PageError(400, "that is no address");
  return new URL(text);
}

function momentOf(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  return text === null ? usual : Math.round(Number(text === "" ? Number.NaN : text));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestBody) throw new PageError(413, `that is more than ${longestBody} bytes`);
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8")) as unknown;
  } catch {
    throw new PageError(400, "what is posted is JSON");
  }
}

function commandOf(body: unknown): string {
  const command =
    typeof body === "object" && body !== null && (body as { command?: unknown }).command;
  if (typeof command !== "string" || command.trim() === "" || command.length > longestCommand) {
    throw new PageError(400, `a command is text of 1 to ${longestCommand} characters`);
  }
  return command;
}

function otherOf(body: unknown): string {
  const other = typeof body === "object" && body !== null && (body as { with?: unknown }).with;
  if (typeof other !== "string") throw new PageError(400, "with: the name of a board");
  return other;
}

function sendJSON(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(value));
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const [status, text] =
    error instanceof PageError
      ? [error.status, error.message]
      : error instanceof URIError
        ? [400, "that is no address"]
        : [500, "something went wrong in the page's server"];
  sendJSON(response, status, { error: text });
}

const units: Readonly<Record<Quantity, string>> = Object.freeze({
  co2: "co2 (ppm)",
  voc: "voc (ppb)",
  temperature: "temperature (°C)",
  humidity: "humidity (%)",
  pressure: "pressure (hPa)",
});

/** One line a step, with times in UTC; an empty place where there was no value. */
async function* csvOf(slices: Iterable<Series>): AsyncGenerator<string> {
  yield `${["time", ...quantities.map((quantity) => units[quantity])].join(",")}\r\n`;
  for (const { times, columns } of slices) {
    const rows = times.map((time, row) => [
      new Date(time).toISOString(),
      ...quantities.map((quantity) => {
        const value = columns[quantity].mean[row];
        return value === null || value === undefined ? "" : String(Math.round(value * 100) / 100);
      }),
    ]);
    if (rows.length > 0) yield rows.map((cells) => `${cells.join(",")}\r\n`).join("");
    // Requests and messages that have come meanwhile.
    await setImmediate();
  }
}
