// SPDX-License-Identifier: MIT

import type { ReadingObserver } from "../../air-quality/air-quality-station.ts";
import type { Reading } from "../../air-quality/reading.ts";
import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { Digital } from "../../ecma-419/digital.ts";
import type { QoS } from "../../ecma-419/mqtt-client.ts";
import { checkTopic } from "../../mqtt/mqtt-settings.ts";
import type { Order } from "../../pairing/orders.ts";
import { parseRule, type Rule, ruleQuantities } from "../../rules/rule-text.ts";
import { peerValueTime, RuleWatch } from "../../rules/rule-watch.ts";
import { type RuleName, ruleNames } from "../../rules/rules-settings.ts";
import type { SettingObserver } from "../../settings/settings.ts";
import type { PubSub } from "../pub-sub.ts";
import type { BoardSettings, SettingName } from "../setting-list.ts";
import type { ReadingWebhook } from "../telemetry/reading-webhook.ts";
import { PeerRules, type PeerRulesOwner, type RulePairing } from "./peer-rules.ts";
import { isOnBus, noPin, openPin, ownerOfPin, type PinMode, wantedPin } from "./pin-use.ts";

export interface StartRulesOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Undefined: nothing is published. */
  readonly session: PubSub | undefined;
  /** Undefined: there is none to send to. */
  readonly webhook: Pick<ReadingWebhook, "onRule"> | undefined;
  /** Undefined: this board cannot be paired. */
  readonly pairing: { open(): RulePairing } | undefined;
  readonly station: { subscribe(observer: ReadingObserver): void };
}

/** One rule at work. */
interface ActiveRule {
  readonly name: RuleName;
  readonly watch: RuleWatch;
  /** The pin that it writes to, when it has one and got it. */
  readonly output: Digital | undefined;
}

type RulesHost = Pick<Host, "board" | "timers" | "clock">;

/**
 * The rules of a board, at work: each reading, of its own and of its peers, is looked at, and what a rule
 * says is done.
 */
export class RunningRules implements ReadingObserver, SettingObserver, PeerRulesOwner {
  readonly #host: RulesHost;
  readonly #settings: BoardSettings;
  readonly #log: Log;
  readonly #session: PubSub | undefined;
  readonly #webhook: StartRulesOptions["webhook"];
  readonly #pairing: StartRulesOptions["pairing"];
  /** None: there is no rule. */
  #active: readonly ActiveRule[] = none;
  /** Undefined: no rule has to do with a peer. */
  #peers: PeerRules | undefined;

  constructor(host: RulesHost, options: StartRulesOptions) {
    this.#host = host;
    this.#settings = options.settings;
    this.#log = options.log;
    this.#session = options.session;
    this.#webhook = options.webhook;
    this.#pairing = options.pairing;
    for (const name of ruleNames) this.start(name);
  }

  /** What watches the rule of that setting; undefined: it is empty. */
  watchOf(name: RuleName): RuleWatch | undefined {
    return this.#active.find((active) => active.name === name)?.watch;
  }

  /** How far the peer is that the rule of that setting tells what to do; undefined: it tells none. */
  toldOf(name: RuleName): string | undefined {
    return this.#peers?.pairing.orders.textOf(numberOf(name));
  }

  /** A setting has changed; those that are no rules are not ours. */
  settingChanged(name: string): void {
    const own = ruleNames.find((each) => each === name);
    if (own === undefined) return;
    this.stop(own);
    this.start(own);
  }

