// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { connectionError } from "../../mqtt/connection-error.ts";
import { type BrokerAddress, parseBrokerAddresses } from "../../mqtt/session/broker-address.ts";
import { parseCredentials } from "../../mqtt/session/tls-credentials.ts";
import { MqttSession } from "../../mqtt/session.ts";
import type { BoardTopics } from "../board-topics.ts";
import type { NetworkOrder } from "../network-order.ts";
import type { BoardSettings } from "../setting-list.ts";

export interface StartMqttOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly order: NetworkOrder;
  /** Board id, which is also the MQTT client identifier unless `mqtt.client-id` is set. */
  readonly id: string;
  readonly topics: BoardTopics;
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
  const { settings, log, order, id, topics } = options;
  const url = settings.get("mqtt.broker");
  if (url === "") {
    const refused = settings.problems.find((problem) => problem.includes("mqtt.broker"));
    const whyNoSession = refused ?? "mqtt.broker is not set";
    const text = `${whyNoSession}; readings are shown here only`;
    log({ level: "warn", part: "mqtt", event: "off", text });
    return { session: undefined, whyNoSession };
  }
  try {
    const brokers = parseBrokerAddresses(url);
    const secure = secureOptions(host, settings, brokers);
    const user = settings.get("mqtt.user");
    const password = settings.get("mqtt.password");
    const topic = topics.status;
    const session = new MqttSession({
      brokers,
      id: settings.get("mqtt.client-id") || id,
      clean: settings.get("mqtt.clean") === "on",
      // A password may stand alone: the user is empty then, and sent.
      ...((user !== "" || password !== "") && { user }),
      ...(password !== "" && { password }),
      ...(secure && { secure }),
      keepAlive: settings.get("mqtt.keepalive") * 1_000,
      limits: limitsOf(settings.get("mqtt.outbox")),
      reconnect: { boards: settings.get("mqtt.boards") },
      will: { topic, message: "offline", QoS: 1, retain: true },
      birth: { topic, payload: "online" },
      goodbye: { topic, payload: "offline" },
      network: host.network,
      clock: host.clock,
      timers: host.timers,
      random: host.random,
      log,
      onState: (state) => order.sessionChanged(state),
      store: host.storage.open({ path: "mqtt", format: "buffer" }),
    });
    order.useSession(session, secure !== undefined);
    return { session, whyNoSession: undefined };
  } catch (error) {
    const text = messageOf(error);
    log({ level: "error", part: "mqtt", event: "off", text });
    return { session: undefined, whyNoSession: text };
  }
}

/** Bytes of payload for each message in the outbox: a reading has about 120, an extended one 400. */
const bytesEach = 256;

/** Room for so many messages. */
function limitsOf(outboxCount: number) {
  return { outboxCount, outboxBytes: Math.max(4_096, outboxCount * bytesEach) };
}

/** What TLS needs, when a broker is to be spoken to with it. Throws when it cannot be. */
function secureOptions(host: Host, settings: BoardSettings, brokers: readonly BrokerAddress[]) {
  if (!brokers.some(({ secure }) => secure)) return undefined;
  if (!host.network.tls) throw connectionError("mqtt/no-tls");
  const credentials = parseCredentials({
    authorities: settings.get("mqtt.ca"),
    certificate: settings.get("mqtt.cert"),
    key: settings.get("mqtt.key"),
  });
  const ALPN = settings.get("mqtt.alpn");
  return ALPN === "" ? credentials : { ...credentials, applicationLayerProtocols: ALPN.split(",") };
}
