// SPDX-License-Identifier: MIT

import { CountedSession, type CountedSessionOptions } from "./counted-session.ts";

export const levels = [0, 1, 2] as const;
export type QoS = (typeof levels)[number];

export type Direction = "publish" | "receive";
export const directions = ["publish", "receive"] as const;

/** Exact costs of messages of one QoS in one direction. */
export interface MessageCounts {
  readonly direction: Direction;
  readonly QoS: QoS;
  /** XS compute units for one message, acknowledgements included. */
  readonly compute: number;
  /** Slots that one message takes from the heap; the garbage collector gives them back. */
  readonly allocated: number;
  /** Slots that a message keeps while it is on its way; undefined where none is. */
  readonly inFlight: number | undefined;
  /** Slots that a message keeps while it waits behind eight others; published ones only. */
  readonly waiting: number | undefined;
}

export interface HeapGrowth {
  readonly direction: Direction;
  readonly QoS: QoS;
  readonly messages: number;
  /** Slots in use without garbage, after the first messages and after the last. */
  readonly before: number;
  readonly after: number;
}

/** Messages before anything is measured: caches and arrays have their size then. */
const warmUp = 64;
/** Messages whose cost is measured; few enough that no collection comes in between. */
const measured = 100;
/** Messages that are kept at a time to see what one of them takes. */
const kept = 8;

async function withSession<Result>(
  options: CountedSessionOptions,
  body: (session: CountedSession) => Promise<Result>,
): Promise<Result> {
  const session = new CountedSession(options);
  try {
    await session.open();
    return await body(session);
  } finally {
    await session.close();
  }
}

function optionsOf(source: string, direction: Direction, QoS: QoS): CountedSessionOptions {
  return { source, ...(direction === "receive" && { subscribed: QoS }) };
}

/** XS compute units and slots that one message takes, acknowledgements included. */
export function costOfMessage(
  source: string,
  direction: Direction,
  QoS: QoS,
): Promise<Pick<MessageCounts, "compute" | "allocated">> {
  return withSession(optionsOf(source, direction, QoS), async (session) => {
    for (let i = 0; i < warmUp; i++) await session[direction](QoS, 1);
    const idle = await slotsOf(session, () => session.idle(), measured);
    session.reset();
    const used = await slotsOf(session, () => session[direction](QoS, 1), measured);
    const turns = session.turns / measured;
    return {
      compute: Math.round(session.compute / measured),
      allocated: Math.round((used - idle * turns) / measured),
    };
  });
}

/** The exact costs of one kind of message. */
export async function countMessages(
  source: string,
  direction: Direction,
  QoS: QoS,
): Promise<MessageCounts> {
  return {
    direction,
    QoS,
    ...(await costOfMessage(source, direction, QoS)),
    inFlight: QoS === 0 ? undefined : await keptInFlight(source, direction, QoS),
    waiting: direction === "publish" ? await keptWaiting(source, QoS) : undefined,
  };
}

/** Slots in use, garbage included, that `count` times `body` adds. */
async function slotsOf(
  session: CountedSession,
  body: () => Promise<void>,
  count: number,
): Promise<number> {
  await session.livingSlots();
  const before = await session.slots();
  for (let i = 0; i < count; i++) await body();
  return (await session.slots()) - before;
}

/** Slots for each message that is on its way: of the broker's answers only the last is missing. */
function keptInFlight(source: string, direction: Direction, QoS: QoS): Promise<number> {
  const options = { ...optionsOf(source, direction, QoS), manualAck: QoS === 1 };
  return withSession(options, async (session) => {
    if (direction === "publish") await session.publish(QoS, kept);
    const before = await session.livingSlots();
    if (direction === "publish") await session.publishOnly(QoS, kept);
    else await session.receiveOnly(QoS, kept);
    return Math.round((await session.livingSlots()) - before) / kept;
  });
}

/** Slots for each message that waits for a connection, behind the first. */
function keptWaiting(source: string, QoS: QoS): Promise<number> {
  return withSession({ source, offline: true }, async (session) => {
    await session.publishOnly(QoS, kept);
    const before = await session.livingSlots();
    await session.publishOnly(QoS, kept);
    return ((await session.livingSlots()) - before) / kept;
  });
}

/** Living slots before and after many messages. */
export function measureGrowth(
  source: string,
  kind: { readonly direction: Direction; readonly QoS: QoS; readonly messages: number },
): Promise<HeapGrowth> {
  const { direction, QoS, messages } = kind;
  return withSession(optionsOf(source, direction, QoS), async (session) => {
    await session[direction](QoS, kept);
    await session[direction](QoS, kept);
    const before = await session.livingSlots();
    for (let sent = 0; sent < messages; sent += kept) await session[direction](QoS, kept);
    return { ...kind, before, after: await session.livingSlots() };
  });
}
