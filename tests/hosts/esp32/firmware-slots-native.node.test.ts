// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative, give, set } from "../../support/native-code.ts";

const run = await compileNative("hosts/esp32/ota/firmware-slots.c");
const step = (name: string) => call(`xs_slots_${name}`);
const write = (...bytes: number[]) => call("xs_slots_write", Uint8Array.from(bytes));

test("the slot that runs is told by its number, and that there is none", () => {
  const of = (...sets: string[]) => run(...sets, step("running"), step("size")).slice(-2);
  assert.deepEqual(
    of().map(({ result }) => result),
    [0, 0x1f_0000],
  );
  assert.equal(of(set("subtype", 0x11))[0]?.result, 1);
  // A factory image, a partition behind the last slot, and none that ESP-IDF knows.
  for (const gone of [set("subtype", 0), set("subtype", 0x20), set("slots", 0)]) {
    assert.equal(of(gone)[0]?.result, -1);
  }
  assert.equal(of(set("slots", 1))[1]?.result, 0);
  assert.equal(run(step("chip"))[0]?.result, 0);
});

test("firmware is on trial until it is confirmed, as far as ESP-IDF can tell", () => {
  const onTrial = (...sets: string[]) => run(...sets, step("is_on_trial")).at(-1)?.result;
  assert.equal(onTrial(set("state", 1)), true);
  assert.equal(onTrial(set("state", 2)), false);
  assert.equal(onTrial(set("state", 1), give("esp_ota_get_state_partition", 0x105)), false);
  assert.equal(onTrial(set("slots", 0), set("state", 1)), false);
});

test("an update is written to the other slot and starts there", () => {
  const [begin, first, empty, complete, late] = run(
    step("begin"),
    write(1, 2, 250),
    write(),
    step("complete"),
    write(1),
  );
  assert.deepEqual(begin?.calls, ["esp_ota_begin 11 fffffffe"]);
  assert.deepEqual(first?.calls, ["esp_ota_write 7: 3 bytes, sum 253"]);
  assert.equal(empty?.thrown, undefined);
  assert.deepEqual(complete?.calls, ["esp_ota_end 7", "esp_ota_set_boot_partition 11"]);
  assert.deepEqual(late, { calls: [], thrown: "Error: no update is being written" });
});

test("there is one update at a time, and none where there is one slot", () => {
  const [, second, aborted, again, none] = run(
    step("begin"),
    step("begin"),
    step("abort"),
    step("abort"),
    step("complete"),
  );
  assert.deepEqual(second, { calls: [], thrown: "Error: an update is being written" });
  assert.deepEqual(aborted?.calls, ["esp_ota_abort 7"]);
  assert.deepEqual(again, { calls: [] });
  assert.equal(none?.thrown, "Error: no update is being written");
  assert.equal(run(set("slots", 1), step("begin"))[1]?.thrown, "Error: there is one slot only");
});

test("what ESP-IDF refuses is passed on, and the next update can begin", () => {
  const failing = (name: string, ...steps: string[]) =>
    run(
      ...steps.slice(0, -1),
      give(name, 0x1503),
      ...steps.slice(-1),
      give(name, 0),
      step("begin"),
    );
  const opened = failing("esp_ota_begin", step("begin"));
  assert.equal(opened[1]?.thrown, "Error: the slot cannot be opened: ESP-IDF says 0x1503");
  assert.equal(opened[3]?.thrown, undefined);
  const broken = failing("esp_ota_end", step("begin"), step("complete"));
  assert.equal(broken[2]?.thrown, "Error: it is no image that can start: ESP-IDF says 0x1503");
  assert.deepEqual(broken[2]?.calls, ["esp_ota_end 7"]);
  assert.equal(broken[4]?.thrown, undefined);
  const stuck = failing("esp_ota_set_boot_partition", step("begin"), step("complete"));
  assert.equal(stuck[2]?.thrown, "Error: the next start cannot be from it: ESP-IDF says 0x1503");
  assert.equal(stuck[4]?.thrown, undefined);
  const full = run(step("begin"), give("esp_ota_write", 0x104), write(1), step("abort"));
  assert.equal(full[2]?.thrown, "Error: the slot cannot be written: ESP-IDF says 0x104");
  assert.deepEqual(full[3]?.calls, ["esp_ota_abort 7"]);
  const kept = run(give("esp_ota_mark_app_valid_cancel_rollback", 0x102), step("confirm"));
  assert.equal(kept[1]?.thrown, "Error: the firmware cannot be confirmed: ESP-IDF says 0x102");
});
