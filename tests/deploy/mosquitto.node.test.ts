// SPDX-License-Identifier: MIT

// The files of deploy/mosquitto, as npm run class completes them, under Debian's Mosquitto.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { boardTopics } from "../../modules/app/board-topics.ts";
import { BoardConsole } from "../support/board-console.ts";
import { derOf } from "../support/certificates.ts";
import { ClassBroker, ClassFolder, type TestClient } from "../support/class-broker.ts";
import { rightsOfBoard, rightsOfPeople } from "../support/class-rights.ts";
import { coreTLS } from "../support/core-tls.ts";
import { withoutMbedTLS } from "../support/mbedtls-addon.ts";
import { withoutMosquitto } from "../support/mosquitto.ts";

const skip = withoutMosquitto;
const folder = new ClassFolder();
let broker: ClassBroker;
let everything: TestClient;

before(async () => {
  if (skip) return;
  folder.write();
  broker = await ClassBroker.start(folder);
  everything = await broker.everything();
});

after(async () => {
  if (!skip) {
    await everything.end();
    await broker.stop();
    folder.remove();
  }
});

// A name with a plus sign is no topic that can be sent to.
const boardRights = rightsOfBoard.filter(([topic]) => !topic.includes("+"));

async function checkRights(
  client: TestClient,
  rights: readonly (readonly [topic: string, sends: boolean, gets: boolean])[],
  mark: string,
): Promise<void> {
  const sent: [string, boolean][] = [];
  for (const [topic] of rights) sent.push([topic, await client.publish(topic, mark)]);
  assert.deepEqual(
    sent,
    rights.map(([topic, sends]) => [topic, sends]),
  );
  // What is refused goes nowhere.
  const last = rights.findLast(([, sends]) => sends)?.[0] ?? "";
  await everything.see(last, mark);
  const arrived = everything.messages.filter(({ text }) => text === mark).map(({ topic }) => topic);
  assert.deepEqual(
    arrived,
    rights.filter(([, sends]) => sends).map(([topic]) => topic),
  );
  await client.subscribe("#", "$SYS/#");
  const mine = `${mark} of the test`;
  for (const [topic] of rights) await everything.publish(topic, mine);
  // The last that it may see comes after all that it may not.
  const open = rights.findLast(([, , gets]) => gets)?.[0] ?? "";
  await everything.publish(open, `${mine}, the end`);
  await client.see(open, `${mine}, the end`);
  const got = client.messages.filter(({ text }) => text === mine).map(({ topic }) => topic);
  assert.deepEqual(
    got,
    rights.filter(([, , gets]) => gets).map(([topic]) => topic),
  );
}

test("a board sends its own topics and those of pairing, sees commands and its peer, and nothing else", {
  skip,
}, async () => {
  const named = new Set(boardRights.map(([topic]) => topic));
  const own = Object.values(boardTopics("airpair", "board-01"));
  assert.deepEqual(
    own.filter((topic) => !named.has(topic)),
    [],
  );
  await everything.subscribe("#");
  const board = await broker.board("board-01");
  await checkRights(board, boardRights, "by a board");
  await board.end();
});

test("a board without a peer sees the readings of nobody", { skip }, async () => {
  const odd = new ClassFolder();
  odd.write({ boards: 3 });
  const small = await ClassBroker.start(odd);
  const all = await small.everything();
  const board = await small.board("board-03");
  await board.subscribe("#");
  for (const id of ["board-01", "board-02", "board-03"]) {
    await all.publish(`airpair/${id}/reading`, "{}");
  }
  await all.publish("airpair/board-03/command", "status");
  await board.see("airpair/board-03/command", "status");
  assert.deepEqual(
    board.messages.map(({ topic }) => topic),
    ["airpair/board-03/command"],
  );
  await board.end();
  await all.end();
  await small.stop();
  odd.remove();
});

test("of what the broker tells of itself a board sees what mqtt.sys shows, and the teacher all", {
  skip,
}, async () => {
  const shown = [
    "$SYS/broker/clients/connected",
    "$SYS/broker/clients/disconnected",
    "$SYS/broker/clients/total",
    "$SYS/broker/messages/sent",
    "$SYS/broker/uptime",
  ];
  const teacher = await broker.person("teacher");
  await teacher.subscribe("$SYS/#");
  await teacher.see("$SYS/broker/version", /mosquitto/);
  await teacher.end();
  const board = await broker.board("board-01");
  await board.subscribe("$SYS/#");
  const topics = () => [...new Set(board.messages.map(({ topic }) => topic))].sort();
  await board.until(() => topics().length === shown.length, "what is retained of them");
  assert.deepEqual(topics(), shown);
  await board.end();
});

