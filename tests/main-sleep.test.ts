// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { SCD4xChip } from "../hosts/virtual/chips/scd4x.ts";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { testCrypto } from "./support/test-crypto.ts";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const base = "airpair/airpair-000001";
const settings = { "mqtt.broker": "mqtt://broker.example", sleep: 5 };

function start(more: Readonly<Record<string, unknown>> = {}) {
  const board = new WholeBoard({ ...settings, ...more });
  const mqtt = new ScriptedBroker(board.network);
  board.powerOn();
  return { board, mqtt };
}

/** Awake since power came on, until it sleeps for the first time. */
function untilFirstSleep(more: Readonly<Record<string, unknown>> = {}) {
  const { board, mqtt } = start(more);
  const awake = board.untilAsleep(20 * minute);
  assert.ok(board.isAsleep);
  return { board, mqtt, awake };
}

test("a board that sleeps stays awake for five minutes when power comes on, and then publishes once a wake", () => {
  const { board, mqtt, awake } = untilFirstSleep();
  assert.ok(awake >= 5 * minute && awake < 6.5 * minute, `${awake} ms`);
  const before = mqtt.payloads(`${base}/reading`).length;
  for (let i = 1; i <= 5; i++) {
    board.wake();
    const time = board.untilAsleep(minute);
    assert.ok(time < 1_500, `awake for ${time} ms`);
    const readings = mqtt.payloads(`${base}/reading`);
    assert.equal(readings.length, before + i);
    assert.match(readings.at(-1) ?? "", /"co2":\d+/);
  }
  assert.deepEqual(new Set(board.sleeps.map(({ duration }) => duration)), new Set([5 * minute]));
  assert.deepEqual(board.bus.violations, []);
});

test("between two wakes its status says until when it sleeps, and never that it is gone", () => {
  const { board, mqtt } = untilFirstSleep();
  board.wake();
  board.untilAsleep(minute);
  const said = mqtt.payloads(`${base}/status`);
  const [asleep = "", ...others] = said.filter((word) => word !== "online");
  assert.equal(others.length, 1);
  assert.match(asleep, /^asleep until 20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const until = Date.parse(others[0]?.slice("asleep until ".length) ?? "");
  assert.ok(Math.abs(until - (board.time.now() ?? 0) - 5 * minute) < 2 * second);
  const kept = mqtt.retained.get(`${base}/status`);
  assert.equal(new TextDecoder().decode(kept?.payload), others[0]);
});

test("a command that the broker has kept is run when the board wakes, and keeps it awake for a minute", () => {
  const { board, mqtt } = untilFirstSleep({ "remote.commands": "on" });
  mqtt.publish(`${base}/command`, { payload: "version", QoS: 1 });
  board.wake();
  const time = board.untilAsleep(3 * minute);
  assert.match(mqtt.payloads(`${base}/reply`)[0] ?? "", /airpair \d/);
  assert.ok(time > minute && time < minute + 5 * second, `awake for ${time} ms`);
});

test("a word on its topic awake, retained, keeps it awake until it is taken away", () => {
  const { board, mqtt } = untilFirstSleep();
  mqtt.publish(`${base}/awake`, { payload: "on", QoS: 1, retain: true });
  board.wake();
  assert.equal(board.untilAsleep(30 * minute), 30 * minute);
  assert.match(board.ask("sleep").join("\n"), /awake: its topic awake says so/);
  assert.ok(mqtt.payloads(`${base}/reading`).length > 30, "it reads and publishes as ever");
  board.restart("reboot command");
  assert.equal(board.untilAsleep(30 * minute), 30 * minute);
  mqtt.publish(`${base}/awake`, { retain: true });
  board.untilAsleep(2 * minute);
  assert.ok(board.isAsleep);
});

test("a key on its console keeps it awake for five minutes, and sleep now ends that", () => {
  const { board } = untilFirstSleep();
  board.wake();
  board.time.advance(200);
  board.type("\n");
  const time = board.untilAsleep(20 * minute);
  assert.ok(time > 5 * minute && time < 6 * minute, `awake for ${time} ms`);
  board.wake();
  board.time.advance(100);
  assert.match(board.ask("sleep stay 30").join("\n"), /awake for at least 30 min/);
  board.time.advance(10 * minute);
  assert.ok(!board.isAsleep);
  assert.match(board.ask("status").join("\n"), /sleep of 5 min, awake: the command sleep stay/);
  assert.match(board.ask("sleep now").join("\n"), /going to sleep/);
  assert.ok(board.untilAsleep(3 * second) < 3 * second);
});

test("without a network it is awake for no more than 22 s, and all readings come when it is back", () => {
  const { board, mqtt } = untilFirstSleep();
  const before = mqtt.payloads(`${base}/reading`).length;
  board.network.connects = "silent";
  for (let i = 0; i < 10; i++) {
    board.wake();
    const time = board.untilAsleep(minute);
    assert.ok(time < 22 * second, `awake for ${time} ms`);
  }
  board.network.connects = "accept";
  board.wake();
  assert.ok(
    board.untilAsleep(minute) < 3 * second,
    "what an outage has taught does not hold it up",
  );
  const readings = mqtt.payloads(`${base}/reading`).slice(before);
  assert.equal(readings.length, 11);
  const times = readings.slice(0, 10).map((text) => /"time":"([^"]+)"/.exec(text)?.[1] ?? "");
  const gaps = times.slice(1).map((text, i) => Date.parse(text) - Date.parse(times[i] ?? ""));
  for (const gap of gaps) assert.ok(gap > 5 * minute && gap < 5.5 * minute, `${gap} ms`);
  board.wake();
  assert.ok(board.untilAsleep(minute) < 1_500);
});

