// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type SimEvent, Simulator } from "../support/simulator.ts";
import { isAlive } from "../support/test-process.ts";

function isPublish(board: string): (event: SimEvent) => boolean {
  return (event) => event.board === board && event.event === "publish";
}

function hears(board: string): (event: SimEvent) => boolean {
  return (event) => event.board === board && event.part === "peer" && event.event === "reading";
}

/** A reading with all values, which there are when the gas sensor has warmed up. */
const whole =
  /^\{"\w+":\{"co2":\d+,"voc":\d+,"bmp P":\d+,"bmp temp":\d+,"dht temp":\d+,"dht RH":\d+[,}]/;

test("two boards start with their broker, publish and hear each other, and end by themselves", async () => {
  const simulator = new Simulator(["--speed", "10", "--duration", "12s"]);
  for (const board of ["board-a", "board-b"]) await simulator.until(hears(board));
  const engines = simulator.engines;
  assert.equal(engines.length, 2);
  assert.equal(await simulator.ended, 0);
  assert.equal(simulator.errors, "");
  assert.deepEqual(engines.filter(isAlive), []);
  const watch = simulator.events.find(({ event }) => event === "watch");
  assert.match(watch?.text ?? "", /mosquitto_sub -h 127\.0\.0\.1 -p \d+ -t airpair\/\+\/\+ -v$/);
  for (const board of ["board-a", "board-b"]) {
    const parts = new Set(
      simulator.events.filter((event) => event.board === board).map((event) => event.part),
    );
    for (const part of ["boot", "wifi", "time", "mqtt", "ccs811", "reading", "peer"]) {
      assert.ok(parts.has(part), `${board} says nothing about ${part}`);
    }
    const told = simulator.events.filter((event) => event.board === board).map(({ text }) => text);
    assert.ok(told.includes("scan: 0x5a CCS811, 0x76 BME280"));
    assert.ok(told.includes("temperature and humidity from the DHT22 at GPIO 4, compensation too"));
  }
});

test("a setting is given to every board, and the line to watch follows it", async () => {
  const simulator = new Simulator(["--set", "mqtt.root=school/room-2", "--speed", "20"]);
  for (const board of ["board-a", "board-b"]) {
    const { topic } = await simulator.until(isPublish(board));
    assert.equal(topic, `school/room-2/${board}/reading`);
  }
  const watch = simulator.events.find(({ event }) => event === "watch");
  assert.match(watch?.text ?? "", / -t school\/room-2\/\+\/\+ -v$/);
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
});

test("the same firmware runs on Node, with an odd number of boards", async () => {
  const simulator = new Simulator(["--engine", "node", "--boards", "3", "--speed", "20"]);
  for (const board of ["board-a", "board-b", "board-c"]) await simulator.until(hears(board));
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
});

test("readings become whole, and Ctrl-C ends everything soon, after a goodbye", async () => {
  const simulator = new Simulator(["--speed", "20"]);
  // The first readings wait for the broker; only a board that is connected says goodbye.
  for (const board of ["board-a", "board-b"]) {
    await simulator.until(hears(board));
    await simulator.until((event) => isPublish(board)(event) && whole.test(event.payload ?? ""));
  }
  const engines = simulator.engines;
  const start = performance.now();
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
  const elapsed = performance.now() - start;
  // Two seconds on a PC with time to spare; a goodbye that is not answered takes 1.6 of them.
  assert.ok(elapsed < 15_000, `it took ${elapsed} ms`);
  assert.deepEqual(engines.filter(isAlive), []);
  const goodbyes = simulator.events.filter(
    ({ part, event }) => part === "mqtt" && event === "stopped",
  );
  assert.equal(goodbyes.length, 2);
});

test("a crash of one board's engine is reported with its reason, and the other goes on", async () => {
  const simulator = new Simulator(["--speed", "20"]);
  await simulator.until(hears("board-b"));
  const [first = 0] = simulator.engines;
  process.kill(first, "SIGKILL");
  const crash = await simulator.until(({ event }) => event === "crashed");
  assert.equal(crash.board, "board-a");
  assert.match(crash.text ?? "", /the engine has ended: killed by SIGKILL/);
  await simulator.until(
    ({ board, part, event }) => board === "board-b" && part === "peer" && event === "away",
  );
  const count = simulator.events.length;
  await simulator.until((event) => {
    return simulator.events.indexOf(event) > count && isPublish("board-b")(event);
  });
  simulator.signal("SIGTERM");
  assert.equal(await simulator.ended, 0);
});

test("when every engine has crashed the simulator ends with an error", async () => {
  const simulator = new Simulator(["--boards", "1", "--speed", "10"]);
  await simulator.until(isPublish("board-a"));
  for (const engine of simulator.engines) process.kill(engine, "SIGKILL");
  assert.equal(await simulator.ended, 1);
});

test("engines do not outlive a simulator that is killed", async () => {
  const simulator = new Simulator(["--speed", "10"]);
  await simulator.until(isPublish("board-a"));
  const engines = simulator.engines;
  simulator.signal("SIGKILL");
  assert.equal(await simulator.ended, "SIGKILL");
  const end = performance.now() + 30_000;
  while (engines.some(isAlive) && performance.now() < end) {
    await new Promise((done) => setImmediate(done));
  }
  assert.deepEqual(engines.filter(isAlive), []);
});

test("a broker that is not there is told by the boards, which keep trying", async () => {
  const simulator = new Simulator(["--broker", "mqtt://127.0.0.1:9", "--speed", "10"]);
  const event = await simulator.until(({ part, text }) => {
    return part === "mqtt" && /127\.0\.0\.1:9|refused/i.test(text ?? "");
  });
  assert.ok(event.text);
  await simulator.until(({ part, event: name }) => part === "reading" && name === "reading");
  simulator.signal("SIGINT");
  assert.equal(await simulator.ended, 0);
});

test("a folder that cannot hold the boards' storage is refused in one line", async () => {
  const simulator = new Simulator([], { spoil: ".airpair" });
  assert.equal(await simulator.ended, 1);
  assert.match(simulator.errors, /^airpair: the boards cannot keep their storage in .*\n$/);
});

test("a seed repeats every reading", async () => {
  const runs: string[][] = [];
  for (let run = 0; run < 2; run++) {
    const simulator = new Simulator(["--speed", "5", "--seed", "42"]);
    // Readings that wait for the broker carry the time of day, which does not repeat.
    const payloads = () =>
      simulator.events
        .filter(isPublish("board-a"))
        .map(({ payload }) => payload?.replace(/,"time":"[^"]*"/, "") ?? "");
    await simulator.until(() => payloads().length >= 14);
    simulator.signal("SIGINT");
    await simulator.ended;
    runs.push(payloads().slice(0, 14));
  }
  assert.deepEqual(runs[0], runs[1]);
});
