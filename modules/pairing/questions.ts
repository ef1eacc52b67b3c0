// SPDX-License-Identifier: MIT

import { concat } from "../base/bytes.ts";
import type { Clock } from "../base/clock.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import { ANSWER, type PeerLink, QUESTION } from "./link/peer-link.ts";
import { longestBody, type OpenedRecord } from "./link/traffic.ts";
import { PairingError } from "./pairing-error.ts";

/** Takes the answer of a peer. */
export interface AnswerTaker {
  add(text: string): void;
  end(): void;
  fail(error: unknown): void;
}

/** Answers a question of a peer: calls back once, now or later. */
export type AnswerQuestion = (
  peer: string,
  line: string,
  onAnswer: (ok: boolean, text: string) => void,
) => void;

const numberLength = 2;
/** Number of the question, flags. */
const answerHead = 3;
/** Flags of an answer: it was done; no more comes. Above them which piece it is, from 0. */
const okFlag = 1;
const lastFlag = 2;
const pieceShift = 2;
const maxPieces = 8;
const pieceLength = longestBody - answerHead;
/** Longest question, bytes. */
export const longestQuestion = longestBody - numberLength;
/** A question that was on its way for so long is not answered any more, ms. */
const maxDelay = 30_000;
/** Another question of a peer is taken after so long, ms. */
const questionInterval = 500;

interface Asked {
  readonly link: PeerLink;
  readonly number: number;
  readonly taker: AnswerTaker;
  readonly pieces: Uint8Array[];
  count: number | undefined;
}

/** Questions to peers, one at a time, and their questions to this board. */
export class Questions {
  readonly #clock: Pick<Clock, "ticks">;
  #number: number;
  #asked: Asked | undefined;
  #takenAt = Number.NEGATIVE_INFINITY;

  /** `number`: any, from which those of the questions go on. */
  constructor(clock: Pick<Clock, "ticks">, number: number) {
    this.#clock = clock;
    this.#number = number;
  }

  /** Asks; the answer of an earlier question is not waited for any more. Throws PairingError. */
  ask(link: PeerLink, line: string, taker: AnswerTaker): void {
    const bytes = new TextEncoder().encode(line);
    if (bytes.length > longestQuestion) {
      throw new PairingError({
        code: "pairing/long-question",
        what: `a question has at most ${longestQuestion} bytes`,
      });
    }
    this.#asked?.taker.fail("another question was asked");
    this.#number = (this.#number + 1) & 0xffff;
    this.#asked = { link, number: this.#number, taker, pieces: [], count: undefined };
    link.say(QUESTION, concat(numbered(this.#number), bytes));
  }

  /** Nobody waits for the answer any more. */
  forget(): void {
    this.#asked = undefined;
  }

  /** A question of a peer; `answer`: undefined while nobody can answer. */
  onQuestion(
    link: PeerLink,
    { body, delay }: OpenedRecord,
    answer: AnswerQuestion | undefined,
  ): void {
    const now = this.#clock.ticks();
    const line = decodeUtf8(body.subarray(numberLength));
    if (body.length <= numberLength || line === undefined || delay > maxDelay) return;
    const number = numberIn(body);
    if (!answer || now - this.#takenAt < questionInterval) {
      this.reply(link, number, false, "busy; ask again later");
      return;
    }
    this.#takenAt = now;
    answer(link.peer.name, line, (ok, text) => this.reply(link, number, ok, text));
  }

  /** A piece of the answer of a peer. */
  onAnswer(link: PeerLink, { body }: OpenedRecord): void {
    const asked = this.#asked;
    if (asked?.link !== link || body.length < answerHead || numberIn(body) !== asked.number) return;
    const flags = body[numberLength] as number;
    const index = flags >> pieceShift;
    if (index >= maxPieces) return;
    asked.pieces[index] = body.subarray(answerHead);
    if (flags & lastFlag) asked.count = index + 1;
    const { count, pieces, taker } = asked;
    if (count === undefined || Object.keys(pieces).length < count) return;
    this.#asked = undefined;
    const text = decodeUtf8(concat(...pieces.slice(0, count)));
    if (text === undefined) taker.fail("the answer is no text");
    else if (flags & okFlag) {
      taker.add(text);
      taker.end();
    } else taker.fail(text);
  }

  private reply(link: PeerLink, number: number, ok: boolean, text: string): void {
    const all = new TextEncoder().encode(text);
    const bytes = all.length > maxPieces * pieceLength ? cut(all) : all;
    const last = Math.max(0, Math.ceil(bytes.length / pieceLength) - 1);
    for (let index = 0; index <= last; index++) {
      const piece = bytes.subarray(index * pieceLength, (index + 1) * pieceLength);
      const flags = (ok ? okFlag : 0) | (index === last ? lastFlag : 0) | (index << pieceShift);
      link.say(ANSWER, concat(numbered(number), Uint8Array.of(flags), piece));
    }
  }
}

/** The beginning of an answer that is too long, up to a whole character. */
function cut(bytes: Uint8Array): Uint8Array {
  let end = maxPieces * pieceLength - 3;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return concat(bytes.subarray(0, end), Uint8Array.of(0x2e, 0x2e, 0x2e));
}

function numbered(number: number): Uint8Array {
  return Uint8Array.of(number >> 8, number & 0xff);
}

function numberIn(body: Uint8Array): number {
  return ((body[0] as number) << 8) | (body[1] as number);
}
