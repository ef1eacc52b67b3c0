// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { Certificates, withoutOpenSSL } from "../support/certificates.ts";
import { Mosquitto, type Witnessed, withoutMosquitto } from "../support/mosquitto.ts";
import { Simulator } from "../support/simulator.ts";

const skip = withoutMosquitto;

function isStatus(board: string, status: string): (message: Witnessed) => boolean {
  return ({ topic, payload }) => topic === `airpair/${board}/status` && payload === status;
}

test("Mosquitto shows retained online, readings in the course's form at 1 Hz, and offline", {
  skip,
}, async () => {
  const broker = await Mosquitto.start();
  const witness = broker.witness("airpair/#");
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const simulator = new Simulator(["--broker", url, "--duration", "16s"]);
  try {
    for (const board of ["board-a", "board-b"]) await witness.until(isStatus(board, "online"));
    const late = broker.witness("airpair/+/status");
    const known = await late.until(isStatus("board-a", "online"));
    assert.equal(known.retained, true);
    await late.stop();
    assert.equal(await simulator.ended, 0);
    for (const board of ["board-a", "board-b"]) await witness.until(isStatus(board, "offline"));
    for (const board of ["board-a", "board-b"]) {
      const readings = witness.messages.filter(({ topic }) => topic === `airpair/${board}/reading`);
      // Those that had to wait for the broker come all at once.
      const timely = readings.filter(({ payload }) => !payload.includes('"time"'));
      const [first, last] = [timely[0]?.at ?? 0, timely.at(-1)?.at ?? 0];
      const period = (last - first) / (timely.length - 1);
      assert.ok(timely.length >= 5, `${timely.length} readings`);
      // A busy PC hands them over a little late, now and then.
      assert.ok(period > 800 && period < 1_200, `one reading per ${period} ms`);
      for (const { payload } of readings) {
        assert.match(
          payload,
          /^\{"office_sensor":\{("co2":\d+,"voc":\d+,)?"bmp P":\d+,"bmp temp":-?\d+,"dht temp":-?\d+,"dht RH":\d+(,"time":"[^"]+")?\}\}$/,
        );
      }
    }
    const after = broker.witness("airpair/+/status");
    assert.equal((await after.until(isStatus("board-a", "offline"))).retained, true);
    await after.stop();
  } finally {
    await witness.stop();
    await broker.stop();
  }
});

test("boards answer commands that come through Mosquitto, in text and in JSON", {
  skip,
}, async () => {
  const broker = await Mosquitto.start();
  const witness = broker.witness("airpair/+/reply");
  const status = broker.witness("airpair/board-b/status");
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const simulator = new Simulator(["--broker", url, "--speed", "10"]);
  try {
    await status.until(isStatus("board-b", "online"));
    await simulator.until(({ board, event }) => board === "board-b" && event === "publish");
    broker.publish("airpair/board-b/command", "version");
    const plain = await witness.until(({ topic }) => topic === "airpair/board-b/reply");
    assert.match(plain.payload, /^\{"ok":true,"text":"airpair \d+\.\d+\.\d+"\}$/);
    broker.publish("airpair/board-b/command", '{"id":7,"command":"status"}');
    const numbered = await witness.until(({ payload }) => payload.includes('"id":7'));
    const { ok, text } = JSON.parse(numbered.payload);
    assert.equal(ok, true);
    assert.match(text, /^board board-b, up \d+ s\n/);
    broker.publish("airpair/board-b/command", "set wifi.password hunter22");
    const refused = await witness.until(({ payload }) => payload.includes('"ok":false'));
    assert.match(refused.payload, /wifi\.password is changed on the board's own console only/);
    assert.equal(JSON.stringify(simulator.events).includes("hunter"), false);
    simulator.signal("SIGINT");
    assert.equal(await simulator.ended, 0);
  } finally {
    await witness.stop();
    await status.stop();
    await broker.stop();
  }
});

test("a board that is killed leaves its last will with Mosquitto", { skip }, async () => {
  const broker = await Mosquitto.start();
  const witness = broker.witness("airpair/board-a/status");
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const simulator = new Simulator(["--broker", url, "--speed", "10"]);
  try {
    await witness.until(isStatus("board-a", "online"));
    const [first = 0] = simulator.engines;
    process.kill(first, "SIGKILL");
    await witness.until(isStatus("board-a", "offline"));
    simulator.signal("SIGINT");
    assert.equal(await simulator.ended, 0);
  } finally {
    await witness.stop();
    await broker.stop();
  }
});

test("the boards come back when Mosquitto has been away", { skip }, async () => {
  const broker = await Mosquitto.start();
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const simulator = new Simulator(["--broker", url, "--speed", "10"]);
  const isOnline = ({ part, event }: { part?: string; event?: string }) =>
    part === "mqtt" && event === "online";
  const onlineCount = () => simulator.events.filter(isOnline).length;
  try {
    await simulator.until(() => onlineCount() >= 2);
    await broker.halt();
    await broker.start();
    await simulator.until(() => onlineCount() >= 4);
    simulator.signal("SIGINT");
    assert.equal(await simulator.ended, 0);
  } finally {
    await broker.stop();
  }
});

test("user and password reach the broker, and a refusal is told", { skip }, async () => {
  const broker = await Mosquitto.start("allow_anonymous false");
  const simulator = new Simulator([
    "--broker",
    `mqtt://mallory:secret@127.0.0.1:${broker.port}`,
    "--speed",
    "10",
  ]);
  try {
    const refusal = await simulator.until(({ part, text }) => {
      return part === "mqtt" && /not authori[sz]ed|refused|credentials|password/i.test(text ?? "");
    });
    assert.ok(refusal.text);
    const said = JSON.stringify(simulator.events) + simulator.errors;
    assert.equal(said.includes("secret"), false);
    simulator.signal("SIGINT");
    assert.equal(await simulator.ended, 0);
  } finally {
    await broker.stop();
  }
});

test("boards on XS speak to Mosquitto over TLS, with a certificate of their own", {
  skip: skip || withoutOpenSSL,
}, async () => {
  const certificates = new Certificates();
  const authority = certificates.authority("authority");
  const server = certificates.issue("server", { by: "authority" });
  const board = certificates.issue("board", { by: "authority" });
  const broker = await Mosquitto.start(
    [
      ...["allow_anonymous true", `cafile ${authority}`, "require_certificate true"],
      ...[`certfile ${server.certificate}`, `keyfile ${server.key}`],
    ].join("\n"),
  );
  const url = `mqtts://localhost:${broker.port}`;
  const own = ["--cert", board.certificate, "--key", board.key];
  const good = new Simulator(["--broker", url, "--boards", "1", "--ca", authority, ...own]);
  const bad = new Simulator(["--broker", url, "--boards", "1", "--ca", board.certificate, ...own]);
  try {
    const online = await good.until(({ part, event }) => part === "mqtt" && event === "online");
    assert.match(online.text ?? "", /connected to mqtts:\/\/localhost/);
    await good.until(({ event, board: id }) => event === "publish" && id === "board-a");
    const offline = await bad.until(({ part, event }) => part === "mqtt" && event === "offline");
    assert.match(offline.text ?? "", /no secure connection: tls\/unknown-authority/);
  } finally {
    good.signal("SIGINT");
    bad.signal("SIGINT");
    assert.equal(await good.ended, 0);
    assert.equal(await bad.ended, 0);
    await broker.stop();
    certificates.remove();
  }
});
