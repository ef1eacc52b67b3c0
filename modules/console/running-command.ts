// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Timer, Timers } from "../base/clock.ts";

/** What a command has to know of whoever types. */
export interface Question {
  readonly text: string;
  /** Nobody may see what is typed. */
  readonly isSecret: boolean;
  /** The answer may take several lines; one with only a dot ends them. */
  readonly isLong: boolean;
  /** What was typed, which may be empty. */
  answered(text: string): void;
}

/** Takes the answer of a command that takes time. */
export interface Reply {
  /** A part of the answer, one line or more. */
  add(text: string): void;
  /** The answer is whole. */
  end(): void;
  /** There is none, or no more of it. */
  fail(error: unknown): void;
  /** Asks whoever types; where nobody does, the command fails. */
  ask?(question: Question): void;
}

/** What a command does that takes time: it owns its reply until it has ended. */
export interface LongCommand {
  /** What goes on now, for whoever waits at a console. */
  readonly text: string;
  /** Longest time, ms; undefined: until whoever asked has had enough. */
  readonly limit: number | undefined;
  /** Begins; throws when it cannot. */
  start(reply: Reply): void;
  /** Ends it before its time: nobody waits for the reply any more. */
  stop?(): void;
}

/** Who has asked for a command. */
export interface ReplyOwner {
  /** A part of the answer has come. */
  replied(text: string): void;
  /** The command has a question; absent: there is nobody to ask. */
  asked?(question: Question, command: RunningCommand): void;
  /** No more comes; `failure`: why the answer is not whole. */
  ended(command: RunningCommand, failure: string | undefined): void;
}

/**
 * A command at work. Its reply goes to whoever asked and to nobody else, until it has ended, its
 * time is over, or it is cancelled; what it says later is not listened to.
 */
export class RunningCommand implements Reply {
  readonly #command: LongCommand;
  readonly #timers: Timers | undefined;
  /** Undefined: it is over. */
  #owner: ReplyOwner | undefined;
  #timer: Timer | undefined;

  /** Begins. Throws what the command throws; without `timers` there is no limit. */
  constructor(command: LongCommand, owner: ReplyOwner, timers: Timers | undefined) {
    this.#command = command;
    this.#timers = timers;
    this.#owner = owner;
    const { limit } = command;
    if (limit !== undefined) this.#timer = timers?.set(() => this.expire(limit), limit);
    try {
      command.start(this);
    } catch (error) {
      this.release();
      throw error;
    }
  }

  get isOver(): boolean {
    return this.#owner === undefined;
  }

  /** For the command. */
  add(text: string): void {
    this.#owner?.replied(text);
  }

  /** For the command. */
  ask(question: Question): void {
    const owner = this.#owner;
    if (!owner) return;
    if (owner.asked) owner.asked(question, this);
    else this.fail(new Error("it has questions, which only the board's own console can answer"));
  }

  /** For the command. */
  end(): void {
    this.release()?.ended(this, undefined);
  }

  /** For the command. */
  fail(error: unknown): void {
    this.release()?.ended(this, messageOf(error));
  }

  /** Ends it; its owner is not told. */
  cancel(): void {
    if (this.release()) this.#command.stop?.();
  }

  private expire(limit: number): void {
    const owner = this.release();
    this.#command.stop?.();
    owner?.ended(this, `the command had not ended after ${limit / 1_000} s and was stopped`);
  }

  /** From now on it is over; returns whose it was. */
  private release(): ReplyOwner | undefined {
    const owner = this.#owner;
    this.#owner = undefined;
    this.#timers?.clear(this.#timer);
    this.#timer = undefined;
    return owner;
  }
}
