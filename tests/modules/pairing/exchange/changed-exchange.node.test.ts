// SPDX-License-Identifier: MIT

import test from "node:test";
import { nodeCrypto } from "../../../../hosts/sim/node/board/node-crypto.ts";
import {
  ACCEPT,
  JOIN,
  PROOF,
  REFUSE,
  SHARE,
} from "../../../../modules/pairing/exchange/exchange-message.ts";
import { changeExchanges } from "../../../support/changed-exchange.ts";
import { seedCount } from "../../../support/seeds.ts";

for (const [name, kind] of Object.entries({ JOIN, SHARE, PROOF, ACCEPT, REFUSE })) {
  test(`of ten thousand changes of ${name} none makes a pair`, () => {
    changeExchanges(kind, seedCount(10_000), { crypto: nodeCrypto });
  });
}

test("nor does one on the curve itself, where two u-coordinates are the same point", () => {
  for (const kind of [JOIN, SHARE, PROOF, ACCEPT, REFUSE]) {
    changeExchanges(kind, seedCount(300), { crypto: nodeCrypto, quick: false });
  }
});
