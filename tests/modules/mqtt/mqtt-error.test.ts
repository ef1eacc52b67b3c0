// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AppError } from "../../../modules/base/app-error.ts";
import { illegal, MqttError } from "../../../modules/mqtt/mqtt-error.ts";

test("an MQTT error carries code, statement and argument, and is an AppError", () => {
  const error = illegal("topic", "it is empty", "MQTT-4.7.3-1");
  assert.ok(error instanceof MqttError);
  assert.ok(error instanceof AppError);
  assert.equal(error.name, "MqttError");
  assert.equal(error.code, "mqtt/illegal");
  assert.equal(error.argument, "topic");
  assert.equal(error.statement, "MQTT-4.7.3-1");
  assert.equal(error.message, "topic is not legal: it is empty [MQTT-4.7.3-1]");
});

test("a rule of ours has no statement", () => {
  const error = illegal("filters", "too many");
  assert.equal(error.statement, undefined);
  assert.equal(error.message, "filters is not legal: too many");
});
