// SPDX-License-Identifier: MIT

import { hasWildcard, isFilter, isMatch } from "./topic.ts";

type Access = "read" | "write" | "readwrite" | "deny";

interface Rule {
  readonly access: Access;
  readonly filter: string;
}

interface CompiledRule {
  readonly access: Access;
  readonly levels: readonly string[];
}

/** What users may send and see, as an `acl_file` of Mosquitto says. All else is refused. */
export class Rights {
  readonly #own = new Map<string, Rule[]>();
  readonly #patterns: Rule[] = [];
  readonly #compiled = new Map<string, readonly CompiledRule[]>();

  /** Throws an Error with one line; `file` is named in it. */
  constructor(text: string, file: string) {
    // Before the first user, lines are for those who come without a name: here nobody does.
    let own: Rule[] = [];
    for (const [at, line] of text.split("\n").entries()) {
      const words = line.trim();
      if (words === "" || words.startsWith("#")) continue;
      const [kind = "", rest = ""] = split(words);
      if (kind === "user" && rest !== "") {
        own = this.#own.get(rest) ?? [];
        this.#own.set(rest, own);
        continue;
      }
      const rule = ruleOf(rest);
      if ((kind !== "topic" && kind !== "pattern") || !rule) {
        throw new Error(
          `${file}, line ${at + 1}: this is none of "user NAME", "topic [read|write|readwrite|deny] TOPIC" and "pattern …"`,
        );
      }
      (kind === "topic" ? own : this.#patterns).push(rule);
    }
  }

  maySend(user: string, topic: string): boolean {
    return this.isAllowed(user, topic, "write");
  }

  maySee(user: string, topic: string): boolean {
    return this.isAllowed(user, topic, "read");
  }

  /** With a wildcard one may ask for anything; one sees of it what one may. */
  maySubscribe(user: string, filter: string): boolean {
    return hasWildcard(filter) || this.maySee(user, filter);
  }

  private isAllowed(user: string, topic: string, wanted: "read" | "write"): boolean {
    const levels = topic.split("/");
    let isAllowed = false;
    for (const { access, levels: filter } of this.rulesOf(user)) {
      if (access !== "deny" && access !== "readwrite" && access !== wanted) continue;
      if (!isMatch(filter, levels)) continue;
      if (access === "deny") return false;
      isAllowed = true;
    }
    return isAllowed;
  }

  private rulesOf(user: string): readonly CompiledRule[] {
    const known = this.#compiled.get(user);
    if (known) return known;
    // A name that is a wildcard would open all that a pattern has.
    const patterns = /[+#/]/.test(user) ? [] : this.#patterns;
    const all = [
      ...(this.#own.get(user) ?? []),
      ...patterns.map((rule) => ({ ...rule, filter: rule.filter.replaceAll("%u", user) })),
    ];
    const rules = all.map(({ access, filter }) => ({ access, levels: filter.split("/") }));
    this.#compiled.set(user, rules);
    return rules;
  }
}

function split(words: string): [string, string] {
  const end = words.search(/\s/);
  return end < 0 ? [words, ""] : [words.slice(0, end), words.slice(end).trim()];
}

function ruleOf(text: string): Rule | undefined {
  const [first, rest] = split(text);
  const isAccess = ["read", "write", "readwrite", "deny"].includes(first) && rest !== "";
  const filter = isAccess ? rest : text;
  // %c would be the client identifier, which anybody chooses.
  if (!isFilter(filter) || filter.includes("%c")) return undefined;
  return { access: isAccess ? (first as Access) : "readwrite", filter };
}
