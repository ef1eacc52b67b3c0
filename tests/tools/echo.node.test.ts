// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import test from "node:test";
import { connectAsync } from "mqtt";
import { parseHubOptions } from "../../hub/hub-options.ts";
import { parsePageOptions } from "../../page/server/page-options.ts";
import { createEcho, parseEchoOptions } from "../../tools/echo.ts";
import { startPlatformTrial } from "../../tools/platform-servers.ts";

test("the echo server shows what came and answers as it was told", async (t) => {
  const shown: string[] = [];
  const options = { ...parseEchoOptions([]), port: 0, status: 503, retryAfter: 7 };
  const server = createEcho(options, (text) => shown.push(text));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const headers = { "X-Key": "1", Connection: "close" };
  const body = '{"co2":612}\u001b[2J';
  const response = await fetch(`http://127.0.0.1:${port}/a?b=c`, { method: "POST", headers, body });
  assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "7"]);
  assert.deepEqual(await response.json(), { ok: false, bytes: 15 });
  assert.match(shown[0] ?? "", /^POST \/a\?b=c\n[\s\S]*X-Key: 1\n[\s\S]*\n\n\{"co2":612\}\?\[2J$/i);
});

test("the echo server has a port that the page of npm start and of the hub leaves free", () => {
  const page = parsePageOptions(["--broker", "mqtt://127.0.0.1"]);
  const hub = parseHubOptions([]);
  assert.ok(page !== "help" && hub !== "help");
  // Each page tries ten ports from its own on.
  for (const { port } of [page, hub]) {
    const { port: own } = parseEchoOptions([]);
    assert.ok(own < port || own >= port + 10, `${own}`);
  }
});

test("an option of the echo server that cannot be used is told with what it takes", () => {
  assert.deepEqual(parseEchoOptions([]), {
    port: 8090,
    host: "127.0.0.1",
    status: 200,
    retryAfter: undefined,
    platform: undefined,
    isRefusing: false,
  });
  const { platform, port } = parseEchoOptions(["--platform", "thingsboard"]);
  assert.deepEqual([platform, port], ["thingsboard", 1884]);
  const wrong: [string[], RegExp][] = [
    [["--port", "0"], /--port takes a whole number from 1 to 65535/],
    [["--status", "99"], /--status takes a whole number from 200 to 599/],
    [["--retry-after", "soon"], /--retry-after takes a whole number/],
    [["--refuse"], /--refuse goes with --platform/],
    [["--platform", "dweet"], /--platform takes one of adafruit-io, blynk, broker, thinger-io/],
    [["--platform", "aws-iot"], /AWS IoT Core lets nobody in without TLS/],
    [["--platform", "home-assistant"], /goes over the board's own broker: mosquitto_sub/],
    [["--platform", "thingspeak-http"], /is spoken to by HTTP: npm run echo/],
    [["--tls"], /Unknown option '--tls'/],
  ];
  for (const [args, why] of wrong) assert.throws(() => parseEchoOptions(args), why);
});

test("the server in the place of a platform shows who comes and what arrives, and sends what is typed", async (t) => {
  const shown: string[] = [];
  const show = (text: string) => shown.push(text);
  const trial = await startPlatformTrial({ host: "127.0.0.1", port: 0, isRefusing: false, show });
  t.after(() => trial.close());
  const url = `mqtt://127.0.0.1:${trial.port}`;
  const client = await connectAsync(url, { clientId: "board-a", username: "token" });
  t.after(() => client.endAsync(true));
  const arrived = new Promise<string>((done) => {
    client.on("message", (topic, payload) => done(`${topic} ${payload}`));
  });
  await client.subscribeAsync("v1/devices/me/rpc/request/+");
  await client.publishAsync("v1/devices/me/telemetry", '{"co2":612}\u001b[2J', { qos: 1 });
  assert.equal(trial.send('v1/devices/me/rpc/request/1 {"method":"status"}'), undefined);
  assert.equal(await arrived, 'v1/devices/me/rpc/request/1 {"method":"status"}');
  assert.deepEqual(shown.slice(0, 3), [
    'connected: client "board-a", user "token", password none',
    "subscribed: v1/devices/me/rpc/request/+",
    'v1/devices/me/telemetry {"co2":612}?[2J',
  ]);
  for (const wrong of ["status", "a/# x", "a/b"]) {
    assert.match(trial.send(wrong) ?? "", /a line is a topic without/);
  }
});

test("told to refuse, it lets nobody in, with the code that platforms have for a wrong key", async (t) => {
  const shown: string[] = [];
  const show = (text: string) => shown.push(text);
  const trial = await startPlatformTrial({ host: "127.0.0.1", port: 0, isRefusing: true, show });
  t.after(() => trial.close());
  const url = `mqtt://127.0.0.1:${trial.port}`;
  await assert.rejects(connectAsync(url, { reconnectPeriod: 0 }), /Not authorized/);
  assert.match(shown[0] ?? "", /^refused: client/);
});