  /** Why a setting cannot have the pin that it names, or a rule no peer. */
  refuses(name: string, value: string | number): string | undefined {
    const text = String(value);
    if (!this.#pairing && isPeerRule(name, text)) return unpaired;
    const wanted = wantedPin(name, text);
    if (wanted === undefined || this.ownerOf(wanted.pin) === name) return undefined;
    const { pin, mode } = wanted;
    // Data and clock may change places.
    if (name.startsWith("i2c.") && isOnBus(this.#host.board, pin)) return undefined;
    try {
      // Whether there is such a pin, the host alone knows.
      this.openPin(pin, mode).close();
      return undefined;
    } catch (error) {
      return noPin(pin, error);
    }
  }

  /** A new reading of the station. */
  onReading(reading: Reading): void {
    for (const active of this.#active) {
      const { watch } = active;
      if (watch.rule.peer === undefined && watch.take(reading)) this.act(active, reading);
    }
  }

  /** A new reading of a peer. */
  onPeerReading(peer: string, reading: Reading): void {
    for (const active of this.#active) {
      const { watch } = active;
      if (watch.rule.peer === peer && watch.take(reading)) this.act(active, reading);
    }
  }

  /** What peers have said counts for a time only. */
  age(ticks: number): void {
    for (const active of this.#active) {
      if (active.watch.age(ticks)) this.act(active, { ...nothing, ticks });
    }
  }

  /** A peer does not do what a rule has told it. */
  onPeerRefused({ number, peer, task }: Order, why: string): void {
    this.warn(`rule.${number}: ${peer} refuses ${task}: ${why}`);
  }

  close(): void {
    for (const name of ruleNames) this.stop(name);
  }

  private start(name: RuleName): void {
    const text = this.#settings.get(name);
    const rule = text === "" ? undefined : parseRule(text, checkTopic);
    if (rule === undefined || typeof rule === "string") return;
    const { action, peer } = rule;
    if (peer !== undefined && !this.usePeer(name, peer)) return;
    if (action.kind === "tell" && !this.usePeer(name, action.peer)) return;
    let output: Digital | undefined;
    if (action.kind === "pin") {
      try {
        output = this.openPin(action.pin, "Output");
        output.write(action.activeLow ? 1 : 0);
      } catch (error) {
        output?.close();
        this.warn(`${name} ${noPin(action.pin, error)}; it is not used`);
        this.releasePeers();
        return;
      }
    }
    if (action.kind === "tell") {
      const { peer, task } = action;
      this.#peers?.pairing.orders.give({ number: numberOf(name), peer, task });
    }
    this.#active = [...this.#active, { name, watch: new RuleWatch(rule), output }];
  }

  /** Whether the board can have peers at all; that one may come later. */
  private usePeer(name: RuleName, peer: string): boolean {
    if (!this.#pairing) {
      this.warn(`${name} ${unpaired}; it is not used`);
      return false;
    }
    this.#peers ??= new PeerRules(this.#pairing.open(), this.#host, this);
    const { pairing } = this.#peers;
    if (!pairing.isPaired(peer)) this.warn(`${name}: there is no peer ${peer} yet; pair makes one`);
    return true;
  }

  private stop(name: RuleName): void {
    const active = this.#active.find((each) => each.name === name);
    if (!active) return;
    this.#active = this.#active.filter((each) => each !== active);
    this.write(active, false);
    active.output?.close();
    if (active.watch.rule.action.kind === "tell") {
      this.#peers?.pairing.orders.withdraw(numberOf(name));
    }
    this.releasePeers();
  }

  /** Without a rule that has to do with a peer nothing runs for them. */
  private releasePeers(): void {
    if (this.#active.some(({ watch: { rule } }) => isOfPeers(rule))) return;
    this.#peers?.close();
    this.#peers = undefined;
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
    if (action.kind === "tell") this.#peers?.pairing.orders.change(numberOf(name), holds);
    if (action.kind !== "publish" && action.kind !== "webhook") return;
    if (action.text !== undefined && !holds) return;
    const { quantity, peer } = rule;
    if (action.kind === "webhook") {
      const said = { peer, quantity, value };
      const event = { rule: name, active: holds, ...said, text: action.text, condition };
      if (this.#webhook) this.#webhook.onRule(event, reading);
      else this.warn(`nothing sent by ${name}: there is no webhook; set webhook.url`);
      return;
    }
    const facts = { rule: name, active: holds, peer, [quantity]: value };
    this.publish(action.topic, action.text ?? JSON.stringify(facts));
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
  private openPin(pin: number, mode: PinMode): Digital {
    const owner = this.ownerOf(pin);
    if (owner !== undefined) throw new Error(`${owner} has it`);
    return openPin(this.#host.board, pin, mode);
  }

  /** The setting that has the pin. */
  private ownerOf(pin: number): SettingName | undefined {
    const hasIt = ({ watch: { rule } }: ActiveRule) =>
      rule.action.kind === "pin" && rule.action.pin === pin;
    return ownerOfPin(this.#settings, pin) ?? this.#active.find(hasIt)?.name;
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
export function startRules(host: RulesHost, options: StartRulesOptions): RunningRules {
  const rules = new RunningRules(host, options);
  options.station.subscribe(rules);
  options.settings.subscribe(rules);
  return rules;
}

const unpaired =
  "needs a peer, and this board cannot be paired: there is no broker, or no cryptography";

const none: readonly ActiveRule[] = Object.freeze([]);

/** A reading without a value. */
const nothing: Omit<Reading, "ticks"> = Object.freeze({
  co2: undefined,
  voc: undefined,
  pressure: undefined,
  pressureTemperature: undefined,
  temperature: undefined,
  humidityPercent: undefined,
});

/** Whether the setting of that name is a rule, which has to do with a peer. */
function isPeerRule(name: string, text: string): boolean {
  const rule = ruleNames.some((each) => each === name) && parseRule(text, checkTopic);
  return rule !== false && typeof rule !== "string" && isOfPeers(rule);
}

function isOfPeers({ peer, action }: Rule): boolean {
  return peer !== undefined || action.kind === "tell";
}

/** The number of the rule of a setting. */
function numberOf(name: RuleName): number {
  return Number(name.slice("rule.".length));
}

function conditionText(rule: Rule, value: number | undefined, isActive: boolean): string {
  const { peer, isAbove, limit, end, hold } = rule;
  const quantity = peer === undefined ? rule.quantity : `${peer} ${rule.quantity}`;
  if (value === undefined) return `over, no ${quantity} for ${peerValueTime / 1_000} s`;
  const shown = `${quantity} ${Math.round(value * 10) / 10} ${ruleQuantities[rule.quantity].unit}`;
  if (!isActive) return `over, ${shown} (${isAbove ? "≤" : "≥"} ${end})`;
  const long = hold > 0 ? ` for ${hold / 1_000} s` : "";
  return `${shown} (${isAbove ? ">" : "<"} ${limit}${long})`;
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
    case "tell":
      return `, ${action.peer} is told: ${action.task}`;
    default:
      return action satisfies never;
  }
}
