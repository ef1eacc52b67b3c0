// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { DriveMode } from "../../../../drivers/ccs811/encoding/drive-mode.ts";
import { AirQualityStation } from "../../../../modules/air-quality/air-quality-station.ts";
import { ccs811Command } from "../../../../modules/app/commands/ccs811-command.ts";
import { Commander } from "../../../../modules/console/commander.ts";
import { Board, day, hour, minute, wall } from "../../air-quality/baseline-board.ts";

function build() {
  const board = new Board({ time: wall });
  const { time } = board.bench;
  const station = new AirQualityStation({
    clock: time,
    timers: time,
    interval: minute,
  });
  station.start(board.driver);
  const sensors = {
    changeMode: (mode: DriveMode) => {
      const rest = board.driver.restBefore(mode);
      board.driver.configure({ mode });
      return rest;
    },
    station,
    gas: { text: "ready", details: "mode 1\nand more" },
    baseline: board.manager,
  };
  const commander = new Commander({ commands: [ccs811Command], view: { sensors } });
  return { board, station, run: (line: string) => commander.run(line) };
}

test("ccs811 shows the state, the details and the baseline", () => {
  const { run } = build();
  assert.deepEqual(run("ccs811"), {
    ok: true,
    text: "ready\nmode 1\nand more\nbaseline: none is stored for this mode and firmware; 0 writes since the start",
  });
});

test("ccs811 baseline shows what is stored, save saves it, forget forgets it", () => {
  const { board, run } = build();
  board.bench.time.advance(10 * minute);
  assert.deepEqual(run("ccs811 baseline save").ok, false);
  assert.match(run("ccs811 baseline save").text, /cannot be saved now: the sensor is not ready/);
  board.bench.time.advance(20 * minute);
  const { ok, text } = run("ccs811 baseline save");
  assert.equal(ok, true);
  assert.match(text, /^baseline: [0-9a-f]{4}, saved 2023-11-14T22:43:20.000Z, after 0 h/);
  assert.equal(run("ccs811 baseline").text, text);
  assert.match(run("ccs811 baseline forget").text, /are forgotten/);
  assert.match(run("ccs811 baseline").text, /none is stored .* 2 writes since the start/);
  board.bench.time.advance(20 * hour);
  assert.equal(board.manager.record?.baseline, undefined);
});

const usage = {
  any: "usage: ccs811 status | mode | env | baseline",
  mode: "usage: ccs811 mode N",
  env: "usage: ccs811 env [HUMIDITY TEMPERATURE | auto]",
  baseline: "usage: ccs811 baseline [show | save | restore | forget]",
};

test("other words are refused with those that are known", () => {
  const { board, run } = build();
  assert.deepEqual(run("ccs811 explode"), {
    ok: false,
    text: `ccs811 does not know "explode"; ${usage.any}`,
  });
  assert.deepEqual(run("ccs811 baseline burn"), {
    ok: false,
    text: `ccs811 baseline does not know "burn"; ${usage.baseline}`,
  });
  assert.equal(run("ccs811 baseline save now").text, `"now" is too much; ${usage.baseline}`);
  assert.equal(board.store.writes, 0);
});

test("a store that refuses to forget is the answer", () => {
  const { board, run } = build();
  board.bench.time.advance(2 * hour);
  board.store.failAt = 0;
  assert.deepEqual(run("ccs811 baseline forget"), { ok: false, text: "store is broken" });
});

test("ccs811 mode changes to a faster mode at once, and to a slower one after ten minutes of rest", () => {
  const { board, run } = build();
  const { time, chip } = board.bench;
  time.advance(minute);
  assert.equal(run("ccs811 mode 1").text, "mode 1, until the next start");
  time.advance(minute);
  assert.equal(chip.driveMode, 1);
  assert.equal(
    run("ccs811 mode 3").text,
    "mode 3 in 10 min, until the next start: the sensor has to rest before a slower mode",
  );
  time.advance(4 * minute);
  assert.equal(chip.driveMode, 0);
  assert.match(run("ccs811 mode 2").text, /^mode 2 in 6 min,/);
  time.advance(7 * minute);
  assert.equal(chip.driveMode, 2);
  assert.match(run("ccs811 mode 4").text, /^mode 4, until the next start: raw values only/);
  time.advance(minute);
  assert.match(run("ccs811 mode 0").text, /^mode 0, until the next start: the sensor rests/);
  time.advance(minute);
  assert.equal(chip.driveMode, 0);
  assert.match(run("ccs811 mode 1").text, /^mode 1 in 9 min,/);
  assert.deepEqual(board.bench.bus.violations, []);
});

