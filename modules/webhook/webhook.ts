// SPDX-License-Identifier: MIT

import { backoff } from "../base/backoff.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { type HttpAnswer, HttpClient, type HttpOwner } from "../http/http-client.ts";
import type { HttpNetwork } from "../http/http-connection.ts";
import type { HttpError } from "../http/http-error.ts";
import { retryAfterOf } from "../http/retry-after.ts";
import type { MessageValues, WebhookMessage, WebhookTarget } from "./webhook-target.ts";

export interface WebhookOptions {
  readonly target: WebhookTarget;
  readonly network: HttpNetwork;
  /** Nothing is tried while there is no network. */
  readonly wifi: { status(): { readonly state: string } };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

/** Messages that are kept; the oldest give way. */
const maxWaiting = 16;
/** Least wait before anything is tried again, and bounds of what is added to it, ms. */
const leastWait = 1_000;
const firstWait = 2_000;
const longestWait = 60_000;
/** The same for what only a person can mend. */
const longestRefusedWait = 10 * 60_000;
/** How often a message goes to a server that answers with an error of its own. */
const maxAttempts = 8;
/** How often is looked whether there is a network, ms. */
const networkWait = 2_000;

/**
 * Sends messages to a web server, one after the other, and again while the server cannot take them. A
 * status of 200–299 is success, and with any other of 400–499 than 408, 425 and 429 a message is given up.
 */
export class Webhook implements HttpOwner {
  readonly #target: WebhookTarget;
  readonly #wifi: WebhookOptions["wifi"];
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #log: Log;
  readonly #client: HttpClient;
  readonly #queue: WebhookMessage[] = [];
  #timer: Timer | undefined;
  /** In a row. */
  #failures = 0;
  /** Times that the first message got an error of the server. */
  #attempts = 0;
  #sent = 0;
  #lost = 0;
  /** Why nothing goes through. */
  #problem: string | undefined;

  constructor(options: WebhookOptions) {
    const { target, network, timers } = options;
    this.#target = target;
    this.#wifi = options.wifi;
    this.#clock = options.clock;
    this.#timers = timers;
    this.#random = options.random;
    this.#log = options.log;
    this.#client = new HttpClient({ network, timers, secure: target.secure });
  }

  /** A message that comes now would wait. */
  get isBehind(): boolean {
    return this.#queue.length > 0 || this.#problem !== undefined || !this.isReachable;
  }

  /** Something is on its way, or could be. */
  get isBusy(): boolean {
    return this.#client.isBusy || (this.#queue.length > 0 && this.isReachable);
  }

  /** What it is doing, lines for people. */
  get text(): string {
    const counts = `${this.#sent} sent, ${this.#queue.length} of at most ${maxWaiting} waiting, ${this.#lost} given up`;
    return `${this.#target.origin}: ${this.#problem ?? (this.#sent > 0 ? "in order" : "nothing sent yet")}\n${counts}`;
  }

  send(values: MessageValues): void {
    if (this.#queue.length >= maxWaiting) {
      // The first may be on its way.
      this.#queue.splice(this.#client.isBusy ? 1 : 0, 1);
      this.#lost++;
    }
    this.#queue.push(this.#target.message(values));
    if (this.#timer === undefined) this.next();
  }

  /** Ends at once; what waits is lost. */
  close(): void {
    this.#queue.length = 0;
    this.#client.close();
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  httpAnswered({ status, retryAfter }: HttpAnswer): void {
    if (status < 300) {
      this.taken(status);
      return;
    }
    const asked = retryAfterOf(retryAfter, this.#clock.now());
    if (status === 429 || status === 503)
      this.again(`it is asked too often or busy (${status})`, asked);
    else if (status >= 500 || status === 408 || status === 425) {
      if (++this.#attempts >= maxAttempts) this.giveUp();
      this.again(`the server answers ${status}`, asked);
    } else {
      this.giveUp();
      this.again(
        `the server refuses it (${status}); webhook test shows what it says`,
        asked,
        longestRefusedWait,
      );
    }
  }

  httpFailed(error: HttpError): void {
    this.again(this.#target.hide(error.message), undefined);
  }

  private get isReachable(): boolean {
    // Without the time no certificate can be judged.
    if (this.#target.isSecure && this.#clock.now() === undefined) return false;
    return this.#wifi.status().state === "online";
  }

  private next(): void {
    const [message] = this.#queue;
    if (message === undefined || this.#client.isBusy) return;
    if (this.isReachable) this.#client.request(this.#target.request(message), this);
    else this.wait(networkWait);
  }

  private taken(status: number): void {
    this.#queue.shift();
    this.#failures = 0;
    this.#attempts = 0;
    this.#sent++;
    const isNews = this.#sent === 1 || this.#problem !== undefined;
    this.#problem = undefined;
    this.say(isNews ? "info" : "debug", "sent", `${this.#target.origin} has taken it (${status})`);
    this.next();
  }

  private giveUp(): void {
    this.#queue.shift();
    this.#attempts = 0;
    this.#lost++;
  }

  private again(problem: string, asked: number | undefined, cap = longestWait): void {
    const random = leastWait + backoff(this.#failures++, firstWait, cap, this.#random);
    if (this.#problem !== problem) {
      this.#problem = problem;
      this.say("warn", "failed", `${this.#target.origin}: ${problem}`);
    }
    this.wait(asked === undefined ? random : Math.max(asked, leastWait));
  }

  private wait(time: number): void {
    this.#timer = this.#timers.set(() => {
      this.#timer = undefined;
      this.next();
    }, time);
  }

  private say(level: "info" | "warn" | "debug", event: string, text: string): void {
    this.#log({ level, part: "webhook", event, text });
  }
}
