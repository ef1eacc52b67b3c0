// SPDX-License-Identifier: MIT

import type { CommandAnswer } from "../../console/commander.ts";
import type { ReplyOwner } from "../../console/running-command.ts";
import type { ChangeLimit } from "./change-limit.ts";
import { isStoring, type RemotePolicy, remoteRefusal } from "./remote-rules.ts";

export interface FromAfarParts {
  /** What is allowed. */
  readonly policy: RemotePolicy;
  /** Counts what is stored. */
  readonly changes: ChangeLimit;
  readonly commander: {
    /** Runs one command line; never throws. The answer of one that takes time goes to `owner`. */
    run(line: string, owner: ReplyOwner): CommandAnswer;
  };
}

/** Runs a line that came over the network, if the rules for those allow it. */
export function runFromAfar(
  line: string,
  { policy, changes, commander }: FromAfarParts,
  owner: ReplyOwner,
): CommandAnswer {
  const refusal = remoteRefusal(line, policy);
  if (refusal !== undefined) return { ok: false, text: refusal };
  if (isStoring(line) && !changes.take()) return worn;
  return commander.run(line, owner);
}

const worn: CommandAnswer = Object.freeze({
  ok: false,
  text: "too many changes in an hour: they wear the flash memory out; the console takes more",
});
