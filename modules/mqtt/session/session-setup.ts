// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import { utf8LengthOf } from "../../base/utf8.ts";
import type { Connect } from "../codec/packet.ts";
import { connectLength, TopicBytes } from "../codec/packet-length.ts";
import { illegal } from "../mqtt-error.ts";
import { outgoingFacts, type PublishBounds } from "../publish/outgoing-facts.ts";
import type { OutgoingFacts } from "../publish/outgoing-message.ts";
import type { BrokerAddress } from "./broker-address.ts";
import type { MqttSessionOptions, SessionLimits, StatusMessage } from "./session-options.ts";

/** Defaults of `SessionLimits` and the smallest and largest value of each. */
const LIMITS: { readonly [Name in keyof SessionLimits]-?: readonly [number, number, number] } =
  frozen({
    outboxCount: [16, 1, 10_000],
    outboxBytes: [4_096, 16, 16_777_216],
    window: [8, 1, 64],
    message: [1_024, 16, 1_048_576],
    topic: [256, 64, 65_535],
    sendBuffer: [1_024, 128, 65_536],
    unacknowledged: [8, 1, 64],
    filters: [32, 1, 1_000],
    ackDeadline: [30_000, 100, 3_600_000],
    brokerDeadline: [30_000, 1_000, 3_600_000],
    dnsDeadline: [10_000, 100, 600_000],
    tcpDeadline: [10_000, 100, 600_000],
    tlsDeadline: [30_000, 100, 600_000],
    connackDeadline: [10_000, 100, 600_000],
  });

/** All limits, checked. @throws MqttError naming the limit that is out of range */
export function limitsOf(limits: SessionLimits = {}): Required<SessionLimits> {
  const all: { -readonly [Name in keyof SessionLimits]-?: number } = {} as Required<SessionLimits>;
  for (const name of Object.keys(LIMITS) as (keyof SessionLimits)[]) {
    const [standard, smallest, largest] = LIMITS[name];
    const value = limits[name] ?? standard;
    if (!Number.isInteger(value) || value < smallest || value > largest) {
      throw illegal(`limits.${name}`, `it is not from ${smallest} to ${largest}`);
    }
    all[name] = value;
  }
  return all;
}

/** Options that are times or counts, with the smallest and largest value of each. */
const NUMBERS = frozen({
  reconnect: {
    first: [1, 3_600_000],
    spread: [1, 86_400_000],
    cap: [1, 86_400_000],
    stable: [0, 86_400_000],
    refused: [0, 86_400_000],
  },
  journal: { age: [0, 86_400_000], count: [0, 1_000], perHour: [0, 3_600] },
});

function checkNumbers(group: keyof typeof NUMBERS, given: object = {}): void {
  for (const [name, [smallest = 0, largest = 0]] of Object.entries(NUMBERS[group])) {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value >= smallest && value <= largest)) {
      throw illegal(`${group}.${name}`, `it is not from ${smallest} to ${largest}`);
    }
  }
}

/** What CONNECT will say to this broker. */
export function connectOf(options: MqttSessionOptions, broker: BrokerAddress): Connect {
  const { id, clean = false, keepAlive = 60_000, will } = options;
  // A password belongs to its user: that of the session is not sent for the user of an address.
  const { user, password } =
    broker.user === undefined && broker.password === undefined ? options : broker;
  return { id, clean, keepAliveSeconds: Math.ceil(keepAlive / 1000), user, password, will };
}

/** Checks everything before anything is made. @throws MqttError naming argument and rule */
export function checkOptions(options: MqttSessionOptions, sendBuffer: number): void {
  const { brokers, keepAlive = 60_000 } = options;
  checkNumbers("reconnect", options.reconnect);
  checkNumbers("journal", options.journal);
  if (brokers.length === 0) throw illegal("brokers", "there is none");
  if (!(keepAlive === 0 || (keepAlive >= 1000 && keepAlive <= 65_535_000))) {
    throw illegal("keepAlive", "it is neither 0 nor from 1,000 to 65,535,000 ms");
  }
  for (const broker of brokers) {
    if (broker.host === "" || utf8LengthOf(broker.host) > 253) throw illegal("host", "its length");
    if (!Number.isInteger(broker.port) || broker.port < 1 || broker.port > 65_535) {
      throw illegal("port", "it is not from 1 to 65,535");
    }
    const length = connectLength(connectOf(options, broker));
    if (length > sendBuffer) {
      throw illegal("limits.sendBuffer", `CONNECT with its will needs ${length} bytes`);
    }
  }
}

/** What a publication may be. */
export function boundsOf({ outboxBytes, sendBuffer }: Required<SessionLimits>): PublishBounds {
  return { payload: outboxBytes, sendBuffer, topics: new TopicBytes() };
}

/** Birth or goodbye as a message, ready to be sent. @throws MqttError when it is not legal */
export function statusFacts(status: StatusMessage, limits: Required<SessionLimits>): OutgoingFacts {
  const { topic, payload, QoS = 1, retain = true } = status;
  const bounds = boundsOf(limits);
  return outgoingFacts({ topic, payload, since: 0 }, { QoS, retain, policy: "latest" }, bounds);
}
