// SPDX-License-Identifier: MIT

import type { Clock, Random, Timers } from "../../base/clock.ts";
import { frozen } from "../../base/frozen.ts";
import type { Log } from "../../base/log.ts";
import { utf8LengthOf } from "../../base/utf8.ts";
import type { KeyValueDomain } from "../../ecma-419/key-value.ts";
import type { MQTTWill } from "../../ecma-419/mqtt-client.ts";
import type { ResolverProvider } from "../../ecma-419/resolver.ts";
import type { TCPProvider, TLSProvider, TLSSecureOptions } from "../../ecma-419/tcp.ts";
import { Encoder } from "../codec/encoder.ts";
import type { Connect } from "../codec/packet.ts";
import { connectLength } from "../codec/packet-length.ts";
import { illegal } from "../mqtt-error.ts";
import type { DroppedMessage } from "../publish/publish-options.ts";
import { type BrokerAddress, nameOfBroker } from "./broker-address.ts";
import type { ReconnectOptions, RetryPlan } from "./reconnect.ts";
import type { SessionState } from "./session-state.ts";
import type { TLSSessionStore } from "./tls-session-store.ts";

/** A message that the session sends by itself: birth or goodbye. */
export interface StatusMessage {
  readonly topic: string;
  readonly payload: string | Uint8Array;
  /** Default 1. 2 would say nothing more: the message is repeated on every connect. */
  readonly QoS?: 0 | 1;
  /** Default true. */
  readonly retain?: boolean;
}

/** Bounds of one session; every one has a default. */
export interface SessionLimits {
  /** Messages waiting or unconfirmed at a time; default 16. */
  readonly outboxCount?: number;
  /** Their payloads together, bytes; default 4,096. */
  readonly outboxBytes?: number;
  /** QoS 1 and 2 messages sent and not confirmed at a time, 1–64; default 8. */
  readonly window?: number;
  /** Largest received message that is delivered in one piece, bytes; default 1,024. */
  readonly message?: number;
  /** Longest received topic, bytes; messages with a longer one are dropped. Default 256. */
  readonly topic?: number;
  /** Send buffer, bytes; default 1,024. A topic to be sent must fit with 64 bytes to spare. */
  readonly sendBuffer?: number;
  /** Filters subscribed to at a time; default 32. */
  readonly filters?: number;
  /** Received messages that wait for `message.ack` at a time; then reading pauses. Default 8. */
  readonly unacknowledged?: number;
  /** How long a handler may take to call `message.ack`, ms; then the connection is made anew and
   * the broker sends the message again. Default 30,000. */
  readonly ackDeadline?: number;
  /** How long the broker may take to confirm anything; then the link is made anew. 30,000 ms. A
   * link on which nothing at all comes is given up earlier, see `LinkWatch`. */
  readonly brokerDeadline?: number;
  /** Deadlines of the steps of connecting, ms; default 10,000 each, TLS 30,000. */
  readonly dnsDeadline?: number;
  readonly tcpDeadline?: number;
  readonly tlsDeadline?: number;
  readonly connackDeadline?: number;
}

/** Which QoS 1 and 2 messages survive a power cut; used only with a `store`. */
export interface JournalOptions {
  /** Messages are written when they have waited so long for the broker, ms; default 5,000. */
  readonly age?: number;
  /** Largest number of messages in the store; default 32. */
  readonly count?: number;
  /** Largest number of messages written in an hour, beside the first `count`; default 120. What is
   * over it lives in memory only. */
  readonly perHour?: number;
}

/** How a session reaches its broker, and as whom: what `MqttSession.move` can change. */
export interface SessionAccess {
  /** Tried in turn; the first again after the last. At least one. */
  readonly brokers: readonly BrokerAddress[];
  /** Client identifier; may be empty only with `clean`. */
  readonly id: string;
  readonly user?: string;
  readonly password?: string | Uint8Array;
  /** True: the broker forgets everything with each connection. Default false. */
  readonly clean?: boolean;
  /** ms, 1,000–65,535,000, or 0 for none; default 60,000. A dead link is found within 1.5 × this. */
  readonly keepAlive?: number;
  readonly will?: MQTTWill;
  /** Certificates for brokers with `secure`. */
  readonly secure?: TLSSecureOptions;
}

export interface MqttSessionOptions extends SessionAccess {
  /** Sent after every connect, before anything else. */
  readonly birth?: StatusMessage;
  /** Sent before a clean DISCONNECT. */
  readonly goodbye?: StatusMessage;
  /**
   * When will and birth share their topic, the session subscribes to it and repeats the birth when
   * it sees anything else there: the will of the old link may arrive after the birth of the new
   * one. False switches that off; default true.
   */
  readonly guardBirth?: boolean;
  readonly network: {
    readonly dns: ResolverProvider;
    readonly tcp: TCPProvider;
    readonly tls?: TLSProvider;
  };
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** An open storage domain of its own: journal, retry counter and filters live there. */
  readonly store?: KeyValueDomain;
  /** Where the TLS session outlives this run; absent: the first connection makes a whole handshake. */
  readonly tlsSessions?: TLSSessionStore | undefined;
  readonly log?: Log;
  readonly limits?: SessionLimits;
  readonly reconnect?: ReconnectOptions;
  /** In place of the session's own plan of when to try again: to compare it with others. */
  readonly retryPlan?: RetryPlan;
  readonly journal?: JournalOptions;
  readonly onState?: (state: SessionState) => void;
  /** Called for every message that will never be sent; later, never from inside `publish`. */
  readonly onDropped?: (message: DroppedMessage) => void;
}

