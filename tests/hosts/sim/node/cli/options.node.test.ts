// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { sensorNames, usualSensors } from "../../../../../hosts/sim/node/board/sensor-choice.ts";
import { boardHelpText } from "../../../../../hosts/sim/node/cli/board-options.ts";
import { helpText, parseOptions } from "../../../../../hosts/sim/node/cli/options.ts";
import { OptionError } from "../../../../../hosts/sim/node/option-error.ts";
import type { SimOptions } from "../../../../../hosts/sim/node/sim-options.ts";
import { testKeyText } from "../../../../support/signed-images.ts";

function parse(line: string): SimOptions {
  const options = parseOptions(line.split(" ").filter((word) => word !== ""));
  if (options === "help") assert.fail("help was not asked for");
  return options;
}

test("without options there are two boards on XS in real time, with a broker of their own", () => {
  assert.deepEqual(parse(""), {
    boards: 2,
    id: "board",
    broker: undefined,
    credentials: undefined,
    engine: "xs",
    speed: 1,
    duration: undefined,
    seed: 1,
    sensors: ["ccs811", "bme280", "dht22"],
    settings: {},
    plain: false,
    update: false,
    json: false,
    page: true,
    report: false,
  });
});

test("more than fifty boards have a report and no page", () => {
  const { boards, page, report } = parse("--boards 1000 --engine node");
  assert.deepEqual({ boards, page, report }, { boards: 1_000, page: false, report: true });
  assert.equal(parse("--boards 50 --engine node").report, false);
  assert.equal(parse("--report").report, true);
});

test("every option is understood", () => {
  const line =
    "--boards 50 --id anna.1 --broker mqtt://u:p%40@host:18831 --engine node --speed 0.5 --duration 1.5m --seed 7 --sensors scd41,AHT21 --set reading.decimals=1 --plain --update --json";
  const options = parse(line);
  assert.equal(options.broker?.href, "mqtt://u:p%40@host:18831");
  const expected = {
    boards: 50,
    id: "anna.1",
    credentials: undefined,
    engine: "node",
    speed: 0.5,
    duration: 90_000,
    seed: 7,
    sensors: ["scd41", "aht21"],
    settings: { "reading.decimals": "1" },
    plain: true,
    update: true,
    json: true,
    page: false,
    report: false,
  };
  assert.deepEqual({ ...options, broker: undefined }, { ...expected, broker: undefined });
  for (const [text, ms] of [
    ["500ms", 500],
    ["30s", 30_000],
    ["2h", 7_200_000],
  ] as const) {
    assert.equal(parse(`--duration ${text}`).duration, ms);
  }
});

test("the page is served unless somebody or --json says no", () => {
  const served = (line: string) => (parse(line) as { page?: boolean }).page;
  assert.equal(served("--plain"), true);
  assert.equal(served("--no-page"), false);
  assert.equal(served("--json"), false);
  assert.equal(served("--json --page"), true);
});

test("help is help, whatever else is said", () => {
  assert.equal(parseOptions(["--help"]), "help");
  assert.equal(parseOptions(["-h", "--boards", "900"]), "help");
});

