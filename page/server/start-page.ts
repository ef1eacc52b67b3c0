// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { loadAssets } from "./assets.ts";
import { BoardFeed, type BoardFeedOptions } from "./board-feed.ts";
import { History } from "./history.ts";
import { LiveStream } from "./live-stream.ts";
import { type PageExtension, PageServer } from "./page-server.ts";
import { RequestGuard } from "./request-guard.ts";
import type { SimulationLink } from "./simulation-link.ts";

export interface StartPageOptions {
  readonly broker: URL;
  readonly tls?: BoardFeedOptions["tls"];
  /** First levels of the topics of the boards; those of a simulation may change. */
  readonly roots?: readonly string[];
  /** Address to listen at; others than those of this PC alone need a token. */
  readonly host: string;
  /** Tried first. */
  readonly port: number;
  /** Where the history is kept. */
  readonly folder: string;
  /** Whose boards they are, for the history. */
  readonly source: string;
  readonly simulation?: ((onChanged: () => void) => SimulationLink) | undefined;
  /** What else the page serves. */
  readonly extension?: ((feed: Pick<BoardFeed, "tellAll">) => PageExtension) | undefined;
  readonly notice: (text: string) => void;
}

export interface Page {
  /** To be opened; with the token, where there is one. */
  readonly address: string;
  readonly isOpenToOthers: boolean;
  /** Address of a path, such as "/", as it is opened on this PC. */
  ownAddress(path: string): string;
  close(): void;
}

const ownNames: readonly string[] = ["127.0.0.1", "localhost", "::1"];
const everywhere: readonly string[] = ["0.0.0.0", "::"];
const pruneInterval = 3_600_000;

/** Starts the page. Rejects when there is no free port. */
export async function startPage(options: StartPageOptions): Promise<Page> {
  const { broker, tls, host, notice } = options;
  const history = openHistory(options);
  const stream: LiveStream = new LiveStream({ whole, part });
  const simulation: SimulationLink | undefined = options.simulation?.(() => {
    feed.follow(simulation?.state?.roots ?? []);
    stream.changed("simulation");
  });
  const feed: BoardFeed = new BoardFeed({
    broker,
    tls,
    ...(options.roots && { roots: options.roots }),
    onChanged: (id) => stream.changed(`board ${id}`),
    onReading: (id, reading) => history?.add(id, reading),
    onConnection: () => stream.changed("broker"),
  });
  function part(name: string): unknown {
    if (name === "broker") return feed.connection;
    return name === "simulation" ? simulation?.state : feed.board(name.slice("board ".length));
  }
  function whole(): unknown {
    const { boards, connection } = feed;
    return { boards, broker: connection, simulation: simulation?.state, now: Date.now() };
  }
  const isOpenToOthers = !ownNames.includes(host);
  const token = isOpenToOthers ? randomBytes(16).toString("hex") : undefined;
  const server = new PageServer({
    assets: await loadAssets(),
    feed,
    history,
    stream,
    simulation,
    extension: options.extension?.(feed),
    guard: (port) => new RequestGuard({ hosts: namesOf(host), port, token }),
  });
  const port = await server.listen(host, options.port);
  const prune = () => void history?.prune().catch((error: Error) => notice(error.message));
  const timer = setInterval(prune, pruneInterval);
  timer.unref();
  prune();
  const query = token === undefined ? "" : `?token=${token}`;
  // An address that only one network has is its own name for this PC, too.
  const ownName = everywhere.includes(host) ? "127.0.0.1" : shownName(host);
  return {
    address: `http://${shownName(host)}:${port}/${query}`,
    isOpenToOthers,
    ownAddress: (path) => `http://${ownName}:${port}${path}${query}`,
    close() {
      clearInterval(timer);
      stream.close();
      server.close();
      feed.close();
      attempt(() => history?.close(), notice);
    },
  };
}

function openHistory(options: StartPageOptions): History | undefined {
  const { folder, source, notice } = options;
  const file = join(folder, "history.db");
  return attempt(
    () => new History({ file, source, onNotice: notice }),
    (why) => notice(`no history is kept: ${file} cannot be written (${why})`),
  );
}

function attempt<T>(act: () => T, failed: (why: string) => void): T | undefined {
  try {
    return act();
  } catch (error) {
    failed(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** Addresses of this PC in its networks, IPv4 first. */
function addresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outer = all.filter(({ internal, scopeid }) => !internal && !scopeid);
  return outer.sort((a, b) => a.family.localeCompare(b.family)).map(({ address }) => address);
}

function namesOf(host: string): string[] {
  if (ownNames.includes(host)) return [...ownNames];
  return everywhere.includes(host) ? [...ownNames, ...addresses()] : [host];
}

function shownName(host: string): string {
  const name = everywhere.includes(host) ? (addresses()[0] ?? "127.0.0.1") : host;
  return name.includes(":") ? `[${name}]` : name;
}
