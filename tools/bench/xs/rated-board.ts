// SPDX-License-Identifier: MIT

// The program that is measured for speed: a session of the firmware on the host of the simulator,
// with real sockets behind it. It does what it is told on its serial console and says when it is
// done.

import { channels, operations } from "../../../hosts/sim/protocol.ts";
import { createHost } from "../../../hosts/sim/xs/host.ts";
import { link } from "../../../hosts/sim/xs/machine-link.ts";
import { parseBrokerAddress } from "../../../modules/mqtt/session/broker-address.ts";
import { MqttSession } from "../../../modules/mqtt/session.ts";
import { benchPayload, benchTopic, receivedTopic } from "../bench-program.ts";

type Levels = 0 | 1 | 2;

/** Provided by the worker. */
declare function gc(): void;

class RatedBoard {
  readonly #session: MqttSession;
  readonly #say: (text: string) => void;
  #QoS: Levels = 0;
  #left = 0;
  #pending = 0;
  #awaited = 0;

  constructor(options: { readonly MAC: string; readonly settings: Record<string, unknown> }) {
    const host = createHost({ ...options, seed: 1 });
    const serial = new host.serial.io({
      ...host.serial,
      onReadable: () => {
        const text = new TextDecoder().decode(serial.read() ?? new ArrayBuffer(0));
        this.#command(text.trim().split(" "));
      },
    });
    this.#say = (text) => {
      serial.write(new TextEncoder().encode(`${text}\n`));
    };
    this.#session = new MqttSession({
      brokers: [parseBrokerAddress(String(options.settings["mqtt.broker"]))],
      id: "rated",
      clean: true,
      network: host.network,
      clock: host.clock,
      timers: host.timers,
      random: host.random,
    });
    this.#session.start();
  }

  #command([verb, QoS, count]: string[]): void {
    this.#QoS = Number(QoS) as Levels;
    if (verb === "subscribe") {
      this.#session.subscribe(receivedTopic + QoS, {
        QoS: this.#QoS,
        onMessage: () => this.#received(),
        onGranted: () => this.#say("subscribed"),
      });
    } else if (verb === "receive") this.#awaited = Number(count);
    else if (verb === "publish") {
      this.#left = Number(count);
      this.#publish();
    }
  }

  #received(): void {
    this.#awaited--;
    if (this.#awaited === 0) this.#say("received");
  }

  #publish(): void {
    const options = {
      QoS: this.#QoS,
      policy: "reject" as const,
      onDone: () => this.#ended(),
    };
    while (this.#left > 0 && this.#session.publish(benchTopic, benchPayload, options)) {
      this.#left--;
      this.#pending++;
    }
  }

  #ended(): void {
    this.#pending--;
    this.#publish();
    if (this.#left + this.#pending === 0) this.#say("published");
  }
}

link.openHandle(channels.system, 0, (operation, payload) => {
  if (operation === operations.boot) new RatedBoard(JSON.parse(new TextDecoder().decode(payload)));
  else if (operation === operations.stop) link.send(channels.system, operations.exited, 0);
});
const handleCommand = (command: ArrayBuffer): ArrayBuffer => {
  if (command.byteLength > 0) return link.turn(command);
  gc();
  return new ArrayBuffer(0);
};
Object.assign(globalThis, { handleCommand });
