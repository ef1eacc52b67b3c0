// SPDX-License-Identifier: MIT

import { backoff } from "../base/backoff.ts";
import type { Random, Timer, Timers } from "../base/clock.ts";
import type { FirmwareSlots } from "../base/firmware-slots.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import type { Log } from "../base/log.ts";
import { type HttpAddress, originOf, parseHttpAddress } from "../http/http-address.ts";
import {
  type HttpAnswer,
  type HttpBodyPart,
  HttpClient,
  type HttpOwner,
  usualDeadlines,
} from "../http/http-client.ts";
import type { HttpNetwork } from "../http/http-connection.ts";
import type { HttpError } from "../http/http-error.ts";
import { ImageReader } from "./image-reader.ts";
import { type UpdateError, updateError, updateErrorOf } from "./update-error.ts";

export interface UpdaterOptions {
  readonly slots: FirmwareSlots;
  readonly crypto: Pick<HostCrypto, "sha256" | "verifyP256">;
  readonly network: HttpNetwork;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
}

export interface UpdateRequest {
  /** Public key, 65 bytes. */
  readonly key: Uint8Array;
  readonly isForced: boolean;
}

/** Whoever has asked for an update. */
export interface UpdateOwner {
  /** The image is whole and signed, and not yet marked for the next start; throws UpdateError to leave it so. */
  updateChecked(): void;
  /** The next start is from the image. */
  updateReady(version: string): void;
  updateFailed(error: UpdateError): void;
}

/** Without a byte of the image for so long the connection is given up, ms. */
const stallTime = 30_000;
/** The same for the first byte: names, handshakes and redirects have their own times before it, ms. */
const answerTime = 180_000;
/** The bound of the first pause before the next try, and of all, ms. */
const firstPause = 4_000;
const longestPause = 60_000;
/** Tries in a row without a new byte, then it is given up. */
const maxTries = 12;
/** The body as a whole has no limit: what counts is that it goes on. */
const deadlines = Object.freeze({ ...usualDeadlines, body: 0x7fffffff });
const limits = Object.freeze({ head: 8_192, body: Number.POSITIVE_INFINITY, kept: 0 });
const otherPart = "it sends another part of the image";

/**
 * Fetches a signed image from a web server and writes it to the other slot. A connection that is lost
 * is made again, and the rest asked for; a server that knows no ranges sends all again, and what is
 * there already is passed over.
 */
export class Updater implements HttpOwner {
  readonly #options: UpdaterOptions;
  readonly #owner: UpdateOwner;
  readonly #address: HttpAddress;
  readonly #reader: ImageReader;
  readonly #client: HttpClient;
  /** Bytes of this answer that were taken before. */
  #skip = 0;
  #tries = 0;
  #timer: Timer | undefined;
  /** Why the image is not taken; the connection ends after the call that has found it. */
  #failure: UpdateError | undefined;
  #isOver = false;

  /** Begins; throws UpdateError when it cannot. */
  constructor(url: string, request: UpdateRequest, options: UpdaterOptions, owner: UpdateOwner) {
    const address = parseHttpAddress(url);
    if (typeof address === "string") throw updateError("update/address", address);
    const { slots, crypto, network, timers } = options;
    if (slots.isOnTrial) throw updateError("update/on-trial");
    this.#options = options;
    this.#owner = owner;
    this.#address = address;
    this.#reader = new ImageReader({ slots, crypto, ...request });
    this.#client = new HttpClient({ network, timers, deadlines, limits });
    this.fetch();
  }

  /** How far it is, one line. */
  get text(): string {
    const { received, length, header } = this.#reader;
    if (header === undefined || length === undefined) {
      return `asking ${originOf(this.#address)}`;
    }
    const share = Math.floor((100 * received) / length);
    const waiting = this.#tries > 0 ? `, try ${this.#tries + 1}` : "";
    return `${header.version}: ${share} % of ${length} bytes${waiting}`;
  }

  /** Ends it; nothing is called back. */
  close(): void {
    this.#isOver = true;
    this.#options.timers.clear(this.#timer);
    this.#client.close();
    this.#reader.close();
  }

