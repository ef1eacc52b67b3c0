// SPDX-License-Identifier: MIT

import { type Reading, readingText } from "../../air-quality/reading.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { wordsOf } from "../../console/command-words.ts";
import type { CommandAnswer } from "../../console/commander.ts";
import type { ReplyOwner, RunningCommand } from "../../console/running-command.ts";
import { Pairing, type PairingState } from "../../pairing/pairing.ts";
import type { PairingNetwork } from "../../pairing/pairing-network.ts";
import type { PeerReading } from "../../pairing/peer-reading.ts";
import { peerKeys } from "../../pairing/peer-store.ts";
import type { PeerView } from "../../pairing/peers.ts";
import { remoteRefusal } from "../remote/remote-rules.ts";
import type { BoardSettings } from "../setting-list.ts";
import { PeerTasks } from "./peer-tasks.ts";

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
export function startPairing(host: Host, options: StartPairingOptions): BoardPairing | undefined {
  return options.session && host.crypto && new BoardPairing(host, options);
}

/** Pairing as far as a board needs it: of one without peers hardly anything is in its heap. */
export class BoardPairing {
  readonly #host: Host;
  readonly #options: StartPairingOptions;
  #commander: PeerCommander | undefined;
  #active: Pairing | undefined;

  constructor(host: Host, options: StartPairingOptions) {
    this.#host = host;
    this.#options = options;
    const code = options.settings.get("pair.code");
    if (code !== "" || hasPeers(host)) this.open();
    if (code !== "") this.#active?.useGiven(code);
  }

  /** Undefined: there are no peers, and none is looked for. */
  get active(): Pairing | undefined {
    return this.#active;
  }

  /** Pairing at work. */
  open(): Pairing {
    const { crypto, timers, clock, random, storage } = this.#host;
    const { settings, log, session, id } = this.#options;
    if (!session || !crypto) throw new Error("this board cannot be paired");
    if (this.#active) return this.#active;
    const active = new Pairing({
      crypto,
      network: session,
      timers,
      clock,
      random,
      log,
      domain: storage.open({ path, format: "buffer" }),
      root: settings.get("mqtt.root"),
      name: id,
      describe: textOf,
    });
    this.#active = active;
    active.useDoer(new PeerTasks(this.#host, this.#options, active));
    if (this.#commander) this.answerWith(this.#commander);
    return active;
  }

  /** Lets peers ask for what `pair.allow` has. */
  use(commander: PeerCommander): void {
    this.#commander = commander;
    if (this.#active) this.answerWith(commander);
  }

  /** Tells the peers of a reading; `time`: ms since 1970 UTC. */
  sendReading(reading: PeerReading, time: number | undefined): void {
    this.#active?.sendReading(reading, time);
  }

  /** What there is to see of it at a glance. */
  get state(): PairingState {
    return this.#active?.state ?? "none";
  }

  /** A peer that is there has not been told of a reading for a while. */
  get areWaiting(): boolean {
    return this.#active?.areWaiting === true;
  }

  /** The peers, as others may see them. */
  get peers(): readonly PeerView[] {
    return this.#active?.peers ?? none;
  }

  /** Whether there is a peer of that name. */
  isPaired(name: string): boolean {
    return this.#active?.isPaired(name) === true;
  }

  /** Says goodbye to the peers. */
  close(): void {
    this.#active?.close();
  }

  private answerWith(commander: PeerCommander): void {
    if (this.#active) answerPeers(this.#active, this.#options.settings, commander);
  }
}

const none: readonly PeerView[] = Object.freeze([]);

/** Storage domain of the peers. */
const path = "pairing";

/** Runs what peers ask for. */
export interface PeerCommander {
  run(line: string, owner: ReplyOwner): CommandAnswer;
}

/** Whether there may be peers: something is stored, or cannot be read. */
function hasPeers({ storage }: Host): boolean {
  try {
    const domain = storage.open({ path, format: "buffer" });
    const isEmpty = peerKeys.every((key) => domain.read(key) === undefined);
    domain.close();
    return !isEmpty;
  } catch {
    // Pairing itself says what is wrong.
    return true;
  }
}

/** Lets paired boards ask for what `pair.allow` has, if they may ask for it over the network at all. */
export function answerPeers(
  pairing: Pick<Pairing, "use">,
  settings: BoardSettings,
  commander: PeerCommander,
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
