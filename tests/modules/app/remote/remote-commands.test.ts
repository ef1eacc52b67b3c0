// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { ReceivedMessage } from "../../../../modules/app/pub-sub.ts";
import { RemoteCommands } from "../../../../modules/app/remote/remote-commands.ts";
import type { Command } from "../../../../modules/console/command.ts";
import { Commander } from "../../../../modules/console/commander.ts";
import type { Reply } from "../../../../modules/console/running-command.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { seededRandom } from "../../../support/random.ts";

/** `longest`: bytes of a payload that the session takes; `isSlow`: `sent` has to be called by hand. */
function build({
  longest = 4_096,
  answer = "airpair 1",
  isSlow = false,
  allowed = "",
}: {
  longest?: number;
  answer?: string;
  isSlow?: boolean;
  allowed?: "" | "remote.mqtt";
} = {}) {
  const book = new LogBook();
  const published: string[] = [];
  const ran: string[] = [];
  const waiting: (() => void)[] = [];
  const sent = () => waiting.shift()?.();
  let handler: (message: ReceivedMessage) => void = () => assert.fail("not subscribed");
  const run = (_words: readonly string[], _view: undefined, line: string) => {
    ran.push(line);
    return answer;
  };
  const time = new FakeTime();
  const replies: Reply[] = [];
  const scan = {
    name: "i2c",
    help: "",
    run: () => ({
      text: "scanning",
      limit: 5_000,
      start: (reply: Reply) => void replies.push(reply),
    }),
  };
  const commands: Command<undefined>[] = ["version", "set", "reset", "ccs811", "wifi", "mqtt"].map(
    (name) => ({ name, help: "", run }),
  );
  commands.push(scan);
  new RemoteCommands({
    pubSub: {
      publish: (topic, payload, { onDone = () => {} }) => {
        if (payload.length > longest) throw new Error(`${payload.length} bytes are too many`);
        published.push(`${topic} ${payload}`);
        waiting.push(onDone);
      },
      subscribe: (_filter, { onMessage }) => {
        handler = onMessage;
        return { close: () => {} };
      },
    },
    log: book.log,
    clock: time,
    commandTopic: "c",
    replyTopic: "r",
    maxWaiting: 4,
    policy: { get: (setting) => (setting === allowed ? "on" : "off") },
    commander: new Commander({ commands, view: undefined, timers: time }),
  });
  const send = (payload: Uint8Array | string, retain = false) => {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    handler({ topic: "c", payload: bytes, retain });
    if (!isSlow) sent();
  };
  return { book, published, ran, replies, send, sent, time };
}

test("a command is answered on the reply topic", () => {
  const { published, book, send } = build();
  send("version");
  assert.deepEqual(published, ['r {"ok":true,"text":"airpair 1"}']);
  assert.equal(book.text, "info version");
});

test("a command in JSON is answered with its id", () => {
  const { published, book, send } = build();
  send('{"id":"a-7","command":"version"}');
  send(' { "command" : "version", "id": 7, "other": {"id": 8} } ');
  send('{"command":"version"}');
  assert.deepEqual(published, [
    'r {"id":"a-7","ok":true,"text":"airpair 1"}',
    'r {"id":7,"ok":true,"text":"airpair 1"}',
    'r {"ok":true,"text":"airpair 1"}',
  ]);
  assert.equal(book.text, "info version\ninfo version\ninfo version");
});

test("JSON that is no command is answered with the reason, and with the id if there is one", () => {
  const cases: [string, string][] = [
    ['{"command":"version"', '{"ok":false,"text":"the command is not JSON"}'],
    ['{"id":1}', '{"id":1,"ok":false,"text":"\\"command\\" must be text"}'],
    ['{"id":1,"command":5}', '{"id":1,"ok":false,"text":"\\"command\\" must be text"}'],
    [
      '{"id":1,"command":"explode"}',
      '{"id":1,"ok":false,"text":"unknown command \\"explode\\"; help lists them"}',
    ],
  ];
  const badId = '{"ok":false,"text":"\\"id\\" must be a number, or text of at most 64 characters"}';
  for (const id of ["[1]", "{}", "null", "true", "1e999", `"${"x".repeat(65)}"`]) {
    cases.push([`{"id":${id},"command":"version"}`, badId]);
  }
  for (const [message, reply] of cases) {
    const { published, ran, send } = build();
    send(message);
    assert.deepEqual(published, [`r ${reply}`], message);
    assert.deepEqual(ran, []);
  }
});

