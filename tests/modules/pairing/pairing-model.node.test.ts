// SPDX-License-Identifier: MIT

import test from "node:test";
import { nodeCrypto } from "../../../hosts/sim/node/board/node-crypto.ts";
import { runGivenModel, runLinkModel, runPairingModel } from "../../support/pairing-model.ts";
import { seedCount } from "../../support/seeds.ts";

test("whatever the network does, nothing is taken twice and all that arrives is taken", () => {
  for (let seed = 1; seed <= seedCount(3_000); seed++) runLinkModel(seed, nodeCrypto);
});

test("whatever the network does and whenever the power goes, two boards agree whether they are paired", () => {
  for (let seed = 1; seed <= seedCount(1_000); seed++) runPairingModel(seed, nodeCrypto);
});

test("whatever the network does and a stranger asks, two boards with a given code are paired in the end", () => {
  for (let seed = 1; seed <= seedCount(200); seed++) runGivenModel(seed, nodeCrypto);
});

test("a late message of an earlier exchange does not leave the two boards with different keys", () => {
  // The responder makes keys of it that the initiator has given up; nobody asked for others then.
  runLinkModel(2_630, nodeCrypto);
});
