// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { XsMachine } from "../../../hosts/sim/node/engine/xs-machine.ts";
import { profileNames } from "../../../modules/cloud/profile-names.ts";
import { turnBudget } from "../../../tools/turn-costs.ts";
import { bundleXSTest } from "../../../tools/xs-tests.ts";

const program = bundleXSTest("tests/modules/cloud/counted-platform.ts");

/** As in counted-platform.ts. */
const steps = { open: 0, next: 1, act: 2, reading: 3, command: 4, greeting: 5 } as const;
/** Compute units of a turn in which a session is made for a connection, which comes once. */
const connectBudget = 30_000;

/** A board at a platform on XS, which notes its dearest turn. */
class CountedBoard {
  readonly #machine: XsMachine;
  dearest = 0;

  constructor(source: string) {
    const nothing = () => {};
    this.#machine = new XsMachine({
      source,
      onCall: () => new Uint8Array(),
      onPrint: nothing,
      onExit: nothing,
    });
  }

  async turn(step: number, more: Uint8Array = new Uint8Array()): Promise<Uint8Array> {
    const { reply, compute } = await this.#machine.turn(Uint8Array.of(step, ...more));
    const isOurs = step === steps.act || step === steps.reading;
    if (isOurs) this.dearest = Math.max(this.dearest, compute);
    return reply;
  }

  /** Time goes on to so many s after the start. */
  async until(end: number): Promise<void> {
    for (let now = 0; now < end; ) {
      const [hasWork = 0, seconds = 0] = await this.turn(steps.next);
      if (hasWork === 1) await this.turn(steps.act);
      now = seconds;
    }
  }

  kill(): void {
    this.#machine.kill();
  }
}

for (const name of profileNames) {
  test(`${name} never keeps the loop of a board for longer than a turn may take`, async (t) => {
    const { source } = await program;
    const board = new CountedBoard(source);
    t.after(() => board.kill());
    await board.turn(steps.open, Buffer.from(name));
    await board.turn(steps.reading);
    await board.until(20);
    const connecting = board.dearest;
    board.dearest = 0;
    for (const second of [70, 130]) {
      await board.turn(steps.reading);
      await board.until(second);
    }
    await board.turn(steps.command);
    await board.turn(steps.greeting);
    await board.until(150);
    process.stdout.write(
      `measured: ${name}: at most ${connecting} compute units in a turn at the start, then ${board.dearest}\n`,
    );
    assert.ok(connecting > 1_000 && connecting <= connectBudget, `${connecting} units`);
    assert.ok(board.dearest > 1_000 && board.dearest <= turnBudget, `${board.dearest} units`);
  });
}
