// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { CCS811 } from "../../../drivers/ccs811/ccs811.ts";
import type { BusFault } from "../../../hosts/virtual/bus-fault.ts";
import { Bench, type BenchOptions } from "./ccs811-bench.ts";

const second = 1_000;
const minute = 60 * second;

/** A bench whose sensor has measured for a minute; what it told until then is forgotten. */
function running(options: BenchOptions = {}): { bench: Bench; driver: CCS811 } {
  const bench = new Bench(options);
  const driver = bench.open();
  bench.time.advance(minute);
  assert.equal(driver.state.kind, "run-in");
  assert.deepEqual(bench.faults, []);
  bench.forget();
  return { bench, driver };
}

/** Live samples come again, the chip was treated by the datasheet, and no turn took long. */
function checkWorks(bench: Bench, limit: number, note?: string): void {
  bench.time.advance(limit);
  bench.samples.length = 0;
  bench.time.advance(10 * second);
  assert.ok(bench.samples.length >= 8, `${note}: ${bench.samples.length} samples`);
  const last = bench.samples.at(-1);
  assert.equal(last?.carbonDioxideDetector?.CO2, 620, note);
  assert.deepEqual(last?.faults, [], note);
  assert.deepEqual(bench.bus.violations, [], note);
  assert.equal(bench.mostTransfers, 1, note);
  assert.deepEqual(bench.errors, [], note);
}

test("rides over any number of unanswered transactions, counts each, and tells of it once", () => {
  for (let count = 1; count <= 12; count++) {
    const { bench, driver } = running();
    bench.bus.inject({ kind: "fail", fault: "nack-address", count });
    checkWorks(bench, 5 * minute, `${count}`);
    assert.equal(driver.counters.busFaults, count);
    assert.equal(driver.counters.softwareResets, 0);
    assert.deepEqual(bench.faults, count < 8 ? [] : ["ccs811/no-answer", ""], `${count}`);
    assert.equal(bench.states.filter((kind) => kind === "fault").length, count < 8 ? 0 : 1);
  }
});

test("waits for an absent sensor, asking at most once a minute in the end", () => {
  const bench = new Bench({ absent: true, wired: true, clearable: true });
  const driver = bench.open();
  bench.time.advance(30 * minute);
  const before = bench.bus.transfers;
  bench.time.advance(30 * minute);
  assert.ok(bench.bus.transfers - before <= 30, `${bench.bus.transfers - before}`);
  assert.ok(bench.bus.transfers > before);
  assert.equal(driver.state.kind, "absent");
  assert.deepEqual(bench.faults, ["ccs811/no-answer"]);
  assert.equal(driver.counters.busFaults, bench.bus.transfers);
});

test("a sensor that is pulled out in mid-run is absent, and is started when it is back", () => {
  const { bench, driver } = running();
  bench.bus.detach(bench.chip);
  bench.power(false);
  bench.time.advance(minute);
  assert.equal(driver.state.kind, "absent");
  assert.deepEqual(bench.states, ["fault", "absent"]);
  bench.power(true);
  bench.bus.attach(bench.chip);
  checkWorks(bench, 3 * minute);
  assert.deepEqual(bench.states.slice(2), ["booting", "starting", "warming", "run-in"]);
  assert.deepEqual(bench.faults, ["ccs811/no-answer", ""]);
  assert.ok((driver.minutesLeft ?? 0) >= 16, "run-in has begun again");
});

test("frees a data line that is held low by nine clocks", () => {
  const { bench, driver } = running({ clearable: true });
  bench.bus.stickSDA(9);
  checkWorks(bench, minute);
  assert.equal(driver.counters.busClears, 1);
  assert.deepEqual(bench.faults, ["ccs811/no-answer", ""]);
});

test("frees a data line that the sensor holds for ever by its reset pin", () => {
  const { bench, driver } = running({ wired: true });
  bench.bus.stickSDA(Number.POSITIVE_INFINITY);
  checkWorks(bench, minute);
  assert.equal(driver.counters.pinResets, 1);
  assert.equal(driver.counters.dropouts, 0, "a reset of ours is no dip of the supply");
});

test("a data line that nothing frees costs a probe a minute, until it is free", () => {
  const { bench, driver } = running();
  bench.bus.stickSDA(Number.POSITIVE_INFINITY);
  bench.time.advance(30 * minute);
  assert.equal(driver.state.kind, "absent");
  assert.equal(bench.samples.length, 0);
  bench.bus.releaseSDA();
  checkWorks(bench, 3 * minute);
  assert.deepEqual(bench.faults, ["ccs811/no-answer", ""]);
});

