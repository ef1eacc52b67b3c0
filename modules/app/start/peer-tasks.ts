// SPDX-License-Identifier: MIT

import type { Timer } from "../../base/clock.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { Digital } from "../../ecma-419/digital.ts";
import { type Doer, type Order, orderTime } from "../../pairing/orders.ts";
import { type PeerTask, type PinAction, taskIn, taskText } from "../../rules/rule-action.ts";
import { Words } from "../../rules/rule-words.ts";
import type { BoardSettings } from "../setting-list.ts";
import { noPin, openPin, ownerOfPin, ruleOfPin } from "./pin-use.ts";

export interface PeerTasksOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
}

/** Whether something has ended is looked at so often, ms. */
const tickInterval = 1_000;

/** What a peer has told this board to do, and has not ended. */
interface RunningTask {
  readonly peer: string;
  readonly number: number;
  readonly task: PeerTask;
  /** When it ends unless it is told again, ticks. */
  until: number;
}

/** A pin that peers have, until the board starts again. */
interface PeerOutput {
  readonly pin: number;
  readonly activeLow: boolean;
  readonly output: Digital;
}

/**
 * Does what peers tell this board, as far as `pair.allow` has it: writes to pins, prints lines. What is
 * not told again for a minute ends, and so does what a peer wants that is none any more.
 */
export class PeerTasks implements Doer {
  readonly #host: Pick<Host, "board" | "timers" | "clock">;
  readonly #options: PeerTasksOptions;
  readonly #peers: { isPaired(name: string): boolean };
  /** Undefined: there were none. */
  #running: RunningTask[] | undefined;
  #outputs: PeerOutput[] | undefined;
  #ticker: Timer | undefined;

  constructor(
    host: Pick<Host, "board" | "timers" | "clock">,
    options: PeerTasksOptions,
    peers: { isPaired(name: string): boolean },
  ) {
    this.#host = host;
    this.#options = options;
    this.#peers = peers;
  }

  /** A peer wants something done, or wants it no more. Returns why it is not done. */
  obey(peer: string, order: Omit<Order, "peer">, isOn: boolean): string | undefined {
    const { number } = order;
    const task = taskIn(new Words(order.task));
    const why = typeof task === "string" ? `the task ${task}` : this.whyNot(task);
    const found = this.#running?.find((each) => each.peer === peer && each.number === number);
    const isSame = found !== undefined && typeof task !== "string" && isEqual(found.task, task);
    if (found && (why !== undefined || !isOn || !isSame)) this.end(found, "it is over");
    if (why !== undefined || typeof task === "string" || !isOn) return why;
    const until = this.#host.clock.ticks() + orderTime;
    if (isSame) found.until = until;
    else this.begin({ peer, number, task, until });
    return undefined;
  }

  close(): void {
    this.#host.timers.clear(this.#ticker);
    this.#ticker = undefined;
    this.#running = undefined;
    for (const { output, activeLow } of this.#outputs ?? []) {
      output.write(activeLow ? 1 : 0);
      output.close();
    }
    this.#outputs = undefined;
  }

  /** Why this board does not do that; a pin that it may write to is off then, or as it was. */
  private whyNot(task: PeerTask): string | undefined {
    const allowed = this.#options.settings.get("pair.allow").split(",");
    const words = task.kind === "pin" ? ["pin", `pin.${task.pin}`] : ["print"];
    if (!words.some((word) => allowed.includes(word))) {
      return `${words.at(-1)} is not among what a peer may have this board do (pair.allow)`;
    }
    return task.kind === "pin" ? this.whyNoPin(task) : undefined;
  }

  private whyNoPin({ pin, activeLow }: PinAction): string | undefined {
    const { settings } = this.#options;
    const held = this.#outputs?.find((each) => each.pin === pin);
    if (held?.activeLow === activeLow) return undefined;
    if (held) return `pin ${pin} works the other way round for another rule`;
    const owner = ruleOfPin(settings, pin) ?? ownerOfPin(settings, pin);
    try {
      if (owner !== undefined) throw new Error(`${owner} has it`);
      const output = openPin(this.#host.board, pin, "Output");
      output.write(activeLow ? 1 : 0);
      this.#outputs = [...(this.#outputs ?? []), { pin, activeLow, output }];
      return undefined;
    } catch (error) {
      return noPin(pin, error);
    }
  }

  private begin(begun: RunningTask): void {
    const { peer, task } = begun;
    this.#running = [...(this.#running ?? []), begun];
    this.#ticker ??= this.#host.timers.repeat(() => this.tick(), tickInterval);
    this.say("task", peer, task.kind === "print" ? task.text : levelText(task, true));
    this.update(task);
  }

  private end(ended: RunningTask, why: string): void {
    const { peer, task } = ended;
    this.#running = this.#running?.filter((each) => each !== ended);
    if (task.kind === "print") return;
    this.update(task);
    // Another peer may want it still.
    this.say("over", peer, `${why}, ${levelText(task, this.isOn(task))}`);
  }

  private tick(): void {
    const now = this.#host.clock.ticks();
    for (const each of this.#running ?? []) {
      if (!this.#peers.isPaired(each.peer)) this.end(each, "the pair is over");
      else if (now >= each.until) this.end(each, `not heard of for ${orderTime / 1_000} s`);
    }
    if (this.#running?.length) return;
    this.#host.timers.clear(this.#ticker);
    this.#ticker = undefined;
  }

  /** Whether any peer wants that pin. */
  private isOn({ pin }: PinAction): boolean {
    const all = this.#running ?? [];
    return all.some(({ task }) => task.kind === "pin" && task.pin === pin);
  }

  private update(task: PeerTask): void {
    if (task.kind !== "pin") return;
    const held = this.#outputs?.find(({ pin }) => pin === task.pin);
    held?.output.write(this.isOn(task) === held.activeLow ? 0 : 1);
  }

  private say(event: string, peer: string, text: string): void {
    const data = { partner: peer };
    this.#options.log({ level: "info", part: "peer", event, text: `${peer}: ${text}`, data });
  }
}

function isEqual(one: PeerTask, other: PeerTask): boolean {
  return taskText(one) === taskText(other);
}

function levelText({ pin, activeLow }: PinAction, isOn: boolean): string {
  return `pin ${pin} ${isOn === activeLow ? "low" : "high"}`;
}
