// SPDX-License-Identifier: MIT

import type { ReadingObserver } from "../../air-quality/air-quality-station.ts";
import type { Reading } from "../../air-quality/reading.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { Digital } from "../../ecma-419/digital.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { checkTopic } from "../../mqtt/mqtt-settings.ts";
import { parseRule, type Rule, ruleQuantities } from "../../rules/rule-text.ts";
import { RuleWatch } from "../../rules/rule-watch.ts";
import { type RuleName, ruleNames } from "../../rules/rules-settings.ts";
import type { SettingObserver } from "../../settings/settings.ts";
import type { PubSub } from "../pub-sub.ts";
import type { BoardSettings } from "../setting-list.ts";
import type { ReadingWebhook } from "../telemetry/reading-webhook.ts";
import { openPin, pinIn } from "./pin-use.ts";

export interface StartRulesOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Undefined: nothing is published. */
  readonly session: PubSub | undefined;
  /** Undefined: there is none to send to. */
  readonly webhook: Pick<ReadingWebhook, "onRule"> | undefined;
  readonly station: { subscribe(observer: ReadingObserver): void };
}

/** One rule at work. */
interface ActiveRule {
  readonly name: RuleName;
  readonly watch: RuleWatch;
  /** The pin that it writes to, when it has one and got it. */
  readonly output: Digital | undefined;
}

/** The rules of a board, at work: each reading is looked at, and what a rule says is done. */
export class RunningRules implements ReadingObserver, SettingObserver {
  readonly #board: Host["board"];
  readonly #settings: BoardSettings;
  readonly #log: Log;
  readonly #session: PubSub | undefined;
  readonly #webhook: StartRulesOptions["webhook"];
  readonly #active: ActiveRule[] = [];

  constructor({ board }: Pick<Host, "board">, options: StartRulesOptions) {
    this.#board = board;
    this.#settings = options.settings;
    this.#log = options.log;
    this.#session = options.session;
    this.#webhook = options.webhook;
    for (const name of ruleNames) this.start(name);
  }

  /** What watches the rule of that setting; undefined: it is empty. */
  watchOf(name: RuleName): RuleWatch | undefined {
    return this.#active.find((active) => active.name === name)?.watch;
  }

  /** A setting has changed; those that are no rules are not ours. */
  settingChanged(name: string): void {
    const own = ruleNames.find((each) => each === name);
    if (own === undefined) return;
    this.stop(own);
    this.start(own);
  }

  /** Why a rule, or the interrupt of the gas sensor, cannot have the pin that its setting names. */
  refuses(name: string, value: string | number): string | undefined {
    const isInterrupt = name === "ccs811.int";
    const pin = isInterrupt ? pinIn(String(value)) : pinOfRule(name, String(value));
    if (pin === undefined || this.ownerOf(pin) === name) return undefined;
    try {
      // Whether there is such a pin, the host alone knows.
      this.openPin(pin, isInterrupt ? "InputPullUp" : "Output").close();
      return undefined;
    } catch (error) {
      return refusal(pin, error);
    }
  }

  /** A new reading of the station. */
  onReading(reading: Reading): void {
    for (const active of this.#active) {
      if (active.watch.take(reading)) this.act(active, reading);
    }
  }

  close(): void {
    for (const name of ruleNames) this.stop(name);
  }

  private start(name: RuleName): void {
    const text = this.#settings.get(name);
    const rule = text === "" ? undefined : parseRule(text, checkTopic);
    if (rule === undefined || typeof rule === "string") return;
    const { action } = rule;
    let output: Digital | undefined;
    if (action.kind === "pin") {
      try {
        output = this.openPin(action.pin, "Output");
        output.write(action.activeLow ? 1 : 0);
      } catch (error) {
        output?.close();
        this.warn(`${name} ${refusal(action.pin, error)}; it is not used`);
        return;
      }
    }
    this.#active.push({ name, watch: new RuleWatch(rule), output });
  }

  private stop(name: RuleName): void {
    const index = this.#active.findIndex((active) => active.name === name);
    const active = this.#active[index];
    if (!active) return;
    this.#active.splice(index, 1);
    this.write(active, false);
    active.output?.close();
  }

