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
import type { PubSub } from "../pub-sub.ts";
import type { BoardSettings } from "../setting-list.ts";

export interface StartRulesOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Undefined: nothing is published. */
  readonly session: PubSub | undefined;
  readonly station: { subscribe(observer: ReadingObserver): void };
}

/** The rules of a board, at work: each reading is looked at, and what a rule says is done. */
export class RunningRules implements ReadingObserver {
  readonly #board: Host["board"];
  readonly #settings: BoardSettings;
  readonly #log: Log;
  readonly #session: PubSub | undefined;
  readonly #watches = new Map<RuleName, RuleWatch>();
  readonly #pins = new Map<number, Digital>();

  constructor({ board }: Pick<Host, "board">, options: StartRulesOptions) {
    this.#board = board;
    this.#settings = options.settings;
    this.#log = options.log;
    this.#session = options.session;
    for (const name of ruleNames) this.configure(name);
    options.station.subscribe(this);
  }

  /** What watches the rule of that setting; undefined: it is empty. */
  watchOf(name: RuleName): RuleWatch | undefined {
    return this.#watches.get(name);
  }

  /** The setting of that name has changed; others are not ours. */
  configure(name: string): void {
    const own = ruleNames.find((each) => each === name);
    if (own === undefined) return;
    this.stop(own);
    const text = this.#settings.get(own);
    const rule = text === "" ? undefined : parseRule(text, checkTopic);
    if (rule === undefined || typeof rule === "string") return;
    this.#watches.set(own, new RuleWatch(rule));
    if (rule.action.kind === "pin") this.openPin(own, rule.action);
  }

  /** A new reading of the station. */
  onReading(reading: Reading): void {
    for (const [name, watch] of this.#watches) {
      if (watch.take(reading)) this.act(name, watch);
    }
  }

  close(): void {
    for (const name of ruleNames) this.stop(name);
  }

  private act(name: RuleName, watch: RuleWatch): void {
    const { rule, value } = watch;
    const { action } = rule;
    const isActive = watch.state === "active";
    const text = `${name}: ${conditionText(rule, value, isActive)}${isActive ? doingText(rule) : ""}`;
    const event = isActive ? "begin" : "end";
    this.#log({ level: "info", part: "rules", event, text, data: { rule: name, value } });
    if (action.kind === "pin") this.writePin(name, action.pin, isActive !== action.activeLow);
    if (action.kind !== "publish" || (action.text !== undefined && !isActive)) return;
    const { quantity } = rule;
    const payload =
      action.text ?? JSON.stringify({ rule: name, active: isActive, [quantity]: value });
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

  private openPin(name: RuleName, { pin, activeLow }: Rule["action"] & { kind: "pin" }): void {
    if (this.#pins.has(pin)) return;
    try {
      const wrong = whyNoPin(this.#board, pin);
      if (wrong !== undefined) throw new Error(wrong);
      const io = this.#board.digital?.io;
      if (!io) throw new Error("this board has no pins for rules");
      const digital = new io({ pin, mode: io.Output });
      this.#pins.set(pin, digital);
      digital.write(activeLow ? 1 : 0);
    } catch (error) {
      this.warn(`${name}: pin ${pin} cannot be used: ${messageOf(error)}`);
    }
  }

  private writePin(name: RuleName, pin: number, isHigh: boolean): void {
    try {
      this.#pins.get(pin)?.write(isHigh ? 1 : 0);
    } catch (error) {
      this.warn(`${name}: pin ${pin}: ${messageOf(error)}`);
    }
  }

  /** Ends a rule; its pin goes back, unless another rule has the same. */
  private stop(name: RuleName): void {
    const action = this.#watches.get(name)?.rule.action;
    this.#watches.delete(name);
    if (action?.kind !== "pin") return;
    for (const { rule } of this.#watches.values()) {
      if (rule.action.kind === "pin" && rule.action.pin === action.pin) return;
    }
    this.writePin(name, action.pin, action.activeLow);
    this.#pins.get(action.pin)?.close();
    this.#pins.delete(action.pin);
  }

  private warn(text: string): void {
    this.#log({ level: "warn", part: "rules", event: "refused", text });
  }
}

/** Starts the rules that the settings have. */
export function startRules(host: Pick<Host, "board">, options: StartRulesOptions): RunningRules {
  const rules = new RunningRules(host, options);
  options.settings.subscribe((name) => rules.configure(name));
  return rules;
}

/** What a pin is used for on this board; undefined: for nothing. */
function whyNoPin(
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
    case "pin":
      return `, pin ${action.pin} ${action.activeLow ? "low" : "high"}`;
    default:
      return action satisfies never;
  }
}
