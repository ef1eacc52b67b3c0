// SPDX-License-Identifier: MIT

import { type Reading, readingText } from "../../air-quality/reading.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { wordsOf } from "../../console/command-words.ts";
import type { CommandAnswer } from "../../console/commander.ts";
import type { ReplyOwner, RunningCommand } from "../../console/running-command.ts";
import { Pairing } from "../../pairing/pairing.ts";
import type { PairingNetwork } from "../../pairing/pairing-network.ts";
import type { PeerReading } from "../../pairing/peer-reading.ts";
import { remoteRefusal } from "../remote/remote-rules.ts";
import type { BoardSettings } from "../setting-list.ts";

export interface StartPairingOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Undefined: there is no broker to meet at. */
  readonly session: PairingNetwork | undefined;
  /** Board id, by which peers know it. */
  readonly id: string;
}

/**
 * The peers of a board, and its way to get some; with `pair.code` one is looked for. Undefined without a
 * broker, and where the build has no cryptography.
 */
export function startPairing(host: Host, options: StartPairingOptions): Pairing | undefined {
  const { settings, log, session, id } = options;
  const { crypto, timers, clock, random, storage } = host;
  if (!session || !crypto) return undefined;
  const pairing = new Pairing({
    crypto,
    network: session,
    timers,
    clock,
    random,
    log,
    domain: storage.open({ path: "pairing", format: "buffer" }),
    root: settings.get("mqtt.root"),
    name: id,
    describe: textOf,
  });
  const code = settings.get("pair.code");
  if (code !== "") pairing.useGiven(code);
  return pairing;
}

/** Lets paired boards ask for what `pair.allow` has, if they may ask for it over the network at all. */
export function answerPeers(
  pairing: Pairing,
  settings: BoardSettings,
  commander: { run(line: string, owner: ReplyOwner): CommandAnswer },
): void {
  pairing.use((_peer, line, onAnswer) => {
    const allowed = settings.get("pair.allow").split(",");
    const [word = ""] = wordsOf(line);
    const refusal = allowed.includes(word)
      ? remoteRefusal(line, settings)
      : `${word} is not among what a peer may ask (pair.allow)`;
    if (refusal !== undefined) {
      onAnswer(false, refusal);
      return;
    }
    const answer = commander.run(line, new PeerReply(onAnswer));
    if (!answer.running) onAnswer(answer.ok, answer.text);
  });
}

function textOf(reading: PeerReading): string {
  return readingText({ ...reading, ticks: 0 } satisfies Reading);
}

/** Collects the answer of a command that takes time. */
class PeerReply implements ReplyOwner {
  readonly #onAnswer: (ok: boolean, text: string) => void;
  #text = "";

  constructor(onAnswer: (ok: boolean, text: string) => void) {
    this.#onAnswer = onAnswer;
  }

  /** A part of the answer has come. */
  replied(text: string): void {
    this.#text += this.#text === "" ? text : `\n${text}`;
  }

  /** The answer is whole; of one that failed the reason is the last line. */
  ended(_command: RunningCommand, failure: string | undefined): void {
    if (failure !== undefined) this.replied(failure);
    this.#onAnswer(failure === undefined, this.#text);
  }
}
