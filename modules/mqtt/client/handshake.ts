// SPDX-License-Identifier: MIT

import type { Timer } from "../../base/clock.ts";
import type { Decoder } from "../codec/decoder.ts";
import { connectionError, refusalError } from "../connection-error.ts";
import type { MqttError } from "../mqtt-error.ts";
import { connectPacket, deadlineOf, type MqttClientOptions } from "./client-options.ts";
import type { ClientWriter } from "./packet-writer.ts";

/** CONNECT, the wait for CONNACK, and what it said. */
export class Handshake {
  readonly #options: MqttClientOptions;
  readonly #onError: (error: MqttError) => void;
  #timer: Timer | undefined;
  #sessionPresent = false;
  #returnCode: number | undefined;

  /** `onError`: there was no CONNACK in time, or it refuses. */
  constructor(options: MqttClientOptions, onError: (error: MqttError) => void) {
    this.#options = options;
    this.#onError = onError;
  }

  get sessionPresent(): boolean {
    return this.#sessionPresent;
  }

  /** Undefined before CONNACK. */
  get returnCode(): number | undefined {
    return this.#returnCode;
  }

  /** Writes CONNECT and begins to wait. */
  begin(writer: ClientWriter): void {
    writer.connect(connectPacket(this.#options, writer.room));
    const { delay, code } = deadlineOf("connack", this.#options.deadlines);
    this.#timer = this.#options.timers.set(() => this.#onError(connectionError(code)), delay);
  }

  /** CONNACK: true when the connection is accepted. */
  end(decoder: Decoder): boolean {
    this.close();
    this.#returnCode = decoder.returnCode;
    this.#sessionPresent = decoder.sessionPresent;
    if (this.#returnCode !== 0) this.#onError(refusalError(this.#returnCode));
    return this.#returnCode === 0;
  }

  /** Does not wait any more. */
  close(): void {
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