test("it joins where it was, also when the access point has moved to another channel meanwhile", () => {
  const { board, mqtt } = untilFirstSleep();
  const lab = board.accessPoints.named("airpair-lab");
  assert.ok(lab);
  board.wake();
  assert.ok(board.untilAsleep(minute) < 1_500);
  lab.channel = 1 + (lab.channel % 13);
  board.wake();
  const search = board.untilAsleep(minute);
  assert.ok(search > 2 * second && search < 15 * second, `${search} ms`);
  board.wake();
  assert.ok(board.untilAsleep(minute) < 1_500, "it knows the new channel");
  assert.equal(mqtt.payloads(`${base}/status`).includes("offline"), false);
});

test("a day with an outage and a power cut: every reading arrives, no flash is written while all is well", () => {
  const { board, mqtt } = untilFirstSleep({ sleep: 30 });
  const taken = () => mqtt.payloads(`${base}/reading`).length;
  const writes = () =>
    ["mqtt", "wifi", "baseline", "airpair", "pairing"].reduce(
      (sum, name) => sum + board.domain(name).writes,
      0,
    );
  const live = (wakes: number) => {
    for (let i = 0; i < wakes; i++) {
      board.wake();
      board.untilAsleep(minute);
    }
  };
  live(4);
  const [readings, written] = [taken(), writes()];
  live(16);
  assert.equal(taken(), readings + 16);
  assert.ok(writes() - written <= 1, `${writes() - written} writes in eight hours`);
  board.network.connects = "refuse";
  live(10);
  assert.equal(taken(), readings + 16);
  // The power goes in the middle of a wake.
  board.wake();
  board.time.advance(300);
  board.powerOff();
  board.time.advance(minute);
  board.network.connects = "accept";
  board.retained.bytes.fill(0x55);
  board.powerOn();
  board.untilAsleep(20 * minute);
  assert.ok(board.isAsleep);
  const late = mqtt.payloads(`${base}/reading`).slice(readings + 16);
  assert.equal(late.filter((text) => text.includes('"time"')).length, 10);
  const before = taken();
  live(10);
  assert.equal(taken(), before + 10);
  assert.deepEqual(board.bus.violations, []);
});