for (const name of ["teacher", "homeassistant"] as const) {
  test(`${name} may do what it should at the broker, and nothing else`, { skip }, async () => {
    await everything.subscribe("#");
    const client = await broker.person(name);
    await checkRights(client, rightsOfPeople[name], `by ${name}`);
    await client.end();
  });
}

test("telegraf sees readings, and sends nothing at all", { skip }, async () => {
  const client = await broker.person("telegraf");
  await client.subscribe("#");
  for (const [topic] of rightsOfPeople.telegraf) {
    assert.equal(await client.publish(topic, "by telegraf"), false);
    await everything.publish(topic, "for telegraf");
  }
  await client.see("airpair/board-01/reading", "for telegraf");
  assert.deepEqual(
    client.messages.filter(({ text }) => text === "for telegraf").map(({ topic }) => topic),
    ["airpair/board-01/reading"],
  );
  await client.end();
});

test("nobody comes in without a password, with a wrong one, by the others' door, or without TLS", {
  skip,
}, async () => {
  const { boards, people } = broker.ports;
  const refusal = /Not authorized|Bad User Name or Password/i;
  const [first, second] = folder.list.boards;
  assert.ok(first && second);
  const cases = [
    { port: boards },
    { port: people },
    { port: boards, username: "board-01" },
    { port: boards, username: "board-01", password: second.password },
    { port: boards, username: "board-09", password: first.password },
    { port: people, username: "board-01", password: first.password },
    { port: boards, username: "teacher", password: folder.list.people.teacher },
    { port: people, username: "teacher", password: folder.list.people.telegraf },
  ];
  for (const options of cases) {
    await assert.rejects(broker.client(options), refusal, JSON.stringify(options));
  }
  for (const port of [boards, people]) {
    const plain = { port, isPlain: true, username: "board-01", password: first.password };
    await assert.rejects(broker.client(plain), /closed|reset/i);
  }
});

test("a board that calls itself by the name of another does not push that off", {
  skip,
}, async () => {
  const board = await broker.board("board-02", { clientId: "board-02" });
  const thief = await broker.board("board-03", { clientId: "board-02" });
  // An older connection of the same client would have been closed by now.
  assert.equal(await thief.publish("airpair/board-03/status", "online"), true);
  assert.equal(await board.publish("airpair/board-02/status", "online"), true);
  assert.equal(board.isClosed, false);
  assert.equal(thief.isClosed, false);
  await thief.end();
  await board.end();
});

test("a board that sends more than any board has to say is disconnected", { skip }, async () => {
  const board = await broker.board("board-03", { protocolVersion: 4 });
  assert.equal(await board.publish("airpair/board-03/reply", "x".repeat(16_000)), true);
  await assert.rejects(
    board.publish("airpair/board-03/reply", "x".repeat(17_000)),
    /^Error: closed while airpair\/board-03\/reply was sent$/,
  );
});

test("what was kept for a board that is away comes after the broker has been started again", {
  skip,
}, async () => {
  const kept = { clientId: "board-04", clean: false, properties: { sessionExpiryInterval: 3_600 } };
  const board = await broker.board("board-04", kept);
  await board.subscribe("airpair/board-04/command");
  await board.publish("airpair/board-04/status", "online");
  await board.end();
  const teacher = await broker.person("teacher");
  await teacher.publish("airpair/board-04/command", "before");
  await teacher.end();
  await everything.end();
  await broker.stop();
  await broker.start();
  everything = await broker.everything();
  const again = await broker.person("teacher");
  await again.publish("airpair/board-04/command", "after");
  const back = await broker.board("board-04", kept);
  await back.see("airpair/board-04/command", "before");
  await back.see("airpair/board-04/command", "after");
  await again.end();
  await back.end();
});

/** What the TLS of the boards says to the broker, which is to have a name: undefined, nothing against it. */
function verdictOfBoard(host: string): Promise<string | undefined> {
  const TLS = coreTLS();
  return new Promise((done) => {
    const socket = new TLS({
      ...{ host, address: "127.0.0.1", port: broker.ports.boards },
      secure: { certificateAuthorities: [derOf(folder.path("config/tls/authority.pem"))] },
      onWritable: () => {
        socket.close();
        done(undefined);
      },
      onError: (error) => done((error as { code?: string }).code ?? String(error)),
    });
  });
}

test("the TLS that boards have trusts the broker of the class at its address, and at no other", {
  skip: skip || withoutMbedTLS,
}, async () => {
  assert.equal(await verdictOfBoard("127.0.0.1"), undefined);
  assert.equal(await verdictOfBoard("localhost"), undefined);
  assert.equal(await verdictOfBoard("10.0.0.1"), "tls/wrong-name");
});

