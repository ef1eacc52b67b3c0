// SPDX-License-Identifier: MIT

// npm run hub as a process, with Debian's Mosquitto clients, a browser and a simulated board.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import mqtt from "mqtt";
import type { Browser } from "playwright-core";
import { publicText } from "../../hosts/sim/node/update/simulated-image.ts";
import { makeImage } from "../../tools/image.ts";
import { makeKey, readKey } from "../../tools/update-key.ts";
import { BoardConsole } from "../support/board-console.ts";
import { startChromium, withoutChromium } from "../support/chromium.ts";
import { ClassFolder } from "../support/class-broker.ts";
import { HubProcess, ran } from "../support/hub-process.ts";
import { freePort, Witness, withoutMosquitto } from "../support/mosquitto.ts";

const skip = withoutMosquitto;
/** An address of the loopback that is not the usual one: for the hub, others can reach it. */
const address = "127.0.0.2";

const folder = new ClassFolder();
const firmware = folder.path("../firmware");
const ports = { boards: 0, people: 0, page: 0, images: 0 };
let hub: HubProcess;
let browser: Browser | undefined;

function start(): HubProcess {
  const { boards, people, page, images } = ports;
  const words = ["--listen", address, "--folder", folder.folder, "--firmware", firmware];
  const own = ["--ports", `${boards},${people}`, "--port", `${page}`, "--image-port", `${images}`];
  return new HubProcess([...words, ...own], { folder: folder.path(".."), life: 400_000 });
}

before(async () => {
  const root = folder.path("..");
  makeKey(root);
  const key = readKey(root);
  folder.write({ broker: address }, { updateKey: publicText(key) });
  mkdirSync(join(firmware, "esp32-devkit"), { recursive: true });
  const image = makeImage(
    {
      ...{ source: "sim", version: "9.0.0", board: "sim", out: "", port: 0, host: "" },
      ...{ isServed: false, isBroken: false },
    },
    key,
  );
  writeFileSync(join(firmware, "sim-9.0.0.airpair"), image);
  writeFileSync(join(firmware, "esp32-devkit/airpair.bin"), Buffer.alloc(5_000, 7));
  const build = { chipFamily: "ESP32", parts: [{ path: "airpair.bin", offset: 0 }] };
  const manifest = { name: "airpair", version: "9.0.0", builds: [build] };
  writeFileSync(join(firmware, "esp32-devkit/manifest.json"), JSON.stringify(manifest));
  for (const name of ["boards", "people", "page", "images"] as const)
    ports[name] = await freePort();
  hub = start();
  await hub.started();
});

after(async () => {
  await browser?.close();
  hub.signal("SIGINT");
  await hub.ended;
  folder.remove();
});

/** What a Mosquitto client needs to come in as a board, or as somebody else. */
function as(user: string): string[] {
  const { boards, people } = folder.list;
  const board = boards.find(({ id }) => id === user);
  const password = board?.password ?? (people as Record<string, string>)[user] ?? "";
  const port = board ? ports.boards : ports.people;
  const authority = folder.path("config/tls/authority.pem");
  const where = ["-h", address, "-p", `${port}`, "--cafile", authority];
  return [...where, "-u", user, "-P", password];
}

function publish(user: string, topic: string, text: string, ...more: string[]) {
  return ran("mosquitto_pub", [...as(user), "-q", "1", "-t", topic, "-m", text, ...more]);
}

test("the hub says that its boards were given another port than the one it has", () => {
  const url = `mqtts://${address}:${ports.boards}`;
  const told = `have port 8883: set mqtt.broker ${url} on the console of each`;
  assert.ok(hub.output.includes(told), hub.output);
});

test("Mosquitto's clients come in with their password and TLS, and may do what the rights say", {
  skip,
}, async () => {
  const teacher = new Witness([
    ...as("teacher"),
    "-q",
    "1",
    "-t",
    "#",
    "-t",
    "$SYS/broker/version",
  ]);
  await teacher.until(({ topic }) => topic === "$SYS/broker/version");
  assert.equal((await publish("board-01", "airpair/board-02/reading", "forged")).code, 0);
  assert.equal((await publish("teacher", "airpair/board-01/reading", "forged")).code, 0);
  assert.equal((await publish("board-01", "airpair/board-01/reading", "real")).code, 0);
  await teacher.until(({ payload }) => payload === "real");
  assert.ok(teacher.messages.every(({ payload }) => payload !== "forged"));
  await teacher.stop();
  const wrong = as("board-01").map((word, at, all) => (all[at - 1] === "-P" ? "wrong" : word));
  const refused = await ran("mosquitto_pub", [...wrong, "-t", "a", "-m", "x"]);
  assert.match(refused.said, /not authori[sz]ed/i);
  await hub.until(/board-01 at 127\.0\.0\.\d+ was refused at the port for boards: that user/);
  const denied = await ran("mosquitto_sub", [
    ...as("board-01"),
    ...["-t", "airpair/board-03/reading", "-W", "5"],
  ]);
  assert.match(denied.said, /All subscription requests were denied|denied/i);
  const door = as("teacher").map((word) => (word === `${ports.people}` ? `${ports.boards}` : word));
  assert.match(
    (await ran("mosquitto_pub", [...door, "-t", "a", "-m", "x"])).said,
    /not authori[sz]ed/i,
  );
});