test("awake for less than 1.5 s on a known network without TLS, with 250 ms to boot and 20 ms each way", () => {
  const { board, mqtt } = untilFirstSleep();
  board.bootTime = 250;
  board.network.latency = 20;
  for (let i = 0; i < 4; i++) {
    board.wake();
    board.untilAsleep(minute);
  }
  const reports = mqtt.payloads(`${base}/health`);
  const { sleep, reset } = JSON.parse(reports.at(-1) ?? "{}").office_sensor;
  assert.equal(reset, "deep sleep");
  assert.equal(sleep.misses, undefined);
  const { boot, sensor, wifi, dhcp, tcp, mqtt: connack, publish } = sleep.steps;
  assert.equal(boot, 250);
  assert.ok(sensor > 0 && sensor < 200, `${sensor} ms for the sensor`);
  for (const [name, ms] of Object.entries(sleep.steps)) assert.ok(Number(ms) > 0, name);
  const shares = boot + wifi + dhcp + tcp + connack + publish;
  assert.ok(sleep.awake < 1_500, `awake for ${sleep.awake} ms`);
  // What is left is the wait for what the broker may have kept.
  assert.ok(sleep.awake - shares >= 90 && sleep.awake - shares <= 130, `${sleep.awake} ${shares}`);
});

test("a report of its health goes out at each third wake, with sleeps of 5 min and publish.health of 15", () => {
  const { board, mqtt } = untilFirstSleep();
  const before = mqtt.payloads(`${base}/health`).length;
  for (let i = 0; i < 9; i++) {
    board.wake();
    assert.ok(board.untilAsleep(minute) < 1_500);
  }
  assert.equal(mqtt.payloads(`${base}/health`).length, before + 3);
});

test("nINT wakes it when the air has crossed a threshold, and nothing but the time where it is not wired", () => {
  const wired = untilFirstSleep({ "ccs811.int": "27", "ccs811.thresholds": "800,1200" });
  assert.equal(wired.board.sleeps.at(-1)?.wakePin, 27);
  wired.board.wake(90 * second);
  assert.ok(wired.board.untilAsleep(minute) < 1_500);
  assert.equal(wired.board.sleeps.length, 2);
  assert.equal(untilFirstSleep({ "ccs811.int": "27" }).board.sleeps.at(-1)?.wakePin, undefined);
});

test("the run-in of its sensor goes on while the board sleeps", () => {
  const { board } = untilFirstSleep({ sleep: 10 });
  for (let i = 0; i < 2; i++) {
    board.wake();
    board.untilAsleep(minute);
  }
  board.wake();
  board.type("\n");
  board.time.advance(2 * second);
  assert.match(
    board.ask("ccs811").join("\n"),
    /taken over at the start: it had measured for 3[5-9] min/,
  );
  assert.match(board.ask("status").join("\n"), /ccs811 ready/);
});

/** With TLS: ms of the handshakes as told in docs/sleep.md. */
function secureBoard(sessionLength: number, more: Readonly<Record<string, unknown>> = {}) {
  const board = new WholeBoard({ ...settings, ...more, "mqtt.broker": secureBroker }, {}, crypto);
  const mqtt = new ScriptedBroker(board.network);
  board.bootTime = 250;
  Object.assign(board.network, { latency: 20, sessionLength, handshakeTime });
  board.powerOn();
  board.untilAsleep(20 * minute);
  return { board, mqtt };
}
const secureBroker = "mqtts://broker.example";
const crypto = testCrypto();
const handshakeTime = { whole: 2_500, resumed: 800 };

/** ms awake at each of so many wakes, the boot loader with it. */
function wakes(board: WholeBoard, count: number): number[] {
  return Array.from({ length: count }, () => {
    board.wake();
    return board.untilAsleep(minute) + board.bootTime;
  });
}