test("each bad value is refused in one line that says what is allowed", () => {
  const cases: [string, RegExp][] = [
    ["--boards 0", /--boards takes a whole number from 1 to 1000, not "0"/],
    ["--boards 1001 --engine node", /from 1 to 1000, not "1001"/],
    ["--boards 51", /^--boards 51 needs --engine node: on XS .* there are up to 50$/],
    ["--boards 1000 --engine xs", /^--boards 1000 needs --engine node/],
    ["--boards 51 --engine node --page", /^--page shows up to 50 boards, not 51$/],
    ["--update --boards 51 --engine node", /^--update shows up to 50 boards, not 51$/],
    [`--update --set update.key=${testKeyText}`, /^--update signs with a key of its own/],
    ["--report --set log.level=warn", /^the report counts what the boards log/],
    [`--boards 703 --engine node --id ${"x".repeat(29)}`, /--id takes up to 28 letters/],
    ["--example", /^a file is missing; npm run example -- examples\/blink-on-bad-air\.ts$/],
    ["--boards 2.5", /whole number/],
    ["--boards two", /whole number/],
    ["--boards", /--boards/],
    ["--id a/b", /--id takes up to 30 letters.*, not "a\/b"/],
    [`--id ${"x".repeat(31)}`, /--id takes/],
    ["--broker http://host", /--broker takes mqtt:\/\/host:port/],
    ["--broker host:", /--broker takes/],
    ["--broker a,b", /--broker takes/],
    ["--broker mqtt://", /--broker takes/],
    ["--broker mqtt://host:99999", /--broker takes/],
    ["--broker mqtt://host/path", /--broker takes/],
    ["--broker mqtts://host --ca none.pem", /--ca: none\.pem cannot be read \(ENOENT\)/],
    ["--broker mqtts://host --ca README.md", /--ca: README\.md is no certificate, PEM or DER/],
    ["--broker mqtts://host --ca README.md --cert x", /--cert and --key are needed together/],
    ["--broker mqtt://host --ca x", /need --broker mqtts:/],
    ["--key x", /need --broker mqtts:/],
    ["--broker mqtt://[::1]:1883", /IPv6 is not/],
    ["--engine v8", /--engine takes xs or node, not "v8"/],
    ["--speed 0", /--speed takes a number from 0\.1 to 1000/],
    ["--speed 1e3", /--speed takes/],
    ["--speed fast", /--speed takes/],
    ["--duration 5", /--duration takes a time such as/],
    ["--duration 0s", /--duration takes/],
    ["--duration 5d", /--duration takes/],
    ["--seed -1", /--seed takes a whole number from 0 to 4294967295, not "-1"/],
    ["--sensors sgp30", /--sensors takes some of ccs811,.*,dht22, not "sgp30"/],
    ["--sensors ccs811,", /--sensors: a name is missing beside a comma in "ccs811,"/],
    ["--sensors ccs811,CCS811", /--sensors has ccs811 twice/],
    ["--sensors toString", /not "tostring"/],
    ["--sensors scd40,scd41", /--sensors: scd40 and scd41 cannot both be at 0x62/],
    ["--sensors hdc1080,ccs811,si7021", /hdc1080 and si7021 cannot both be at 0x40/],
    ["--sensors dht22,dht22", /--sensors has dht22 twice/],
    ["--set mqtt.root", /--set takes name=value/],
    ["--set mqt.root=a", /^there is no setting "mqt\.root"; did you mean mqtt\.root\?$/],
    ["--set zzz=a", /^there is no setting "zzz"; docs\/settings\.md lists them$/],
    ["--set mqtt.qos=3", /^mqtt\.qos takes a whole number from 0 to 2$/],
    ["--set board.id=x", /^--set board\.id cannot be given here: .* --id names them$/],
    ["--set console.format=text", /^--set console\.format cannot be given here/],
    ["--broker mqtt://a --set mqtt.broker=mqtt://b", /--broker and --set mqtt\.broker/],
    ["--nope", /Unknown option '--nope'; npm start help lists the options/],
    ["extra", /Unexpected argument 'extra'; npm start help lists the options/],
  ];
  for (const [line, rule] of cases) {
    assert.throws(
      () => parse(line),
      (error) => {
        assert.ok(error instanceof OptionError, line);
        assert.match(error.message, rule, line);
        assert.equal(error.message.includes("\n"), false);
        return true;
      },
    );
  }
});

test("a refused broker address is not repeated, it may hold a password", () => {
  assert.throws(
    () => parse("--broker http://user:secret@host"),
    (error) => error instanceof OptionError && !error.message.includes("secret"),
  );
});

test("help and the check know the same sensors, and each can be had alone", () => {
  for (const name of sensorNames) {
    assert.ok(helpText.replaceAll(/\s+/g, "").includes(name), name);
    assert.ok(boardHelpText.includes(name), name);
    assert.deepEqual(parse(`--sensors ${name}`).sensors, [name]);
  }
  assert.ok(helpText.includes(`(default ${usualSensors.join(",")})`));
});

test("a setting is given to all boards, the last of several, and names the broker too", () => {
  const line =
    "--set mqtt.qos=0 --set mqtt.qos=2 --set mqtt.broker=mqtt://a:1,mqtt://b --set mqtt.user=me";
  const { settings, broker } = parse(line);
  assert.deepEqual(settings, {
    "mqtt.qos": "2",
    "mqtt.broker": "mqtt://a:1,mqtt://b",
    "mqtt.user": "me",
  });
  assert.equal(broker?.href, "mqtt://me@a:1");
  assert.equal(parse("--set mqtt.broker=").broker, undefined);
});