test("its certificate is trusted by its own authority at its address, and by no other authority", {
  skip,
}, async () => {
  const other = new ClassFolder();
  other.write({ broker: address });
  const authority = other.path("config/tls/authority.pem");
  const words = as("teacher").map((word, at, all) =>
    all[at - 1] === "--cafile" ? authority : word,
  );
  const failed = await ran("mosquitto_pub", [...words, "-t", "a", "-m", "x"]);
  assert.notEqual(failed.code, 0);
  assert.match(failed.said, /certificate|TLS|Protocol error/i);
  await hub.until(
    /(127\.0\.0\.\d+|somebody) .* the certificate: .* given the authority of another class/,
  );
  const elsewhere = as("teacher").map((word) => (word === address ? "127.0.0.3" : word));
  assert.notEqual((await ran("mosquitto_pub", [...elsewhere, "-t", "a", "-m", "x"])).code, 0);
  other.remove();
});

test("MQTT over WebSocket comes in at the same port", async () => {
  const ca = readFileSync(folder.path("config/tls/authority.pem"));
  const password = folder.list.people.teacher;
  const url = `wss://${address}:${ports.people}/mqtt`;
  const client = mqtt.connect(url, { ca, username: "teacher", password, reconnectPeriod: 0 });
  const version = new Promise<string>((done, fail) => {
    client.on("error", fail);
    client.on("message", (_, payload) => done(payload.toString()));
  });
  await client.subscribeAsync("$SYS/broker/version");
  assert.match(await version, /^airpair hub version \d/);
  await client.endAsync(true);
});

/** What `npm run board` is given for a board of the class, with the port of the test. */
function settingsFor(board: string): string[] {
  const { "board.id": id = "", "mqtt.broker": url = "", ...more } = folder.settingsOf(board);
  assert.equal(url, `mqtts://${address}:8883`);
  const given = { ...more, "mqtt.broker": url.replace("8883", `${ports.boards}`) };
  return [
    "--id",
    id,
    ...Object.entries(given).flatMap(([name, value]) => ["--set", `${name}=${value}`]),
  ];
}

test("a whole board comes in with its file, outlives kill -9 of the hub, and fetches an update from it", {
  skip,
}, async () => {
  const board = new BoardConsole([...settingsFor("board-01"), "--engine", "node", "--speed", "5"], {
    life: 120_000,
  });
  try {
    await board.until(/mqtt +connected to mqtts:\/\/127\.0\.0\.2:/);
    await board.until(/reading +co2 \d/);
    // Somebody is away, and has a message waiting.
    const away = [
      ...as("board-04"),
      "-i",
      "board-04",
      "-c",
      "-q",
      "1",
      "-t",
      "airpair/board-04/command",
    ];
    await ran("mosquitto_sub", [...away, "-E"]);
    await publish("teacher", "airpair/board-04/command", "status");
    await publish("board-03", "airpair/board-03/health", "kept", "-r");
    const confirmed = await killAmong("airpair/board-04/command");
    await board.until(/mqtt +(?!connected)[^\n]*(closed|reset|refused|lost)/);
    const before = board.output.length;
    hub = start();
    await hub.started();
    await board.until(/mqtt +connected to mqtts/, before);
    // What was confirmed is there, in its order; of what was not, the hub may have some, too.
    const waiting = await ran("mosquitto_sub", [
      ...away,
      ...["-C", `${confirmed.length + 1}`, "-W", "20"],
    ]);
    const [first, ...rest] = waiting.said.trim().split("\n");
    assert.equal(first, "status");
    assert.ok(confirmed.length > 20, `${confirmed.length}`);
    assert.deepEqual(rest, confirmed);
    const teacher = new Witness([
      ...as("teacher"),
      "-t",
      "airpair/+/health",
      "-t",
      "airpair/+/status",
    ]);
    await teacher.until(({ payload, retained }) => payload === "kept" && retained);
    await teacher.until(
      ({ topic, payload }) => topic === "airpair/board-01/status" && payload === "online",
    );
    await teacher.stop();
    const told = await tellOfUpdate("sim-9.0.0.airpair");
    assert.match(told, /^\d boards? (was|were) told of sim-9\.0\.0\.airpair, version 9\.0\.0$/);
    await board.until(/boot +airpair 9\.0\.0 on sim/);
    await board.until(/firmware 9\.0\.0 is confirmed/);
    assert.match(hub.output, /127\.0\.0\.\d+ fetches sim-9\.0\.0\.airpair/);
  } finally {
    board.end();
    await board.ended;
  }
});

