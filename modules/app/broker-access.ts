// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import { frozen } from "../base/frozen.ts";
import type { Host } from "../base/host.ts";
import type { Log } from "../base/log.ts";
import { connectionError } from "../mqtt/connection-error.ts";
import { type BrokerAddress, parseBrokerAddresses } from "../mqtt/session/broker-address.ts";
import { parseCredentials } from "../mqtt/session/tls-credentials.ts";
import type { MqttSession, SessionAccess } from "../mqtt/session.ts";
import type { SettingTaker } from "../settings/settings.ts";
import type { BoardTopics } from "./board-topics.ts";
import type { NetworkOrder } from "./network-order.ts";
import type { BoardSettings } from "./setting-list.ts";

export interface BrokerAccessOptions {
  readonly settings: BoardSettings;
  /** Board id, which is also the MQTT client identifier unless `mqtt.client-id` is set. */
  readonly id: string;
  readonly topics: Pick<BoardTopics, "status">;
}

export interface BrokerMoveOptions extends BrokerAccessOptions {
  readonly host: Pick<Host, "network">;
  readonly log: Log;
  readonly order: Pick<NetworkOrder, "sessionMoved">;
  readonly session: Pick<MqttSession, "move">;
}

/** Settings that say which broker the board uses, and how: all that `accessOf` reads. */
const accessSettings = frozen([
  "mqtt.broker",
  "mqtt.user",
  "mqtt.password",
  "mqtt.ca",
  "mqtt.cert",
  "mqtt.key",
  "mqtt.alpn",
  "mqtt.client-id",
  "mqtt.clean",
  "mqtt.keepalive",
] as const);

/** How the board reaches its broker, by its settings. Throws MqttError when it cannot, which says why. */
export function accessOf(host: Pick<Host, "network">, options: BrokerAccessOptions): SessionAccess {
  const { settings, id, topics } = options;
  const brokers = parseBrokerAddresses(settings.get("mqtt.broker"));
  const secure = secureOptions(host, settings, brokers);
  const user = settings.get("mqtt.user");
  const password = settings.get("mqtt.password");
  return {
    brokers,
    id: settings.get("mqtt.client-id") || id,
    clean: settings.get("mqtt.clean") === "on",
    // A password may stand alone: the user is empty then, and sent.
    ...((user !== "" || password !== "") && { user }),
    ...(password !== "" && { password }),
    ...(secure && { secure }),
    keepAlive: settings.get("mqtt.keepalive") * 1_000,
    will: { topic: topics.status, message: "offline", QoS: 1, retain: true },
  };
}

/** Has a session go at once where changed settings say. */
export class BrokerMove implements SettingTaker {
  readonly #host: Pick<Host, "network">;
  readonly #settings: BoardSettings;
  readonly #id: string;
  readonly #topics: Pick<BoardTopics, "status">;
  readonly #log: Log;
  readonly #order: Pick<NetworkOrder, "sessionMoved">;
  readonly #session: Pick<MqttSession, "move">;

  constructor(options: BrokerMoveOptions) {
    this.#host = options.host;
    this.#settings = options.settings;
    this.#id = options.id;
    this.#topics = options.topics;
    this.#log = options.log;
    this.#order = options.order;
    this.#session = options.session;
  }

  get names(): readonly string[] {
    return accessSettings;
  }

  /** False, and logged, when the settings do not go together: the session stays as it is. */
  take(): boolean {
    const settings = this.#settings;
    // Switching off needs a restart.
    if (settings.get("mqtt.broker") === "") return false;
    try {
      const access = accessOf(this.#host, { settings, id: this.#id, topics: this.#topics });
      this.#session.move(access);
      this.#order.sessionMoved(access.secure !== undefined);
      return true;
    } catch (error) {
      const text = `${messageOf(error)}; the connection stays as it was`;
      this.#log({ level: "warn", part: "mqtt", event: "not-moved", text });
      return false;
    }
  }
}

/** What TLS needs, when a broker is to be spoken to with it. Throws when it cannot be. */
export function secureOptions(
  { network }: Pick<Host, "network">,
  settings: BoardSettings,
  brokers: readonly BrokerAddress[],
) {
  if (!brokers.some(({ secure }) => secure)) return undefined;
  if (!network.tls) throw connectionError("mqtt/no-tls");
  const credentials = parseCredentials({
    authorities: settings.get("mqtt.ca"),
    certificate: settings.get("mqtt.cert"),
    key: settings.get("mqtt.key"),
  });
  const ALPN = settings.get("mqtt.alpn");
  return ALPN === "" ? credentials : { ...credentials, applicationLayerProtocols: ALPN.split(",") };
}