test("a sensor that stretches the clock beyond the limit is read again when it does so no more", () => {
  const { bench, driver } = running();
  bench.chip.stretchMicroseconds = 3_000;
  bench.time.advance(5 * second);
  assert.equal(bench.samples.length, 0);
  assert.ok(driver.counters.busFaults > 3);
  bench.chip.stretchMicroseconds = 1_900;
  checkWorks(bench, 2 * minute);
});

for (const firmware of ["1.1.0", "2.0.0"] as const) {
  for (const wired of [false, true]) {
    const wires = wired ? "all pins wired" : "the bus alone";
    test(`a dip of the supply is found, counted and mended: ${firmware}, ${wires}`, () => {
      const { bench, driver } = running({ wired, chip: { firmware } });
      for (let dips = 1; dips <= 3; dips++) {
        bench.forget();
        bench.chip.brownOut();
        checkWorks(bench, 30 * second, `dip ${dips}`);
        assert.equal(driver.counters.dropouts, dips);
        assert.equal(driver.counters.starts, 1 + dips);
        assert.deepEqual(bench.states, ["booting", "starting", "warming", "run-in"]);
        assert.deepEqual(bench.faults, ["ccs811/dropout", ""]);
        assert.equal(driver.minutesLeft, 20);
      }
      assert.equal(driver.counters.softwareResets, 0);
    });
  }
}

test("after a dip the sensor gets humidity, thresholds and mode again, and may not have its baseline", () => {
  const bench = new Bench();
  const thresholds = { lowToMedium: 700, mediumToHigh: 900 };
  const driver = bench.open({ humidityPercent: 30, temperature: 20, thresholds });
  bench.time.advance(25 * minute);
  assert.equal(driver.isSettled, true);
  bench.chip.brownOut();
  bench.time.advance(minute);
  assert.equal(bench.chip.registers.environment.humidity, 30);
  assert.equal(bench.chip.thresholds.lowToMedium, 700);
  assert.equal(bench.chip.driveMode, 1);
  assert.equal(driver.isSettled, false);
  assert.equal(driver.writeBaseline(Uint8Array.of(1, 2)), false);
  assert.deepEqual(bench.bus.violations, []);
});

for (const [bit, code] of [
  [0, "ccs811/write-invalid"],
  [1, "ccs811/read-invalid"],
  [2, "ccs811/mode-invalid"],
] as const) {
  test(`bit ${bit} of ERROR_ID is cleared, counted, told once, and marks one sample`, () => {
    const { bench, driver } = running();
    for (let times = 1; times <= 3; times++) {
      bench.forget();
      bench.chip.registers.raise(1 << bit);
      bench.time.advance(5 * second);
      assert.deepEqual(bench.faults, [code, ""]);
      assert.equal(driver.counters.deviceErrors[bit], times);
      assert.equal(bench.samples.filter(({ faults }) => faults.length > 0).length <= 1, true);
      assert.deepEqual(bench.states, []);
    }
    checkWorks(bench, 0);
    assert.equal(bench.chip.registers.status & 1, 0);
  });
}

for (const [bit, code] of [
  [3, "ccs811/max-resistance"],
  [4, "ccs811/heater-fault"],
  [5, "ccs811/heater-supply"],
] as const) {
  test(`bit ${bit} of ERROR_ID makes a fault as long as each measurement raises it`, () => {
    const { bench, driver } = running();
    bench.chip.hardwareFaults = 1 << bit;
    bench.time.advance(minute);
    assert.deepEqual(bench.faults, [code]);
    assert.deepEqual(bench.states, ["fault"]);
    assert.equal(driver.counters.deviceErrors[bit], 1);
    assert.ok(bench.samples.length > 50, "the samples are told, with their marks");
    assert.ok(bench.samples.every(({ faults }) => faults.length > 0));
    const values = bench.samples.filter((sample) => sample.carbonDioxideDetector);
    assert.deepEqual(values, [], "what a broken sensor shows is no value");
    bench.chip.hardwareFaults = 0;
    checkWorks(bench, 5 * second);
    assert.deepEqual(bench.faults, [code, ""]);
    assert.deepEqual(bench.states, ["fault", "run-in"]);
  });
}

