// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { aFunction, call, compileNative, give, receive, set } from "../../support/native-code.ts";

const run = await compileNative("hosts/esp32/pulses/pulse-line.c");
const open = (pin = 4) => call("xs_pulses_open", pin, aFunction);
const capture = (startLow = 1_000) => call("xs_pulses_capture", startLow);
const close = call("xs_pulses_close");

test("the line is pulled low for the start signal, released, and what comes is handed to the engine's task", () => {
  const [opened, begun, , released, received, delivered] = run(
    open(),
    capture(),
    set("awake", 1_000),
    "timer",
    receive(80, 80, 50, 26, 50, 70, 50, 0),
    "deliver",
  );
  assert.deepEqual(opened?.calls, [
    "esp_timer_create",
    "rmt_new_rx_channel 4",
    "rmt_rx_register_event_callbacks",
    "gpio_set_level 4 1",
    "gpio_set_direction 4 7",
    "use 4",
    "remember",
  ]);
  const low = ["rmt_enable", "esp_timer_stop", "gpio_set_level 4 0", "esp_timer_start_once 1000"];
  assert.deepEqual(begun?.calls, low);
  const up = ["gpio_set_level 4 1", "rmt_receive", "esp_timer_start_once 20000"];
  assert.deepEqual(released?.calls, up);
  assert.deepEqual(received?.calls, []);
  const widths = Buffer.from(Uint16Array.of(80, 80, 50, 26, 50, 70, 50).buffer).toString("hex");
  assert.deepEqual(delivered?.calls, ["esp_timer_stop", "rmt_disable", `callback ${widths}`]);
});

test("a line on which nothing comes is told as that, and is ready for the next capture", () => {
  const outcomes = run(
    open(),
    capture(),
    set("awake", 1_000),
    "timer",
    set("awake", 21_000),
    "timer",
    "deliver",
    capture(),
  );
  assert.deepEqual(outcomes[6]?.calls.at(-1), "callback undefined");
  assert.equal(outcomes[7]?.thrown, undefined);
});

test("a message that finds the queue full is sent again by the timer, and told once", () => {
  const outcomes = run(
    open(),
    capture(),
    set("awake", 1_000),
    "timer",
    set("queue", 0),
    receive(80, 80),
    set("awake", 21_000),
    "timer",
    set("queue", 4),
    "timer",
    "timer",
    "deliver",
  );
  assert.deepEqual(outcomes[7]?.calls, ["esp_timer_start_once 5000"]);
  const told = outcomes[11]?.calls.filter((text) => text.startsWith("callback"));
  assert.equal(told?.length, 1);
});

test("as many pulses as there is memory for are kept, each in its place", () => {
  const many = Array.from({ length: 400 }, (_, index) => 1 + index);
  const outcomes = run(
    open(),
    capture(),
    set("awake", 1_000),
    "timer",
    receive(...many),
    "deliver",
  );
  const widths = Buffer.from(Uint16Array.from(many.slice(0, 128)).buffer).toString("hex");
  assert.equal(outcomes[5]?.calls.at(-1), `callback ${widths}`);
});

test("a closed line is given back, and what is still under way finds it closed", () => {
  const outcomes = run(
    open(),
    capture(),
    set("awake", 1_000),
    "timer",
    receive(80, 80),
    close,
    "deliver",
    "timer",
    receive(80, 80),
    "deliver",
    close,
    open(5),
  );
  const given = ["esp_timer_stop", "rmt_disable", "rmt_del_channel", "gpio_reset_pin 4", "free 4"];
  assert.deepEqual(outcomes[5]?.calls, [...given, "forget"]);
  for (const at of [6, 7, 8, 9, 10]) assert.deepEqual(outcomes[at], { calls: [] });
  assert.equal(outcomes[11]?.thrown, undefined);
  assert.ok(!outcomes[11]?.calls.includes("esp_timer_create"), "the timer is made once");
});

test("a timer of an earlier capture does not end the next one", () => {
  const outcomes = run(open(), capture(), close, open(), capture(), "timer");
  assert.deepEqual(outcomes[5], { calls: [] });
});

test("pins that are none, only read, or taken are refused, and a second capture too", () => {
  for (const [pin, why] of [
    [-1, "RangeError: no output"],
    [40, "RangeError: no output"],
    [34, "RangeError: no output"],
    [5, "RangeError: in use"],
  ] as const) {
    const [, refused, next] = run(set("busy", 5), open(pin), open(4));
    assert.deepEqual(refused, { calls: [], thrown: why });
    assert.equal(next?.thrown, undefined);
  }
  assert.equal(run(open(), open(5))[1]?.thrown, "Error: another capture is open");
  assert.equal(run(capture())[0]?.thrown, "Error: closed or busy");
  assert.equal(run(open(), capture(), capture())[2]?.thrown, "Error: closed or busy");
});

test("a start signal that would hold the line low for long is refused", () => {
  for (const startLow of [-1, 0, 20_001, 4_000_000_000]) {
    const [, refused] = run(open(), capture(startLow));
    assert.deepEqual(refused, { calls: [], thrown: "RangeError: no start signal" });
  }
  assert.equal(run(open(), capture(20_000))[1]?.thrown, undefined);
});

test("what ESP-IDF refuses is passed on, and the pin is free again", () => {
  for (const name of [
    "esp_timer_create",
    "rmt_new_rx_channel",
    "rmt_rx_register_event_callbacks",
    "gpio_set_level",
    "gpio_set_direction",
  ]) {
    const [, failed, , next] = run(give(name, 0x103), open(), give(name, 0), open());
    assert.equal(failed?.thrown, "Error: no receiver, error 0x103 of ESP-IDF", name);
    assert.ok(!failed?.calls.includes("use 4"), name);
    assert.equal(next?.thrown, undefined, name);
  }
  for (const name of ["rmt_enable", "esp_timer_start_once"]) {
    const [, , failed, , next] = run(
      open(),
      give(name, 0x103),
      capture(),
      give(name, 0),
      capture(),
    );
    assert.equal(failed?.thrown, "Error: error 0x103 of ESP-IDF", name);
    assert.equal(next?.thrown, undefined, name);
  }
  const deaf = run(
    open(),
    capture(),
    set("awake", 1_000),
    give("rmt_receive", 0x103),
    "timer",
    "deliver",
  );
  assert.equal(deaf[5]?.calls.at(-1), "callback undefined");
});
