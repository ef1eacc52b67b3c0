// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { lockFolder } from "../../../../../hosts/sim/node/board/folder-lock.ts";
import { OptionError } from "../../../../../hosts/sim/node/option-error.ts";

async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const top = mkdtempSync(join(tmpdir(), "airpair-lock-"));
  try {
    await run(join(top, "board-a"));
  } finally {
    rmSync(top, { recursive: true });
  }
}

/** Another process, which tries to lock a folder for each line that it is given. */
class Starter {
  readonly #process: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  constructor() {
    const module = new URL("../../../../../hosts/sim/node/board/folder-lock.ts", import.meta.url);
    const program = `
      import { createInterface } from "node:readline";
      import { lockFolder } from ${JSON.stringify(module.href)};
      let unlock = () => {};
      console.log("ready");
      for await (const line of createInterface({ input: process.stdin })) {
        if (line === "free") unlock();
        else await Promise.resolve().then(() => lockFolder(line)).then(
          (given) => { unlock = given; console.log("got it"); },
          (error) => console.log(error.message));
      }`;
    const args = ["--import", "tsx", "--input-type=module", "-e", program];
    this.#process = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
    const { stdout } = this.#process;
    assert.ok(stdout);
    this.#answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  send(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  async answer(): Promise<string> {
    return (await this.#answers.next()).value ?? "it has ended";
  }

  async end(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    const exit = once(this.#process, "exit");
    this.#process.kill(signal);
    await exit;
  }
}

const inUse = "board-a is running in this folder already; give --id, or start it in another folder";

test("a board's folder is for one holder, until that gives it back", async () => {
  await inFolder(async (folder) => {
    for (let i = 0; i < 5; i++) {
      const unlock = await lockFolder(folder);
      await assert.rejects(
        async () => lockFolder(folder),
        (error) => error instanceof OptionError && error.message === inUse,
      );
      unlock();
    }
  });
});

test("a process that was killed keeps nobody out, whoever has its number now", async () => {
  await inFolder(async (folder) => {
    const starter = new Starter();
    try {
      await starter.answer();
      starter.send(folder);
      assert.equal(await starter.answer(), "got it");
      await assert.rejects(async () => lockFolder(folder), { message: inUse });
    } finally {
      await starter.end("SIGKILL");
    }
    (await lockFolder(folder))();
    // As after a restart of a container: the number of the one that was killed is ours.
    for (const content of [process.pid, process.ppid, 1]) {
      writeFileSync(join(folder, "in-use%"), String(content));
      (await lockFolder(folder))();
    }
  });
});

test("of several starters at once exactly one gets the folder, 400 times", async () => {
  await inFolder(async (folder) => {
    mkdirSync(folder);
    const starters = Array.from({ length: 3 }, () => new Starter());
    try {
      await Promise.all(starters.map((starter) => starter.answer()));
      for (let i = 0; i < 400; i++) {
        // What a killed process has left: a file of the past, or a socket, which freeing leaves too.
        writeFileSync(join(folder, "in-use%"), "999999999");
        for (const starter of starters) starter.send(folder);
        const answers = await Promise.all(starters.map((starter) => starter.answer()));
        const refused = answers.filter((answer) => answer.startsWith("board-a is running"));
        assert.equal(refused.length, starters.length - 1, answers.join("; "));
        for (const starter of starters) starter.send("free");
      }
    } finally {
      await Promise.all(starters.map((starter) => starter.end()));
    }
  });
});

test("a folder with a path that no socket can have is refused with the reason", async () => {
  await inFolder(async (folder) => {
    await assert.rejects(async () => lockFolder(join(folder, "x".repeat(120))), /too long a path/);
  });
});

test("whoever listens on the highest number has the folder, and numbers go on from there", async () => {
  await inFolder(async (folder) => {
    mkdirSync(folder);
    const other = createServer().listen(join(folder, "in-use-7%"));
    await once(other, "listening");
    await assert.rejects(async () => lockFolder(folder), { message: inUse });
    other.close();
    (await lockFolder(folder))();
    assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith("in-use")).length, 1);
  });
});
