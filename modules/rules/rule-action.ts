// SPDX-License-Identifier: MIT

import { largestPin } from "../base/pin-text.ts";
import { numberIn, type Words } from "./rule-words.ts";

/** An output that is high while a rule holds; with `activeLow` it is low. */
export interface PinAction {
  readonly kind: "pin";
  readonly pin: number;
  readonly activeLow: boolean;
}

/** A line in the log. */
export interface PrintAction {
  readonly kind: "print";
  readonly text: string;
}

/** What one board can tell another to do. */
export type PeerTask = PinAction | PrintAction;

/** What a rule does when it begins to hold; a pin also when it ends. */
export type RuleAction =
  | PeerTask
  /** Without a text, JSON that says which rule it is and whether it holds. */
  | { readonly kind: "publish"; readonly topic: string; readonly text: string | undefined }
  /** The same, sent to the webhook. */
  | { readonly kind: "webhook"; readonly text: string | undefined }
  /** A peer does it; `task` is its text. */
  | { readonly kind: "tell"; readonly peer: string; readonly task: string };

/**
 * Reads the action of a rule. Returns what is wrong with a text that is none. `checkTopic` says what is
 * wrong with a topic, or undefined.
 */
export function actionIn(
  words: Words,
  checkTopic: (topic: string) => string | undefined,
): RuleAction | string {
  switch (words.word) {
    case "print":
    case "pin":
      return taskIn(words);
    case "publish": {
      words.next();
      const topic = words.next();
      const wrong = checkTopic(topic);
      if (wrong !== undefined) return `needs a topic behind publish, which ${wrong}`;
      const text = words.rest();
      return { kind: "publish", topic, text: text === "" ? undefined : text };
    }
    case "webhook": {
      words.next();
      const text = words.rest();
      return { kind: "webhook", text: text === "" ? undefined : text };
    }
    case "tell": {
      words.next();
      return tellIn(words);
    }
    default:
      return "needs print, publish, webhook, pin or tell";
  }
}

/** Reads `pin 2 low` or `print open the window`. Returns what is wrong with a text that is neither. */
export function taskIn(words: Words): PeerTask | string {
  switch (words.next()) {
    case "print": {
      const text = words.rest();
      return text === "" ? "needs a text behind print" : { kind: "print", text };
    }
    case "pin": {
      const pin = numberIn(words.next());
      if (pin === undefined || !Number.isInteger(pin) || pin < 0 || pin > largestPin) {
        return `needs a pin from 0 to ${largestPin} behind pin`;
      }
      const level = words.rest();
      if (level !== "" && level !== "low") return "takes nothing but low behind the pin";
      return { kind: "pin", pin, activeLow: level === "low" };
    }
    default:
      return "needs pin or print behind the name of the peer";
  }
}

function tellIn(words: Words): RuleAction | string {
  const peer = words.next();
  if (peer === "" || words.word === "") {
    return "needs the name of a peer and what it is to do behind tell, such as tell board-b pin 2";
  }
  const task = taskIn(words);
  return typeof task === "string" ? task : { kind: "tell", peer, task: taskText(task) };
}

/** The text of a task, as `taskIn` reads it. */
export function taskText(task: PeerTask): string {
  if (task.kind === "print") return `print ${task.text}`;
  return `pin ${task.pin}${task.activeLow ? " low" : ""}`;
}
