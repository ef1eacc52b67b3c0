// SPDX-License-Identifier: MIT

import type { MqttError } from "../mqtt-error.ts";
import type { ControlInfo, MqttClientOptions, ReadableInfo } from "./client-options.ts";
import type { MqttClient } from "./mqtt-client.ts";

/** Calls the application: what its callbacks throw is contained and told to `onFault`. */
export class ClientCallbacks {
  readonly #options: MqttClientOptions;
  readonly #client: MqttClient;

  constructor(options: MqttClientOptions, client: MqttClient) {
    this.#options = options;
    this.#client = client;
  }

  /** False when nobody took care of the message. */
  readable(count: number, info: ReadableInfo): boolean {
    try {
      this.#options.onReadable?.call(this.#client, count, info);
      return this.#options.onReadable !== undefined;
    } catch (error) {
      this.#fault(error);
      return false;
    }
  }

  writable(count: number): void {
    try {
      this.#options.onWritable?.call(this.#client, count);
    } catch (error) {
      this.#fault(error);
    }
  }

  control(info: ControlInfo): void {
    try {
      this.#options.onControl?.call(this.#client, info.operation, info);
    } catch (error) {
      this.#fault(error);
    }
  }

  stage(stage: "connecting" | "handshaking"): void {
    try {
      this.#options.onStage?.call(this.#client, stage);
    } catch (error) {
      this.#fault(error);
    }
  }

  skipped(byteLength: number): void {
    try {
      this.#options.onSkipped?.call(this.#client, byteLength);
    } catch (error) {
      this.#fault(error);
    }
  }

  closed(): void {
    try {
      this.#options.onClose?.call(this.#client);
    } catch (error) {
      this.#fault(error);
    }
  }

  failed(error: MqttError): void {
    try {
      this.#options.onError?.call(this.#client, error);
    } catch (fault) {
      this.#fault(fault);
    }
  }

  #fault(error: unknown): void {
    try {
      this.#options.onFault?.call(this.#client, error);
    } catch {
      // Whoever throws while being told of a throw is not told again.
    }
  }
}
