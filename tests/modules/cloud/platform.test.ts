// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { utf8LengthOf } from "../../../modules/base/utf8.ts";
import type { Answers } from "../../../modules/cloud/cloud-board.ts";
import type { Profile } from "../../../modules/cloud/profile.ts";
import { findProfile } from "../../../modules/cloud/profile-list.ts";
import { ScriptedBroker } from "../../support/scripted-broker.ts";
import { CloudBench } from "./cloud-bench.ts";

/** A board at a broker that takes everything. */
class Trial extends CloudBench {
  readonly broker = new ScriptedBroker(this.network);

  constructor(name: string, answers: Partial<Answers>, now?: number | null) {
    super(findProfile(name) as Profile, answers, now);
  }

  get hosts(): (string | undefined)[] {
    return this.network.links.map(({ options }) => options.host);
  }
}

const adafruit = { user: "someuser", key: "aio_secret" };
const feed = "someuser/groups/board-a/json";
const azure = {
  host: "example-hub.azure-devices.net",
  key: "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
};

/** The time at which a token ends, s since 1970. */
function endOf(password: Uint8Array | undefined): number {
  return Number(/&se=(\d+)$/.exec(new TextDecoder().decode(password))?.[1]);
}

test("what is sent is the mean of what was measured since", () => {
  const trial = new Trial("adafruit-io", adafruit).run(10);
  for (let i = 0; i < 60; i++) {
    trial.sample = { co2: i < 30 ? 600 : 700, temperature: 20 + i / 60 };
    trial.run(1, 1);
  }
  const values = trial.broker.payloads(feed).map((text) => JSON.parse(text).feeds);
  assert.equal(values.length, 2);
  assert.ok(Math.abs(values[1].co2 - 647) < 12, values[1].co2);
  assert.ok(Math.abs(values[1].temperature - 20.5) < 0.15);
});

test("a value that the board does not have is not sent, and costs nothing of what is allowed", () => {
  const trial = new Trial("adafruit-io", adafruit);
  trial.board.interval = 1;
  trial.sample = { temperature: 20 };
  trial.run(60, 1);
  const texts = trial.broker.payloads(feed);
  assert.ok(texts.every((text) => text === '{"feeds":{"temperature":20}}'));
  assert.ok(texts.length >= 18 && texts.length <= 28, String(texts.length));
});

test("a platform that complains of too much is left alone for a minute, and so is told", () => {
  const trial = new Trial("adafruit-io", adafruit).run(30);
  trial.board.interval = 10;
  trial.run(60);
  const before = trial.broker.payloads(feed).length;
  trial.broker.publish("someuser/throttle", {
    payload: "someuser data rate limit reached",
    QoS: 1,
  });
  trial.run(50);
  assert.ok(trial.broker.payloads(feed).length <= before + 1);
  assert.match(
    trial.log,
    /it complains: someuser data rate limit reached; nothing is sent for 60 s/,
  );
  trial.run(40);
  assert.ok(trial.broker.payloads(feed).length >= before + 2);
});

test("a subscription that is refused is told, and readings go on", () => {
  const trial = new Trial("adafruit-io", adafruit);
  trial.broker.grant = (filter, QoS) => (filter.endsWith(".command") ? 0x80 : QoS);
  trial.run(130);
  assert.match(trial.log, /the subscription to someuser\/feeds\/board-a.command is refused/);
  assert.ok(trial.broker.payloads(feed).length >= 2);
});

test("without the time no secure connection is begun, and with it at once", () => {
  const trial = new Trial("adafruit-io", adafruit, null);
  trial.run(60);
  assert.equal(trial.network.links.length, 0);
  assert.match(trial.platform.text, /waiting for the time/);
  trial.time.set(1_893_456_000_000);
  trial.run(10);
  assert.equal(trial.broker.payloads(feed).length, 1);
});

test("without the network nothing is tried; when it is back the platform is found again", () => {
  const trial = new Trial("adafruit-io", adafruit);
  trial.board.isOnline = false;
  trial.run(60);
  assert.equal(trial.network.links.length, 0);
  assert.match(trial.platform.text, /waiting for the network/);
  trial.board.isOnline = true;
  trial.run(10);
  assert.equal(trial.broker.payloads(feed).length, 1);
  trial.board.isOnline = false;
  trial.run(120);
  assert.equal(trial.network.links.filter(({ alive }) => alive).length, 0);
  trial.board.isOnline = true;
  trial.run(120);
  assert.ok(trial.broker.payloads(feed).length >= 2);
});