  httpBody({ status, contentRange, bytes }: HttpBodyPart): void {
    if (this.#isOver || this.#failure) return;
    const isImage = status === 200 || status === 206;
    if (isImage && this.#skip < 0) this.#skip = this.skipOf(status, contentRange);
    if (!isImage || this.#skip === Number.POSITIVE_INFINITY) {
      // Its end is not waited for, as there may be none; nor is it left from within.
      this.later(() => this.judge(status), 0);
      return;
    }
    this.watch(stallTime);
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    if (skipped === bytes.length) return;
    this.#tries = 0;
    try {
      this.#reader.take(bytes.subarray(skipped));
    } catch (error) {
      const failure = updateErrorOf(error);
      this.#failure = failure;
      // Not now: the connection is still at work with these bytes.
      this.later(() => this.fail(failure), 0);
    }
  }

  httpAnswered({ status }: HttpAnswer): void {
    if (!this.#isOver && !this.#failure) this.judge(status);
  }

  httpFailed(error: HttpError): void {
    if (this.#isOver || this.#failure) return;
    const { code } = error;
    if (code === "http/no-tls" || code === "http/redirect" || code === "http/not-http") {
      this.fail(updateError("update/refused", error.message));
    } else this.retry(error.message);
  }

  /** What an answer with that status means, when no more of it is to come. */
  private judge(status: number): void {
    if (status === 200 || status === 206) this.endAnswer();
    // It has all of it, or less than it had: what there is decides.
    else if (status === 416) this.finish();
    else if (status >= 500 || status === 429) this.retry(`it answers ${status}`);
    else this.fail(updateError("update/refused", `it answers ${status}`));
  }

  private fetch(): void {
    const { received } = this.#reader;
    const headers = received > 0 ? [`Range: bytes=${received}-`] : [];
    this.#skip = -1;
    this.watch(answerTime);
    this.#client.request({ method: "GET", address: this.#address, headers }, this);
  }

  /** Bytes of an answer that begins that were taken before. */
  private skipOf(status: number, contentRange: string | undefined): number {
    if (status === 200) return this.#reader.received;
    const start = Number(/^bytes (\d+)-/.exec(contentRange ?? "")?.[1] ?? Number.NaN);
    // Where it does not begin as it was asked, what is missing can never come.
    return start <= this.#reader.received
      ? this.#reader.received - start
      : Number.POSITIVE_INFINITY;
  }

  /** The answer is whole, which the image need not be. */
  private endAnswer(): void {
    const { length, received } = this.#reader;
    if (this.#skip === Number.POSITIVE_INFINITY) this.retry(otherPart);
    else if (length !== undefined && received < length && (this.#tries === 0 || this.#skip > 0)) {
      // The server gives parts, or the end of the connection was taken for that of the answer.
      this.retry("the answer is shorter than the image");
    } else this.finish();
  }

  /** No more is to come. */
  private finish(): void {
    try {
      this.#reader.check();
      this.#owner.updateChecked();
      this.#reader.complete();
    } catch (error) {
      this.fail(updateErrorOf(error));
      return;
    }
    const version = this.#reader.header?.version ?? "";
    this.close();
    this.#owner.updateReady(version);
  }

  private retry(why: string): void {
    this.#client.close();
    const { length, received } = this.#reader;
    if (received === length) {
      // Only the answer has not ended.
      this.finish();
      return;
    }
    if (++this.#tries >= maxTries) {
      this.fail(updateError("update/given-up", why));
      return;
    }
    const { random, log } = this.#options;
    const pause = 1_000 + backoff(this.#tries, firstPause, longestPause, random);
    const text = `${why}; next try in ${(pause / 1_000).toFixed(1)} s`;
    log({ level: "info", part: "update", event: "waiting", text });
    this.later(() => this.fetch(), pause);
  }

  /** A connection on which nothing comes is given up. */
  private watch(time: number): void {
    this.later(() => this.retry("nothing comes any more"), time);
  }

  private fail(error: UpdateError): void {
    this.close();
    this.#owner.updateFailed(error);
  }

  private later(callback: () => void, delay: number): void {
    const { timers } = this.#options;
    timers.clear(this.#timer);
    this.#timer = timers.set(callback, delay);
  }
}