test("a command that takes time is answered once, at its end, with all that it has found", () => {
  const { published, book, replies, send, sent } = build({ isSlow: true });
  send('{"id":1,"command":"i2c scan"}');
  send('{"id":2,"command":"version"}');
  assert.deepEqual(published, ['r {"id":2,"ok":true,"text":"airpair 1"}']);
  replies[0]?.add("0x44 SHT3x");
  replies[0]?.add("0x5a CCS811");
  replies[0]?.end();
  replies[0]?.end();
  assert.equal(published[1], 'r {"id":1,"ok":true,"text":"0x44 SHT3x\\n0x5a CCS811"}');
  assert.equal(published.length, 2);
  assert.equal(book.text, "info version\ninfo i2c scan");
  sent();
  sent();
  assert.deepEqual(book.events, ["command/done", "command/done"]);
});

test("one that fails is answered with what it had found and why there is no more", () => {
  const { published, replies, send, time } = build();
  send('{"id":1,"command":"i2c scan"}');
  replies[0]?.add("0x44 SHT3x");
  replies[0]?.fail(new Error("the bus does not move"));
  assert.equal(published[0], 'r {"id":1,"ok":false,"text":"0x44 SHT3x\\nthe bus does not move"}');
  send('{"id":2,"command":"i2c scan"}');
  time.advance(5_000);
  const why = "the command had not ended after 5 s and was stopped";
  assert.equal(published[1], `r {"id":2,"ok":false,"text":"${why}"}`);
});

test("those that go on count among the answers that wait", () => {
  const { published, replies, send } = build({ isSlow: true });
  for (let i = 0; i < 6; i++) send("i2c scan");
  assert.equal(replies.length, 4);
  for (const reply of replies) reply.end();
  assert.equal(published.length, 4);
});

test("what is only for the board's own console is refused, and no secret is repeated", () => {
  const { published, book, ran, send } = build();
  send("wifi off");
  send("set wifi.password hunter22");
  send('{"id":1,"command":"set mqtt.password hunter22"}');
  assert.deepEqual(published, [
    'r {"ok":false,"text":"wifi is for the board\'s own console only"}',
    'r {"ok":false,"text":"wifi.password is changed on the board\'s own console only"}',
    'r {"id":1,"ok":false,"text":"mqtt.password is changed on the board\'s own console only"}',
  ]);
  assert.deepEqual(ran, []);
  assert.equal(book.text.includes("hunter"), false);
});

