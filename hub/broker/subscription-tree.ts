// SPDX-License-Identifier: MIT

import type { QoS } from "./message.ts";

interface Node<Subscriber> {
  readonly below: Map<string, Node<Subscriber>>;
  readonly subscribers: Map<Subscriber, QoS>;
}

/** Who has subscribed to what, level by level: the way to a topic costs its levels, not all filters. */
export class SubscriptionTree<Subscriber> {
  readonly #root: Node<Subscriber> = newNode();
  #count = 0;

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  /** One more, or the same with another QoS. */
  add(filter: string, subscriber: Subscriber, QoS: QoS): void {
    let node = this.#root;
    for (const level of filter.split("/")) {
      const next = node.below.get(level) ?? newNode<Subscriber>();
      node.below.set(level, next);
      node = next;
    }
    if (!node.subscribers.has(subscriber)) this.#count += 1;
    node.subscribers.set(subscriber, QoS);
  }

  remove(filter: string, subscriber: Subscriber): void {
    const way: [Node<Subscriber>, string][] = [];
    let node = this.#root;
    for (const level of filter.split("/")) {
      const next = node.below.get(level);
      if (!next) return;
      way.push([node, level]);
      node = next;
    }
    if (node.subscribers.delete(subscriber)) this.#count -= 1;
    // Branches that lead nowhere go.
    for (const [above, level] of way.reverse()) {
      const branch = above.below.get(level);
      if (!branch || branch.below.size > 0 || branch.subscribers.size > 0) return;
      above.below.delete(level);
    }
  }

  /** Everyone whose filters take the topic, each once with the highest QoS of those. */
  find(topic: string): Map<Subscriber, QoS> {
    const found = new Map<Subscriber, QoS>();
    const levels = topic.split("/");
    const take = ({ subscribers }: Node<Subscriber>) => {
      for (const [subscriber, QoS] of subscribers) {
        if ((found.get(subscriber) ?? -1) < QoS) found.set(subscriber, QoS);
      }
    };
    const descend = (node: Node<Subscriber>, at: number) => {
      // [MQTT-4.7.2-1]
      const isReserved = at === 0 && topic.startsWith("$");
      const all = isReserved ? undefined : node.below.get("#");
      if (all) take(all);
      if (at === levels.length) {
        take(node);
        return;
      }
      const next = node.below.get(levels[at] ?? "");
      if (next) descend(next, at + 1);
      const any = isReserved ? undefined : node.below.get("+");
      if (any) descend(any, at + 1);
    };
    descend(this.#root, 0);
    return found;
  }
}

function newNode<Subscriber>(): Node<Subscriber> {
  return { below: new Map(), subscribers: new Map() };
}
