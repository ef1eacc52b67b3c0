// SPDX-License-Identifier: MIT

import test from "node:test";
import { runGivenModel, runLinkModel, runPairingModel } from "../../support/pairing-model.ts";
import { seedCount } from "../../support/seeds.ts";

test("on each engine the network's worst does no harm to a pair", () => {
  for (let seed = 1; seed <= seedCount(40); seed++) runLinkModel(seed);
  for (let seed = 1; seed <= seedCount(20); seed++) runPairingModel(seed);
  for (let seed = 1; seed <= seedCount(10); seed++) runGivenModel(seed);
});
