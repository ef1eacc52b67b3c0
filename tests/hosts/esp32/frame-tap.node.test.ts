// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative, frame, give, set } from "../../support/native-code.ts";

const run = await compileNative("hosts/esp32/sniffer/frame-tap.c");
const open = call("xs_frames_open");
const close = call("xs_frames_close");
const missed = call("xs_frames_missed");
const tune = (channel: number) => call("xs_frames_tune", channel);
const read = (room = 16) => call("xs_frames_read", new Uint8Array(room));
const header = Uint8Array.from({ length: 16 }, (_, index) => index);

test("the radio hears all kinds of frames, and hands each header over once", () => {
  const [opened, tuned, , taken, none] = run(open, tune(6), frame(header), read(), read());
  assert.deepEqual(opened?.calls, [
    "esp_wifi_set_promiscuous_rx_cb",
    "esp_wifi_set_promiscuous_filter 7",
    "esp_wifi_set_promiscuous_ctrl_filter ff800000",
    "esp_wifi_set_promiscuous 1",
  ]);
  assert.deepEqual(tuned, { calls: ["esp_wifi_set_channel 6 0"], result: true });
  assert.deepEqual(taken, { calls: [], result: -40 });
  assert.deepEqual(none, { calls: [] });
});

test("frames without a payload, broken ones and those of no length are left out; short ones are not read beyond their end", () => {
  const [, , , , , , none, , short] = run(
    open,
    tune(6),
    frame(header, 3),
    frame(header, 0, 1),
    frame(new Uint8Array(0)),
    missed,
    read(),
    frame(header.subarray(0, 10)),
    read(),
  );
  assert.deepEqual(none, { calls: [] });
  assert.equal(short?.result, -40);
});

test("what was heard on another channel, or before it was closed, is dropped", () => {
  const others = run(
    open,
    tune(6),
    frame(header),
    tune(7),
    read(),
    frame(header),
    close,
    open,
    tune(7),
    read(),
  );
  assert.deepEqual(others[4], { calls: [] });
  assert.deepEqual(others[9], { calls: [] });
});

test("a full ring turns frames away and counts them for who listens now", () => {
  const many = Array.from({ length: 130 }, () => frame(header));
  const outcomes = run(open, tune(6), ...many, missed, tune(7), missed);
  assert.deepEqual(
    outcomes.slice(-3).map(({ result }) => result),
    [2, true, 0],
  );
});

test("a channel that the country forbids is permitted for as long as the radio listens", () => {
  const [, tuned, closed, again] = run(open, tune(13), close, close);
  assert.deepEqual(tuned?.calls, ["esp_wifi_set_country 1-13", "esp_wifi_set_channel 13 0"]);
  assert.deepEqual(closed?.calls, [
    "esp_wifi_set_channel 1 0",
    "esp_wifi_set_promiscuous 0",
    "esp_wifi_set_country 1-11",
  ]);
  assert.deepEqual(again, { calls: [] });
});

test("a channel that is none is refused, and one that the radio does not take yet is no fault", () => {
  for (const channel of [0, 14, -1, 262]) {
    assert.equal(run(open, tune(channel))[1]?.thrown, "RangeError: no channel");
  }
  assert.equal(run(tune(6))[0]?.result, false);
  for (const name of ["esp_wifi_set_channel", "esp_wifi_get_country"]) {
    assert.equal(run(open, give(name, 0x3002), tune(6))[2]?.result, false, name);
  }
  assert.equal(run(open, give("esp_wifi_set_country", 0x102), tune(13))[2]?.result, false);
  assert.equal(run(open, set("country", 13), tune(13))[2]?.result, true);
});

test("a second listener and a buffer without room are refused", () => {
  assert.equal(run(open, open)[1]?.thrown, "Error: somebody listens already");
  assert.equal(run(open, tune(6), read(15))[2]?.thrown, "RangeError: no room");
});

test("what ESP-IDF refuses at the beginning is passed on, and the radio listens no longer", () => {
  for (const name of [
    "esp_wifi_set_promiscuous_rx_cb",
    "esp_wifi_set_promiscuous_filter",
    "esp_wifi_set_promiscuous_ctrl_filter",
    "esp_wifi_set_promiscuous",
  ]) {
    const [, failed, , next] = run(give(name, 0x3001), open, give(name, 0), open);
    assert.equal(failed?.thrown, "Error: error 0x3001 of ESP-IDF", name);
    assert.equal(failed?.calls.at(-1), "esp_wifi_set_promiscuous 0", name);
    assert.equal(next?.thrown, undefined, name);
  }
});
