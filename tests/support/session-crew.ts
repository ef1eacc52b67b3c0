// SPDX-License-Identifier: MIT

import type { MqttSession, MqttSessionOptions } from "../../modules/mqtt/session.ts";
import { nodeSession, stopAll } from "./node-network.ts";

/** A broker that a test has started. */
export interface RunningBroker {
  readonly port: number;
  /** As whom sessions come; undefined: anybody may. */
  readonly access?: Pick<MqttSessionOptions, "user" | "password">;
  /** Ends it and what belongs to it. */
  stop(): Promise<void>;
}

/** Makes a session that uses the broker; it is stopped when the test ends. */
export type MakeSession = (id: string, options?: Partial<MqttSessionOptions>) => MqttSession;

/**
 * Runs a test with a broker, then stops all its sessions and ends the broker, also when the test
 * fails: a session that goes on trying would keep the process from ending.
 */
export async function withSessions(
  start: () => Promise<RunningBroker>,
  body: (make: MakeSession, port: number) => Promise<void>,
): Promise<void> {
  const broker = await start();
  const sessions: MqttSession[] = [];
  try {
    await body((id, options) => {
      const session = nodeSession(broker.port, id, { ...broker.access, ...options });
      sessions.push(session);
      return session;
    }, broker.port);
  } finally {
    await stopAll(...sessions);
    await broker.stop();
  }
}
