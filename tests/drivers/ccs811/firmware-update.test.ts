// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  FirmwareUpdate,
  type FirmwareUpdateOptions,
  imageLength,
} from "../../../drivers/ccs811/firmware-update.ts";
import { Bench, type BenchOptions } from "./ccs811-bench.ts";

const minute = 60_000;

/** An application file; its bytes differ from place to place. */
function imageOf(length = imageLength): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
}

class UpdateBench extends Bench {
  readonly versions: number[] = [];
  readonly progress: number[] = [];
  readonly failures: string[] = [];

  update(options: Partial<FirmwareUpdateOptions> = {}): FirmwareUpdate {
    const { sensor, timers, wake } = this.options();
    return new FirmwareUpdate({
      sensor,
      timers,
      ...(wake && { wake }),
      image: imageOf(),
      onProgress: (part) => this.progress.push(part),
      onDone: (version) => this.versions.push(version),
      onError: (error) => this.failures.push(error.code),
      ...options,
    });
  }
}

function start(options: BenchOptions = {}): UpdateBench {
  const bench = new UpdateBench(options);
  bench.time.advance(100);
  return bench;
}

/** What the boot loader held when the update was verified. */
function watchImage(bench: UpdateBench): () => Uint8Array | undefined {
  let image: Uint8Array | undefined;
  bench.bus.onTransfer = ({ write }) => {
    if (write?.[0] === 0xf3) image = bench.chip.registers.bootLoader.image;
    return undefined;
  };
  return () => image;
}

test("erases, programs and verifies, and the sensor then runs the new application", () => {
  const bench = start({ chip: { firmware: "1.1.0" } });
  const written = watchImage(bench);
  bench.update();
  bench.time.advance(minute);
  assert.deepEqual(bench.versions, [0x2000]);
  assert.deepEqual(bench.failures, []);
  assert.deepEqual(written(), imageOf());
  assert.equal(bench.progress.length, 100);
  assert.equal(bench.progress.at(-1), 1);
  assert.equal(bench.mostTransfers, 1);
  assert.equal(bench.time.pending, 0);
  const driver = bench.open();
  bench.time.advance(20_000);
  assert.equal(driver.applicationVersion, 0x2000);
  assert.ok(bench.samples.length > 5);
  assert.deepEqual(bench.bus.violations, []);
});

test("takes about 35 seconds", () => {
  const bench = start();
  bench.update();
  bench.time.advance(31_000);
  assert.deepEqual(bench.versions, []);
  bench.time.advance(5_000);
  assert.deepEqual(bench.versions, [0x2000]);
});

test("updates a sensor whose application is measuring", () => {
  const bench = start();
  const driver = bench.open({ keepRunning: true });
  bench.time.advance(10_000);
  driver.close();
  assert.equal(bench.chip.driveMode, 1);
  bench.update();
  bench.time.advance(minute);
  assert.deepEqual(bench.versions, [0x2000]);
  assert.deepEqual(bench.bus.violations, []);
});

test("refuses a file of a wrong length before it touches the sensor", () => {
  for (const length of [0, 8, imageLength - 1, imageLength + 1, 2 * imageLength]) {
    const bench = start();
    assert.throws(() => bench.update({ image: imageOf(length) }), { code: "ccs811/wrong-image" });
    assert.equal(bench.bus.transfers, 0);
    assert.equal(bench.time.pending, 0);
  }
});

test("an update that was cut short at any moment can be made again, also at identity 0xFD", () => {
  for (const after of [10, 60, 400, 700, 5_000, 20_000, 32_560]) {
    const bench = start();
    const first = bench.update();
    bench.time.advance(after);
    first.close();
    bench.power(false);
    bench.time.advance(1_000);
    bench.power(true);
    bench.time.advance(1_000);
    bench.update();
    bench.time.advance(minute);
    assert.deepEqual(bench.versions, [0x2000], `${after}`);
    assert.deepEqual(bench.failures, [], `${after}`);
    assert.deepEqual(bench.bus.violations, [], `${after}`);
  }
});

