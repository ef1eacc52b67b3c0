// SPDX-License-Identifier: MIT

import type { MqttMessage } from "../mqtt/subscribe/mqtt-message.ts";

/** A message as it goes out. */
export interface Parcel {
  readonly topic: string;
  readonly payload: string;
  readonly QoS: 0 | 1;
  readonly retain: boolean;
  /** Not sent any more after so many ms; undefined: it may wait. */
  readonly expiry: number | undefined;
}

/** What has become of a message. */
export interface Delivered {
  readonly ok: boolean;
  /** For people: what the platform has answered, or why there is no answer. */
  readonly text: string;
}

/** Takes what the platform says. */
export interface CarrierOwner {
  /** A message of the platform; valid during the call. */
  received(message: MqttMessage): void;
  /** A subscription was refused. */
  refused(filter: string): void;
}

/** A way to a platform. */
export interface Carrier {
  /** Tells one connection from the next; undefined: there is none. */
  readonly connection: number | undefined;
  /** What is sent now will arrive late. */
  readonly isBehind: boolean;
  /** What it is doing, one line for people. */
  readonly text: string;
  /** Called every second. */
  tick(): void;
  /** False when there is no room; else `onDone` is called once, later. */
  send(parcel: Parcel, onDone: (delivered: Delivered) => void): boolean;
  /** Connects elsewhere from now on; false when it cannot. */
  redirect(address: string): boolean;
  /** Says goodbye; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void;
}

/** What is subscribed to on every connection. */
export interface Wanted {
  readonly filter: string;
  readonly QoS: 0 | 1;
}
