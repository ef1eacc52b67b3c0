// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { MqttSession } from "../../mqtt/session.ts";
import { accessOf, type BrokerAccessOptions, BrokerMove } from "../broker-access.ts";
import type { NetworkOrder } from "../network-order.ts";
import { KeptTLSSession } from "../sleep/kept-tls-session.ts";

export interface StartMqttOptions extends BrokerAccessOptions {
  readonly log: Log;
  readonly order: NetworkOrder;
}

/** One of the two. */
export interface StartedMqtt {
  readonly session: MqttSession | undefined;
  /** Why there is none, and what to do; one line. */
  readonly whyNoSession: string | undefined;
}

/**
 * The board's MQTT session, with `online` as birth, `offline` as goodbye and last will, all
 * retained. There is none, which is logged, when no usable broker is set: the board then only shows
 * its readings.
 */
export function startMqtt(host: Host, options: StartMqttOptions): StartedMqtt {
  const { settings, log, order, topics } = options;
  const tlsSessions = tlsSessionsOf(host, options);
  const url = settings.get("mqtt.broker");
  if (url === "") {
    const refused = settings.problems.find((problem) => problem.includes("mqtt.broker"));
    const whyNoSession = refused ?? "mqtt.broker is not set";
    const text = `${whyNoSession}; readings are shown here only`;
    log({ level: "warn", part: "mqtt", event: "off", text });
    return { session: undefined, whyNoSession };
  }
  try {
    const access = accessOf(host, options);
    const topic = topics.status;
    const outbox = settings.get("mqtt.outbox");
    const session = new MqttSession({
      ...access,
      limits: limitsOf(outbox, host.system.memory?.use()?.chunkLimit),
      // All that waits goes through the journal when a board falls asleep.
      ...(settings.get("sleep") > 0 && { journal: { count: outbox } }),
      reconnect: { boards: settings.get("mqtt.boards") },
      birth: { topic, payload: "online" },
      goodbye: { topic, payload: "offline" },
      network: host.network,
      clock: host.clock,
      timers: host.timers,
      random: host.random,
      log,
      onState: (state) => order.sessionChanged(state),
      tlsSessions,
      store: host.storage.open({ path: "mqtt", format: "buffer" }),
    });
    order.useSession(session, access.secure !== undefined);
    settings.use(new BrokerMove({ ...options, host, session }));
    return { session, whyNoSession: undefined };
  } catch (error) {
    const text = messageOf(error);
    log({ level: "error", part: "mqtt", event: "off", text });
    return { session: undefined, whyNoSession: text };
  }
}

/** Where a board that sleeps keeps its TLS session; what another start finds there is forgotten. */
function tlsSessionsOf(
  { system, crypto }: Host,
  { settings, log }: Pick<StartMqttOptions, "settings" | "log">,
): KeptTLSSession | undefined {
  const { sleep, reset } = system;
  if (!sleep?.memory || !crypto) return undefined;
  const sleeps = settings.get("sleep") > 0;
  const isWake = sleeps && reset?.wake !== undefined;
  const kept = new KeptTLSSession({ memory: sleep.memory, crypto, log, isWake });
  return sleeps ? kept : undefined;
}

/** Bytes of payload for each message in the outbox: a reading has about 120, an extended one 400. */
const bytesEach = 256;

/**
 * Room for so many messages, and for no more than a third of what the heap has for bytes: a heap that
 * cannot grow ends the run when it is full.
 */
function limitsOf(outboxCount: number, chunkLimit = Infinity) {
  const bytes = Math.min(outboxCount * bytesEach, Math.floor(chunkLimit / 3));
  return { outboxCount, outboxBytes: Math.max(4_096, bytes) };
}