test("several bits at once are told one by one, each once", () => {
  const { bench, driver } = running();
  bench.chip.hardwareFaults = 0x28;
  bench.time.advance(10 * second);
  bench.chip.registers.raise(0x02);
  bench.time.advance(10 * second);
  assert.deepEqual(bench.faults, [
    "ccs811/max-resistance",
    "ccs811/heater-supply",
    "ccs811/read-invalid",
  ]);
  assert.deepEqual(driver.counters.deviceErrors, [0, 1, 0, 1, 0, 1]);
  bench.chip.hardwareFaults = 0;
  checkWorks(bench, 5 * second);
  assert.deepEqual(bench.faults.slice(3), [""]);
});

test("answers that no CCS811 gives are noise: counted, told, and read again", () => {
  for (const xor of [0x02, 0x06, "ones"] as const) {
    const { bench, driver } = running();
    bench.bus.inject({ kind: "corrupt", xor, count: 4 });
    checkWorks(bench, minute, `${xor}`);
    assert.ok(driver.counters.busFaults >= 1 && driver.counters.busFaults <= 4);
  }
});

test("a broken result has a mark instead of values, and the next one is right", () => {
  const { bench, driver } = running();
  let isDone = false;
  bench.bus.onTransfer = ({ write }) => {
    if (isDone || write?.[0] !== 0x02) return undefined;
    isDone = true;
    return { kind: "corrupt", xor: "ones" };
  };
  bench.time.advance(10 * second);
  const marked = bench.samples.filter(({ faults }) => faults.length > 0);
  assert.deepEqual(
    marked.map(({ carbonDioxideDetector, faults }) => [carbonDioxideDetector?.CO2, ...faults]),
    [[undefined, "out-of-range", "bus", "saturated"]],
  );
  assert.equal(driver.counters.busFaults, 1);
  assert.equal(driver.counters.marked, 8);
  checkWorks(bench, 0);
});

test("a bus that reads only ones for minutes is told once and left when it is over", () => {
  const { bench, driver } = running();
  bench.chip.readsOnes = true;
  bench.time.advance(3 * minute);
  assert.equal(bench.faults[0], "ccs811/noise");
  assert.equal(bench.faults.length, new Set(bench.faults).size);
  assert.ok(driver.counters.busFaults > 3);
  bench.chip.readsOnes = false;
  checkWorks(bench, 3 * minute);
  assert.equal(bench.faults.at(-1), "");
});

test("a sensor that answers but measures no more is reset", () => {
  for (const wired of [false, true]) {
    const { bench, driver } = running({ wired });
    bench.chip.stall();
    bench.time.advance(9 * second);
    assert.equal(driver.counters.stalls, 1);
    assert.equal(bench.states[0], "fault");
    checkWorks(bench, 20 * second);
    assert.equal(driver.counters.softwareResets, 1);
    assert.equal(driver.counters.dropouts, 0);
    assert.deepEqual(bench.faults, ["ccs811/stalled", ""]);
  }
});

test("a sensor that hangs is brought back by its reset pin", () => {
  const { bench, driver } = running({ wired: true });
  bench.chip.power.silence();
  checkWorks(bench, minute);
  assert.equal(driver.counters.pinResets, 1);
});

test("an APP_START that gets lost is repeated", () => {
  for (const lost of [1, 2, 3, 7]) {
    const bench = new Bench();
    bench.chip.registers.lostStarts = lost;
    const driver = bench.open();
    checkWorks(bench, minute, `${lost}`);
    assert.equal(driver.counters.starts, lost + 1);
  }
});

test("a sensor without application is told as such, and works once it has one", () => {
  const bench = new Bench({ chip: { firmware: "none" } });
  const driver = bench.open();
  bench.time.advance(10 * minute);
  assert.deepEqual(bench.faults, ["ccs811/no-application"]);
  assert.equal(driver.state.kind, "fault");
  assert.equal(driver.counters.starts, 0);
  assert.deepEqual(bench.bus.violations, []);
});

test("a sensor whose update was cut short has no firmware, and nobody is told to write it", () => {
  const bench = new Bench();
  bench.chip.registers.bootLoader.erase();
  bench.chip.brownOut();
  const texts: string[] = [];
  bench.open({ onFault: (fault) => texts.push(fault?.message ?? "") });
  bench.time.advance(10 * minute);
  assert.equal(texts.length, 1);
  assert.match(texts[0] ?? "", /holds no valid firmware.*replace the sensor/);
  assert.ok(!texts[0]?.includes("write"));
});

