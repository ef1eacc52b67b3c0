// SPDX-License-Identifier: MIT

import type { TLSSecureOptions } from "../ecma-419/tcp.ts";
import type { PublishOptions } from "../mqtt/publish/publish-options.ts";
import type { BrokerAddress } from "../mqtt/session/broker-address.ts";
import type { SessionState } from "../mqtt/session.ts";
import type { SubscribeOptions } from "../mqtt/subscribe/mqtt-message.ts";
import type { AnswerName } from "./profile.ts";

/** What the user has said about a platform; empty: nothing. Some of it is secret. */
export type Answers = { readonly [Name in AnswerName]: string };

/** What a command has come to. */
export interface CommandResult {
  readonly ok: boolean;
  readonly text: string;
}

/** What a platform needs of the board that it runs on. */
export interface CloudBoard {
  readonly id: string;
  readonly name: string;
  /** First levels of the board's own topics. */
  readonly root: string;
  /** Kind of machine, such as "esp32". */
  readonly system: string;
  /** Time between two readings for a platform, s, as it is set. */
  readonly interval: number;
  /** dBm. */
  readonly RSSI: number | undefined;
  readonly isOnline: boolean;
  /** Commands from afar are allowed. */
  readonly takesCommands: boolean;
  /** Runs a line that came from afar, by the rules for those; calls back once, perhaps at once. */
  run(line: string, onResult: (result: CommandResult) => void): void;
  /** The board's connection to its own broker; undefined: there is none. */
  readonly session: CloudSession | undefined;
  /** Where the own broker is, and as whom the board goes there. Throws when it cannot be used. */
  ownBroker(): OwnBroker;
}

/** What is used of a session. */
export interface CloudSession {
  readonly state: SessionState;
  /** What is published now will arrive late. */
  readonly behind: boolean;
  publish(topic: string, payload: string, options: PublishOptions): boolean;
  subscribe(filter: string, options: SubscribeOptions): { close(): void };
}

export interface OwnBroker {
  readonly brokers: readonly BrokerAddress[];
  readonly user?: string;
  /** Secret. */
  readonly password?: string;
  readonly secure?: TLSSecureOptions;
}
