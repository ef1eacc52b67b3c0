// SPDX-License-Identifier: MIT

import { isPlain, utf8LengthOf } from "../../base/utf8.ts";

/** Why a topic name or filter is not legal. */
export interface TopicFault {
  /** Statement of MQTT 3.1.1, such as "MQTT-4.7.1-2". */
  readonly statement: string;
  /** The rule, for people. */
  readonly why: string;
}

function fault(statement: string, why: string): TopicFault {
  return Object.freeze({ statement, why });
}

const LONGEST = 65_535;
const VERY_LONG = 128;

const EMPTY = fault("MQTT-4.7.3-1", "it must be at least one character long");
const NUL = fault("MQTT-4.7.3-2", "it must not contain the character U+0000");
const TOO_LONG = fault("MQTT-4.7.3-3", "it must not be longer than 65,535 bytes");
const LONE_SURROGATE = fault(
  "MQTT-1.5.3-1",
  "it holds half of a surrogate pair, which has no UTF-8 form",
);
const WILDCARD = fault("MQTT-4.7.1-1", "+ and # are allowed in filters only");
const HASH = fault("MQTT-4.7.1-2", "# must be the last character and have a level of its own");
const PLUS = fault("MQTT-4.7.1-3", "+ must have a level of its own");

/** What is wrong with a topic to publish to; undefined when it is legal. */
export function faultOfTopic(topic: string): TopicFault | undefined {
  if (topic.includes("+") || topic.includes("#")) return WILDCARD;
  return faultOfText(topic);
}

/** What is wrong with a filter to subscribe to; undefined when it is legal. */
export function faultOfFilter(filter: string): TopicFault | undefined {
  const hash = filter.indexOf("#");
  if (hash >= 0 && (hash !== filter.length - 1 || !startsLevel(filter, hash))) return HASH;
  for (let at = filter.indexOf("+"); at >= 0; at = filter.indexOf("+", at + 1)) {
    if (!startsLevel(filter, at) || (at + 1 < filter.length && filter[at + 1] !== "/")) return PLUS;
  }
  return faultOfText(filter);
}

function startsLevel(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === "/";
}

function faultOfText(text: string): TopicFault | undefined {
  if (text === "") return EMPTY;
  if (text.includes("\0")) return NUL;
  // A character has one byte at least; this keeps the count from running over a huge text.
  if (text.length > LONGEST) return TOO_LONG;
  const bytes = utf8LengthOf(text);
  if (bytes < 0) return LONE_SURROGATE;
  return bytes > LONGEST ? TOO_LONG : undefined;
}

/**
 * The filter that topics are compared with: a shared subscription is written
 * "$share/<group>/<filter>", and its messages arrive with their own topic.
 */
export function localFilterOf(filter: string): string {
  if (!filter.startsWith("$share/")) return filter;
  const slash = filter.indexOf("/", 7);
  // Without a group or a filter it is an ordinary filter, as it was before brokers knew shares.
  return slash <= 7 || slash + 1 === filter.length ? filter : filter.slice(slash + 1);
}

/**
 * Whether a legal topic is matched by a legal filter (section 4.7). Levels are compared exactly,
 * case included; an empty level is a level; "a/#" matches "a" too; a filter that starts with a
 * wildcard matches no topic that starts with "$" [MQTT-4.7.2-1]. A "$share/<group>/" in front of
 * the filter is left out.
 */
export function matches(filter: string, topic: string): boolean {
  const wanted = localFilterOf(filter).split("/");
  const levels = topic.split("/");
  if (topic.startsWith("$") && (wanted[0] === "+" || wanted[0] === "#")) return false;
  for (let i = 0; i < wanted.length; i++) {
    const level = wanted[i];
    if (level === "#") return true;
    if (i >= levels.length || (level !== "+" && level !== levels[i])) return false;
    if (i === levels.length - 1 && i === wanted.length - 2 && wanted[i + 1] === "#") return true;
  }
  return wanted.length === levels.length;
}

/** What is legal but bad practice in a topic or filter, one reason each; empty when nothing is. */
export function warningsOf(topicOrFilter: string): string[] {
  const text = topicOrFilter;
  const warnings: string[] = [];
  if (text === "#") {
    warnings.push(
      "# alone subscribes to every message of the broker, which can be more than a board can take",
    );
  }
  if (text.startsWith("/")) {
    warnings.push("a leading slash adds an empty level in front, which tells nobody anything");
  }
  if (text.includes(" "))
    warnings.push("spaces are hard to see and hard to type when something has to be found");
  if (!isPlain(text)) warnOfCharacters(text, warnings);
  if (text.length > VERY_LONG) {
    warnings.push(`it is longer than ${VERY_LONG} characters, and every message carries its topic`);
  }
  return warnings;
}

function warnOfCharacters(text: string, warnings: string[]): void {
  let other = false;
  let hidden = false;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code < 0xa0) || isInvisible(code)) hidden = true;
    else if (code > 0x7f) other = true;
  }
  if (hidden) warnings.push("characters that do not print make topics differ that look the same");
  if (other)
    warnings.push(
      "characters outside ASCII may look the same and differ, and not every tool shows or types them",
    );
}

// Spaces other than the plain one, zero-width characters, direction marks, byte order mark.
function isInvisible(code: number): boolean {
  return (
    code === 0xa0 ||
    code === 0xad ||
    (code >= 0x2000 && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x205f && code <= 0x206f) ||
    code === 0x3000 ||
    code === 0xfeff
  );
}
