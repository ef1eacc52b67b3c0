// SPDX-License-Identifier: MIT

import { setTimeout as pause } from "node:timers/promises";
import type { SimEvent } from "../../tests/support/simulator.ts";
import { BoardProcess, speed } from "./board-process.ts";
import type { BrokerKind, RefusedMessage } from "./broker-kinds.ts";
import type { BrokerServer } from "./broker-server.ts";

/** What was seen with one broker: a cell of the table each. */
export interface Seen {
  readonly delivery: string;
  readonly restart: string;
  readonly login: string;
  readonly refusal: string;
  readonly QoS2: string;
}

/** Longest wait for what should come at once, and for what comes after some attempts, ms. */
const soon = 30_000;
const later = 90_000;
/** Messages that show that a board goes on. */
const enough = 20;
/** Messages that may be on their way when they are counted. */
const underWay = 8;

const isOnline = ({ part, event }: SimEvent) => part === "mqtt" && event === "online";
const isOffline = ({ part, event }: SimEvent) => part === "mqtt" && event === "offline";
const hears = ({ part, event }: SimEvent) => part === "peer" && event === "reading";

/** Tries two boards, and some more for what would upset them, with a broker; takes some minutes. */
export async function tryBoards(kind: BrokerKind, server: BrokerServer): Promise<Seen> {
  const boards = [
    ["try-a", "try-b"],
    ["try-b", "try-a"],
  ].map(([id = "", peer]) => {
    return new BoardProcess({
      id,
      broker: server.url(),
      settings: [`pair.peer=${peer}`, "mqtt.outbox=200"],
    });
  });
  try {
    const delivery = await cell(() => deliver(boards));
    const restart = await cell(() => surviveRestart(boards, server));
    const login = await cell(() => refuseLogin(server));
    const QoS2 = await cell(() => publishTwice(server));
    const refusal = await cell(() => refuseMessage(boards, kind.refused));
    return { delivery, restart, login, refusal, QoS2 };
  } finally {
    await Promise.all(boards.map((board) => board.stop()));
  }
}

/** What went wrong is a result, too. */
async function cell(step: () => Promise<string>): Promise<string> {
  try {
    return await step();
  } catch (error) {
    return `no: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function deliver(boards: readonly BoardProcess[]): Promise<string> {
  await Promise.all(boards.map((board) => board.until(hears, soon)));
  return "hear each other";
}

async function surviveRestart(
  boards: readonly BoardProcess[],
  server: BrokerServer,
): Promise<string> {
  const before = boards.map((board) => board.events.length);
  await server.halt();
  await Promise.all(boards.map((board, i) => board.until(isOffline, soon, before[i])));
  await server.start();
  const start = performance.now();
  await Promise.all(
    boards.map(async (board, i) => {
      await board.until(isOnline, later, before[i]);
      await board.until(hears, later, board.events.findLastIndex(isOnline));
    }),
  );
  const seconds = ((performance.now() - start) * speed) / 1_000;
  await pause(3_000);
  const counters = await Promise.all(boards.map((board) => board.counters()));
  const dropped = counters.reduce((sum, { dropped = 0 }) => sum + dropped, 0);
  const lost = dropped === 0 ? "nothing dropped" : `${dropped} messages dropped`;
  return `back within ${Math.ceil(seconds)} s, ${lost}`;
}

async function refuseLogin(server: BrokerServer): Promise<string> {
  const board = new BoardProcess({ id: "try-c", broker: server.url("wrong") });
  try {
    const { text = "" } = await board.until(isOffline, soon);
    return `“${text}”`;
  } finally {
    await board.stop();
  }
}

async function publishTwice(server: BrokerServer): Promise<string> {
  const settings = ["mqtt.qos=2"];
  const board = new BoardProcess({ id: "try-d", broker: server.url(), settings });
  try {
    await board.until(isOnline, soon);
    await pause(10_000);
    const { published = 0, delivered = 0, connects = 0 } = await board.counters();
    if (delivered + underWay >= published) return "delivered";
    return `${delivered} of ${published} delivered, ${connects} connections`;
  } finally {
    await board.stop();
  }
}

async function refuseMessage(
  [board]: readonly BoardProcess[],
  { what, commands }: RefusedMessage,
): Promise<string> {
  if (!board) throw new Error("there is no board");
  const before = await board.counters();
  const since = async (name: string) => {
    return ((await board.counters())[name] ?? 0) - (before[name] ?? 0);
  };
  for (const line of commands) board.type(`${line}\n`);
  await board.until(isOffline, soon, board.events.length);
  for (const end = performance.now() + later; performance.now() < end; await pause(1_000)) {
    if ((await since("delivered")) < enough) continue;
    return `${what}: the rest goes on after ${await since("connects")} connections`;
  }
  const [connects, delivered] = [await since("connects"), await since("delivered")];
  return `${what}: ${delivered} messages delivered in ${connects} connections`;
}