test("a network that comes and goes does not make a board log in more often than is allowed", () => {
  const trial = new Trial("adafruit-io", adafruit).run(20);
  const before = trial.network.links.length;
  for (let i = 0; i < 120; i++) {
    trial.board.isOnline = i % 2 === 1;
    trial.run(1, 1);
  }
  assert.ok(trial.network.links.length - before <= 12);
});

test("a token is made anew before it ends, and its connection with it", () => {
  const trial = new Trial("azure-iot", azure).run(3 * 3_600, 20);
  const connects = trial.broker.connections.map(({ connect, link }) => ({
    end: endOf(connect?.password),
    began: 1_893_456_000 + link.began / 1_000,
  }));
  assert.equal(connects.length, 4);
  for (const [i, { end, began }] of connects.entries()) {
    assert.ok(end - began > 3_590 && end - began <= 3_600, `${end - began}`);
    const next = connects[i + 1];
    if (next) assert.ok(next.began < end, "the token had ended");
  }
  assert.ok(trial.broker.connections.slice(0, -1).every(({ ended }) => ended));
});

test("a token that was made with a wrong clock is made anew when it was refused", () => {
  const trial = new Trial("azure-iot", azure);
  trial.broker.returnCode = 5;
  trial.run(60);
  trial.time.set(1_893_556_000_000);
  trial.run(900, 10);
  const last = trial.broker.connections.at(-1)?.connect;
  assert.ok(endOf(last?.password) > 1_893_556_000);
});

test("a device of Azure asks for its twin after each connection, and stores an interval once", () => {
  const trial = new Trial("azure-iot", azure).run(20);
  const asked = trial.broker.published("$iothub/twin/GET/?$rid=1");
  assert.equal(asked.length, 1);
  const twin = '{"desired":{"interval":30,"$version":4},"reported":{"interval":60,"$version":2}}';
  trial.broker.publish("$iothub/twin/res/200/?$rid=1", { payload: twin });
  trial.run(5);
  assert.deepEqual(trial.board.lines, ["set platform.interval 30"]);
  const reports = trial.broker.payloads("$iothub/twin/PATCH/properties/reported/?$rid=2");
  assert.equal(JSON.parse(reports.at(-1) ?? "").interval, 30);
  trial.broker.publish("$iothub/twin/res/204/?$rid=2&$version=5");
  trial.run(5);
  assert.equal(trial.board.lines.length, 1);
});

test("an unknown method of Azure is answered with a status that says so", () => {
  const trial = new Trial("azure-iot", azure).run(20);
  trial.board.result = { ok: false, text: "unknown command" };
  trial.broker.publish("$iothub/methods/POST/fly/?$rid=3", { payload: "null" });
  trial.run(5);
  assert.deepEqual(trial.broker.payloads("$iothub/methods/res/400/?$rid=3"), [
    '{"ok":false,"text":"unknown command"}',
  ]);
});

test("Blynk can send the board to another region, but nowhere else and not without TLS", () => {
  const trial = new Trial("blynk", { key: "blynk-token" }).run(20);
  const redirect = (payload: string) => {
    trial.broker.publish("downlink/redirect", { payload });
    trial.run(20);
  };
  redirect("mqtts://evil.example:8883");
  redirect("mqtts://blynk.cloud.evil.example:8883");
  redirect("mqtt://fra1.blynk.cloud:1883");
  redirect("mqtts://me@fra1.blynk.cloud");
  assert.equal(trial.network.links.length, 1);
  assert.match(trial.log, /a message on downlink\/redirect is ignored: it leads elsewhere/);
  redirect("mqtts://fra1.blynk.cloud:8883");
  assert.deepEqual(trial.hosts, ["blynk.cloud", "fra1.blynk.cloud"]);
  assert.match(trial.log, /sent on to mqtts:\/\/fra1.blynk.cloud/);
  trial.run(60);
  assert.ok(trial.broker.payloads("batch_ds").length >= 2);
});

