// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Clock, Random, Timer, Timers } from "../base/clock.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import type { Log, LogLevel } from "../base/log.ts";
import { isHighSurrogate, utf8LengthOf } from "../base/utf8.ts";
import type { HttpNetwork } from "../http/http-connection.ts";
import type { MqttMessage } from "../mqtt/subscribe/mqtt-message.ts";
import type { Carrier, CarrierOwner, Delivered } from "./carrier.ts";
import type { Answers, CloudBoard, CommandResult } from "./cloud-board.ts";
import { CloudError } from "./cloud-error.ts";
import { Downlinks, type DownlinksOwner } from "./downlinks.ts";
import { HttpCarrier } from "./http-carrier.ts";
import { MqttCarrier } from "./mqtt-carrier.ts";
import { PlatformScope, type Subject } from "./platform-scope.ts";
import type { Body, JsonPart, Message, Metric, Profile } from "./profile.ts";
import { type Sample, SampleMean } from "./sample.ts";
import { SharedCarrier } from "./session-carrier.ts";
import { type BegunText, fillBody, fillOn, fillText, notBegun } from "./template.ts";

export interface PlatformOptions {
  readonly profile: Profile;
  /** As `whatIsMissing` has found them complete. */
  readonly answers: Answers;
  readonly board: CloudBoard;
  readonly network: HttpNetwork;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly crypto: HostCrypto | undefined;
  readonly log: Log;
}

/** A reading that has to wait for the connection. */
interface Kept {
  readonly sample: Sample;
  readonly time: number;
}

/** Messages that are to be sent, one in each turn of the loop. */
interface Job {
  readonly messages: readonly Message[];
  readonly subject: Subject;
  /** They are a reading, and this takes what becomes of it. */
  readonly onDone: ((delivered: Delivered) => void) | undefined;
  /** Which is next, of the messages, and of the values of one for each. */
  at: number;
  metric: number;
  /** A message in JSON, which is put together over several turns; undefined: there is none. */
  begun: BegunMessage | undefined;
}

/** A message with its texts. */
interface FilledMessage {
  readonly message: Message;
  readonly topic: string;
  readonly payload: string;
}

/** The first part of a message. */
interface BegunMessage {
  readonly message: Message;
  readonly topic: string;
  readonly parts: readonly JsonPart[];
  readonly subject: Subject;
  /** It is the first of a reading. */
  readonly isFirst: boolean;
  /** What was so when it was begun. */
  readonly conditions: number;
  text: BegunText;
}

/** Of a message so many parts are put together in a turn. */
const partsPerTurn = 10;
/** Jobs that wait at a time. */
const maxJobs = 12;
/** How often everything is looked at, ms. */
const tickTime = 1_000;
/** Home Assistant and its like are answered within this, ms, so that not all devices speak at once. */
const greetTime = 5_000;
/** Of an answer to a command not more is sent, characters. */
const longestAnswer = 1_000;
/** A trouble that goes on is told again after this, ms. */
const hour = 3_600_000;

/**
 * The board at one online platform: sends its readings as often as the platform takes them, in the form
 * that it wants, and brings its commands to the console.
 */
export class Platform implements CarrierOwner, DownlinksOwner {
  readonly #profile: Profile;
  readonly #board: CloudBoard;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #random: Random;
  readonly #log: Log;
  readonly #scope: PlatformScope;
  readonly #downlinks: Downlinks;
  readonly #carrier: Carrier;
  readonly #mean: SampleMean;
  #ticker: Timer | undefined;
  #connection: number | undefined;
  /** There has been one. */
  #wasOnline = false;
  /** When the next reading is due, when the last was sent, and until when none is; ticks. */
  #due = 0;
  #sentAt = Number.NEGATIVE_INFINITY;
  #paused = 0;
  /** When the board introduces itself again, ticks. */
  #greeting: number | undefined;
  /** Oldest first. */
  #kept: Kept[] | undefined;
  /** What is to be sent, one message a turn. */
  readonly #jobs: Job[] = [];
  #turn: Timer | undefined;
  #sent = 0;
  #lost = 0;
  /** Lost since that was told. */
  #untold = 0;
  #problem: string | undefined;
  /** What was last told, and when; ticks. */
  #told: string | undefined;
  #toldAt = 0;
  /** Who waits for the outcome of a reading of its own. */
  #onTested: ((delivered: Delivered) => void) | undefined;