/** Sends one message after the other, and kills the hub among them; returns those that it has confirmed. */
async function killAmong(topic: string): Promise<string[]> {
  const client = mqtt.connect(`mqtts://${address}:${ports.people}`, {
    ca: readFileSync(folder.path("config/tls/authority.pem")),
    username: "teacher",
    password: folder.list.people.teacher,
    reconnectPeriod: 0,
  });
  client.on("error", () => {});
  await new Promise((done) => client.once("connect", done));
  const confirmed: string[] = [];
  for (let at = 0; at < 400; at++) {
    client.publish(topic, `get ${at}`, { qos: 1 }, (error) => {
      if (error) return;
      confirmed.push(`get ${at}`);
      if (confirmed.length === 50) hub.signal("SIGKILL");
    });
  }
  await hub.ended;
  client.end(true);
  return confirmed;
}

/** The link to the page, with its token. */
function link(): string {
  const [, found = ""] = /Page on (\S+)/.exec(hub.output) ?? [];
  assert.match(found, /^http:\/\/127\.0\.0\.2:\d+\/\?token=[0-9a-f]{32}$/);
  return found;
}

/** Presses "Tell all boards", without a browser. */
async function tellOfUpdate(name: string): Promise<string> {
  const opened = await fetch(link(), { redirect: "manual" });
  const [cookie = ""] = (opened.headers.get("set-cookie") ?? "").split(";");
  const page = new URL(link()).origin;
  for (let tries = 0; tries < 100; tries++) {
    const response = await fetch(`${page}/firmware/tell`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify({ name }),
    });
    const { text, error } = (await response.json()) as { text?: string; error?: string };
    // The page has come to the broker a moment after its start.
    if (text !== undefined && !text.startsWith("0 ")) return text;
    assert.ok(response.status === 503 || response.status === 200, error);
    await new Promise((done) => setTimeout(done, 100));
  }
  return "nobody was told";
}

test("a signed image is fetched whole, in parts and from the middle, and nothing else is served there", async () => {
  const base = `http://${address}:${ports.images}`;
  const bytes = readFileSync(join(firmware, "sim-9.0.0.airpair"));
  const get = async (range?: string, more: Record<string, string> = {}) => {
    const headers = { ...(range !== undefined && { range }), ...more };
    const response = await fetch(`${base}/sim-9.0.0.airpair`, { headers });
    const body = Buffer.from(await response.arrayBuffer());
    return { status: response.status, part: response.headers.get("content-range"), body, response };
  };
  const whole = await get();
  assert.equal(whole.status, 200);
  assert.ok(whole.body.equals(bytes));
  const length = bytes.length;
  const cases: [string, number, number, number][] = [
    ["bytes=100-", 206, 100, length],
    ["bytes=0-99", 206, 0, 100],
    ["bytes=-50", 206, length - 50, length],
    [`bytes=100-${length + 5}`, 206, 100, length],
    ["bytes=5-2", 200, 0, length],
    ["bytes=0-1,5-6", 200, 0, length],
    ["lines=1-2", 200, 0, length],
  ];
  for (const [range, status, from, to] of cases) {
    const { status: given, part, body } = await get(range);
    assert.equal(given, status, range);
    assert.equal(part, status === 206 ? `bytes ${from}-${to - 1}/${length}` : null, range);
    assert.ok(body.equals(bytes.subarray(from, to)), range);
  }
  const beyond = await get(`bytes=${length}-`);
  assert.deepEqual([beyond.status, beyond.part], [416, `bytes */${length}`]);
  // A board that goes on with another image begins anew.
  const tag = whole.response.headers.get("etag") ?? "";
  assert.equal((await get("bytes=9-", { "if-range": tag })).status, 206);
  assert.equal((await get("bytes=9-", { "if-range": '"another"' })).status, 200);
  for (const path of ["/", "/airpair.bin", "/../class/class.json", "/%2e%2e/class/class.json"]) {
    assert.equal((await fetch(`${base}${path}`)).status, 404, path);
  }
  const posted = await fetch(`${base}/sim-9.0.0.airpair`, { method: "POST", body: "x" });
  assert.equal(posted.status, 405);
});