  private act(active: ActiveRule, reading: Reading): void {
    const { name, watch } = active;
    const { rule, value } = watch;
    const { action } = rule;
    const holds = watch.state === "active";
    const condition = `${name}: ${conditionText(rule, value, holds)}`;
    const text = `${condition}${holds ? doingText(rule) : ""}`;
    const event = holds ? "begin" : "end";
    this.#log({ level: "info", part: "rules", event, text, data: { rule: name, value } });
    this.write(active, holds);
    if (action.kind !== "publish" && action.kind !== "webhook") return;
    if (action.text !== undefined && !holds) return;
    const { quantity } = rule;
    if (action.kind === "webhook") {
      const event = { rule: name, active: holds, quantity, value, text: action.text, condition };
      if (this.#webhook) this.#webhook.onRule(event, reading);
      else this.warn(`nothing sent by ${name}: there is no webhook; set webhook.url`);
      return;
    }
    const payload = action.text ?? JSON.stringify({ rule: name, active: holds, [quantity]: value });
    this.publish(action.topic, payload);
  }

  private publish(topic: string, payload: string): void {
    const QoS = this.#settings.get("mqtt.qos") as QoS;
    try {
      if (!this.#session) throw new Error("there is no broker; set mqtt.broker");
      this.#session.publish(topic, payload, { QoS, policy: "drop-oldest" });
    } catch (error) {
      this.warn(`nothing published to ${topic}: ${messageOf(error)}`);
    }
  }

  /** Throws an Error that says why it cannot be had. */
  private openPin(pin: number, mode: "Output" | "InputPullUp"): Digital {
    const owner = this.ownerOf(pin);
    if (owner !== undefined) throw new Error(`${owner} has it`);
    return openPin(this.#board, pin, mode);
  }

  /** The setting that has the pin. */
  private ownerOf(pin: number): string | undefined {
    const interrupt = "ccs811.int";
    if (pin === pinIn(this.#settings.get(interrupt))) return interrupt;
    const hasIt = ({ watch: { rule } }: ActiveRule) =>
      rule.action.kind === "pin" && rule.action.pin === pin;
    return this.#active.find(hasIt)?.name;
  }

  private write({ name, watch, output }: ActiveRule, holds: boolean): void {
    const { action } = watch.rule;
    if (!output || action.kind !== "pin") return;
    try {
      output.write(holds === action.activeLow ? 0 : 1);
    } catch (error) {
      this.warn(`${name}: pin ${action.pin}: ${messageOf(error)}`);
    }
  }

  private warn(text: string): void {
    this.#log({ level: "warn", part: "rules", event: "refused", text });
  }
}

/** Starts the rules that the settings have. */
export function startRules(host: Pick<Host, "board">, options: StartRulesOptions): RunningRules {
  const rules = new RunningRules(host, options);
  options.station.subscribe(rules);
  options.settings.subscribe(rules);
  return rules;
}

/** The pin of a rule; undefined: it has none, or this is no rule. */
function pinOfRule(name: string, text: string): number | undefined {
  const rule = ruleNames.some((each) => each === name) && parseRule(text, checkTopic);
  const action = rule && typeof rule !== "string" ? rule.action : undefined;
  return action?.kind === "pin" ? action.pin : undefined;
}

function refusal(pin: number, error: unknown): string {
  return `cannot have pin ${pin}: ${messageOf(error)}`;
}

function conditionText(rule: Rule, value: number | undefined, isActive: boolean): string {
  const { quantity, isAbove, limit, end, hold } = rule;
  const { unit } = ruleQuantities[quantity];
  const shown = value === undefined ? "?" : Math.round(value * 10) / 10;
  if (!isActive) return `over, ${quantity} ${shown} ${unit} (${isAbove ? "≤" : "≥"} ${end})`;
  const long = hold > 0 ? ` for ${hold / 1_000} s` : "";
  return `${quantity} ${shown} ${unit} (${isAbove ? ">" : "<"} ${limit}${long})`;
}

function doingText({ action }: Rule): string {
  switch (action.kind) {
    case "print":
      return `: ${action.text}`;
    case "publish":
      return `, published to ${action.topic}`;
    case "webhook":
      return ", sent to the webhook";
    case "pin":
      return `, pin ${action.pin} ${action.activeLow ? "low" : "high"}`;
    default:
      return action satisfies never;
  }
}
