// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { RebootHistory } from "../../../modules/wifi/reboot-history.ts";
import { LogBook } from "../../support/log-book.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";

const minute = 60_000;

test("cause and number of restarts are told after the restart, once", () => {
  const store = new MemoryKeyValue();
  const book = new LogBook();
  const restarts: string[] = [];
  const start = () => {
    const options = {
      store,
      log: book.log,
      system: { restart: (why: string) => restarts.push(why) },
    };
    const history = new RebootHistory(options);
    history.begin();
    return history;
  };
  assert.equal(start().last, undefined);
  assert.equal(book.text, "");
  start().reboot("not-found", 31 * minute);
  assert.match(restarts[0] ?? "", /no network for 31 min: network not found/);
  start().reboot("no-address", 40 * minute);
  assert.match(book.text, /restarted after 31 min without a network \(network not found/);
  const told = book.lines.length;
  assert.deepEqual(start().last, { count: 2, reason: "no-address", minutes: 40, isNew: true });
  assert.match(book.text, /restarts so far: 2/);
  assert.equal(book.lines.length, told + 1);
  assert.deepEqual(start().last, { count: 2, reason: "no-address", minutes: 40, isNew: false });
  assert.equal(book.lines.length, told + 1);
});

test("a damaged or failing store does not keep the board from starting again", () => {
  const store = new MemoryKeyValue();
  const book = new LogBook();
  const restarts: string[] = [];
  const options = {
    store,
    log: book.log,
    system: { restart: (why: string) => restarts.push(why) },
  };
  const damaged = [
    "",
    "x",
    "1 lost 2",
    "1 lost 2 newer",
    "-1 lost 2 new",
    "1 gone 2 new",
    "1 lost -2 new",
  ];
  for (const text of [...damaged, "1 lost 2 new more", "1.5 lost 2 new"]) {
    store.write("reboots", new TextEncoder().encode(text));
    const history = new RebootHistory(options);
    history.begin();
    assert.equal(history.last, undefined, text);
  }
  store.failAt = 0;
  new RebootHistory(options).reboot("lost", minute);
  assert.equal(restarts.length, 1);
  assert.match(book.text, /restarts cannot be remembered: store is broken/);
});
