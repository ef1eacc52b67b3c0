// SPDX-License-Identifier: MIT

import { steps } from "./bench-program.ts";
import { CountedSession } from "./counted-session.ts";
import { costOfMessage, type Direction, directions, type QoS } from "./counts.ts";

/** Payloads whose cost for each byte is measured, bytes. */
const sizes = [10, 100, 1_024, 10_240, 102_400] as const;
/** Payloads of each size before, and while, it is measured. */
const warmUp = 5;
const measured = 10;

/** What one message of a bare client costs. */
export interface ClientMessage {
  readonly direction: Direction;
  readonly QoS: QoS;
  readonly compute: number;
  readonly allocated: number;
}

/** What a payload costs; the socket's own part is taken off. */
export interface PayloadCost {
  readonly size: number;
  /** XS compute units of the whole message. */
  readonly send: number;
  readonly receive: number;
}

/** Exact costs of one bare client. */
export interface ClientCounts {
  readonly messages: readonly ClientMessage[];
  readonly payloads: readonly PayloadCost[];
  /** The socket has room, and nothing is to be written. */
  readonly emptyWritable: number;
  /** The socket says that something came, and there is nothing; undefined when it fails then. */
  readonly emptyReadable: number | undefined;
  /** Slots of a connected client. */
  readonly slots: number;
}

/** Measures a program with a bare client. */
export async function countClient(source: string): Promise<ClientCounts> {
  const messages: ClientMessage[] = [];
  for (const direction of directions) {
    for (const QoS of [0, 1] as const) {
      messages.push({ direction, QoS, ...(await costOfMessage(source, direction, QoS)) });
    }
  }
  const session = new CountedSession({ source, subscribed: 0 });
  try {
    const before = await session.livingSlots();
    await session.open();
    const slots = (await session.livingSlots()) - before;
    const payloads: PayloadCost[] = [];
    for (const size of sizes) {
      const send = await costOf(session, () => session.send(size));
      payloads.push({
        size,
        send,
        receive: await costOf(session, () => session.receiveSize(size)),
      });
    }
    const turn = (step: number) => () => session.turn(step);
    const emptyWritable = await costOf(session, turn(steps.writable));
    const emptyReadable = costOf(session, turn(steps.nothingArrives));
    return {
      messages,
      payloads,
      emptyWritable,
      emptyReadable: await emptyReadable.catch(() => undefined),
      slots,
    };
  } finally {
    await session.close();
  }
}

async function costOf(session: CountedSession, body: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < warmUp; i++) await body();
  session.reset();
  for (let i = 0; i < measured; i++) await body();
  return Math.round(session.compute / measured);
}
