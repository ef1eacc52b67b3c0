// SPDX-License-Identifier: MIT

import { backoff } from "../base/backoff.ts";
import type { Clock, Random, Timers } from "../base/clock.ts";
import { type HttpAddress, originOf, parseHttpAddress } from "../http/http-address.ts";
import { type HttpAnswer, HttpClient, type HttpOwner } from "../http/http-client.ts";
import type { HttpNetwork } from "../http/http-connection.ts";
import { type HttpError, httpError } from "../http/http-error.ts";
import { retryAfterOf } from "../http/retry-after.ts";
import { derPartsOf } from "../mqtt/session/tls-credentials.ts";
import type { Carrier, Delivered, Parcel } from "./carrier.ts";
import type { Answers, CloudBoard } from "./cloud-board.ts";
import type { HttpPart } from "./profile.ts";
import { fillText, type Scope } from "./template.ts";

export interface HttpCarrierOptions {
  readonly http: HttpPart;
  readonly answers: Answers;
  readonly scope: Scope;
  readonly board: CloudBoard;
  readonly network: HttpNetwork;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
}

/** Bounds of the wait after a failure, ms. */
const firstWait = 15_000;
const longestWait = 600_000;

/** Requests to a web server, one at a time. A message that does not get through is not repeated: the next is newer. */
export class HttpCarrier implements Carrier, HttpOwner {
  readonly #options: HttpCarrierOptions;
  readonly #client: HttpClient;
  readonly #address: HttpAddress;
  #onDone: ((delivered: Delivered) => void) | undefined;
  #failures = 0;
  /** Nothing is sent until then, ticks. */
  #until = 0;
  #problem: string | undefined;

  /** Throws HttpError when there is no such address. */
  constructor(options: HttpCarrierOptions) {
    const { http, answers, scope, network, timers } = options;
    const address = parseHttpAddress(fillText(http.url, scope));
    if (typeof address === "string") throw httpError("http/bad-address", address);
    this.#options = options;
    this.#address = address;
    const certificateAuthorities = derPartsOf(answers.ca) ?? [];
    this.#client = new HttpClient({ network, timers, secure: { certificateAuthorities } });
  }

  get connection(): number | undefined {
    const { board, clock } = this.#options;
    // Without the time no certificate can be judged.
    if (!board.isOnline || (this.#address.secure && clock.now() === undefined)) return undefined;
    return clock.ticks() < this.#until ? undefined : 0;
  }

  get isBehind(): boolean {
    return this.#client.isBusy;
  }

  get text(): string {
    const { board, clock } = this.#options;
    if (this.#problem !== undefined) return this.#problem;
    if (!board.isOnline) return "waiting for the network";
    return clock.now() === undefined ? "waiting for the time" : `ready for ${this.origin}`;
  }

  tick(): void {
    // Everything has its timers.
  }

  send({ payload }: Parcel, onDone: (delivered: Delivered) => void): boolean {
    if (this.#client.isBusy) return false;
    this.#onDone = onDone;
    const { http, scope } = this.#options;
    const headers = http.headers.map((header) => fillText(header, scope));
    const body = { text: payload, type: "application/x-www-form-urlencoded" };
    const request = { method: "POST", address: this.#address, headers, body } as const;
    // The key stands in the body.
    this.#client.request({ ...request, isPrivate: true }, this);
    return true;
  }

  redirect(): boolean {
    return false;
  }

  close(onClosed: () => void): void {
    this.#onDone = undefined;
    this.#client.close();
    onClosed();
  }

  httpAnswered({ status, text, retryAfter }: HttpAnswer): void {
    const { http, clock } = this.#options;
    const said = text.trim();
    const isRefusal = http.refusal !== undefined && said === http.refusal.text;
    if (status < 300 && !isRefusal) {
      this.#failures = 0;
      this.#problem = undefined;
      this.done({ ok: true, text: `${status}${said === "" ? "" : `, ${printable(said)}`}` });
      return;
    }
    const why = isRefusal ? `: ${http.refusal?.means}` : "";
    this.fail(`${this.origin} answers ${status}${why}`, retryAfterOf(retryAfter, clock.now()));
  }

  httpFailed(error: HttpError): void {
    this.fail(`${this.origin}: ${error.message}`, undefined);
  }

  private get origin(): string {
    return originOf(this.#address);
  }

  private fail(problem: string, asked: number | undefined): void {
    const { clock, random } = this.#options;
    const wait = firstWait + backoff(this.#failures++, firstWait, longestWait, random);
    this.#until = clock.ticks() + Math.max(asked ?? 0, wait);
    this.#problem = problem;
    this.done({ ok: false, text: problem });
  }

  private done(delivered: Delivered): void {
    const onDone = this.#onDone;
    this.#onDone = undefined;
    onDone?.(delivered);
  }
}

/** The beginning of an answer, without what a terminal would take for a command. */
function printable(text: string): string {
  return text.slice(0, 60).replace(/[^ -~]/g, "?");
}
