// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Reading } from "../../../../modules/air-quality/reading.ts";
import { anySecretIn } from "../../../../modules/app/commands/command-list.ts";
import { remoteRefusal } from "../../../../modules/app/remote/remote-rules.ts";
import { CommandBench, type CommandBenchOptions } from "../../../support/command-bench.ts";

const reading: Reading = {
  co2: 612,
  voc: 32,
  pressure: 101_320,
  pressureTemperature: 24,
  temperature: 23.4,
  humidityPercent: 41,
  ticks: 0,
};

/** A board whose console somebody types at. */
class Trial extends CommandBench {
  constructor(options: CommandBenchOptions = {}) {
    super(options);
    this.network.time.set(1_893_456_000_000);
    this.reading = reading;
  }

  /** The answer to a line, with what it says while it goes on. */
  runLine(line: string): string {
    const parts: string[] = [];
    const { ok, text } = this.commander.run(line, {
      replied: (part) => parts.push(part),
      ended: (_running, failure) => failure !== undefined && parts.push(`error: ${failure}`),
    });
    return [...parts, ok ? text : `error: ${text}`].join("\n");
  }

  /** Types a line, and returns what the screen shows for it. */
  type(line: string): string {
    const before = this.port.output.length;
    this.port.type(`${line}\r`);
    this.network.time.advance(10);
    return this.port.output.slice(before);
  }

  /** Time goes on for so many s, with a reading each second. */
  pass(seconds: number): string {
    const before = this.port.output.length;
    for (let i = 0; i < seconds; i++) {
      for (const observer of this.observers) observer.onReading(reading);
      this.network.time.advance(1_000);
    }
    return this.port.output.slice(before);
  }

  stored(part: string): string {
    return String(this.settings.get(`platform.1.${part}` as "platform.1.name"));
  }
}

test("platform list has a line for each platform, and marks those that are set", () => {
  const trial = new Trial();
  const list = trial.runLine("platform list");
  assert.equal(list.split("\n").length, 14);
  assert.match(list, /^ {2}thingsboard +ThingsBoard: dashboards and rules/m);
  assert.match(trial.runLine("platform"), /no platform is set; platform list shows them/);
  trial.runLine("platform use thingsboard key=token");
  assert.match(trial.runLine("platform list"), /^\* thingsboard/m);
});

test("platform use asks for what the platform needs, hides what is secret, and says what happens next", () => {
  const trial = new Trial();
  assert.match(trial.type("platform use adafruit-io"), /user name:/);
  assert.match(
    trial.type("some user"),
    /that does not do: it takes printable ASCII[\s\S]*user name:/,
  );
  assert.match(trial.type(""), /must not be empty[\s\S]*user name:/);
  assert.match(trial.type("someuser"), /key:/);
  const secret = trial.type("aio_hunter22");
  assert.ok(!secret.includes("hunter"));
  assert.match(secret, /> \*{12}[\s\S]*group of feeds \[board\]:/);
  assert.match(trial.type(""), /server \[io\.adafruit\.com\]:/);
  assert.match(trial.type(""), /start it with the board each time, yes or no \[no\]:/);
  const end = trial.type("maybe");
  assert.match(end, /takes on or off, yes or no[\s\S]*start it with the board/);
  const done = trial.type("yes");
  assert.match(done, /Adafruit IO is platform 1/);
  assert.match(done, /a reading goes out every 60 s the mean of what was measured/);
  assert.match(done, /it is started with the board; platform test sends a reading now/);
  assert.match(done, /commands from there are not taken: set remote.commands on/);
  assert.deepEqual(
    ["name", "user", "key", "device", "boot"].map((part) => trial.stored(part)),
    ["adafruit-io", "someuser", "aio_hunter22", "", "on"],
  );
  assert.ok(!trial.port.output.includes("hunter22"));
  assert.match(trial.type("get platform.1.key"), /\*{8} \(stored\)/);
  assert.match(trial.type("platform"), /Adafruit IO: /);
});

