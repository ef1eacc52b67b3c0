// SPDX-License-Identifier: MIT

import type { ReadingObserver } from "../../air-quality/air-quality-station.ts";
import type { Reading } from "../../air-quality/reading.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { Digital } from "../../ecma-419/digital.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { checkTopic } from "../../mqtt/mqtt-settings.ts";
import { type PinAction, parseRule, type Rule, ruleQuantities } from "../../rules/rule-text.ts";
import { RuleWatch } from "../../rules/rule-watch.ts";
import { type RuleName, ruleNames } from "../../rules/rules-settings.ts";
import type { SettingObserver } from "../../settings/settings.ts";
import type { PubSub } from "../pub-sub.ts";
import type { BoardSettings } from "../setting-list.ts";
import type { ReadingWebhook } from "../telemetry/reading-webhook.ts";

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

  /** Why that setting cannot be a rule of this text: its pin is not to be had. */
  refuses(name: string, value: string | number): string | undefined {
    const rule = ruleNames.some((each) => each === name) && parseRule(String(value), checkTopic);
    if (!rule || typeof rule === "string" || rule.action.kind !== "pin") return undefined;
    const { pin } = rule.action;
    const own = this.#active.find((active) => active.name === name)?.watch.rule.action;
    if (own?.kind === "pin" && own.pin === pin) return undefined;
    try {
      // Whether there is such a pin, the host alone knows.
      this.openPin(rule.action).close();
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
        output = this.openPin(action);
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
  private openPin({ pin }: PinAction): Digital {
    const wrong = this.whyNoPin(pin);
    if (wrong !== undefined) throw new Error(wrong);
    const io = this.#board.digital?.io;
    if (!io) throw new Error("this board has no pins for rules");
    return new io({ pin, mode: io.Output });
  }

  private whyNoPin(pin: number): string | undefined {
    for (const { name, watch } of this.#active) {
      const { action } = watch.rule;
      if (action.kind === "pin" && action.pin === pin) return `${name} has it`;
    }
    return useOfPin(this.#board, pin);
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

function refusal(pin: number, error: unknown): string {
  return `cannot have pin ${pin}: ${messageOf(error)}`;
}

/** What a pin is used for on this board; undefined: for nothing. */
function useOfPin(
  { i2c, pulses, digital, reserved }: Host["board"],
  pin: number,
): string | undefined {
  if (pin === i2c.data || pin === i2c.clock) return "the I2C bus is there";
  if (pin === pulses?.pin) return "the DHT sensor is there";
  if (pin === digital?.reset || pin === digital?.wake) return "the CCS811 is there";
  return reserved?.includes(pin) ? "the board itself needs it, or cannot drive it" : undefined;
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
