// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Console } from "../../../modules/console/console.ts";
import { FakePort } from "../../support/fake-serial.ts";
import { seededRandom } from "../../support/random.ts";
import { TerminalScreen } from "../../support/terminal-screen.ts";

/** The characters that are typed here and do not take one column, said independently. */
const widths = new Map([
  ["漢", 2],
  ["한", 2],
  ["！", 2],
  ["😀", 2],
  ["\u0301", 0],
  ["\u3099", 0],
  ["\u200d", 0],
]);
// No space: the screen leaves out those at the end of a line.
const letters = ["a", "ß", "ｶ", ...widths.keys()];
const [left, right, home, end] = ["\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F"];
const backspace = "\x7f";

function widthOf(character: string): number {
  return widths.get(character) ?? 1;
}

function columnsOf(characters: readonly string[]): number {
  return characters.reduce((sum, character) => sum + widthOf(character), 0);
}

/** What a line is after keys, by an own simple model: characters, and a cursor before a whole one. */
class Line {
  characters: string[] = [];
  cursor = 0;

  press(key: string): void {
    if (key === home) this.cursor = 0;
    else if (key === end) this.cursor = this.characters.length;
    else if (key === left) this.cursor = this.#before();
    else if (key === right) this.cursor = this.#after();
    else if (key === backspace) {
      const from = this.#before();
      this.characters.splice(from, this.cursor - from);
      this.cursor = from;
    } else this.characters.splice(this.cursor++, 0, key);
  }

  #before(): number {
    let at = Math.max(0, this.cursor - 1);
    while (at > 0 && widthOf(this.characters[at] ?? "") === 0) at--;
    return at;
  }

  #after(): number {
    let at = Math.min(this.characters.length, this.cursor + 1);
    while (at < this.characters.length && widthOf(this.characters[at] ?? "") === 0) at++;
    return at;
  }
}

class Bench {
  readonly port = new FakePort();
  readonly screen = new TerminalScreen(widths);
  readonly console: Console;

  constructor() {
    this.console = new Console({
      serial: { io: this.port.io, baud: 115_200 },
      clock: { ticks: () => 0 },
    });
    this.port.makeRoom(1_000_000);
  }

  type(text: string): void {
    this.port.type(text);
    this.screen.write(this.port.output);
    this.port.output = "";
  }
}

test("the cursor stands before the character that is changed, also among wide ones", () => {
  const bench = new Bench();
  bench.type("漢字😀".replace("字", "한"));
  assert.equal(bench.screen.last, "> 漢한😀");
  assert.equal(bench.screen.column, 8);
  bench.type(left + left);
  assert.equal(bench.screen.column, 4);
  bench.type("x");
  assert.equal(bench.screen.last, "> 漢x한😀");
  assert.equal(bench.screen.column, 5);
  bench.type(backspace + backspace);
  assert.equal(bench.screen.last, "> 한😀");
  assert.equal(bench.screen.column, 2);
});

test("a letter and the marks over it are one for the cursor and for backspace", () => {
  const bench = new Bench();
  bench.type("ae\u0301\u0301b");
  assert.equal(bench.screen.column, 5);
  bench.type(left + left);
  assert.equal(bench.screen.column, 3);
  bench.type(right);
  assert.equal(bench.screen.column, 4);
  bench.type(backspace);
  assert.equal(bench.screen.last, "> ab");
});

test("a line of wide characters is shown as far as the screen reaches", () => {
  const bench = new Bench();
  bench.type("漢".repeat(60));
  // 75 columns, of which a half character is not used.
  assert.equal(bench.screen.last, `> ${"漢".repeat(37)}`);
  assert.equal(bench.screen.column, 76);
  bench.type(home);
  assert.equal(bench.screen.last, `> ${"漢".repeat(38)}`);
  assert.equal(bench.screen.column, 2);
});

test("whatever is typed, the screen shows the line, and the cursor where the next key acts", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seededRandom(seed);
    const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? "";
    const bench = new Bench();
    const line = new Line();
    for (let step = 0; step < 120; step++) {
      const key = random() < 0.7 ? pick(letters) : pick([left, right, home, end, backspace, left]);
      // The line holds 256 bytes.
      const bytes = new TextEncoder().encode(line.characters.join("") + key).length;
      if (bytes > 256 && letters.includes(key)) continue;
      line.press(key);
      bench.type(key);
      if (random() < 0.1)
        bench.console.log({ level: "info", part: "x", event: "x", text: "between" });
      check(bench.screen, line, `seed ${seed}, step ${step}`);
    }
  }
});

/** Holds the last line of the screen to the model. */
function check({ last, column }: TerminalScreen, line: Line, where: string): void {
  const before = line.characters.slice(0, line.cursor);
  if (columnsOf(line.characters) < 76) {
    assert.equal(last, `> ${line.characters.join("")}`.trimEnd(), where);
    assert.equal(column, 2 + columnsOf(before), where);
    return;
  }
  const shown = [...last.slice(2)];
  assert.ok(columnsOf(shown) <= 76, where);
  assert.ok(line.characters.join("").includes(shown.join("")), where);
  assert.ok(column >= 2 && column < 78, where);
  // What is shown before the cursor is the end of what stands before it.
  let columns = 2;
  let count = 0;
  while (columns < column) columns += widthOf(shown[count++] ?? " ");
  assert.equal(columns, column, `${where}: in the middle of a character`);
  // Marks at the cursor may belong to what stands before it, or have just lost that.
  let isEnd = before.join("").endsWith(shown.slice(0, count).join(""));
  while (!isEnd && widthOf(shown[count] ?? "") === 0 && count < shown.length) {
    isEnd = before.join("").endsWith(shown.slice(0, ++count).join(""));
  }
  assert.ok(isEnd, where);
}
