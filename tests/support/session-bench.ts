// SPDX-License-Identifier: MIT

import { MqttSession, type MqttSessionOptions } from "../../modules/mqtt/session.ts";
import { FakeTime } from "./fake-time.ts";
import { LogBook } from "./log-book.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { seededRandom } from "./random.ts";
import { ScriptedBroker } from "./scripted-broker.ts";

/** Time, network and broker for the tests of a session. */
export class SessionBench {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly broker = new ScriptedBroker(this.network);
  readonly book = new LogBook();
  /** Kinds of all states, in order, of all sessions. */
  readonly states: string[] = [];

  /** A session with id "board", one broker and no birth, unless the options say so. */
  session(options: Partial<MqttSessionOptions> = {}): MqttSession {
    const { onState } = options;
    return new MqttSession({
      brokers: [{ host: "broker.test", port: 1883, secure: false }],
      id: "board",
      network: this.network.providers,
      clock: this.time,
      timers: this.time,
      random: seededRandom(1),
      log: this.book.log,
      ...options,
      onState: (state) => {
        this.states.push(state.kind);
        onState?.(state);
      },
    });
  }

  /** A session that is connected. */
  online(options: Partial<MqttSessionOptions> = {}): MqttSession {
    const session = this.session(options);
    session.start();
    this.until(() => session.state.kind === "online");
    this.time.advance(20);
    return session;
  }

  /** The session has its whole window: a connection begins with one message at a time. */
  widen(session: MqttSession): void {
    const { delivered } = session.counters;
    for (let i = 1; i <= 8; i++) {
      session.publish("before", "", { QoS: 1 });
      this.until(() => session.counters.delivered === delivered + i);
    }
  }

  /** Moves time on until it is so, at most `limit` ms; throws when it never is. */
  until(test: () => boolean, limit = 600_000): void {
    const end = this.time.ticks() + limit;
    while (!test()) {
      if (this.time.ticks() > end || !this.time.step()) throw new Error(`never: ${test}`);
    }
  }
}
