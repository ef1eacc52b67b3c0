// SPDX-License-Identifier: MIT

/** Why a topic name or filter is not legal. */
export interface TopicFault {
  /** Statement of MQTT 3.1.1, such as "MQTT-4.7.1-2". */
  readonly statement: string;
  /** The rule, for people. */
  readonly why: string;
}

/** What is wrong with a topic to publish to; undefined when it is legal. */
export function faultOfTopic(_topic: string): TopicFault | undefined {
  return undefined;
}

/** What is wrong with a filter to subscribe to; undefined when it is legal. */
export function faultOfFilter(_filter: string): TopicFault | undefined {
  return undefined;
}

/**
 * Whether a legal topic is matched by a legal filter (section 4.7). A "$share/<group>/" in front of
 * the filter is left out.
 */
export function matches(_filter: string, _topic: string): boolean {
  return false;
}

/** What is legal but bad practice in a topic or filter, one reason each; empty when nothing is. */
export function warningsOf(_topicOrFilter: string): string[] {
  return [];
}