test("the driver says what a part needs whose update was cut short, and the update mends it", () => {
  const bench = start();
  const first = bench.update();
  bench.time.advance(10_000);
  first.close();
  bench.power(false);
  bench.power(true);
  const driver = bench.open();
  bench.time.advance(minute);
  assert.deepEqual(bench.faults, ["ccs811/no-application"]);
  assert.equal(driver.hardwareVersion, undefined);
  driver.close();
  bench.update();
  bench.time.advance(minute);
  assert.deepEqual(bench.versions, [0x2000]);
  bench.open();
  bench.time.advance(20_000);
  assert.equal(bench.samples.at(-1)?.carbonDioxideDetector?.CO2, 620);
  assert.deepEqual(bench.bus.violations, []);
});

test("one failed transaction at any step begins the update anew and does not lose it", () => {
  // Of the 640 pieces the first, one in the middle and the last; and every other step.
  for (const index of [0, 1, 2, 3, 4, 5, 300, 644, 645, 646, 647, 648, 649]) {
    for (const delivered of [false, true]) {
      const bench = start({ chip: { firmware: "1.1.0" } });
      const written = watchImage(bench);
      const watch = bench.bus.onTransfer;
      bench.bus.onTransfer = (transfer) => {
        watch?.(transfer);
        if (transfer.index !== index) return undefined;
        return { kind: "fail", fault: "timeout", delivered };
      };
      bench.update();
      bench.time.advance(2 * minute);
      const note = `${index} ${delivered}`;
      assert.deepEqual(bench.versions, [0x2000], note);
      assert.deepEqual(written(), imageOf(), note);
      assert.deepEqual(bench.failures, [], note);
      assert.deepEqual(bench.bus.violations, [], note);
    }
  }
});

test("gives up after three attempts, says so once, and can be tried again", () => {
  const bench = start();
  bench.chip.registers.bootLoader.acceptsImage = false;
  bench.update();
  bench.time.advance(3 * minute);
  assert.deepEqual(bench.failures, ["ccs811/update-failed"]);
  assert.deepEqual(bench.versions, []);
  assert.equal(bench.time.pending, 0);
  bench.chip.registers.bootLoader.acceptsImage = true;
  bench.update();
  bench.time.advance(minute);
  assert.deepEqual(bench.versions, [0x2000]);
  assert.deepEqual(bench.bus.violations, []);
});

test("gives up on a sensor that is not there, and on another chip without writing to it", () => {
  const empty = start({ absent: true });
  empty.update();
  empty.time.advance(minute);
  assert.deepEqual(empty.failures, ["ccs811/update-failed"]);
  const other = start({ absent: true });
  const written: number[] = [];
  other.bus.attach({
    address: 0x5a,
    write: (bytes) => {
      if (bytes.length !== 1) written.push(...bytes);
      return true;
    },
    read: (length) => new Uint8Array(length).fill(0x58),
  });
  other.update();
  other.time.advance(minute);
  assert.deepEqual(other.failures, ["ccs811/update-failed"]);
  assert.deepEqual(written, []);
});

test("wakes a sensor whose nWAKE is wired, and lets go of everything at the end", () => {
  const bench = start({ wired: true });
  bench.chip.power.nWAKE = 1;
  bench.update();
  bench.time.advance(minute);
  assert.deepEqual(bench.versions, [0x2000]);
  assert.equal(bench.chip.power.nWAKE, 1);
  assert.deepEqual(bench.pins.open, []);
  assert.deepEqual(bench.bus.violations, []);
});

test("closing tells nothing more, twice is fine, also from inside a callback", () => {
  const bench = start();
  const update: FirmwareUpdate = bench.update({ onProgress: () => update.close() });
  bench.time.advance(minute);
  update.close();
  assert.deepEqual(bench.versions, []);
  assert.equal(bench.time.pending, 0);
});
