// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { jsCommand } from "../../../../modules/app/absent/js.ts";
import {
  cloudSettings,
  platformCommand,
  platformSecretIn,
} from "../../../../modules/app/absent/platforms.ts";
import { webhookCommand, webhookSettings } from "../../../../modules/app/absent/webhook.ts";
import { WebSocketTCP } from "../../../../modules/app/absent/websocket.ts";
import { boardCommands } from "../../../../modules/app/commands/command-list.ts";

test("a command whose part is not in the firmware says which word of the build brings it", () => {
  for (const [command, word] of [
    [platformCommand, "platforms"],
    [webhookCommand, "webhook"],
    [jsCommand, "js"],
  ] as const) {
    assert.equal(command.help, "not in this firmware");
    assert.ok(boardCommands.some(({ name }) => name === command.name));
    const run = command.run as (words: readonly string[], view: object, line: string) => string;
    assert.throws(() => run([], {}, command.name), {
      code: "command/not-built",
      message: new RegExp(`this firmware was built without the word ${word}; build it again`),
    });
  }
});

test("where there are no platforms and no webhook there are no settings of them, and no secrets to hide", () => {
  assert.deepEqual([...Object.keys(cloudSettings), ...Object.keys(webhookSettings)], []);
  const line = "platform use adafruit-io key=secret";
  assert.equal(platformSecretIn(line), line.length);
});

test("without MQTT over WebSocket no connection is made, and what to do instead is said", () => {
  assert.throws(() => new WebSocketTCP(), {
    code: "ws/absent",
    message: /this firmware has no WebSocket: take mqtt:\/\/ or mqtts:\/\//,
  });
});