test("only zeros or only ones are told as no answer of a CCS811, whenever they begin", () => {
  for (const level of [0x00, 0xff]) {
    for (const before of [0, minute]) {
      const bench = new Bench();
      const texts: string[] = [];
      const driver = bench.open({ onFault: (fault) => texts.push(fault?.message ?? "") });
      bench.time.advance(before);
      bench.chip.read = (length) => new Uint8Array(length).fill(level);
      bench.time.advance(5 * minute);
      const note = `0x${level.toString(16)} after ${before} ms: ${texts.join("; ")}`;
      assert.ok(texts.length > 0, note);
      for (const text of texts) assert.match(text, /is not answering as a CCS811/, note);
      assert.equal(driver.counters.dropouts, 0, note);
    }
  }
});

test("another chip at the address is never written to", () => {
  const bench = new Bench({ absent: true, clearable: true });
  const written: number[] = [];
  bench.bus.attach({
    address: 0x5a,
    write: (bytes) => {
      if (bytes.length !== 1) written.push(...bytes);
      return true;
    },
    read: (length) => new Uint8Array(length).fill(0x10),
  });
  bench.open();
  bench.time.advance(30 * minute);
  assert.deepEqual(bench.faults, ["ccs811/wrong-id"]);
  assert.deepEqual(written, []);
});

const everyFault: readonly BusFault[] = [
  { kind: "fail", fault: "nack-address" },
  { kind: "fail", fault: "nack-data", delivered: true },
  { kind: "fail", fault: "timeout", delivered: true },
  { kind: "fail", fault: "timeout", count: 3 },
  { kind: "corrupt", xor: "ones" },
  { kind: "corrupt", xor: 0x81 },
  { kind: "corrupt", xor: 0x10 },
  { kind: "stretch", microseconds: 5_000 },
];

test("a fault at every single transaction, of every kind, is ridden over", () => {
  for (const firmware of ["1.1.0", "2.0.0"] as const) {
    for (let index = 0; index < 24; index++) {
      for (const fault of everyFault) {
        const bench = new Bench({ chip: { firmware } });
        let left = fault.count ?? 1;
        bench.bus.onTransfer = (transfer) => {
          if (transfer.index < index || left === 0) return undefined;
          left--;
          return fault;
        };
        const driver = bench.open({ humidityPercent: 40 });
        checkWorks(bench, 90 * second, `${firmware} ${JSON.stringify(fault)} at ${index}`);
        assert.equal(left, 0);
        if (fault.kind !== "corrupt") assert.equal(driver.counters.busFaults, fault.count ?? 1);
      }
    }
  }
});

test("closing after any number of transactions leaves nothing behind and tells nothing more", () => {
  for (let count = 0; count < 24; count++) {
    const bench = new Bench({ wired: true });
    const driver = bench.open();
    while (bench.bus.transfers < count) bench.time.step();
    bench.forget();
    driver.close();
    driver.close();
    bench.chip.close();
    assert.equal(bench.time.pending, 0);
    assert.deepEqual(bench.pins.open, []);
    assert.throws(() => driver.sample(), /closed/);
    assert.throws(() => driver.configure({}), /closed/);
    assert.throws(() => driver.readBaseline(), /closed/);
    assert.equal(bench.chip.driveMode, 0);
    assert.deepEqual([bench.states, bench.faults, bench.samples], [[], [], []]);
  }
});

test("gives up only when the host never gives the bus back, and says so once", () => {
  const bench = new Bench({ clearable: true });
  const { io } = bench;
  let refuses = false;
  const Refusing = class extends io {
    constructor(options: ConstructorParameters<typeof io>[0]) {
      if (refuses) throw new Error("pins are taken");
      super(options);
    }
  };
  const { sensor } = bench.options();
  const driver = bench.open({ sensor: { ...sensor, io: Refusing } });
  bench.time.advance(minute);
  refuses = true;
  bench.bus.stickSDA(Number.POSITIVE_INFINITY);
  bench.time.advance(10 * minute);
  assert.deepEqual(bench.errors, ["ccs811/no-bus"]);
  assert.equal(bench.time.pending, 0);
  driver.close();
});