test("the page is for who has the link, in Chromium too, and shows the boards", {
  skip: skip || withoutChromium,
}, async () => {
  const { origin } = new URL(link());
  for (const path of [
    "/",
    "/firmware",
    "/firmware/list",
    "/api/live",
    "/firmware/tools/install-button.js",
  ]) {
    assert.equal((await fetch(`${origin}${path}`)).status, 401, path);
  }
  await publish("board-02", "airpair/board-02/status", "online", "-r");
  browser = await startChromium();
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(link());
  assert.equal(new URL(page.url()).search, "", "the token is not left in the address");
  await page.getByRole("button", { name: "board-02", exact: true }).waitFor();
  await page.close();
  const [, printed = ""] = /Flash boards from this PC: (\S+)/.exec(hub.output) ?? [];
  assert.match(printed, /^http:\/\/127\.0\.0\.2:\d+\/firmware\?token=/);
  const other = await (await browser.newContext()).newPage();
  await other.goto(printed);
  await other.getByText("esp32-devkit: airpair 9.0.0").waitFor();
});

test("a second hub with the same folder, and one whose port is taken, say so in one line", async () => {
  const free = ["--port", `${await freePort()}`, "--image-port", "0"];
  const words = ["--listen", address, ...free, "--folder"];
  const second = new HubProcess([...words, folder.folder, "--ports", "0,0"]);
  const other = new ClassFolder();
  other.write({ broker: address });
  const third = new HubProcess([...words, other.folder, "--ports", `0,${ports.people}`]);
  assert.deepEqual([await second.ended, await third.ended], [1, 1]);
  assert.match(
    second.errors,
    /^airpair: another hub runs with \S+: end that one first, or take another --folder\n$/,
  );
  assert.match(
    third.errors,
    /^airpair: 127\.0\.0\.2, port \d+ is in use: end what listens there[^\n]*\n$/,
  );
  other.remove();
});

test("the first start writes a class, and page and boards find the broker whatever address it listens at", {
  skip,
}, async () => {
  const free = ["--port", `${await freePort()}`, "--image-port", "0", "--ports", "0,0"];
  const own = ["--boards", "2", "--plain", "--address", "hub.example", "--listen", "127.0.0.3"];
  const first = new HubProcess([...own, ...free]);
  await first.started();
  const port = await first.until(/^Boards: mqtt:\/\/hub\.example:(\d+), 2 in class$/m);
  const { boards } = JSON.parse(readFileSync(join(first.folder, "class/class.json"), "utf8"));
  const where = ["-h", "127.0.0.3", "-p", port, "-u", "board-02", "-P", boards[1].password];
  const text = ["-q", "1", "-r", "-t", "airpair/board-02/status", "-m", "online"];
  assert.deepEqual(await ran("mosquitto_pub", [...where, ...text]), { code: 0, said: "" });
  const [, link = ""] = /Page on (\S+)/.exec(first.output) ?? [];
  await seenLive(link, /"id":"board-02"/);
  assert.doesNotMatch(first.output, new RegExp(boards[1].password));
  first.signal("SIGTERM");
  assert.equal(await first.ended, 0);
});

/** Waits until the live stream of a page has carried that. */
async function seenLive(link: string, pattern: RegExp): Promise<void> {
  const opened = await fetch(link, { redirect: "manual" });
  const [cookie = ""] = (opened.headers.get("set-cookie") ?? "").split(";");
  await opened.body?.cancel();
  const live = await fetch(`${new URL(link).origin}/api/live`, { headers: { cookie } });
  const reader = live.body?.getReader();
  let text = "";
  while (!pattern.test(text)) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    assert.ok(!done, text);
    text += Buffer.from(value ?? []).toString();
  }
  await reader?.cancel();
}

test("with --broker the hub starts no broker, and its page comes to that one", async () => {
  const password = folder.list.people.teacher;
  const url = `mqtts://teacher:${password}@${address}:${ports.people}`;
  const authority = folder.path("config/tls/authority.pem");
  const free = ["--port", `${await freePort()}`, "--image-port", "0"];
  const other = new HubProcess([
    "--broker",
    url,
    "--ca",
    authority,
    "--listen",
    "127.0.0.1",
    ...free,
  ]);
  const said = await other.started();
  assert.equal(said, "Ctrl-C stops");
  assert.match(other.output, /^Broker: mqtts:\/\/127\.0\.0\.2:\d+, which is not the hub's own\n/);
  assert.ok(!other.output.includes(password));
  const [, page = ""] = /Page on (\S+)/.exec(other.output) ?? [];
  await seenLive(page, /"isConnected":true/);
  other.signal("SIGINT");
  assert.equal(await other.ended, 0);
});
