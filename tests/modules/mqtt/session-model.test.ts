// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { runDelivery } from "../../support/delivery-model.ts";

test("a network that is cut at random bytes loses, doubles and reorders nothing", () => {
  let connections = 0;
  for (let seed = 0; seed < 20; seed++) connections += runDelivery(seed).connections;
  assert.ok(connections > 40, `${connections} connections`);
});

test("a broker that closes at some messages costs those and no other", () => {
  for (let seed = 0; seed < 3; seed++) {
    runDelivery(seed, { forbids: true });
    runDelivery(seed, { forbids: true, forgets: true });
  }
});

test("a broker that loses its sessions at random loses no message of ours", () => {
  for (let seed = 0; seed < 10; seed++) runDelivery(seed, { forgets: true });
});