test("what is typed at a question is no command, and Ctrl-C ends the questions with nothing stored", () => {
  const trial = new Trial();
  trial.type("platform use ubidots");
  assert.match(trial.type("reboot"), /label of the device/);
  assert.deepEqual(trial.done, []);
  trial.port.type("\x03");
  assert.match(trial.type("version"), /airpair \d/);
  assert.equal(trial.stored("name"), "none");
  trial.type("platform use ubidots");
  trial.port.type("half\x03");
  assert.match(trial.type("version"), /airpair \d/);
});

test("what is said with the command is not asked for, and is hidden as it is typed", () => {
  const trial = new Trial();
  const line = "platform use thingsboard host=mqtt://tb.example key=hunter22 boot=on";
  assert.equal(line.slice(anySecretIn(line)), "host=mqtt://tb.example key=hunter22 boot=on");
  assert.match(trial.type(line), /ThingsBoard is platform 1[\s\S]*thingsboard is set up/);
  assert.ok(!trial.port.output.includes("hunter22"));
  assert.equal(trial.stored("host"), "mqtt://tb.example");
  assert.match(trial.runLine("platform use blynk token=x"), /blynk takes key=, host=, boot=/);
  const wrong = trial.runLine("platform use thingspeak channel=abc key=hunter22");
  assert.match(wrong, /channel of thingspeak does not do: it takes digits/);
  assert.ok(!wrong.includes("hunter22"));
});

