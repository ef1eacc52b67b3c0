// SPDX-License-Identifier: MIT

import { backoff } from "../base/backoff.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ResolverProvider } from "../ecma-419/resolver.ts";
import type { UDPProvider } from "../ecma-419/udp.ts";
import { maxSurprise, TimeJudge } from "./time-judge.ts";
import { TimeQuestion, type TimeQuestionOwner } from "./time-question.ts";
import { TimeServers } from "./time-servers.ts";

export interface TimeSyncOptions {
  readonly udp: UDPProvider;
  readonly dns: ResolverProvider;
  /** Names or addresses of SNTP servers, comma separated, in the order in which they are asked. */
  readonly servers: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  /** Notified of the time; default: nobody. */
  readonly owner?: TimeOwner | undefined;
}

/** Who needs the time. */
export interface TimeOwner {
  /** The clock has been set for the first time, or turned by more than a minute. */
  timeKnown(): void;
  /** Something came back from the network, if only a refusal. */
  answered(): void;
  /** Nothing came back from the network. */
  unanswered(): void;
}

/** How the clock was set; times in ms. */
export interface TimeStatus {
  /** Since the clock was last set; undefined before that. */
  readonly age: number | undefined;
  /** The server that told the time, or is to be asked. */
  readonly server: string | undefined;
  /** How far the clock was moved when it was last set; undefined for the first time. */
  readonly correction: number | undefined;
  /** Failures in a row. */
  readonly failures: number;
  /** Why the last question failed, unless it was answered. */
  readonly trouble: string | undefined;
}

/** Longest wait before the first question, ms: boards that start together do not ask together. */
const firstJitter = 500;
/** Shortest pause before asking again, ms: public servers ban those who ask more often. */
const minPause = 5_000;
/** What may come on top after the first failure, and at most, ms. */
const firstRetryJitter = 10_000;
const maxRetryJitter = 600_000;
/** Shortest time until a second server is asked about the first answer, ms, and how much is added. */
const secondPause = 10_000;
const secondJitter = 40_000;
/** Shortest time between two questions that a doubt has caused, ms. */
const checkPause = 180_000;
/** A smaller correction of the clock is a detail, ms. */
const leastNews = 1_000;
/** Time between two good answers, ms, before jitter of up to a quarter. */
const interval = 3_600_000;

/**
 * Sets the wall clock from SNTP servers and keeps it right: asks at the start, again with growing
 * pauses, the servers in turn, until there is an answer, another server within a minute, because one
 * answer may be a lie, then about every hour.
 */
export class TimeSync implements TimeQuestionOwner {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #log: Log;
  readonly #owner: TimeOwner | undefined;
  readonly #servers: TimeServers;
  readonly #judge = new TimeJudge();
  readonly #question: TimeQuestion;
  #timer: Timer | undefined;
  /** When the next question may be asked, in ticks; a stop and a start do not make it sooner. */
  #due: number | undefined;
  #askedAt = 0;
  /** The next question is for another server than the last. */
  #wantsOther = false;
  #failures = 0;
  #trouble: string | undefined;
  #setAt: number | undefined;
  #correction: number | undefined;
  #isRunning = false;

  constructor(options: TimeSyncOptions) {
    const { udp, dns, clock, timers, random } = options;
    this.#clock = clock;
    this.#timers = timers;
    this.#random = random;
    this.#log = options.log;
    this.#owner = options.owner;
    this.#servers = new TimeServers(options.servers);
    this.#question = new TimeQuestion({ udp, dns, clock, timers, random, owner: this });
  }

  /** Starts asking; does nothing when already running. */
  start(): void {
    if (this.#isRunning || this.#servers.count === 0) return;
    this.#isRunning = true;
    this.#due ??= this.#clock.ticks() + Math.floor(this.#random() * firstJitter);
    this.wait();
  }

  /** Stops asking; may be started again. */
  stop(): void {
    this.#isRunning = false;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    this.#question.cancel();
  }

  /**
   * The time or the network is in doubt: another server is asked soon. May be called as often as one
   * likes; does nothing while stopped.
   */
  check(): void {
    const now = this.#clock.ticks();
    const soonest = Math.max(now, this.#askedAt + checkPause);
    if (!this.#isRunning || (this.#due ?? 0) <= soonest) return;
    this.#wantsOther = true;
    this.#due = soonest;
    this.wait();
  }

  /** A snapshot for the console and the status payload. */
  status(): TimeStatus {
    const setAt = this.#setAt;
    return {
      age: setAt === undefined ? undefined : this.#clock.ticks() - setAt,
      server: this.#servers.current,
      correction: this.#correction,
      failures: this.#failures,
      trouble: this.#trouble,
    };
  }

  private wait(): void {
    const delay = Math.max(0, (this.#due ?? 0) - this.#clock.ticks());
    this.#timers.clear(this.#timer);
    this.#timer = this.#timers.set(() => this.ask(), delay);
  }

  private ask(): void {
    const now = this.#clock.ticks();
    if (this.#wantsOther) {
      this.#wantsOther = false;
      this.#servers.next(now);
      const pause = this.#servers.pauseAt(now);
      if (pause > 0) {
        this.#due = now + pause;
        this.wait();
        return;
      }
    }
    // A stop in the middle of a question must not lead to the next one at once.
    this.#askedAt = now;
    this.#due = now + minPause;
    this.#question.ask(this.#servers.current ?? "");
  }

  /** For the question. */
  timeReceived(time: number): void {
    const clock = this.#clock;
    const objection = this.#judge.objection(time, clock.now(), clock.ticks());
    this.#owner?.answered();
    if (objection === undefined) this.set(time);
    else this.failed(objection);
  }

  private set(time: number): void {
    const clock = this.#clock;
    const before = clock.now();
    const now = clock.ticks();
    const server = this.#servers.current;
    const correction = before === undefined ? undefined : time - before;
    clock.set(time);
    this.#setAt = now;
    this.#correction = correction;
    this.#failures = 0;
    this.#trouble = undefined;
    this.#wantsOther = before === undefined;
    const pause = this.#wantsOther
      ? secondPause + secondJitter * this.#random()
      : interval * (1 + this.#random() / 4);
    this.#due = now + Math.floor(pause);
    this.wait();
    const text = `${new Date(time).toISOString()} from ${server}`;
    // What is as it was is of no interest, every hour or, while the broker is away, more often.
    const isNews = correction === undefined || Math.abs(correction) >= leastNews;
    const level = isNews ? "info" : "debug";
    this.#log({ level, part: "time", event: "set", text, data: { wall: time, server } });
    if (correction === undefined || Math.abs(correction) > maxSurprise) this.#owner?.timeKnown();
  }

  /** For the question. */
  timeRefused(why: string, kiss: string | undefined): void {
    if (kiss !== undefined) this.#servers.kissed(kiss, this.#clock.ticks());
    this.#owner?.answered();
    this.failed(why);
  }

  /** For the question. */
  timeMissed(why: string): void {
    this.failed(why);
    // Who hears of it may stop this.
    this.#owner?.unanswered();
  }

  private failed(why: string): void {
    const server = this.#servers.current;
    const now = this.#clock.ticks();
    this.#servers.next(now);
    const pause =
      minPause + backoff(this.#failures++, firstRetryJitter, maxRetryJitter, this.#random);
    const delay = Math.max(pause, this.#servers.pauseAt(now));
    this.#trouble = `no time from ${server}: ${why}`;
    const text = `${this.#trouble}; next try in ${Math.ceil(delay / 1000)} s`;
    this.#log({ level: "warn", part: "time", event: "failed", text });
    this.#due = now + delay;
    this.wait();
  }
}