test("a board that sleeps resumes its TLS session at each wake, and is awake for less than 3 s with it", () => {
  const { board, mqtt } = secureBoard(300);
  assert.deepEqual(board.network.resumed, [false]);
  const before = mqtt.payloads(`${base}/reading`).length;
  for (const time of wakes(board, 5)) assert.ok(time < 3 * second, `awake for ${time} ms`);
  assert.deepEqual(board.network.resumed, [false, true, true, true, true, true]);
  assert.equal(mqtt.payloads(`${base}/reading`).length, before + 5);
  const whole = secureBoard(0);
  for (const time of wakes(whole.board, 3)) assert.ok(time > 3 * second, `awake for ${time} ms`);
});

test("the TLS session survives neither a restart nor a power cut nor another authority", () => {
  const { board } = secureBoard(300);
  const { resumed } = board.network;
  const untilOnline = () => board.time.advance(10 * second);
  board.wake();
  untilOnline();
  board.restart("reboot command");
  untilOnline();
  assert.deepEqual(resumed, [false, true, false]);
  board.untilAsleep(20 * minute);
  board.powerCycle(second);
  board.untilAsleep(20 * minute);
  wakes(board, 1);
  assert.deepEqual(resumed, [false, true, false, false, true]);
  board.wake();
  board.type("\n");
  untilOnline();
  const before = resumed.length;
  board.ask("set mqtt.keepalive 90");
  board.time.advance(minute);
  board.ask("sleep now");
  board.untilAsleep(3 * second);
  wakes(board, 1);
  assert.deepEqual(resumed.slice(before), [false, true]);
});

test("a TLS session that is too long for the memory is counted in the report of its health", () => {
  const { board, mqtt } = secureBoard(2_400);
  wakes(board, 4);
  assert.equal(board.network.resumed.includes(true), false);
  const reports = mqtt.payloads(`${base}/health`);
  const { sleep } = JSON.parse(reports.at(-1) ?? "{}").office_sensor;
  assert.ok(sleep.unkept >= 3, `${sleep.unkept}`);
  assert.equal(mqtt.payloads(`${base}/status`).includes("offline"), false);
});

/** A board that sleeps, with an SCD41 beside or instead of its own sensor, asleep for the first time. */
function withSCD41(more: Readonly<Record<string, unknown>> = {}) {
  const { board, mqtt } = start(more);
  const room = { CO2: 640, temperature: 21, humidity: 40, pressure: 101_300 };
  const chip = new SCD4xChip({ time: board.time, air: { at: () => room } });
  board.bus.attach(chip);
  board.untilAsleep(20 * minute);
  return { board, mqtt, chip, room };
}

test("an SCD41 goes on measuring in the sleep, and its value does not keep the board awake", () => {
  const { board, mqtt, chip, room } = withSCD41();
  for (let i = 0; i < 4; i++) {
    room.CO2 = 700 + 10 * i;
    assert.equal(chip.period, 30_000);
    board.wake();
    const time = board.untilAsleep(minute);
    assert.ok(time < 1_500, `awake for ${time} ms`);
    assert.ok(mqtt.payloads(`${base}/reading`).at(-1)?.includes(`"co2":${room.CO2},`));
  }
  assert.deepEqual(board.bus.violations, []);
});

test("an SCD41 that has lost its supply in the sleep is started again, and what is set for it holds from the next wake on", () => {
  const { board, mqtt, chip } = withSCD41();
  chip.reset();
  board.wake();
  board.untilAsleep(minute);
  assert.equal(chip.period, 30_000);
  board.wake();
  assert.ok(board.untilAsleep(minute) < 1_500);
  assert.ok(mqtt.payloads(`${base}/reading`).at(-1)?.includes(`"co2":640,`));
  assert.equal(chip.settings.ASC, 1);
  board.wake();
  board.time.advance(100);
  board.ask("set co2.self-calibration off");
  board.time.advance(minute);
  board.ask("sleep now");
  board.untilAsleep(minute);
  board.wake();
  board.untilAsleep(minute);
  assert.equal(chip.settings.ASC, 0);
  board.wake();
  assert.ok(board.untilAsleep(minute) < 1_500);
  assert.deepEqual(board.bus.violations, []);
});
