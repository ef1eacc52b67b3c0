// SPDX-License-Identifier: MIT

import type { Clock } from "../base/clock.ts";
import { version } from "../base/version.ts";
import type { Answers, CloudBoard } from "./cloud-board.ts";
import { labelOf, serverIn, smallOf } from "./field-check.ts";
import type { AnswerName, Metric, Profile } from "./profile.ts";
import { metricFacts, metrics, type Sample } from "./sample.ts";
import { fillBody, fillText, type Scope } from "./template.ts";

/** What a message is about, beside the board. */
export interface Subject {
  readonly sample?: Sample;
  /** When it was measured, ms since 1970 UTC. */
  readonly time?: number | undefined;
  /** The one value of a message for each. */
  readonly metric?: Metric;
  /** It comes late. */
  readonly isLate?: boolean;
  /** What has come from the platform: an id of a request, a number for a command. */
  readonly request?: string;
  readonly value?: string;
  /** What came of it. */
  readonly ok?: boolean;
  readonly text?: string;
}

export interface PlatformScopeOptions {
  readonly profile: Profile;
  readonly answers: Answers;
  readonly board: CloudBoard;
  readonly clock: Clock;
  /** Letters and digits that no other board has. */
  readonly nonce: string;
  /** Time between two readings as it is kept, ms. */
  interval(): number;
}

/** Metrics that the board has had a value of, as bits in their order. */
export type MetricSet = number;

/** What the templates of a profile are filled with. */
export class PlatformScope implements Scope {
  readonly #options: PlatformScopeOptions;
  /** What has been seen of the board since it was started. */
  seen: MetricSet = 0;
  subject: Subject = nothing;

  constructor(options: PlatformScopeOptions) {
    this.#options = options;
  }

  /** What the user has said, or what stands for it. */
  answer(name: AnswerName): string {
    const { profile, answers } = this.#options;
    const given = answers[name];
    if (given !== "") return given;
    const { standard = "" } = profile.fields.find((field) => field.name === name) ?? {};
    return fillText(standard, this);
  }

  /** Takes note of what there is in a sample. True when it is more than before. */
  see(sample: Sample): boolean {
    const before = this.seen;
    for (const [at, metric] of metrics.entries()) {
      if (sample[metric] !== undefined) this.seen |= 1 << at;
    }
    return this.seen !== before;
  }

  /** The metrics that were seen and are sent. */
  get metrics(): Metric[] {
    const { keys } = this.#options.profile;
    return metrics.filter((metric, at) => (this.seen >> at) & 1 && keys[metric] !== undefined);
  }

  valueOf(name: string): string | number | boolean | undefined {
    const { board, clock } = this.#options;
    switch (name) {
      case "host":
      case "user":
      case "key":
      case "device":
      case "channel":
        return this.answer(name);
      case "server":
        return serverIn(this.answer("host"));
      case "origin":
        return this.answer("host").replace(/^(?!.*:\/\/)/, "https://");
      case "id":
        return board.id;
      case "name":
        return board.name;
      case "root":
        return board.root;
      case "system":
        return board.system;
      case "version":
        return version;
      case "slug":
        return labelOf(board.id);
      case "small":
        return smallOf(board.id);
      case "nonce":
        return this.#options.nonce;
      case "interval":
        return Math.round(this.#options.interval() / 1_000);
      case "expiry":
        return Math.round((3 * this.#options.interval()) / 1_000);
      case "rssi":
        return board.RSSI;
      case "uptime":
        return Math.floor(clock.ticks() / 1_000);
      case "metrics":
        return this.metrics.join(",");
      case "generation":
        return this.generation;
      default:
        return this.ofSubject(name);
    }
  }

  members(): (readonly [string, string])[] {
    const { profile } = this.#options;
    const { sample = {}, isLate = false } = this.subject;
    const found: [string, string][] = [];
    for (const [metric, key] of Object.entries(profile.keys) as [Metric, string][]) {
      const value = sample[metric];
      if (value === undefined) continue;
      found.push([key, isLate ? this.lateValue(metric, value) : String(value)]);
    }
    return found;
  }

  is(condition: string): boolean {
    if (condition.startsWith("!")) return !this.is(condition.slice(1));
    switch (condition) {
      case "commands":
        return this.#options.board.takesCommands;
      case "rssi":
        return this.#options.board.RSSI !== undefined;
      default: {
        const metric = condition as Metric;
        const at = metrics.indexOf(metric);
        return ((this.seen >> at) & 1) === 1 && this.#options.profile.keys[metric] !== undefined;
      }
    }
  }

  /** Another number whenever one of the conditions of the announcements has changed. */
  get conditions(): number {
    return 2 * this.generation + Number(this.is("rssi"));
  }

  private lateValue(metric: Metric, value: number): string {
    const { lateValue } = this.#options.profile;
    if (lateValue === undefined) return String(value);
    const { subject } = this;
    this.subject = { ...subject, metric };
    const json = fillBody(lateValue, this);
    this.subject = subject;
    return json;
  }

  private ofSubject(name: string): string | number | boolean | undefined {
    const { sample, metric, time, request, value, ok, text } = this.subject;
    switch (name) {
      case "metric":
        return metric;
      case "label":
        return metric && metricFacts[metric].label;
      case "unit":
        return metric && metricFacts[metric].unit;
      case "datatype":
        return metric && (metricFacts[metric].decimals === 0 ? "integer" : "float");
      case "value":
        return value ?? (metric && sample?.[metric]);
      case "seconds":
        return time === undefined ? undefined : Math.floor(time / 1_000);
      case "milliseconds":
        return time === undefined ? undefined : Math.floor(time);
      case "request":
        return request;
      case "ok":
        return ok;
      case "status":
        return ok ? 200 : 400;
      case "text":
        return text;
      default:
        return undefined;
    }
  }

  /** Another number for everything that is announced otherwise; 1: all metrics, and no commands. */
  private get generation(): number {
    const all = (1 << metrics.length) - 1;
    return 1 + (all ^ this.seen) + (this.is("commands") ? all + 1 : 0);
  }
}

const nothing: Subject = Object.freeze({});
