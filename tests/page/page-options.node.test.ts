// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { OptionError } from "../../hosts/sim/node/option-error.ts";
import { parsePageOptions } from "../../page/server/page-options.ts";

test("a broker is enough: the page is then for this PC alone", () => {
  const options = parsePageOptions(["--broker", "mqtt://user:word@host"]);
  if (options === "help") assert.fail("help was not asked for");
  const { broker, ...others } = options;
  assert.equal(broker.href, "mqtt://user:word@host:1883");
  assert.deepEqual(others, { tls: {}, root: undefined, port: 8_080, host: "127.0.0.1" });
});

test("help is help, whatever else is said", () => {
  assert.equal(parsePageOptions(["--help", "--port", "0"]), "help");
});

test("what cannot be used is refused in one line, which never repeats a password", () => {
  const broker = ["--broker", "mqtt://user:secret@x"];
  for (const [args, words] of [
    [
      [],
      "--broker is missing, such as --broker mqtt://192.168.1.10; npm run page help lists the options",
    ],
    [["--broker", "http://user:secret@x"], "--broker takes mqtt://host:port"],
    [[...broker, "--port", "0"], "--port takes a whole number from 1 to 65535"],
    [[...broker, "--port", "-1"], "--port takes a whole number from 1 to 65535"],
    [[...broker, "--root", "a/#"], "--root takes the begin of topics"],
    [[...broker, "--ca", "missing.pem"], "--ca, --cert and --key need --broker mqtts"],
    [["--broker", "mqtts://x", "--ca", "missing.pem"], "--ca: missing.pem cannot be read"],
    [["--nonsense"], "Unknown option '--nonsense'"],
  ] as const) {
    assert.throws(
      () => parsePageOptions(args),
      (error: Error) =>
        error instanceof OptionError &&
        error.message.includes(words) &&
        !/secret|\n/.test(error.message),
      words,
    );
  }
});