  /** Begins. Throws when it cannot be used as it is set. */
  constructor(options: PlatformOptions) {
    const { profile, answers, board, clock, timers, random, log } = options;
    this.#profile = profile;
    this.#board = board;
    this.#clock = clock;
    this.#timers = timers;
    this.#random = random;
    this.#log = log;
    const nonce = Math.floor(random() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, "0");
    const interval = () => this.interval;
    this.#scope = new PlatformScope({ profile, answers, board, clock, nonce, interval });
    this.#downlinks = new Downlinks({ profile, scope: this.#scope, board, timers }, this);
    this.#mean = new SampleMean(profile.limits.sends);
    this.#carrier = this.carrierOf(options);
    this.#ticker = timers.repeat(() => this.tick(), tickTime);
  }

  /** Time between two readings, ms: as it is set, but never less than the platform takes. */
  get interval(): number {
    return Math.max(1_000 * this.#board.interval, this.leastInterval);
  }

  /** What it is doing, lines for people. */
  get text(): string {
    const { title } = this.#profile;
    const kept = this.#kept?.length ?? 0;
    const waiting = kept === 0 ? "" : `, ${kept} waiting`;
    const counts = `${this.#sent} readings sent${waiting}, ${this.#lost} not sent`;
    const lines = [`${title}: ${this.#carrier.text}`, `${counts}; ${this.paceText}`];
    if (this.#problem !== undefined) lines.push(`last trouble: ${this.#problem}`);
    return lines.join("\n");
  }

  /** How often readings go out, and why not more often. */
  get paceText(): string {
    const seconds = this.interval / 1_000;
    const { sends } = this.#profile.limits;
    const what = sends === "mean" ? "the mean of" : "the last of";
    const slower =
      seconds > this.#board.interval ? `; ${this.#profile.title} takes no more than that` : "";
    return `every ${seconds} s ${what} what was measured${slower}`;
  }

  /** Something is on its way, or could be. */
  get isBusy(): boolean {
    return this.#jobs.length > 0 && this.isOnline;
  }

  get isOnline(): boolean {
    return this.#carrier.connection !== undefined;
  }

  /** What the connection is doing, one line. */
  get linkText(): string {
    return this.#carrier.text;
  }

  /** A reading; `time`: when it was measured, ms since 1970 UTC, undefined while nobody knows it. */
  add(sample: Sample, time: number | undefined): void {
    if (this.#ticker === undefined) return;
    const isMore = this.#scope.see(sample);
    if (isMore && this.#connection !== undefined) this.announce();
    this.#mean.add(sample);
    this.flush(time);
  }

  /**
   * Sends this reading at once, whatever the interval says; `onDone` is called once. Returns why not.
   */
  test(
    sample: Sample,
    time: number | undefined,
    onDone: (delivered: Delivered) => void,
  ): string | undefined {
    const now = this.#clock.ticks();
    const wait = Math.ceil((this.#sentAt + this.leastInterval - now) / 1_000);
    if (wait > 0) return `${this.#profile.title} takes the next reading in ${wait} s`;
    this.#scope.see(sample);
    this.#onTested = onDone;
    this.send(asSent(sample), time, false);
    return undefined;
  }

  /** What would go out for a reading, as people may see it: topic and text. */
  preview(sample: Sample, time: number | undefined): string[] {
    this.#scope.see(sample);
    const lines: string[] = [];
    const job = jobOf(this.#profile.readings, { sample: asSent(sample), time });
    for (let message = this.next(job); message; message = this.next(job)) {
      const { topic, payload } = this.filled(message);
      lines.push(topic === "" ? this.hide(payload) : `${this.hide(topic)} ${this.hide(payload)}`);
    }
    return lines;
  }

  /** As `close`; what the own broker keeps of the board for the platform is taken back. */
  leave(onClosed: () => void): void {
    this.close(() => {
      const { session } = this.#board;
      const job = jobOf(this.#profile.leaves ?? [], {});
      for (let message = this.next(job); message; message = this.next(job)) {
        const { topic, payload } = this.filled(message);
        session?.publish(topic, payload, { QoS: 1, retain: true, policy: "latest" });
      }
      onClosed();
    });
  }

  /** Says goodbye; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void {
    this.#timers.clear(this.#ticker);
    this.#timers.clear(this.#turn);
    this.#ticker = undefined;
    this.#turn = undefined;
    this.#jobs.length = 0;
    this.#downlinks.close();
    this.#onTested = undefined;
    this.#carrier.close(onClosed);
  }

  received({ topic, payload, retain }: MqttMessage): void {
    this.#downlinks.take(topic, payload, retain);
  }

  refused(filter: string): void {
    this.say("warn", "refused", `the subscription to ${this.hide(filter)} is refused`);
  }

  answer(request: string, { ok, text }: CommandResult): void {
    this.say(ok ? "info" : "warn", ok ? "done" : "refused", `command: ${text.split("\n")[0]}`);
    const { answer } = this.#profile;
    if (!answer || !this.isOnline) return;
    if (request === "" && answer.topic.includes("{request}")) return;
    this.addJob(jobOf([answer], { request, ok, text: beginningOf(text, longestAnswer) }));
  }

  changed(): void {
    if (!this.isOnline) return;
    this.publishAll(this.#profile.reports);
    // How long a value is good follows the interval.
    this.announce();
  }

  redirected(address: string): void {
    const isTaken = this.#carrier.redirect(address);
    const to = address.slice(0, 80);
    const text = isTaken ? `sent on to ${to}` : `not followed to ${to}`;
    this.say(isTaken ? "info" : "warn", "redirect", text);
  }

  greeted(): void {
    this.#greeting ??= this.#clock.ticks() + Math.floor(this.#random() * greetTime);
  }

  complained(text: string, pause: number): void {
    this.#paused = Math.max(this.#paused, this.#clock.ticks() + pause * 1_000);
    const wait = pause === 0 ? "" : `; nothing is sent for ${pause} s`;
    this.trouble(`it complains: ${beginningOf(this.hide(text), 120)}${wait}`);
  }

  ignored(topic: string, why: string): void {
    this.say("warn", "ignored", `a message on ${this.hide(topic)} is ignored: ${why}`);
  }

  private get leastInterval(): number {
    const { interval, valuesPerMinute } = this.#profile.limits;
    const values = Math.max(1, this.#scope.metrics.length);
    const allowed = valuesPerMinute === undefined ? 0 : (60 * values) / valuesPerMinute;
    return 1_000 * Math.max(interval, allowed);
  }

  private carrierOf(options: PlatformOptions): Carrier {
    const { profile, board } = options;
    const scope = this.#scope;
    const downlinks = this.#downlinks;
    const { mqtt, http } = profile;
    if (http) return new HttpCarrier({ ...options, http, scope });
    if (mqtt) {
      const log: Log = (line) => this.say(line.level, line.event, line.text);
      return new MqttCarrier({ ...options, mqtt, scope, downlinks, log }, this);
    }
    if (board.session) return new SharedCarrier(board.session, downlinks.wanted, this);
    throw new CloudError({
      code: "cloud/no-broker",
      what: `${profile.title} cannot be used`,
      why: "it is reached over the board's own broker, and there is none",
      todo: "set mqtt.broker, and reboot",
    });
  }

  private tick(): void {
    // One that was still to come when it was closed.
    if (this.#ticker === undefined) return;
    try {
      this.#carrier.tick();
    } catch (error) {
      this.trouble(messageOf(error));
    }
    const { connection } = this.#carrier;
    if (connection !== this.#connection) {
      this.#connection = connection;
      if (connection !== undefined) this.connected();
    }
    const now = this.#clock.ticks();
    if (this.#greeting !== undefined && now >= this.#greeting) {
      this.#greeting = undefined;
      this.announce();
    }
    this.sendKept(now);
  }

  private connected(): void {
    this.#wasOnline = true;
    // The next reading need not wait for its turn, unless others have.
    if (!this.#kept) this.#due = Math.max(this.#clock.ticks(), this.#sentAt + this.leastInterval);
    this.publishAll(this.#profile.asks);
    this.publishAll(this.#profile.reports);
    this.announce();
  }

  /** Says what the board has, once that is known. */
  private announce(): void {
    if (this.#scope.seen !== 0 && this.isOnline) this.publishAll(this.#profile.announces);
  }

  private flush(time: number | undefined): void {
    const now = this.#clock.ticks();
    // The one before may have come late.
    if (now < this.#due || now - this.#sentAt < this.leastInterval) return;
    const sample = this.#mean.take();
    if (sample === undefined) return;
    const { interval } = this;
    this.#due = now - this.#due > interval ? now + interval : this.#due + interval;
    if (now < this.#paused) this.lose("the platform wants a pause");
    else if (!this.isOnline) this.keep(sample, time);
    else if (this.#kept?.length && time !== undefined) this.keep(sample, time);
    else this.send(sample, time, this.isLate && time !== undefined);
  }

  /** What is sent now has to say when it was measured. */
  private get isLate(): boolean {
    return this.#profile.limits.late !== undefined && this.#carrier.isBehind;
  }

  private keep(sample: Sample, time: number | undefined): void {
    const { late } = this.#profile.limits;
    if (late === undefined || time === undefined) {
      // Until there is a connection nobody has been promised anything.
      if (this.#wasOnline) this.lose(this.#carrier.text);
      return;
    }
    this.#kept ??= [];
    const kept = this.#kept;
    if (kept.length >= late.count) {
      kept.shift();
      this.lose(this.#carrier.text);
    }
    kept.push({ sample, time });
  }

  /** Sends one of those that have waited, no faster than the platform takes them. */
  private sendKept(now: number): void {
    const [oldest] = this.#kept ?? [];
    const { late } = this.#profile.limits;
    if (!oldest || !late || !this.isOnline || now < this.#paused) return;
    if (now - this.#sentAt < late.pace * 1_000) return;
    this.send(oldest.sample, oldest.time, true);
    this.#kept?.shift();
    if (this.#kept?.length === 0) this.#kept = undefined;
  }

  private send(sample: Sample, time: number | undefined, isLate: boolean): void {
    this.#sentAt = this.#clock.ticks();
    const onDone = (delivered: Delivered) => this.done(delivered);
    this.addJob(jobOf(this.#profile.readings, { sample, time, isLate }, onDone));
  }

  private done(delivered: Delivered): void {
    const onTested = this.#onTested;
    this.#onTested = undefined;
    if (delivered.ok) {
      this.#sent++;
      if (this.#sent === 1 || this.#problem !== undefined) {
        const untold = this.#untold;
        const lost = untold === 0 ? "" : `; ${untold} readings were not sent meanwhile`;
        this.say("info", "sent", `a reading has got through: ${delivered.text}${lost}`);
      }
      this.#untold = 0;
      this.#problem = undefined;
    } else this.lose(delivered.text);
    onTested?.(delivered);
  }

  private lose(why: string): void {
    this.#lost++;
    this.#untold++;
    this.trouble(`readings are not sent: ${why}`);
  }

  private publishAll(messages: readonly Message[] = []): void {
    // What has not begun to be said need not be said twice.
    const isWaiting = this.#jobs.some((job) => job.messages === messages && job.at === 0);
    if (messages.length > 0 && !isWaiting) this.addJob(jobOf(messages, {}));
  }

  private addJob(job: Job): void {
    if (this.#jobs.length >= maxJobs) {
      job.onDone?.({ ok: false, text: "too much is waiting to be sent" });
      return;
    }
    this.#jobs.push(job);
    this.#turn ??= this.#timers.set(() => this.work(), 0);
  }

  /** Sends one message, or puts together a part of it. */
  private work(): void {
    this.#turn = undefined;
    const [job] = this.#jobs;
    if (!job) return;
    if (job.begun && this.isOnline) this.goOn(job, job.begun);
    else this.begin(job);
    if (this.#jobs.length > 0) this.#turn ??= this.#timers.set(() => this.work(), 0);
  }

  private begin(job: Job): void {
    // A message that was begun is not sent when the connection has gone meanwhile.
    const isFirst = job.begun?.isFirst ?? (job.at === 0 && job.metric === 0);
    const message = this.isOnline ? this.next(job) : undefined;
    if (message) {
      const body = bodyOf(message, job.subject);
      if ("parts" in body) this.goOn(job, this.begunOf(message, body.parts, isFirst));
      else this.sendFilled(this.filled(message), isFirst ? job : undefined);
      return;
    }
    this.#jobs.shift();
    if (isFirst) job.onDone?.({ ok: false, text: this.#carrier.text });
  }

  private begunOf(message: Message, parts: readonly JsonPart[], isFirst: boolean): BegunMessage {
    const { conditions, subject } = this.#scope;
    const topic = fillText(message.topic, this.#scope);
    return { message, topic, parts, subject, isFirst, conditions, text: notBegun };
  }

  private goOn(job: Job, before: BegunMessage): void {
    const scope = this.#scope;
    const { message, topic, parts, subject, isFirst, conditions } = before;
    scope.subject = subject;
    // What has changed meanwhile would leave half of something in it.
    const isSame = conditions === scope.conditions;
    const begun = isSame ? before : this.begunOf(message, parts, isFirst);
    if (begun.text.at < parts.length) {
      begun.text = fillOn(parts, scope, begun.text, partsPerTurn);
      job.begun = begun;
      return;
    }
    job.begun = undefined;
    this.sendFilled({ message, topic, payload: begun.text.text }, isFirst ? job : undefined);
  }

  /** The next message that there is, with the scope set for it; undefined: it was the last. */
  private next(job: Job): Message | undefined {
    const scope = this.#scope;
    for (; job.at < job.messages.length; job.at++) {
      const message = job.messages[job.at] as Message;
      if (message.only !== undefined && !scope.is(message.only)) continue;
      if (!message.each) {
        job.at++;
        scope.subject = job.subject;
        return message;
      }
      const { sample } = job.subject;
      const { metrics } = scope;
      while (job.metric < metrics.length) {
        const metric = metrics[job.metric++] as Metric;
        if (sample && sample[metric] === undefined) continue;
        scope.subject = { ...job.subject, metric };
        return message;
      }
      job.metric = 0;
    }
    return undefined;
  }

  private filled(message: Message): FilledMessage {
    const scope = this.#scope;
    const payload = fillBody(bodyOf(message, scope.subject), scope);
    return { message, topic: fillText(message.topic, scope), payload };
  }

  /** `reading`: the message is the first of it. */
  private sendFilled({ message, topic, payload }: FilledMessage, reading: Job | undefined): void {
    const onDone = reading?.onDone ?? ignore;
    const { subject } = this.#scope;
    const { limits } = this.#profile;
    // Three bytes at most for each unit: counting takes its time.
    const most = 3 * (topic.length + payload.length);
    const length = most <= limits.message ? most : utf8LengthOf(topic) + utf8LengthOf(payload);
    if (length > limits.message) {
      const text = `a message of ${length} bytes is not sent; ${limits.message} are allowed`;
      this.trouble(text);
      onDone({ ok: false, text });
      return;
    }
    const QoS = Math.min(message.QoS ?? limits.QoS, limits.QoS) as 0 | 1;
    // What cannot say when it was measured must not come late.
    const isReading = subject.sample !== undefined && limits.late === undefined;
    const expiry = isReading ? this.interval : undefined;
    const retain = message.retain === true;
    let problem = "there is no room for a message";
    try {
      if (this.#carrier.send({ topic, payload, QoS, retain, expiry }, onDone)) return;
    } catch (error) {
      problem = messageOf(error);
    }
    this.trouble(problem);
    onDone({ ok: false, text: problem });
  }

  /** Says a trouble once, and again when it still is there an hour later. */
  private trouble(text: string): void {
    this.#problem = text;
    const now = this.#clock.ticks();
    if (text === this.#told && now - this.#toldAt < hour) return;
    this.#told = text;
    this.#toldAt = now;
    this.say("warn", "trouble", text);
  }

  /** A text without the key: it may stand in a topic, or come back from the platform. */
  private hide(text: string): string {
    const key = this.#scope.answer("key");
    return key.length < 4 ? text : text.replaceAll(key, "********");
  }

  private say(level: LogLevel, event: string, text: string): void {
    this.#log({ level, part: "platform", event, text: `${this.#profile.name}: ${text}` });
  }
}

/** So many characters of a text, and no half one. */
function beginningOf(text: string, length: number): string {
  return text.slice(0, isHighSurrogate(text.charCodeAt(length - 1)) ? length - 1 : length);
}

/** A reading with the decimals that it is sent with. */
function asSent(sample: Sample): Sample {
  const mean = new SampleMean("last");
  mean.add(sample);
  return mean.take() ?? sample;
}

/** The body for a reading that comes late, if it does. */
function bodyOf({ body, late }: Message, { isLate }: Subject): Body {
  return (isLate ? late : undefined) ?? body;
}

function jobOf(
  messages: readonly Message[],
  subject: Subject,
  onDone?: (delivered: Delivered) => void,
): Job {
  return { messages, subject, onDone, at: 0, metric: 0, begun: undefined };
}

/** Nobody waits for the outcome. */
const ignore = (): void => {};