test("regions that send a board round and round are not followed for ever", () => {
  const trial = new Trial("blynk", { key: "blynk-token" });
  trial.broker.onConnection = ({ link }) => {
    const to = link.options.host === "fra1.blynk.cloud" ? "ny3" : "fra1";
    const payload = `mqtts://${to}.blynk.cloud:8883`;
    trial.time.set(() => trial.broker.publish("downlink/redirect", { payload }), 500);
  };
  trial.run(600);
  assert.ok(trial.network.links.length <= 5, String(trial.network.links.length));
  assert.match(trial.log, /not followed to/);
});

test("what comes and is no command does no harm, and is told", () => {
  const trial = new Trial("thingsboard", { key: "ACCESSTOKEN" }).run(20);
  const rpc = "v1/devices/me/rpc/request";
  const hostile: [string, string | Uint8Array][] = [
    [`${rpc}/1`, "no JSON"],
    [`${rpc}/2`, '{"method":5}'],
    [`${rpc}/3`, '{"method":"a b"}'],
    [`${rpc}/4`, `{"method":"set","params":"${"x".repeat(600)}"}`],
    [`${rpc}/5`, "[".repeat(100)],
    [`${rpc}/6`, Uint8Array.of(0xff, 0xfe)],
    [`${rpc}/7`, "null"],
    [`${rpc}/8/9`, '{"method":"status"}'],
    ["v1/devices/me/attributes", '{"interval":"; reboot"}'],
    ["v1/devices/me/attributes", '{"interval":{"a":1}}'],
    ["v1/devices/me/attributes", "[]"],
    ["v1/devices/me/attributes", '{"deleted":["interval"]}'],
    ["v1/devices/me/attributes/response/1", '{"client":{}}'],
    ["v1/devices/me/attributes/response/1", "1"],
  ];
  const { session } = trial.broker.connection;
  session?.filters.set("#", 1);
  for (const [topic, payload] of hostile) {
    trial.broker.publish(topic, { payload });
    trial.run(1, 1);
  }
  assert.deepEqual(trial.board.lines, []);
  const answers = [1, 2, 3, 5, 7].map((id) => {
    return trial.broker.payloads(`v1/devices/me/rpc/response/${id}`)[0] ?? "";
  });
  for (const answer of answers) assert.match(answer, /"ok":false,"text":"it takes \{/);
  assert.match(trial.log, /more than 512 bytes|no UTF-8|interval is no number/);
  trial.run(120);
  assert.ok(trial.broker.payloads("v1/devices/me/telemetry").length >= 2);
});

test("commands that come faster than they are done are refused, and a long answer is cut", () => {
  const trial = new Trial("thingsboard", { key: "ACCESSTOKEN" }).run(20);
  trial.board.isSlow = true;
  const ask = (id: number) => {
    trial.broker.publish(`v1/devices/me/rpc/request/${id}`, { payload: '{"method":"status"}' });
  };
  for (let id = 1; id <= 6; id++) ask(id);
  trial.run(2, 1);
  assert.equal(trial.board.lines.length, 4);
  for (const id of [5, 6]) {
    const [answer] = trial.broker.payloads(`v1/devices/me/rpc/response/${id}`);
    assert.equal(answer, '{"ok":false,"text":"other commands are still running"}');
  }
  trial.board.pending[0]?.({ ok: true, text: "x".repeat(5_000) });
  trial.run(2, 1);
  const [long = ""] = trial.broker.payloads("v1/devices/me/rpc/response/1");
  assert.equal(JSON.parse(long).text.length, 1_000);
  ask(7);
  trial.run(2, 1);
  assert.equal(trial.board.lines.length, 5);
});

test("readings that come at odd times do not make two follow each other too soon", () => {
  const trial = new Trial("thingspeak", { channel: "1", device: "c", key: "k" });
  trial.board.interval = 1;
  const times: number[] = [];
  trial.broker.onPacket = ({ type }) => {
    if (type === "PUBLISH") times.push(trial.time.ticks());
    return false;
  };
  trial.run(600, 7).run(600, 10).run(600, 13);
  const gaps = times.slice(1).map((time, i) => time - (times[i] ?? 0));
  assert.ok(gaps.length > 60 && gaps.every((gap) => gap >= 15_500), String(Math.min(...gaps)));
});

test("a reading by hand has the decimals of all others, in what is shown too", () => {
  const trial = new Trial("thingsboard", { key: "ACCESSTOKEN" }).run(20);
  trial.sample = { co2: 612.4, pressure: 1013.2468, temperature: 23.449, humidity: 41.04 };
  const text = '{"co2":612,"pressure":1013.2,"temperature":23.4,"humidity":41}';
  assert.deepEqual(trial.platform.preview(trial.sample, undefined), [
    `v1/devices/me/telemetry ${text}`,
  ]);
  assert.deepEqual(trial.test(), { ok: true, text: "the platform has taken it" });
  assert.equal(trial.broker.payloads("v1/devices/me/telemetry").at(-1), text);
});

test("before the first attempt it says that it connects, where nothing else is waited for", () => {
  const trial = new Trial("thingsboard", { key: "ACCESSTOKEN" });
  assert.match(trial.platform.text, /^ThingsBoard: connecting\n/);
});

test("a reading has an outcome also when the connection goes between the turns that put it together", () => {
  const trial = new Trial("thingsboard", { key: "ACCESSTOKEN" }).run(20, 20);
  let said: string | undefined;
  const why = trial.platform.test(trial.sample, trial.time.now(), ({ text }) => {
    said = text;
  });
  assert.equal(why, undefined);
  // The end comes behind the first of the turns, and before the second.
  trial.network.latency = 0;
  trial.network.connects = "refuse";
  for (const link of trial.network.links) link.cut();
  trial.time.advance(10_000);
  assert.equal(said, "waiting: the connection to the broker was lost: reset");
});

test("a reading by hand waits for its turn like any other", () => {
  const trial = new Trial("thingspeak", { channel: "1", device: "c", key: "k" }).run(20);
  trial.run(11, 1);
  const before = trial.broker.payloads("channels/1/publish").length;
  trial.board.interval = 3_600;
  trial.run(17, 1);
  assert.deepEqual(trial.test(), {
    ok: true,
    text: "sent; over QoS 0 nothing is confirmed",
  });
  assert.match(String(trial.test()), /ThingSpeak takes the next reading in \d+ s/);
  assert.ok(trial.broker.payloads("channels/1/publish").length >= before + 1);
});

test("a trouble that goes on is told once, and again after an hour, and so is its end", () => {
  const trial = new Trial("thinger-io", { user: "u", key: "credential" }).run(60);
  trial.network.connects = "refuse";
  trial.network.link.cut();
  trial.run(2 * 3_600, 30);
  const told = trial.log.match(/readings are not sent/g)?.length ?? 0;
  assert.ok(told >= 1 && told <= 8, String(told));
  trial.network.connects = "accept";
  trial.run(900, 30);
  assert.match(trial.log, /\d\d+ readings were not sent meanwhile/);
  assert.match(trial.log, /a reading has got through/);
});

test("a plain connection to a platform that must be secure is refused", () => {
  assert.throws(
    () =>
      new Trial("azure-iot", { ...azure, host: "mqtt://example-hub.azure-devices.net" }).platform,
    /Azure IoT Hub cannot be used without TLS/,
  );
});

test("no secret is ever in the log, in the status or in what is shown of a message", () => {
  const trial = new Trial("adafruit-io", adafruit);
  trial.network.handshakes = "fail";
  trial.run(60);
  trial.network.handshakes = "verify";
  trial.broker.returnCode = 4;
  trial.run(120);
  trial.broker.publish("someuser/errors", { payload: "aio_secret is wrong" });
  const shown = trial.log + trial.platform.text + trial.platform.preview(trial.sample, 0).join();
  assert.ok(shown.length > 100);
  assert.doesNotMatch(shown, /aio_secret/);
});

test("what a platform says is told in parts that can be written, wherever it was cut", () => {
  for (const before of [118, 119, 120]) {
    const trial = new Trial("adafruit-io", adafruit).run(20);
    trial.broker.publish("someuser/errors", { payload: `${"x".repeat(before)}😀😀` });
    trial.run(2, 1);
    assert.match(trial.log, /it complains: x{118}/);
    assert.ok(utf8LengthOf(trial.log) > 0, "half a character is in the log");
    const ask = new Trial("thingsboard", { key: "ACCESSTOKEN" }).run(20);
    ask.board.result = { ok: true, text: `${"x".repeat(880 + before)}😀😀` };
    ask.broker.publish("v1/devices/me/rpc/request/1", { payload: '{"method":"status"}' });
    ask.run(2, 1);
    const [answer = ""] = ask.broker.payloads("v1/devices/me/rpc/response/1");
    assert.match(JSON.parse(answer).text, /^x{998}/);
  }
});