/** Defaults of `SessionLimits` and the smallest and largest value of each. */
const limitRanges: { readonly [Name in keyof SessionLimits]-?: readonly [number, number, number] } =
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
  for (const name of Object.keys(limitRanges) as (keyof SessionLimits)[]) {
    const [standard, smallest, largest] = limitRanges[name];
    const value = limits[name] ?? standard;
    if (!Number.isInteger(value) || value < smallest || value > largest) {
      throw illegal(`limits.${name}`, `it is not from ${smallest} to ${largest}`);
    }
    all[name] = value;
  }
  return all;
}

/** Options that are times or counts, with the smallest and largest value of each. */
const numberRanges = frozen({
  reconnect: {
    boards: [1, 100_000],
    first: [1, 3_600_000],
    cap: [1, 86_400_000],
    stable: [0, 86_400_000],
    refused: [0, 86_400_000],
  },
  journal: { age: [0, 86_400_000], count: [0, 1_000], perHour: [0, 3_600] },
});

function checkNumbers(group: keyof typeof numberRanges, given: object = {}): void {
  for (const [name, [smallest = 0, largest = 0]] of Object.entries(numberRanges[group])) {
    const value = (given as Record<string, unknown>)[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value >= smallest && value <= largest)) {
      throw illegal(`${group}.${name}`, `it is not from ${smallest} to ${largest}`);
    }
  }
}

/** Who a session is for a broker. */
export interface Login {
  readonly user?: string | undefined;
  readonly password?: string | Uint8Array | undefined;
}

/**
 * As whom a broker is used: as the user of its address, or of the session. A password belongs to its
 * user: that of the session is not sent for the user of an address.
 */
export function loginOf(session: Login, broker: BrokerAddress): Login {
  return broker.user === undefined && broker.password === undefined ? session : broker;
}

/** What CONNECT says to this broker. */
function connectOf(options: SessionAccess, broker: BrokerAddress): Connect {
  const { id, clean = false, keepAlive = 60_000, will } = options;
  const { user, password } = loginOf(options, broker);
  return { id, clean, keepAliveSeconds: Math.ceil(keepAlive / 1000), user, password, will };
}

/**
 * CONNECT for each broker, as it goes over the wire: once for all connections.
 * @throws MqttError naming argument and rule when it is not legal, or no packet of `sendBuffer` bytes
 */
export function connectsOf(options: SessionAccess, sendBuffer: number): Uint8Array[] {
  return options.brokers.map((broker) => {
    const connect = connectOf(options, broker);
    const length = connectLength(connect);
    if (length > sendBuffer) {
      throw illegal("limits.sendBuffer", `CONNECT with its will needs ${length} bytes`);
    }
    const encoder = new Encoder(new Uint8Array(length));
    encoder.connect(connect);
    return encoder.buffer;
  });
}

/** Tells the brokers, users and passwords of one session from those of another. */
export function checksumOf(
  brokers: readonly BrokerAddress[],
  connects: readonly Uint8Array[],
): number {
  let hash = 0x811c9dc5;
  // FNV-1a, 32 bits.
  const add = (byte: number) => {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  };
  for (const broker of brokers) {
    const name = nameOfBroker(broker);
    for (let i = 0; i < name.length; i++) add(name.charCodeAt(i));
  }
  for (const connect of connects) for (const byte of connect) add(byte);
  return hash;
}

/** Checks the rest before anything is made. @throws MqttError naming argument and rule */
export function checkOptions(
  options: SessionAccess & Pick<MqttSessionOptions, "reconnect" | "journal">,
): void {
  const { brokers, keepAlive = 60_000 } = options;
  checkNumbers("reconnect", options.reconnect);
  checkNumbers("journal", options.journal);
  if (brokers.length === 0) throw illegal("brokers", "there is none");
  if (!(keepAlive === 0 || (keepAlive >= 1000 && keepAlive <= 65_535_000))) {
    throw illegal("keepAlive", "it is neither 0 nor from 1,000 to 65,535,000 ms");
  }
  for (const { host, port } of brokers) {
    if (host === "" || utf8LengthOf(host) > 253) throw illegal("host", "its length");
    if (!Number.isInteger(port) || port < 1 || port > 65_535) {
      throw illegal("port", "it is not from 1 to 65,535");
    }
  }
}
