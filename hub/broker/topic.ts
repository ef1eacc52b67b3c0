// SPDX-License-Identifier: MIT

// Topics and filters by section 4.7 of MQTT 3.1.1.

/** Most levels that a topic or a filter may have; each costs the broker a step. */
const mostLevels = 20;
const longest = 512;

/** May a message be sent to it? */
export function isTopic(text: string): boolean {
  return isText(text) && !/[+#]/.test(text);
}

/** May it be subscribed to? */
export function isFilter(text: string): boolean {
  if (!isText(text)) return false;
  const levels = text.split("/");
  return levels.every((level, at) => {
    if (level === "#") return at === levels.length - 1;
    return level === "+" || !/[+#]/.test(level);
  });
}

function isText(text: string): boolean {
  const isSized = text.length > 0 && text.length <= longest;
  return isSized && !text.includes("\0") && text.split("/").length <= mostLevels;
}

/** Does a filter stand for more than one topic? */
export function hasWildcard(filter: string): boolean {
  return /[+#]/.test(filter);
}

/** Does a filter, split at its slashes, take a topic, split likewise? */
export function isMatch(filter: readonly string[], topic: readonly string[]): boolean {
  // [MQTT-4.7.2-1]
  if (topic[0]?.startsWith("$") && (filter[0] === "#" || filter[0] === "+")) return false;
  for (const [at, level] of filter.entries()) {
    // "a/#" takes "a" too.
    if (level === "#") return true;
    if (at >= topic.length) return false;
    if (level !== "+" && level !== topic[at]) return false;
    if (at === topic.length - 1 && filter.length === at + 2 && filter[at + 1] === "#") return true;
  }
  return filter.length === topic.length;
}
