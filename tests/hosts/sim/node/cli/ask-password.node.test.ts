// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import test from "node:test";
import { askPassword } from "../../../../../hosts/sim/node/cli/ask-password.ts";
import { OptionError } from "../../../../../hosts/sim/node/option-error.ts";

class FakeKeyboard extends EventEmitter {
  readonly calls: string[] = [];
  setRawMode(isRaw: boolean): void {
    this.calls.push(`raw ${isRaw}`);
  }
  resume(): void {
    this.calls.push("resume");
  }
  pause(): void {
    this.calls.push("pause");
  }
  type(bytes: string | Uint8Array): void {
    this.emit("data", typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes);
  }
}

function ask() {
  const keyboard = new FakeKeyboard();
  const shown: string[] = [];
  const answer = askPassword("password: ", keyboard, (text) => shown.push(text));
  return { keyboard, shown, answer };
}

test("a password is taken key by key, corrected, and never shown", async () => {
  const { keyboard, shown, answer } = ask();
  const [first, ...rest] = new TextEncoder().encode("é");
  keyboard.type("secX\x7fret ");
  keyboard.type(Uint8Array.of(first ?? 0));
  keyboard.type(Uint8Array.from(rest));
  keyboard.type("\rmore");
  assert.equal(await answer, "secret é");
  assert.deepEqual(shown, ["password: ", "\n"]);
  assert.deepEqual(keyboard.calls, ["raw true", "resume", "raw false", "pause"]);
  assert.equal(keyboard.listenerCount("data"), 0);
});

test("an empty password is one, and Ctrl-C or Ctrl-D gives none", async () => {
  const empty = ask();
  empty.keyboard.type("\n");
  assert.equal(await empty.answer, "");
  for (const key of ["\x03", "\x04"]) {
    const { keyboard, answer } = ask();
    keyboard.type(`secret${key}`);
    await assert.rejects(answer, (error) => {
      return error instanceof OptionError && error.message === "no password was given";
    });
    assert.deepEqual(keyboard.calls.slice(-2), ["raw false", "pause"]);
  }
});