test("what is no drive mode is refused, and the sensor measures on", () => {
  const { board, run } = build();
  for (const word of ["5", "-1", "1.5", "fast", "01"]) {
    const { ok, text } = run(`ccs811 mode ${word}`);
    assert.equal(ok, false);
    assert.equal(text, `"${word}" is not a drive mode, 0 to 4; ${usage.mode}`);
  }
  assert.equal(run("ccs811 mode").text, `ccs811 mode needs a drive mode; ${usage.mode}`);
  assert.equal(run("ccs811 mode 1 2").text, `"2" is too much; ${usage.mode}`);
  assert.equal(board.driver.mode, 3);
});

test("compensation by hand holds against the climate sensors until auto", () => {
  const { board, station, run } = build();
  const { environment } = board.bench.chip.registers;
  const measure = () => {
    const ticks = board.bench.time.ticks();
    station.addClimate("humidity", {
      thermometer: { temperature: 21 },
      hygrometer: { humidity: 40 },
      ticks,
    });
    board.bench.time.advance(2 * minute);
    return [environment.humidity, environment.temperature];
  };
  assert.equal(
    run("ccs811 env").text,
    "compensating for 50.0 % and 25.0 °C, because no climate sensor speaks",
  );
  assert.deepEqual(measure(), [40, 21]);
  assert.equal(
    run("ccs811 env 62.5 -4").text,
    "compensating for 62.5 % and -4.0 °C, given by hand until ccs811 env auto or the next start",
  );
  assert.deepEqual(measure(), [62.5, -4]);
  assert.deepEqual(measure(), [62.5, -4]);
  assert.match(run("ccs811 env auto").text, /because no climate sensor speaks$/);
  assert.deepEqual(measure(), [40, 21]);
  const ticks = board.bench.time.ticks();
  station.addClimate("pressure", {
    thermometer: { temperature: 22 },
    barometer: { pressure: 100_000 },
    ticks,
  });
  assert.equal(
    run("ccs811 env").text,
    "compensating for 50.0 % and 22.0 °C, the temperature from the pressure sensor",
  );
});

test("air that nobody breathes is refused, and what held before holds", () => {
  const { run } = build();
  const cases: [string, string][] = [
    ["101 20", '"101" is not a humidity, percent from 0 to 100'],
    ["-1 20", '"-1" is not a humidity, percent from 0 to 100'],
    ["50 -26", '"-26" is not a temperature, °C from -25 to 100'],
    ["50 101", '"101" is not a temperature, °C from -25 to 100'],
    ["50 1e1", '"1e1" is not a temperature, °C from -25 to 100'],
    ["50%", "ccs811 env needs humidity and temperature"],
    ["50", "ccs811 env needs humidity and temperature"],
    ["50 20 C", '"C" is too much'],
    ["auto 20", '"20" is too much'],
  ];
  for (const [words, answer] of cases) {
    assert.deepEqual(run(`ccs811 env ${words}`), { ok: false, text: `${answer}; ${usage.env}` });
  }
  assert.match(run("ccs811 env").text, /^compensating for 50\.0 % and 25\.0 °C, because/);
});

test("ccs811 baseline restore puts the stored one back when it makes sense, or says why not", () => {
  const { board, run } = build();
  const refused = "the stored baseline is not put back: ";
  assert.deepEqual(run("ccs811 baseline restore"), {
    ok: false,
    text: `${refused}run-in is not over, or the sensor does not measure`,
  });
  board.bench.time.advance(30 * minute);
  assert.equal(
    run("ccs811 baseline restore").text,
    `${refused}none is stored for this mode and firmware`,
  );
  run("ccs811 baseline save");
  const saved = board.baseline;
  board.driver.writeBaseline(Uint8Array.of(0x12, 0x34));
  assert.notEqual(board.baseline, saved);
  const { ok, text } = run("ccs811 baseline restore");
  assert.equal(ok, true);
  assert.ok(text.startsWith(`put back; baseline: ${saved}, saved 2023-11-14T`), text);
  assert.equal(board.baseline, saved);
  assert.deepEqual(board.kinds, ["saved", "restored"]);
  board.bench.time.set(wall + 40 * day);
  assert.equal(run("ccs811 baseline restore").text, `${refused}it is 39 days old`);
  board.driver.configure({ mode: 1 });
  board.bench.time.advance(30 * minute);
  assert.equal(
    run("ccs811 baseline restore").text,
    `${refused}none is stored for this mode and firmware`,
  );
  assert.deepEqual(board.bench.bus.violations, []);
});

test("tab knows the words of ccs811", () => {
  const complete = ccs811Command.complete ?? (() => []);
  assert.deepEqual(complete([]), ["status", "mode", "env", "baseline"]);
  assert.deepEqual(complete(["baseline"]), ["show", "save", "restore", "forget"]);
  assert.deepEqual(complete(["env"]), ["auto"]);
  assert.deepEqual(complete(["mode"]), []);
});