test("a certificate is taken over several lines, and its key is hidden in each", () => {
  const trial = new Trial();
  trial.type("platform use aws-iot");
  trial.type("abc-ats.iot.eu-central-1.amazonaws.com");
  trial.type("");
  assert.match(trial.type(""), /certificate of the thing: \(lines of any number/);
  trial.type("-----BEGIN CERTIFICATE-----");
  trial.type("MAA=");
  trial.type("-----END CERTIFICATE-----");
  assert.match(trial.type("."), /its private key/);
  trial.type("-----BEGIN PRIVATE KEY-----");
  trial.type("MAIBAA==");
  trial.type("-----END PRIVATE KEY-----");
  assert.match(trial.type("."), /Amazon Root CA 1; empty: the public roots/);
  assert.match(trial.type(""), /start it with the board/);
  assert.match(trial.type(""), /AWS IoT Core is platform 1[\s\S]*it is not started with the board/);
  assert.ok(!trial.port.output.includes("MAIBAA"));
  assert.match(trial.stored("cert"), /MAA=/);
});

test("a platform that has ended is refused with the date and what to use, and an unknown one too", () => {
  const trial = new Trial();
  const run = (name: string) => trial.runLine(`platform use ${name}`);
  assert.match(
    run("cayenne"),
    /Cayenne cannot be used: it .*December 2024; use adafruit-io or ubidots/,
  );
  assert.match(run("google-iot-core"), /closed on 16 August 2023; use aws-iot or azure-iot/);
  assert.match(run("pybytes"), /September 2024/);
  assert.match(run("iottweet"), /2017/);
  assert.match(run("dweet.io"), /July 2026/);
  assert.match(run("nonsense"), /there is no platform "nonsense"; platform list shows them/);
  assert.match(
    trial.runLine("platform use"),
    /use needs the name of a platform; usage: platform use NAME/,
  );
  assert.match(trial.runLine("platform fly"), /does not know "fly"/);
});

test("platform test shows what goes out, and what came of it", () => {
  const trial = new Trial();
  trial.runLine("platform use thingsboard host=mqtt://tb.example key=hunter22");
  trial.pass(5);
  const shown = trial.type("platform test") + trial.pass(5);
  assert.match(
    shown,
    /v1\/devices\/me\/telemetry \{"co2":612,"voc":32,"pressure":1013.2,"temperature":23.4,"humidity":41\}/,
  );
  assert.match(shown, /after \d+ ms: the platform has taken it/);
  assert.equal(trial.network.broker.connection.connect?.user, "hunter22");
  assert.ok(!trial.port.output.includes("hunter22"));
});

test("platform test says why nothing gets through, after a minute at most", () => {
  const trial = new Trial();
  trial.network.broker.returnCode = 5;
  trial.runLine("platform use thingsboard host=mqtt://tb.example key=x");
  const shown = trial.type("platform test") + trial.pass(70);
  assert.match(
    shown,
    /error: waiting: the broker refused the connection \(code 5\): user, password or rights are wrong/,
  );
});

test("there is room for two platforms, and for the third one has to be forgotten", () => {
  const trial = new Trial();
  trial.runLine("platform use ubidots key=a");
  trial.runLine("platform use blynk key=b");
  assert.match(
    trial.runLine("platform use thinger-io user=a key=b"),
    /there is room for 2 platforms; platform forget ubidots or blynk/,
  );
  assert.match(trial.runLine("platform test"), /two platforms are set: which one\?/);
  assert.match(trial.runLine("platform forget ubidots"), /Ubidots is forgotten/);
  assert.equal(trial.settings.get("platform.1.key"), "");
  assert.match(trial.runLine("platform use thinger-io user=a key=b"), /set up/);
  assert.match(trial.runLine("platform"), /Thinger.io: [\s\S]*Blynk: /);
});

test("platform off stops it for the next start too, and on starts it again with what is stored", () => {
  const trial = new Trial();
  trial.runLine("platform use thingsboard host=mqtt://tb.example key=k boot=on");
  trial.pass(5);
  const before = trial.network.broker.connections.length;
  assert.match(trial.runLine("platform off"), /ThingsBoard is off; platform on starts it again/);
  trial.pass(5);
  assert.equal(trial.settings.get("platform.1.boot"), "off");
  assert.match(trial.runLine("platform"), /ThingsBoard: off; platform on starts it/);
  assert.match(
    trial.runLine("platform test"),
    /ThingsBoard is off; platform on thingsboard starts it/,
  );
  assert.match(trial.runLine("platform on"), /ThingsBoard: connecting/);
  trial.pass(5);
  assert.equal(trial.network.broker.connections.length, before + 1);
  assert.match(
    trial.runLine("platform on blynk"),
    /blynk is not set; platform use blynk sets it up/,
  );
});

test("platform on tells what is not set", () => {
  const trial = new Trial({ given: { "platform.1.name": "blynk" } });
  assert.match(
    trial.runLine("platform on"),
    /blynk is not started: auth token of the device is not set; platform use blynk asks for it/,
  );
});

test("a value that was set by hand and does not do is told before anything is tried", () => {
  const given = { "platform.1.name": "broker", "platform.1.host": "mqtt://a.example" };
  const trial = new Trial({ given: { ...given, "platform.1.device": "a/#" } });
  assert.match(
    trial.runLine("platform on"),
    /broker is not started: next level takes printable ASCII without spaces.*; platform use broker asks for it/,
  );
  trial.pass(5);
  assert.equal(trial.network.network.lookups.filter((host) => host === "a.example").length, 0);
});

test("platforms over the own broker are not used while readings are for paired boards only", () => {
  const trial = new Trial({
    given: { "publish.plain": "off", "platform.1.name": "home-assistant" },
  });
  assert.match(
    trial.runLine("platform on"),
    /Home Assistant is not used: publish.plain is off: readings go to paired boards only; set publish.plain on/,
  );
});

test("without a broker Home Assistant says what is missing", () => {
  const trial = new Trial({ offline: true, given: { "platform.1.name": "home-assistant" } });
  assert.match(
    trial.runLine("platform on"),
    /reached over the board's own broker, and there is none; set mqtt.broker/,
  );
});

test("nobody far away may use platforms, nor change them, but how often they get a reading", () => {
  for (const line of [
    "platform",
    "platform use blynk key=x",
    "set platform.1.host a",
    "reset platform.2.name",
  ]) {
    assert.match(remoteRefusal(line) ?? "", /board's own console only/, line);
  }
  assert.equal(remoteRefusal("set platform.interval 30"), undefined);
});
