// SPDX-License-Identifier: MIT

import type { Turn } from "./machine.ts";
import { XsMachine } from "./xs-machine.ts";

export interface RunOptions {
  /** The program; it has run when its promises have settled. */
  readonly source: string;
  /** A line that the program printed. */
  readonly onPrint: (line: string) => void;
  /** Longest time it may take, ms. */
  readonly limit: number;
}

/** Runs one program on an XS machine of its own and ends the machine. Rejects when it fails. */
export async function runOnMachine({ source, onPrint, limit }: RunOptions): Promise<Turn> {
  const machine = new XsMachine({
    source,
    onPrint,
    onCall: () => Buffer.from([1]),
    onExit: () => {},
  });
  const timer = setTimeout(() => machine.kill(), limit);
  try {
    const turn = await machine.loaded;
    await machine.close();
    return turn;
  } catch (error) {
    machine.kill();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
