// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { get, type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import Database from "libsql";
import mqtt, { type MqttClient } from "mqtt";
import { startBroker } from "../../hosts/sim/node/broker/broker.ts";
import { whyNoCode } from "../../modules/pairing/pairing-code.ts";
import { type Page, type StartPageOptions, startPage } from "../../page/server/start-page.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

function ask(address: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((done, fail) => {
    const sent = request(address, { method, headers, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () =>
        done({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

function post(address: string, value: unknown, headers: Record<string, string> = {}) {
  const type = { "content-type": "application/json", ...headers };
  return ask(address, { method: "POST", headers: type, body: JSON.stringify(value) });
}

interface Bench {
  readonly page: Page;
  readonly address: string;
  /** Where its history is. */
  readonly folder: string;
  /** A board at the broker. */
  readonly board: MqttClient;
  /** Waits until the live stream has carried this text; returns all of it. */
  live(until: string): Promise<string>;
}

async function bench(
  t: TestContext,
  { host = "127.0.0.1", ...more }: Partial<StartPageOptions> = {},
): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-page-"));
  const broker = await startBroker(18_830);
  const page = await startPage({
    broker: new URL(`mqtt://127.0.0.1:${broker.port}`),
    host,
    port: 18_080,
    folder,
    source: "test",
    notice: (text) => t.diagnostic(text),
    ...more,
  });
  const board = await mqtt.connectAsync(`mqtt://127.0.0.1:${broker.port}`);
  t.after(async () => {
    page.close();
    await board.endAsync(true);
    await broker.close();
    rmSync(folder, { recursive: true });
  });
  const { origin } = new URL(page.address);
  const live = (until: string) => readUntil(`${origin}/api/live`, until);
  return { page, address: origin, folder, board, live };
}

function readUntil(address: string, until: string): Promise<string> {
  return new Promise((done, fail) => {
    const sent = get(address, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
        if (!text.includes(until)) return;
        clearTimeout(limit);
        sent.destroy();
        done(text);
      });
      response.on("error", fail);
      response.on("end", () => fail(new Error(text)));
    });
    // The stream itself never falls silent.
    const limit = setTimeout(() => sent.destroy(new Error(`nothing came with ${until}`)), 30_000);
    sent.on("error", (error) => {
      clearTimeout(limit);
      fail(error);
    });
  });
}

test("a board's messages come to the live stream, first whole, then as they change", async (t) => {
  const { board, live } = await bench(t);
  const stream = live('"co2":812');
  await live('"isConnected":true');
  await board.publishAsync("airpair/a/status", "online", { retain: true, qos: 1 });
  await board.publishAsync("airpair/a/reading", '{"a":{"co2":812}}');
  assert.match(await stream, /event: whole\ndata: \{"boards":\[/);
  assert.match(await live('"presence":"online"'), /"co2":812/);
});

test("a command goes to the board and its own answer comes back, not another board's", async (t) => {
  const { address, board, live } = await bench(t);
  await live('"isConnected":true');
  await board.subscribeAsync("airpair/a/command");
  board.on("message", (_, payload) => {
    const { id, command } = JSON.parse(payload.toString()) as { id: string; command: string };
    board.publish("airpair/b/reply", JSON.stringify({ id, ok: false, text: "I am not a" }));
    board.publish("airpair/a/reply", JSON.stringify({ id, ok: true, text: `did ${command}` }));
  });
  await board.publishAsync("airpair/a/status", "online");
  await live('"id":"a"');
  const { status, text } = await post(`${address}/api/boards/a/command`, { command: "status" });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { ok: true, text: "did status" });
});

/** Two boards at the broker; `answers` gives what one says to a command, undefined: nothing yet. */
async function twoBoards(
  { board, live }: Bench,
  answers: (id: string, command: string) => { ok: boolean; text: string } | undefined,
): Promise<string[]> {
  const commands: string[] = [];
  await live('"isConnected":true');
  await board.subscribeAsync("airpair/+/command");
  board.on("message", (topic, payload) => {
    const [, name = ""] = topic.split("/");
    const { id, command } = JSON.parse(payload.toString()) as { id: string; command: string };
    commands.push(`${name} ${command}`);
    const answer = answers(name, command);
    if (answer) board.publish(`airpair/${name}/reply`, JSON.stringify({ id, ...answer }));
  });
  for (const name of ["a", "b"]) await board.publishAsync(`airpair/${name}/status`, "online");
  await live('"id":"b"');
  return commands;
}

test("two boards get one code over MQTT: one offers it, the other joins with it", async (t) => {
  const served = await bench(t);
  const commands = await twoBoards(served, (name, command) => {
    return { ok: true, text: command === "pairs" ? "no peers" : `${name} is paired` };
  });
  const address = `${served.address}/api/boards/a/pair`;
  const { status, text } = await post(address, { with: "b" });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(text), { ok: true, text: "b is paired" });
  const found = /a pair offer (\S+)\n.*?b pair (\S+)/s.exec(commands.join("\n")) ?? [];
  assert.equal(whyNoCode(found[1] ?? ""), undefined);
  assert.equal(found[1], found[2]);
  await post(address, { with: "b" });
  assert.doesNotMatch(commands.slice(4).join("\n"), new RegExp(found[1] ?? ""), "a new code");
  assert.match((await post(address, { with: "a" })).text, /not paired with itself/);
  assert.match((await post(address, {})).text, /with: the name of a board/);
  assert.equal((await post(address, { with: "nobody" })).status, 404);
});

test("no code is made where a board takes none over MQTT, and one that waits in vain is told to stop", async (t) => {
  const served = await bench(t);
  const refusal = "pairs over MQTT needs remote.pair to be on";
  let isOpen = false;
  const commands = await twoBoards(served, (name, command) => {
    if (command === "pairs") return { ok: isOpen || name === "a", text: refusal };
    if (command === "pair stop") return { ok: true, text: "" };
    return name === "b" ? { ok: false, text: "this board has 8 peers" } : undefined;
  });
  const address = `${served.address}/api/boards/a/pair`;
  const refused = await post(address, { with: "b" });
  assert.equal(refused.status, 409);
  assert.equal(JSON.parse(refused.text).error, `b: ${refusal}`);
  assert.deepEqual(commands.sort(), ["a pairs", "b pairs"]);
  isOpen = true;
  const full = await post(address, { with: "b" });
  assert.equal(JSON.parse(full.text).error, "b: this board has 8 peers");
  await post(`${served.address}/api/boards/b/command`, { command: "version" });
  assert.ok(commands.includes("a pair stop"), commands.join());
  assert.ok(!commands.includes("b pair stop"), "it has said what it had to say");
});

test("boards of a simulation are heard and asked where they publish, also after that has changed", async (t) => {
  let tell = () => {};
  const state = { boards: [], isBrokerUp: true, roots: ["lab/room"] };
  const { address, board, live } = await bench(t, {
    roots: ["lab"],
    simulation: (onChanged) => {
      tell = onChanged;
      return { state, act: () => Promise.resolve(undefined) };
    },
  });
  await live('"isConnected":true');
  tell();
  board.on("message", (topic, payload) => {
    const { id } = JSON.parse(payload.toString()) as { id: string };
    const text = `asked at ${topic}`;
    board.publish(topic.replace("command", "reply"), JSON.stringify({ id, ok: true, text }));
  });
  for (const root of ["lab", "lab/room"]) {
    const id = root.replace("/", "-");
    await board.subscribeAsync(`${root}/${id}/command`);
    await board.publishAsync(`${root}/${id}/status`, "online", { retain: true, qos: 1 });
    await live(`"id":"${id}"`);
    const { text } = await post(`${address}/api/boards/${id}/command`, { command: "status" });
    assert.equal((JSON.parse(text) as { text: string }).text, `asked at ${root}/${id}/command`);
  }
});

test("history is given as columns and as CSV", async (t) => {
  const { address, board, live } = await bench(t);
  await live('"isConnected":true');
  await board.publishAsync("airpair/a/reading", '{"a":{"co2":812,"dht temp":21}}');
  await live('"co2":812');
  const { text } = await ask(`${address}/api/boards/a/history?to=${Date.now() + 1_000}`);
  assert.deepEqual((JSON.parse(text) as { columns: { co2: unknown } }).columns.co2, {
    mean: [812],
    low: [812],
    high: [812],
  });
  const csv = await ask(`${address}/api/boards/a/history.csv?to=${Date.now() + 1_000}`);
  assert.match(csv.headers["content-disposition"] ?? "", /filename="a.csv"/);
  assert.match(csv.text, /^time,co2 \(ppm\),.*\r\n20.*Z,812,,21,,\r\n$/);
});

test("a CSV of thirty days is read as it is sent, with turns for others: its end is not read with its beginning", async (t) => {
  const { address, board, live, folder } = await bench(t);
  await live('"isConnected":true');
  await board.publishAsync("airpair/a/reading", '{"a":{"co2":812}}');
  await live('"co2":812');
  const to = Math.floor(Date.now() / 60_000) * 60_000;
  const from = to - 30 * 24 * 3_600_000;
  await ask(`${address}/api/boards/a/history`);
  const database = new Database(join(folder, "history.db"));
  t.after(() => database.close());
  const add = (rows: string) =>
    database.exec(`INSERT INTO minute (board, time, co2_sum, co2_n)
      SELECT number, ${from} + n * 60000, 600, 1 FROM board, (${rows})`);
  const all = "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < 43198)";
  add(`${all} SELECT n FROM s`);
  let text = "";
  await new Promise<void>((done, fail) => {
    const csv = `${address}/api/boards/a/history.csv?from=${from}&to=${to}`;
    const sent = get(csv, { agent: false }, (response) => {
      response.setEncoding("utf8").on("data", (part: string) => {
        // The last minute comes with the first bytes.
        if (text === "") add("SELECT 43199 AS n");
        text += part;
      });
      response.on("end", done);
    });
    sent.on("error", fail);
  });
  const lines = text.split("\r\n");
  assert.equal(lines.length, 1 + 43_200 + 1);
  assert.match(lines[43_200] ?? "", new RegExp(`^${new Date(to - 60_000).toISOString()},600,`));
});

test("each answer forbids scripts, styles and connections that are not the page's own", async (t) => {
  const { address } = await bench(t);
  for (const path of ["/", "/page.js", "/page.css", "/icon.svg", "/nothing"]) {
    const { headers } = await ask(address + path);
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|https?:|\*/);
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
});

test("another name for this address and another page's origin are refused", async (t) => {
  const { address } = await bench(t);
  const { host } = new URL(address);
  assert.equal((await ask(address, { headers: { host: "evil.example" } })).status, 421);
  assert.equal((await ask(address, { headers: { host: `${host}.evil.example` } })).status, 421);
  const foreign = { origin: "http://evil.example" };
  const paths = ["/api/boards/a/command", "/api/boards/a/pair", "/api/simulation"];
  for (const path of paths) {
    assert.equal((await post(address + path, { command: "x" }, foreign)).status, 403);
    const site = { "sec-fetch-site": "cross-site" };
    assert.equal((await post(address + path, { command: "x" }, site)).status, 403);
    const body = '{"command":"x"}';
    const form = { "content-type": "text/plain" };
    assert.equal((await ask(address + path, { method: "POST", headers: form, body })).status, 415);
  }
  assert.equal((await ask(`${address}/api/live`, { headers: foreign })).status, 403);
});

test("where others reach it, everything needs the token of the printed link", async (t) => {
  const { page, address } = await bench(t, { host: "0.0.0.0" });
  assert.equal(page.isOpenToOthers, true);
  for (const path of ["/", "/page.js", "/api/live", "/api/boards/a/history"]) {
    assert.equal((await ask(address + path)).status, 401, path);
    const cookie = `airpair-page-${new URL(address).port}=${"0".repeat(32)}`;
    assert.equal((await ask(address + path, { headers: { cookie } })).status, 401, path);
  }
  assert.equal((await post(`${address}/api/boards/a/command`, { command: "x" })).status, 401);
  assert.equal((await ask(`${address}/?token=${"0".repeat(32)}`)).status, 401);
  const { status, headers } = await ask(page.address);
  assert.equal(status, 303);
  const [cookie = ""] = headers["set-cookie"] ?? [];
  assert.match(cookie, /; HttpOnly; SameSite=Strict;/);
  const [pair = ""] = cookie.split(";");
  assert.equal((await ask(address, { headers: { cookie: pair } })).status, 200);
});

test("what cannot be done is said in words", async (t) => {
  const { address, live, board } = await bench(t);
  await live('"isConnected":true');
  await board.publishAsync("airpair/a/status", "online");
  await live('"id":"a"');
  const errorOf = async (answer: Promise<Answer>) => {
    const { status, text } = await answer;
    return `${status} ${(JSON.parse(text) as { error: string }).error}`;
  };
  const command = `${address}/api/boards/a/command`;
  assert.match(await errorOf(post(command, {})), /^400 a command is text/);
  assert.match(await errorOf(post(command, { command: "x".repeat(2_000) })), /^400 a command/);
  assert.match(await errorOf(post(command, { command: "x".repeat(5_000) })), /^413 /);
  const nobody = `${address}/api/boards/nobody/command`;
  assert.match(await errorOf(post(nobody, { command: "status" })), /^404 no board of that name/);
  assert.match(await errorOf(post(`${address}/api/simulation`, {})), /^404 there is no simulation/);
  const history = `${address}/api/boards/a/history`;
  assert.match(await errorOf(ask(`${history}?from=x`)), /^400 from and to/);
  assert.match(await errorOf(ask(`${history}?from=0`)), /^400 from and to/);
  assert.match(await errorOf(ask(`${address}/api/boards/%zz/history`)), /^400 that is no address/);
  assert.match(await errorOf(ask(address, { method: "DELETE" })), /^405 /);
});
