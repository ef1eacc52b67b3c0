// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { readCredentials, watchLine } from "../../../../hosts/sim/node/credentials.ts";

/** The words that a shell makes of a line, without the command. */
function wordsOf(line: string): string[] {
  const script = line.replace("mosquitto_sub", "printf '%s\\n'");
  const env = { ...process.env, PASSWORD: "it's secret" };
  return spawnSync("sh", ["-c", script], { encoding: "utf8", env }).stdout.trimEnd().split("\n");
}

test("the line names host and port and all topics", () => {
  const line =
    watchLine(new URL("mqtt://127.0.0.1:1884"), { port: 1884, roots: ["airpair"] }) ?? "";
  assert.equal(line, "mosquitto_sub -h 127.0.0.1 -p 1884 -t airpair/+/+ -v");
});

test("a shell takes every user name whole, and the password from its variable", () => {
  for (const user of ["anna", "two words", "o'neil; ls", "$HOME", "a*b"]) {
    const url = new URL("mqtt://broker.example");
    url.username = user;
    url.password = "it's secret";
    const line = watchLine(url, { port: 1883, roots: ["airpair"] }) ?? "";
    assert.equal(line.includes("secret"), false);
    assert.deepEqual(wordsOf(line), [
      ...["-h", "broker.example", "-p", "1883", "-u", user, "-P", "it's secret"],
      ...["-t", "airpair/+/+", "-v"],
    ]);
  }
});

test("certificate files are named for a broker with TLS, and the topics begin as the boards' do", () => {
  const files = { ca: "my ca.pem", cert: "a/b.pem", key: "c.key" };
  const line = watchLine(new URL("mqtts://h"), {
    port: 8883,
    roots: ["school/room 2", "lab"],
    files,
  });
  assert.deepEqual(wordsOf(line ?? ""), [
    ...["-h", "h", "-p", "8883", "--cafile", "my ca.pem", "--cert", "a/b.pem", "--key", "c.key"],
    ...["-t", "school/room 2/+/+", "-t", "lab/+/+", "-v"],
  ]);
});

test("without an authority the public ones are trusted, and nothing is set for it", () => {
  const broker = new URL("mqtts://broker.example");
  assert.deepEqual(
    readCredentials(broker, { ca: undefined, cert: undefined, key: undefined })?.settings,
    {},
  );
});
