// SPDX-License-Identifier: MIT

import type { MqttClientOptions } from "../../modules/mqtt/client/client-options.ts";
import { MqttClient } from "../../modules/mqtt/client/mqtt-client.ts";
import type { MqttError } from "../../modules/mqtt/mqtt-error.ts";
import { FakeTime } from "./fake-time.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { ScriptedBroker } from "./scripted-broker.ts";

/** Time, network and broker for the tests of a client, and what its callbacks were called with. */
export class ClientBench {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly broker = new ScriptedBroker(this.network);
  /** Names of the callbacks, in order. */
  readonly calls: string[] = [];
  readonly errors: MqttError[] = [];
  readonly faults: unknown[] = [];

  /** A client with what every host gives; each callback is noted before that of the options. */
  client(options: Partial<MqttClientOptions> = {}): MqttClient {
    const { dns, tcp } = this.network.providers;
    const { calls, errors, faults } = this;
    return new MqttClient({
      host: "broker.test",
      dns,
      socket: tcp,
      clock: this.time,
      timers: this.time,
      ...options,
      onReadable(count, info) {
        calls.push("readable");
        options.onReadable?.call(this, count, info);
      },
      onWritable(count) {
        calls.push("writable");
        options.onWritable?.call(this, count);
      },
      onControl(operation, info) {
        calls.push(`control ${operation}`);
        options.onControl?.call(this, operation, info);
      },
      onClose() {
        calls.push("close");
        options.onClose?.call(this);
      },
      onError(error) {
        calls.push("error");
        errors.push(error);
        options.onError?.call(this, error);
      },
      onFault(error) {
        faults.push(error);
        options.onFault?.call(this, error);
      },
    });
  }

  /** A client that is connected. */
  online(options: Partial<MqttClientOptions> = {}): MqttClient {
    const client = this.client(options);
    this.time.advance(10);
    if (!this.calls.includes("control 2")) throw new Error(`not connected: ${this.calls}`);
    this.calls.length = 0;
    return client;
  }
}
