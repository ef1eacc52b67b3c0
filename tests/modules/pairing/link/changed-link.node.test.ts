// SPDX-License-Identifier: MIT

import test from "node:test";
import { nodeCrypto } from "../../../../hosts/sim/node/board/node-crypto.ts";
import {
  ASK,
  FIRST,
  KNOCK,
  RECORD,
  SECOND,
  WAKE,
} from "../../../../modules/pairing/link/link-message.ts";
import { changeLinks } from "../../../support/changed-link.ts";
import { changeOvers } from "../../../support/changed-over.ts";
import { seedCount } from "../../../support/seeds.ts";

for (const [name, kind] of Object.entries({ WAKE, KNOCK, ASK, FIRST, SECOND, RECORD })) {
  test(`of ten thousand changes of ${name} none is taken while it is waited for`, () => {
    changeLinks(kind, seedCount(10_000), nodeCrypto);
  });
}

test("of ten thousand changes of OVER none ends a pair, nor does that of another pair", () => {
  changeOvers(seedCount(10_000), nodeCrypto);
});
