// SPDX-License-Identifier: MIT

import { localFilterOf } from "../codec/topic-filter.ts";

/** One level of filters; what is not there is undefined, because a board has few slots. */
class Node<Value> {
  /** Next levels with a name. */
  children: Map<string, Node<Value>> | undefined;
  /** Next level "+". */
  any: Node<Value> | undefined;
  /** Values of the filter that ends here. */
  here: Value[] | undefined;
  /** Values of the filter that ends with "#" behind this level. */
  below: Value[] | undefined;

  get links(): number {
    const { children, any, here, below } = this;
    return (children?.size ?? 0) + (any ? 1 : 0) + (here ? 1 : 0) + (below ? 1 : 0);
  }

  childOf(level: string): Node<Value> | undefined {
    return level === "+" ? this.any : this.children?.get(level);
  }
}

/**
 * Filters by level, with values at their ends. Finding the values of a topic looks at one level
 * after the other and at most at two nodes for each node it came from (the name and "+"), however
 * many filters there are. Filters and topics must be legal; a "$share/<group>/" is left out.
 */
export class TopicTree<Value> {
  #root = new Node<Value>();
  // Nodes of two neighbouring levels; kept, so that a search allocates nothing but level names.
  #front: Node<Value>[] = [];
  #back: Node<Value>[] = [];

  /** Nothing is kept, not even a level. */
  get isEmpty(): boolean {
    return this.#root.links === 0;
  }

  /** Puts a value at the end of a filter, behind those that are there. */
  add(filter: string, value: Value): void {
    const levels = localFilterOf(filter).split("/");
    const multi = levels.at(-1) === "#";
    if (multi) levels.pop();
    let node = this.#root;
    for (const level of levels) {
      let child = node.childOf(level);
      if (!child) {
        child = new Node<Value>();
        if (level === "+") node.any = child;
        else {
          node.children ??= new Map();
          node.children.set(level, child);
        }
      }
      node = child;
    }
    if (multi) node.below = appended(node.below, value);
    else node.here = appended(node.here, value);
  }

  /** Takes a value from the end of a filter, and the levels that nothing needs any more. */
  remove(filter: string, value: Value): void {
    const levels = localFilterOf(filter).split("/");
    const multi = levels.at(-1) === "#";
    if (multi) levels.pop();
    let node = this.#root;
    // The lowest node that stays when everything behind it goes.
    let keeper = node;
    let cut = levels[0];
    for (const level of levels) {
      const child = node.childOf(level);
      if (!child) return;
      if (node.links > 1) {
        keeper = node;
        cut = level;
      }
      node = child;
    }
    if (multi) node.below = without(node.below, value);
    else node.here = without(node.here, value);
    if (node.links > 0 || cut === undefined) return;
    if (cut === "+") keeper.any = undefined;
    else {
      keeper.children?.delete(cut);
      if (keeper.children?.size === 0) keeper.children = undefined;
    }
  }

  /** Removes everything. */
  clear(): void {
    this.#root = new Node();
    this.#front = [];
    this.#back = [];
  }

  /** Writes the values of all filters that match into `found`, from 0 on; returns how many. */
  find(topic: string, found: Value[]): number {
    let count = 0;
    let front = this.#front;
    let back = this.#back;
    let width = 1;
    front[0] = this.#root;
    for (let start = 0, end = 0; end >= 0 && width > 0; start = end + 1) {
      end = topic.indexOf("/", start);
      const level = end < 0 ? topic.slice(start) : topic.slice(start, end);
      // Wildcards in front must not match topics of the broker itself [MQTT-4.7.2-1].
      const hidden = start === 0 && level.startsWith("$");
      let next = 0;
      for (let i = 0; i < width; i++) {
        const node = front[i] as Node<Value>;
        if (!hidden) count = copy(node.below, found, count);
        const child = node.children?.get(level);
        if (child) back[next++] = child;
        if (node.any && !hidden) back[next++] = node.any;
      }
      const last = front;
      front = back;
      back = last;
      width = next;
    }
    for (let i = 0; i < width; i++) {
      const node = front[i] as Node<Value>;
      count = copy(node.here, found, count);
      count = copy(node.below, found, count);
    }
    return count;
  }
}

function copy<Value>(values: Value[] | undefined, found: Value[], count: number): number {
  if (!values) return count;
  let next = count;
  for (let i = 0; i < values.length; i++) found[next++] = values[i] as Value;
  return next;
}

function appended<Value>(values: Value[] | undefined, value: Value): Value[] {
  return values ? [...values, value] : [value];
}

function without<Value>(values: Value[] | undefined, value: Value): Value[] | undefined {
  const rest = values?.filter((other) => other !== value);
  return rest && rest.length > 0 ? rest : undefined;
}
