// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { bundleFirmware } from "../../../../../hosts/sim/node/engine/bundle.ts";
import type { Program, Turn } from "../../../../../hosts/sim/node/engine/machine.ts";
import { takeSnapshot, withSmallHeap } from "../../../../../hosts/sim/node/engine/snapshot.ts";
import { XsMachine } from "../../../../../hosts/sim/node/engine/xs-machine.ts";

/** Keeps an object for each byte that it is given, and asks the Node side for another number. */
const source = `
  const kept = [];
  const ask = issueCommand;
  globalThis.handleCommand = (command) => {
    if (command.byteLength === 0) { gc(); return new ArrayBuffer(0); }
    for (const byte of new Uint8Array(command)) kept.push({ byte });
    return Uint8Array.of(kept.length, new Uint8Array(ask(command))[0]).buffer;
  };
  Reflect.deleteProperty(globalThis, "issueCommand");`;

/** What a machine of the program answers to three turns, and its slots in use before and after. */
async function run(program: Program): Promise<{ turns: Turn[]; kept: number }> {
  const machine = new XsMachine({
    ...program,
    onCall: ([first = 0]) => Uint8Array.of(first + 3),
    onPrint: () => {},
    onExit: () => {},
  });
  const slots = async () => (await machine.turn(new Uint8Array())).heapCount;
  const before = await slots();
  const turns: Turn[] = [];
  for (const byte of [1, 2, 3]) turns.push(await machine.turn(Uint8Array.of(byte, byte)));
  const kept = (await slots()) - before;
  await machine.close();
  return { turns, kept };
}

async function withSnapshot(t: TestContext, program: Program): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-snapshot-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const snapshot = join(folder, "program.xss");
  writeFileSync(snapshot, await takeSnapshot(program, snapshot));
  return { ...program, snapshot };
}

test("a machine from a snapshot does and counts what one does that has loaded the source", async (t) => {
  const loaded = await run({ source });
  const program = await withSnapshot(t, { source });
  for (let start = 0; start < 2; start++) {
    const { turns, kept } = await run(program);
    assert.deepEqual(
      turns.map(({ reply }) => [...reply]),
      [
        [2, 4],
        [4, 5],
        [6, 6],
      ],
    );
    const costs = ({ turns: all }: typeof loaded) => all.map(({ compute }) => compute);
    assert.deepEqual(costs({ turns, kept }), costs(loaded));
    assert.equal(kept, loaded.kept);
  }
});

test("a machine whose snapshot has gone loads the source", async () => {
  const { turns } = await run({ source, snapshot: join(tmpdir(), "airpair-no-such.xss") });
  assert.deepEqual([...(turns[2]?.reply ?? [])], [6, 6]);
});

test("an engine with the firmware takes less than 5 MB for its heap, and grows when it needs more", async (t) => {
  const { turns } = await run(await withSnapshot(t, { source }));
  assert.ok((turns[2]?.allocated ?? 0) < 4e6, `${turns[2]?.allocated} bytes`);
  const firmware = await withSnapshot(t, await bundleFirmware());
  const machine = new XsMachine({
    ...firmware,
    onCall: () => Uint8Array.of(0),
    onPrint: () => {},
    onExit: (reason) => assert.fail(reason),
  });
  t.after(() => machine.kill());
  const { allocated } = await machine.turn(new Uint8Array());
  assert.ok(allocated > 1e6 && allocated < 5e6, `${allocated} bytes`);
  const [hungry] = (await run(await withSnapshot(t, { source: hungrySource }))).turns;
  assert.ok((hungry?.allocated ?? 0) > 20e6, `${hungry?.allocated} bytes`);
});

/** Takes 10 MB of chunks and as many slots with each turn. */
const hungrySource = `
  const kept = [];
  globalThis.handleCommand = (command) => {
    if (command.byteLength === 0) return new ArrayBuffer(0);
    kept.push(new ArrayBuffer(10_000_000));
    for (let i = 0; i < 150_000; i++) kept.push({ i });
    return Uint8Array.of(1, 1).buffer;
  };`;

test("a snapshot of another form is left as it is", () => {
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(100), Buffer.from("no snapshot at all")]) {
    assert.equal(withSmallHeap(bytes), bytes);
  }
});
