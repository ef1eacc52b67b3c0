// SPDX-License-Identifier: MIT

import { once } from "node:events";
import { linkSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { basename, join, relative } from "node:path";
import { OptionError } from "../option-error.ts";

// Nothing else in a board's folder is called so: no encoded name of a domain ends with a percent sign.
const namePattern = /^in-use(-.*)?%$/;
const numberPattern = /^in-use-(\d+)%$/;

/** Longest path of a socket, bytes: 104 with a zero at its end on macOS, 108 on Linux. */
const longestPath = 103;

/**
 * Keeps the storage of one board for this process: two boards in one folder would take each other's
 * messages and settings. Returns what gives it back. Rejects with OptionError when another process
 * has it.
 *
 * The lock is a listening socket, which the kernel closes with its process, however that ends. The
 * one with the highest number has the folder, if somebody listens on it. Whoever finds it dead links
 * the next number to a socket that listens already, so that one who is starting is never taken for
 * dead; only one can make that link. The highest is never deleted, so numbers only grow: one who was
 * slow, and links a number that had been deleted, sees a higher one.
 */
export async function lockFolder(folder: string): Promise<() => void> {
  mkdirSync(folder, { recursive: true });
  for (;;) {
    const highest = highestIn(folder);
    if (highest > 0 && (await isHeld(pathIn(folder, `-${highest}`)))) {
      const name = basename(folder);
      const hint = "give --id, or start it in another folder";
      throw new OptionError(`${name} is running in this folder already; ${hint}`);
    }
    const number = highest + 1;
    const server = await listenAs(folder, number);
    if (server && highestIn(folder) === number) {
      cleanUp(folder, number);
      return () => void server.close();
    }
    server?.close();
  }
}

function highestIn(folder: string): number {
  const numbers = readdirSync(folder).map((name) => Number(numberPattern.exec(name)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}

/** The shorter way there: there is little room for the path of a socket. */
function pathIn(folder: string, mark: string): string {
  const path = join(folder, `in-use${mark}%`);
  const fromHere = relative("", path);
  const shorter = fromHere.length < path.length ? fromHere : path;
  if (Buffer.byteLength(shorter) <= longestPath) return shorter;
  throw new OptionError(`${folder} has too long a path to be locked; start in another folder`);
}

/** Whether a process listens on the socket; one that cannot be asked may do so. */
async function isHeld(path: string): Promise<boolean> {
  const socket = createConnection(path);
  try {
    await once(socket, "connect");
    return true;
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    return !["ECONNREFUSED", "ENOENT"].includes(code);
  } finally {
    socket.destroy();
  }
}

/** A listening socket of that number; undefined when somebody else was faster. */
async function listenAs(folder: string, number: number): Promise<Server | undefined> {
  const draft = pathIn(folder, `-${process.pid}-${Math.random().toString(36).slice(2, 10)}`);
  const server = createServer((socket) => socket.destroy());
  server.listen(draft).unref();
  await once(server, "listening");
  try {
    linkSync(draft, pathIn(folder, `-${number}`));
    return server;
  } catch (error) {
    server.close();
    const { code = "" } = error as NodeJS.ErrnoException;
    if (["EEXIST", "ENOENT"].includes(code)) return undefined;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Deletes what those before have left. */
function cleanUp(folder: string, number: number): void {
  for (const name of readdirSync(folder)) {
    if (namePattern.test(name) && Number(numberPattern.exec(name)?.[1]) !== number) {
      rmSync(join(folder, name), { force: true });
    }
  }
}
