// SPDX-License-Identifier: MIT

import type { Delivered } from "../../../modules/cloud/carrier.ts";
import type {
  Answers,
  CloudBoard,
  CloudSession,
  CommandResult,
  OwnBroker,
} from "../../../modules/cloud/cloud-board.ts";
import { Platform } from "../../../modules/cloud/platform.ts";
import type { Profile } from "../../../modules/cloud/profile.ts";
import type { Sample } from "../../../modules/cloud/sample.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { MemoryNetwork } from "../../support/memory-network.ts";
import { seededRandom } from "../../support/random.ts";
import { testCrypto } from "../../support/test-crypto.ts";

/** 1 January 2030. */
export const start = 1_893_456_000_000;

/** The reading of all examples. */
export const reading: Sample = Object.freeze({
  co2: 612,
  voc: 32,
  pressure: 1013.2,
  temperature: 23.4,
  humidity: 41,
});

export const noAnswers: Answers = Object.freeze({
  host: "",
  user: "",
  key: "",
  device: "",
  channel: "",
  ca: "",
  cert: "",
  "cert-key": "",
});

/** The board that a platform runs on. */
export class FakeBoard implements CloudBoard {
  id = "board-a";
  name = "board-a";
  root = "air";
  system = "test";
  interval = 60;
  RSSI: number | undefined = -60;
  isOnline = true;
  takesCommands = true;
  session: CloudSession | undefined;
  own: OwnBroker = {
    brokers: [{ host: "broker.test", port: 1_883, secure: false }],
    user: "me",
    password: "own-secret",
  };
  /** Lines that came from afar. */
  readonly lines: string[] = [];
  result: CommandResult = { ok: true, text: "done" };
  /** Results that are not there yet. */
  readonly pending: ((result: CommandResult) => void)[] = [];
  isSlow = false;

  ownBroker(): OwnBroker {
    return this.own;
  }

  run(line: string, onResult: (result: CommandResult) => void): void {
    this.lines.push(line);
    const interval = /^set platform\.interval (\d+)$/.exec(line)?.[1];
    if (interval !== undefined) this.interval = Number(interval);
    if (this.isSlow) this.pending.push(onResult);
    else onResult(this.result);
  }
}

/** A platform at work, on simulated time. */
export class CloudBench {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly board = new FakeBoard();
  readonly book = new LogBook();
  readonly random = seededRandom(1);
  sample: Sample = reading;
  readonly #profile: Profile;
  readonly #answers: Answers;
  #platform: Platform | undefined;

  constructor(profile: Profile, answers: Partial<Answers>, now: number | null = start) {
    if (now !== null) this.time.set(now);
    this.#profile = profile;
    this.#answers = { ...noAnswers, ...answers };
  }

  /** The platform, made when it is asked for first. */
  get platform(): Platform {
    this.#platform ??= new Platform({
      profile: this.#profile,
      answers: this.#answers,
      board: this.board,
      network: this.network.providers,
      clock: this.time,
      timers: this.time,
      random: this.random,
      crypto: testCrypto(),
      log: this.book.log,
    });
    return this.#platform;
  }

  /** Time goes on for so many s, with a reading every `period` s. */
  run(seconds: number, period = 5): this {
    for (let at = 0; at < seconds; at += period) {
      this.platform.add(this.sample, this.time.now());
      this.time.advance(1_000 * Math.min(period, seconds - at));
    }
    return this;
  }

  /** What becomes of a reading that is sent by hand. */
  test(): string | Delivered {
    let result: string | Delivered = "nothing came of it";
    const why = this.platform.test(this.sample, this.time.now(), (delivered) => {
      result = delivered;
    });
    this.time.advance(5_000);
    return why ?? result;
  }

  get log(): string {
    return this.book.text;
  }
}
