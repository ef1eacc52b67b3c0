// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Machine, MachineOptions } from "../../../../../hosts/sim/node/engine/machine.ts";
import { NodeMachine } from "../../../../../hosts/sim/node/engine/node-machine.ts";
import { XsMachine } from "../../../../../hosts/sim/node/engine/xs-machine.ts";

/** A program that answers each turn with its bytes, increased by what it asked for. */
const program = `
  globalThis.handleCommand = (command) => {
    const bytes = new Uint8Array(command);
    if (bytes[0] === 99) throw new Error("ninety-nine");
    if (bytes[0] === 98) for (;;) [].concat([1]);
    const [more] = new Uint8Array(issueCommand(new Uint8Array([7]).buffer));
    print("turn " + bytes[0]);
    return bytes.map((byte) => byte + more).buffer;
  };`;

interface Bench<M> {
  readonly machine: M;
  readonly printed: string[];
  readonly exits: string[];
}

function open<M extends Machine>(
  Class: new (options: MachineOptions) => M,
  source = program,
): Bench<M> {
  const printed: string[] = [];
  const exits: string[] = [];
  const machine = new Class({
    source,
    onCall: (command) => Uint8Array.of((command[0] ?? 0) + 3),
    onPrint: (line) => printed.push(line),
    onExit: (reason) => exits.push(reason),
  });
  return { machine, printed, exits };
}

for (const Class of [XsMachine, NodeMachine]) {
  test(`${Class.name} takes turns in order and answers calls in between`, async () => {
    const { machine, exits } = open<Machine>(Class);
    const turns = await Promise.all([1, 2, 3].map((n) => machine.turn(Uint8Array.of(n, 0))));
    assert.deepEqual(
      turns.map(({ reply }) => [...reply]),
      [
        [11, 10],
        [12, 10],
        [13, 10],
      ],
    );
    machine.close();
    assert.deepEqual(exits, []);
  });

  test(`${Class.name} hands on an exception of one turn and goes on with the next`, async () => {
    const { machine } = open<Machine>(Class);
    await assert.rejects(machine.turn(Uint8Array.of(99)), /ninety-nine/);
    assert.deepEqual([...(await machine.turn(Uint8Array.of(1))).reply], [11]);
    machine.close();
  });

  test(`${Class.name} says when the program cannot be loaded`, async () => {
    const { machine } = open<Machine>(Class, "throw new Error('no such luck')");
    await assert.rejects(machine.loaded, /no such luck/);
    machine.kill();
  });
}

test("compute units of the same turn repeat exactly on XS", async () => {
  const computed: number[] = [];
  for (let i = 0; i < 2; i++) {
    const { machine } = open(XsMachine);
    computed.push((await machine.turn(Uint8Array.of(1, 2, 3))).compute);
    machine.close();
  }
  assert.ok((computed[0] ?? 0) > 0);
  assert.equal(computed[0], computed[1]);
});

test("an engine that is killed tells by which signal", async () => {
  const { machine, exits } = open(XsMachine);
  await machine.loaded;
  process.kill(machine.processId ?? assert.fail(), "SIGKILL");
  await machine.ended;
  assert.deepEqual(exits, ["killed by SIGKILL"]);
  await assert.rejects(machine.turn(Uint8Array.of(1)));
});

test("an engine whose stack is exhausted says so", async () => {
  const { machine, exits } = open(XsMachine, "(function deep() { deep(); deep(); })()");
  await assert.rejects(machine.loaded);
  await machine.ended;
  assert.match(exits.join(), /stack overflow/);
});

test("an engine that never ends its turn can be killed", async () => {
  const { machine, exits } = open(XsMachine);
  const turn = machine.turn(Uint8Array.of(98));
  await machine.loaded;
  machine.kill();
  await assert.rejects(turn);
  await machine.ended;
  assert.deepEqual(exits, []);
});
