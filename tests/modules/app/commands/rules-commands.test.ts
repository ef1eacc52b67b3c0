// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CommandBench } from "../../../support/command-bench.ts";

const reading = {
  voc: 30,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
};

test("on adds a rule that holds at once, rules shows it, rules remove takes it away", () => {
  const bench = new CommandBench({ offline: true });
  assert.match(bench.run("rules"), /^there are no rules; help on/);
  assert.equal(bench.run("on co2 > 1000 for 2 s print open the window"), "rule 1 is set");
  assert.equal(bench.run("on voc > 200 print smell"), "rule 2 is set");
  assert.equal(
    bench.run("rules"),
    "1  co2 > 1000 for 2 s print open the window  (waiting, no co2 yet)\n" +
      "2  voc > 200 print smell  (waiting, no voc yet)",
  );
  for (let second = 0; second < 3; second++) {
    bench.read({ ...reading, co2: 1_200, ticks: second * 1_000 });
  }
  assert.match(bench.run("rules"), /\(active, co2 1200 ppm\)\n.*\(waiting, voc 30 ppb\)$/);
  assert.match(
    bench.run("log show"),
    /rules {4}rule\.1: co2 1200 ppm \(> 1000 for 2 s\): open the window/,
  );
  bench.read({ ...reading, co2: 950, ticks: 9_000 });
  assert.match(bench.run("log show"), /rule\.1: over, co2 950 ppm \(≤ 950\)/);
  assert.equal(bench.run("rules remove 1"), "rule 1 is gone");
  assert.equal(bench.run("rules remove 1"), "there is no rule 1");
  assert.match(bench.run("rules"), /^2 {2}voc/);
});

test("a rule is stored, and the free place is taken first", () => {
  const bench = new CommandBench({ offline: true });
  for (let i = 1; i <= 8; i++) assert.equal(bench.run(`on co2 > ${i} print x`), `rule ${i} is set`);
  assert.match(bench.run("on co2 > 9 print x"), /^error: there are 8 rules already/);
  bench.run("rules remove 3");
  assert.equal(bench.run("on voc > 3 print y"), "rule 3 is set");
  assert.equal(bench.settings.get("rule.3"), "voc > 3 print y");
  assert.equal(bench.settings.originOf("rule.3"), "stored");
});

test("what is no rule is refused with the reason, and nothing changes", () => {
  const bench = new CommandBench({ offline: true });
  assert.match(bench.run("on"), /^error: on takes a rule/);
  assert.match(bench.run("on co2 1000 print x"), /^error: rule\.1 needs > or < behind co2/);
  assert.match(bench.run("rules remove 9"), /^error: .*a number from 1 to 8/);
  assert.match(bench.run("rules remove"), /^error: .*a number from 1 to 8/);
  assert.match(bench.run("rules forget"), /^error: rules does not know "forget"/);
  assert.match(bench.run("rules"), /^there are no rules/);
});

test("a pin that a board does not have, or needs, is refused, and no rule is stored", () => {
  const bench = new CommandBench({ offline: true });
  const refused = "error: rule.1 cannot have pin 21: the I2C bus is there; kept as it was";
  assert.equal(bench.run("on co2 > 1000 pin 21"), refused);
  assert.equal(bench.run("set rule.1 co2 > 1000 pin 21"), refused);
  assert.equal(
    bench.run("on co2 > 1000 pin 2"),
    "error: rule.1 cannot have pin 2: this board has no pins to be used; kept as it was",
  );
  assert.match(bench.run("rules"), /^there are no rules/);
  assert.equal(bench.store.writes, 0);
});

test("a rule that the build gives with such a pin is not used, and rules says why", () => {
  const given = { "rule.2": "co2 > 1000 pin 22" };
  const bench = new CommandBench({ offline: true, given });
  const why = "cannot have pin 22: the I2C bus is there";
  assert.match(bench.run("log show"), new RegExp(`warning: rule\\.2 ${why}; it is not used`));
  bench.read({ ...reading, co2: 1_200, ticks: 0 });
  assert.equal(bench.run("rules"), `2  co2 > 1000 pin 22  (not used: it ${why})`);
});

test("a rule without a text publishes which rule it is, at its begin and at its end", () => {
  const bench = new CommandBench();
  bench.run("on co2 > 1000 publish class/air");
  bench.run("on co2 > 1000 publish class/window open it");
  bench.read({ ...reading, co2: 1_200, ticks: 0 });
  bench.read({ ...reading, co2: 900, ticks: 1_000 });
  bench.network.time.advance(1_000);
  const { broker } = bench.network;
  assert.deepEqual(broker.payloads("class/air"), [
    '{"rule":"rule.1","active":true,"co2":1200}',
    '{"rule":"rule.1","active":false,"co2":900}',
  ]);
  assert.deepEqual(broker.payloads("class/window"), ["open it"]);
});

test("without a broker a rule that publishes says so", () => {
  const bench = new CommandBench({ offline: true });
  bench.run("on co2 > 1000 publish class/air");
  bench.read({ ...reading, co2: 1_200, ticks: 0 });
  assert.match(bench.run("log show"), /nothing published to class\/air: there is no broker/);
});

test("the words of rules are completed", () => {
  const bench = new CommandBench({ offline: true });
  assert.deepEqual(bench.commander.complete("on c"), ["co2"]);
  assert.deepEqual(bench.commander.complete("on co2 "), [">", "<"]);
  assert.deepEqual(bench.commander.complete("on co2 > 1000 p"), ["print", "publish", "pin"]);
  assert.deepEqual(bench.commander.complete("on board-b c"), ["co2"]);
  assert.deepEqual(bench.commander.complete("on board-b co2 "), [">", "<"]);
  assert.deepEqual(bench.commander.complete("on board-b co2 > "), []);
  assert.deepEqual(bench.commander.complete("on board-b co2 > 1000 t"), ["tell"]);
  assert.deepEqual(bench.commander.complete("on co2 > 1000 tell board-b "), ["pin", "print"]);
  assert.deepEqual(bench.commander.complete("rules r"), ["remove"]);
});
