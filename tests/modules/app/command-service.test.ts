// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { CommandService } from "../../../modules/app/command-service.ts";
import type { PortMessage } from "../../../modules/app/message-port.ts";
import { Commander } from "../../../modules/console/commander.ts";
import { LogBook } from "../../support/log-book.ts";

function build() {
  const book = new LogBook();
  const published: string[] = [];
  let handler: (message: PortMessage) => void = () => assert.fail("not subscribed");
  const commander = new Commander([{ name: "version", help: "", run: () => "airpair 1" }]);
  new CommandService({
    port: {
      publish: (topic, payload) => published.push(`${topic} ${payload}`),
      subscribe: (_filter, { onMessage }) => {
        handler = onMessage;
      },
    },
    log: book.log,
    commandTopic: "c",
    replyTopic: "r",
    run: (line) => commander.run(line),
  });
  const send = (payload: Uint8Array | string) => {
    const bytes = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
    handler({ topic: "c", payload: bytes });
  };
  return { book, published, send };
}

test("a command is answered on the reply topic", () => {
  const { published, book, send } = build();
  send("version");
  assert.deepEqual(published, ['r {"ok":true,"text":"airpair 1"}']);
  assert.equal(book.text, "info version");
});

test("an unknown command is answered and told, and the next one works", () => {
  const { published, book, send } = build();
  send("explode");
  send("version");
  assert.match(published[0] ?? "", /"ok":false.*unknown command/);
  assert.match(book.text, /^warn unknown command/);
  assert.equal(published[1], 'r {"ok":true,"text":"airpair 1"}');
});

test("binary, empty and over-long commands are answered with the reason", () => {
  const { published, send } = build();
  send(new Uint8Array([0xff, 0x00, 0x80]));
  send("");
  send("x".repeat(1_000));
  assert.equal(published.length, 3);
  assert.match(published[0] ?? "", /unknown command/);
  assert.match(published[1] ?? "", /empty command/);
  assert.match(published[2] ?? "", /command of 1000 bytes refused; 256 allowed/);
});
