// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { HeldButton } from "../../../../modules/app/panel/held-button.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { VirtualPins } from "../../../support/virtual-pins.ts";

const pin = 0;

function build() {
  const time = new FakeTime();
  const pins = new VirtualPins();
  let held = 0;
  const owner = { buttonHeld: () => held++ };
  const button = new HeldButton({ io: pins.io, pin, timers: time, owner });
  return { time, pins, button, count: () => held };
}

test("a button that is held for two seconds is told once, however long it stays so", () => {
  const { time, pins, count } = build();
  pins.press(pin, true);
  time.advance(1_900);
  assert.equal(count(), 0);
  time.advance(200);
  assert.equal(count(), 1);
  time.advance(60_000);
  assert.equal(count(), 1);
  pins.press(pin, false);
  time.advance(200);
  pins.press(pin, true);
  time.advance(2_100);
  assert.equal(count(), 2);
});

test("a short press is none, and many of them are not one long press", () => {
  const { time, pins, count } = build();
  for (let i = 0; i < 20; i++) {
    pins.press(pin, true);
    time.advance(1_500);
    pins.press(pin, false);
    time.advance(150);
  }
  assert.equal(count(), 0);
});

test("contacts that bounce when they close and open make one press", () => {
  const { time, pins, count } = build();
  const bounce = (isPressed: boolean) => {
    for (let i = 0; i < 10; i++) {
      pins.press(pin, isPressed === (i % 2 === 0));
      time.advance(3);
    }
    pins.press(pin, isPressed);
  };
  bounce(true);
  time.advance(2_500);
  bounce(false);
  time.advance(5_000);
  assert.equal(count(), 1);
  assert.equal(time.pending, 0);
});

test("nothing runs until the button is pressed, and after it was released", () => {
  const { time, pins, button } = build();
  assert.equal(time.pending, 0);
  pins.press(pin, true);
  time.advance(100);
  assert.equal(time.pending, 1);
  pins.press(pin, false);
  time.advance(200);
  assert.equal(time.pending, 0);
  pins.press(pin, true);
  button.close();
  assert.deepEqual([time.pending, pins.open], [0, []]);
});
