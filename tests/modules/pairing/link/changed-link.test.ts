// SPDX-License-Identifier: MIT

import test from "node:test";
import {
  ASK,
  FIRST,
  KNOCK,
  RECORD,
  SECOND,
  WAKE,
} from "../../../../modules/pairing/link/link-message.ts";
import { changeLinks } from "../../../support/changed-link.ts";

test("on each engine no change of a message is taken while it is waited for", () => {
  for (const kind of [WAKE, KNOCK, ASK, FIRST, SECOND, RECORD]) changeLinks(kind, 200);
});
