// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount, textBehind } from "../../console/command-words.ts";
import type { LongCommand } from "../../console/running-command.ts";
import { offerTime, type Pairing } from "../../pairing/pairing.ts";

/** Pairing at work, as far as the commands need it. */
type OpenPairing = Pick<
  Pairing,
  | "offer"
  | "offerMade"
  | "join"
  | "cancel"
  | "giveUp"
  | "describePeers"
  | "unpair"
  | "ask"
  | "forgetQuestion"
  | "counters"
>;

/** What the commands look at and act on. */
export interface PairView {
  /** Undefined: the board has no broker, or its build no cryptography. */
  readonly pairing: { open(): OpenPairing; readonly active: OpenPairing | undefined } | undefined;
  /** Why there is no broker. */
  readonly whyNoSession: string | undefined;
}

/** A peer that has the code may take so long to confirm, ms. */
const confirmTime = 90_000;
/** Longest time to the answer of a peer, ms. */
const askLimit = 15_000;

function pairingOf({ pairing, whyNoSession }: PairView): OpenPairing {
  if (pairing) return pairing.open();
  const why = whyNoSession ?? "this build has no cryptography";
  throw new CommandError({ code: "pairing/none", what: "this board cannot be paired", why });
}

/** The commands `pair`, `pairs`, `unpair` and `ask`. */
export const pairCommands: readonly Command<PairView>[] = frozen([
  {
    name: "pair",
    help: "makes a pair with another board over the broker, which can neither read nor forge it",
    usage: "[CODE | offer CODE | stop]",
    details: [
      "without a code it shows one, for the other board, and waits for 5 minutes;",
      "with the code that the other board shows it makes the pair. A code is good for one pair.",
      "offer waits a minute for a board with a code that was made elsewhere; stop ends the wait.",
    ].join("\n"),
    run: ([first, ...more], view) => {
      const pairing = pairingOf(view);
      if (first === undefined) return offer(pairing);
      if (first === "offer") return offerMade(pairing, more.join(""));
      if (first !== "stop") return join(pairing, first + more.join(""));
      checkCount(more, 0);
      pairing.cancel("pair stop was asked for");
      return "no other board is waited for";
    },
  },
  {
    name: "pairs",
    help: "the paired boards, and what they said last",
    run: (words, view) => {
      checkCount(words, 0);
      const text = pairingOf(view).describePeers();
      return text === "" ? "no peers; pair makes one" : text;
    },
  },
  {
    name: "unpair",
    help: "ends the pair with a board, at both ends",
    usage: "NAME",
    run: (words, view) => {
      checkCount(words, 1);
      const [name] = words;
      if (name === undefined) throw new UsageError("unpair needs the name of a peer");
      return pairingOf(view).unpair(name);
    },
  },
  {
    name: "ask",
    help: "has a paired board run a command, if its pair.allow has it",
    usage: "NAME COMMAND",
    run: (words, view, line) => {
      const [name, command] = words;
      if (name === undefined || command === undefined) {
        throw new UsageError("ask needs the name of a peer and a command");
      }
      return ask(pairingOf(view), name, textBehind(line, 2));
    },
  },
]);

function offer(pairing: OpenPairing): LongCommand {
  return {
    text: "making a code, and waiting for the other board; Ctrl-C ends that",
    limit: offerTime + confirmTime,
    start: (reply) => {
      reply.add(`on the other board, within 5 minutes: pair ${pairing.offer(reply)}`);
    },
    stop: () => pairing.giveUp(),
  };
}

function offerMade(pairing: OpenPairing, code: string): LongCommand {
  return {
    text: "waiting for the other board",
    limit: confirmTime,
    start: (reply) => pairing.offerMade(code, reply),
    stop: () => pairing.giveUp(),
  };
}

function join(pairing: OpenPairing, code: string): LongCommand {
  return {
    text: "looking for the board with that code",
    limit: confirmTime,
    start: (reply) => pairing.join(code, reply),
    stop: () => pairing.giveUp(),
  };
}

function ask(pairing: OpenPairing, name: string, line: string): LongCommand {
  return {
    text: `asking ${name}`,
    limit: askLimit,
    start: (reply) => pairing.ask(name, line, reply),
    stop: () => pairing.forgetQuestion(),
  };
}
