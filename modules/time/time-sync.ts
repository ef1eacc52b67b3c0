// SPDX-License-Identifier: MIT

import { Backoff } from "../base/backoff.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ResolverProvider } from "../ecma-419/resolver.ts";
import type { UDPProvider } from "../ecma-419/udp.ts";
import { TimeJudge } from "./time-judge.ts";
import { TimeQuestion } from "./time-question.ts";
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
  /** The clock has been set for the first time. */
  readonly onTime?: () => void;
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
const shortestPause = 5_000;
/** Time between two good answers, ms, before jitter of up to a quarter. */
const interval = 3_600_000;

/**
 * Sets the wall clock from SNTP servers and keeps it right: asks at the start, again with growing
 * pauses, the servers in turn, until there is an answer, then about every hour.
 */
export class TimeSync {
  readonly #options: TimeSyncOptions;
  readonly #backoff: Backoff;
  readonly #servers: TimeServers;
  readonly #judge = new TimeJudge();
  readonly #question: TimeQuestion;
  #timer: Timer | undefined;
  /** When the next question may be asked, in ticks; a stop and a start do not make it sooner. */
  #due: number | undefined;
  #failures = 0;
  #trouble: string | undefined;
  #setAt: number | undefined;
  #correction: number | undefined;
  #running = false;

  constructor(options: TimeSyncOptions) {
    const { udp, dns, clock, timers, random } = options;
    this.#options = options;
    this.#backoff = new Backoff({ first: 10_000, cap: 600_000, random });
    this.#servers = new TimeServers(options.servers);
    this.#question = new TimeQuestion({
      ...{ udp, dns, clock, timers, random },
      onTime: (time) => this.judgeTime(time),
      onFailed: (why, kiss) => this.refused(why, kiss),
    });
  }

  /** Starts asking; does nothing when already running. */
  start(): void {
    if (this.#running || this.#servers.count === 0) return;
    const { clock, random } = this.#options;
    this.#running = true;
    this.#due ??= clock.ticks() + Math.floor(random() * firstJitter);
    this.wait();
  }

  /** Stops asking; may be started again. */
  stop(): void {
    this.#running = false;
    this.#options.timers.clear(this.#timer);
    this.#question.cancel();
  }

  /** A snapshot for the console and the status payload. */
  status(): TimeStatus {
    const setAt = this.#setAt;
    return {
      age: setAt === undefined ? undefined : this.#options.clock.ticks() - setAt,
      server: this.#servers.current,
      correction: this.#correction,
      failures: this.#failures,
      trouble: this.#trouble,
    };
  }

  private wait(): void {
    const { timers, clock } = this.#options;
    timers.clear(this.#timer);
    this.#timer = timers.set(() => this.ask(), Math.max(0, (this.#due ?? 0) - clock.ticks()));
  }

  private ask(): void {
    const { clock } = this.#options;
    // A stop in the middle of a question must not lead to the next one at once.
    this.#due = clock.ticks() + shortestPause;
    this.#question.ask(this.#servers.current ?? "");
  }

  private judgeTime(time: number): void {
    const { clock } = this.#options;
    const objection = this.#judge.objection(time, clock.now(), clock.ticks());
    if (objection === undefined) this.set(time);
    else this.failed(objection);
  }

  private set(time: number): void {
    const { clock, random, log, onTime } = this.#options;
    const before = clock.now();
    const now = clock.ticks();
    clock.set(time);
    this.#setAt = now;
    this.#correction = before === undefined ? undefined : time - before;
    this.#failures = 0;
    this.#trouble = undefined;
    this.#due = now + Math.floor(interval * (1 + random() / 4));
    this.wait();
    const server = this.#servers.current;
    const text = `${new Date(time).toISOString()} from ${server}`;
    log({ level: "info", part: "time", event: "set", text, data: { wall: time, server } });
    if (before === undefined) onTime?.();
  }

  private refused(why: string, kiss: string | undefined): void {
    if (kiss !== undefined) this.#servers.kissed(kiss, this.#options.clock.ticks());
    this.failed(why);
  }

  private failed(why: string): void {
    const server = this.#servers.current;
    const now = this.#options.clock.ticks();
    this.#servers.next(now);
    const pause = shortestPause + this.#backoff.delay(this.#failures++);
    const delay = Math.max(pause, this.#servers.pauseAt(now));
    this.#trouble = `no time from ${server}: ${why}`;
    const text = `${this.#trouble}; next try in ${Math.ceil(delay / 1000)} s`;
    this.#options.log({ level: "warn", part: "time", event: "failed", text });
    this.#due = now + delay;
    this.wait();
  }
}