test("a retained command is not run: it would come again after every connection", () => {
  const { published, ran, send } = build();
  send("version", true);
  assert.match(published[0] ?? "", /"ok":false,"text":"a retained command is not run/);
  assert.deepEqual(ran, []);
});

test("an unknown command is answered and told, and the next one works", () => {
  const { published, book, send } = build();
  send("explode");
  send("version");
  assert.match(published[0] ?? "", /"ok":false.*unknown command/);
  assert.match(book.text, /^warn unknown command/);
  assert.equal(published[1], 'r {"ok":true,"text":"airpair 1"}');
});

test("a line end behind the command is no part of it", () => {
  const { published, ran, book, send } = build();
  for (const text of ["version\n", "version\r\n", "version \n\n"]) send(text);
  send('{"id":1,"command":"version\\n"}\n');
  assert.deepEqual(
    ran.map((line) => line.trimEnd()),
    Array(4).fill("version"),
  );
  assert.equal(published.filter((reply) => reply.includes('"ok":true')).length, 4);
  assert.equal(book.text.includes("\\n"), false);
});

test("an empty message is no command: it deletes a retained one", () => {
  const { published, book, ran, send } = build();
  for (const text of ["", "\n", " ", "\r\n"]) {
    send(text);
    send(text, true);
  }
  assert.deepEqual([published, ran, book.lines], [[], [], []]);
  send('{"id":1,"command":""}');
  assert.match(published[0] ?? "", /"id":1,"ok":false,"text":"empty command/);
});

test("messages are published and watched from afar only with the setting for that", () => {
  const lines = ["mqtt pub a b", "mqtt  sub a", "mqtt unsub a"];
  const { published, ran, send } = build();
  for (const line of lines) send(line);
  assert.deepEqual(ran, []);
  assert.match(published[0] ?? "", /mqtt pub over MQTT needs remote\.mqtt to be on"/);
  send("mqtt status");
  assert.deepEqual(ran, ["mqtt status"]);
  const open = build({ allowed: "remote.mqtt" });
  for (const line of lines) open.send(line);
  assert.deepEqual(open.ran, lines);
});

test("binary and over-long commands are answered with the reason", () => {
  const { published, send } = build();
  send(new Uint8Array([0xff, 0x00, 0x80]));
  send("x".repeat(1_000));
  send(`{"id":1,"command":"version","x":${"[".repeat(400)}`);
  assert.equal(published.length, 3);
  assert.match(published[0] ?? "", /the command is not UTF-8/);
  assert.match(published[1] ?? "", /command of 1000 bytes refused; 512 allowed/);
  assert.match(published[2] ?? "", /the command is nested too deeply/);
});

test("an answer that is too long to be sent is told to whoever asked, and on the console", () => {
  const long = build({ answer: "x".repeat(5_000) });
  long.send('{"id":7,"command":"version"}');
  assert.deepEqual(long.published, [
    'r {"id":7,"ok":false,"text":"the answer was not sent: 5028 bytes are too many"}',
  ]);
  assert.match(long.book.text, /warn 5028 bytes are too many$/);
  const mute = build({ longest: 0 });
  mute.send("version");
  assert.deepEqual(mute.published, []);
  assert.deepEqual(mute.book.events, ["command/done", "command/no-reply"]);
});

test("commands that come faster than their answers leave are not run, which is told once", () => {
  const { book, ran, send, sent } = build({ isSlow: true });
  for (let i = 0; i < 10; i++) send(`version ${i}`);
  assert.deepEqual(ran, ["version 0", "version 1", "version 2", "version 3"]);
  for (let i = 0; i < 3; i++) sent();
  // Until all are out, so that a flood does not fill the console, too.
  send("version 10");
  assert.equal(ran.length, 4);
  sent();
  send("version 11");
  assert.equal(ran.at(-1), "version 11");
  assert.equal(
    book.text.split("\n").slice(4).join("\n"),
    [
      "warn 4 answers wait for the broker; no command is run until they are sent",
      "warn 7 commands were not run; they came faster than their answers left",
      "info version 11",
    ].join("\n"),
  );
});

test("nobody far away wears the flash memory out: an hour has room for 120 changes", () => {
  const { published, ran, send, time } = build();
  const changes = ["set board.name x", '{"command":"reset board.name"}', "ccs811 baseline save"];
  for (let i = 0; i < 200; i++) {
    send(changes[i % changes.length] ?? "");
    send("ccs811 baseline show");
    time.advance(10_000);
  }
  assert.equal(ran.filter((line) => !line.endsWith("show")).length, 120);
  assert.equal(ran.length, 320);
  assert.match(published.at(-2) ?? "", /"ok":false,"text":"too many changes in an hour/);
  time.advance(3_600_000);
  send("set board.name x");
  assert.equal(ran.length, 321);
});

test("whatever bytes come, there is one answer in JSON, and none to nothing", () => {
  const random = seededRandom(3);
  const { published, send } = build();
  const pieces = [
    '{"id":',
    '"command":',
    '"version"',
    "}",
    "{",
    ",",
    "[",
    "1",
    '"',
    "\\u0000",
    "\xff",
  ];
  let answers = 0;
  for (let i = 0; i < 2_000; i++) {
    const length = Math.floor(random() * 8);
    const text = Array.from({ length }, () => pieces[Math.floor(random() * pieces.length)]).join(
      "",
    );
    send(random() < 0.5 ? text : Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
    if (text !== "") answers++;
    assert.equal(published.length, answers);
    if (answers === 0) continue;
    const reply = JSON.parse((published[answers - 1] ?? "").slice(2));
    assert.equal(typeof reply.text, "string");
  }
});