/** What `npm run board` is given for a board of the class: its file, with the port of the test. */
function argumentsOf(board: string): string[] {
  const settings = folder.settingsOf(board);
  const { "board.id": id = "", "mqtt.broker": url = "", ...more } = settings;
  const given = { ...more, "mqtt.broker": url.replace(":8883", `:${broker.ports.boards}`) };
  assert.equal(url, "mqtts://127.0.0.1:8883");
  const pairs = Object.entries(given).flatMap(([name, value]) => ["--set", `${name}=${value}`]);
  return ["--id", id, ...pairs];
}

test("two whole boards with their files come in, pair, send readings, and are refused what is not theirs", {
  skip,
}, async () => {
  const teacher = await broker.person("teacher");
  await teacher.subscribe("airpair/#");
  await everything.subscribe("#");
  const [first, second] = ["board-01", "board-02"].map(
    (id) => new BoardConsole(argumentsOf(id), { life: 240_000 }),
  );
  assert.ok(first && second);
  try {
    await first.until(/mqtt +connected to mqtts:\/\/127\.0\.0\.1:/);
    await first.until(/pair +paired with board-02/);
    await second.until(/pair +paired with board-01/);
    await teacher.see("airpair/board-01/status", "online");
    await teacher.see("airpair/board-01/reading", /^\{"office_sensor":\{/);
    assert.equal(
      await teacher.publish("airpair/board-01/command", '{"id":5,"command":"version"}'),
      true,
    );
    await teacher.see("airpair/board-01/reply", /^\{"id":5,"ok":true,"text":"airpair /);
    // The board's own console may try what it likes.
    first.type("mqtt pub airpair/board-03/command reboot\n");
    first.type("mqtt sub airpair/board-03/reading\n");
    first.type("mqtt sub airpair/board-02/reading\n");
    // What the peer sends is shown, so the subscriptions are there.
    await first.until(/airpair\/board-02\/reading \{"office_sensor"/);
    await everything.publish("airpair/board-03/reading", '{"secret":{}}');
    const shown = first.output.length;
    await first.until(/airpair\/board-02\/reading \{"office_sensor"/, shown);
    assert.doesNotMatch(first.output, /secret/);
    const reboots = everything.messages.filter(
      ({ topic, text }) => topic === "airpair/board-03/command" && text === "reboot",
    );
    assert.deepEqual(reboots, []);
  } finally {
    first.end();
    second.end();
    await Promise.all([first.ended, second.ended]);
    await teacher.end();
  }
});

test("a whole board announces itself to Home Assistant, which sees its state and sets its interval", {
  skip,
}, async () => {
  const home = await broker.person("homeassistant");
  await home.subscribe("homeassistant/#", "airpair/+/+");
  const platform = ["--set", "platform.1.name=home-assistant", "--set", "platform.1.boot=on"];
  const board = new BoardConsole([...argumentsOf("board-03"), ...platform], { life: 240_000 });
  try {
    const config = "homeassistant/device/board-03/config";
    await home.see(config, /"stat_t":"airpair\/board-03\/state"/);
    await home.see("airpair/board-03/state", /^\{.*"temperature":/);
    await home.see("airpair/board-03/status", "online");
    assert.equal(await home.publish("airpair/board-03/interval/set", "30"), true);
    await home.see("airpair/board-03/interval", "30");
    const announced = () => home.messages.filter(({ topic }) => topic === config).length;
    const before = announced();
    assert.equal(await home.publish("homeassistant/status", "online"), true);
    await home.until(() => announced() > before, "another announcement");
  } finally {
    board.end();
    await board.ended;
    await home.end();
  }
});

test("without TLS boards come in by port 1883 with the same rights, and people still by TLS", {
  skip,
}, async () => {
  const plain = new ClassFolder();
  plain.write({ isPlain: true });
  assert.match(plain.read("config/mosquitto.conf"), /^listener 1883$/m);
  const open = await ClassBroker.start(plain);
  const all = await open.everything();
  const board = await open.board("board-01", { isPlain: true });
  assert.equal(await board.publish("airpair/board-01/status", "online"), true);
  assert.equal(await board.publish("airpair/board-02/status", "online"), false);
  await assert.rejects(open.client({ port: open.ports.boards, isPlain: true }), /Not authorized/);
  const teacher = await open.person("teacher");
  assert.equal(await teacher.publish("airpair/board-01/command", "status"), true);
  for (const client of [teacher, board, all]) await client.end();
  await open.stop();
  plain.remove();
});
