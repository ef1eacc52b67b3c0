// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList } from "../base/setting.ts";
import { shownBrokers, whyNoBrokers } from "./session/broker-address.ts";
import { derPartsOf } from "./session/tls-credentials.ts";

function isTopicText(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code >= 0x7f || text[i] === "+" || text[i] === "#") return false;
  }
  return !text.startsWith("$");
}

/** Checks that a text can be one level of a topic; an empty one will do. */
export function checkTopicLevel(text: string): string | undefined {
  if (isTopicText(text) && !text.includes("/")) return undefined;
  return "takes printable ASCII without spaces, /, +, # and not starting with $";
}

/** Checks that a text can be a topic that is published to, below which there can be others. */
export function checkTopic(text: string): string | undefined {
  if (text === "") return "must not be empty";
  if (isTopicText(text) && !text.startsWith("/") && !text.endsWith("/")) return undefined;
  return "takes topic levels in printable ASCII without spaces, +, # and outer slashes";
}

function checkBrokers(text: string): string | undefined {
  const why = text === "" ? undefined : whyNoBrokers(text);
  return (
    why && `takes mqtt://host:port, mqtts://, ws:// or wss://, several with commas between: ${why}`
  );
}

/** Most protocols, and their letters together, that the TLS of a board offers. */
const maxProtocols = 3;
const maxProtocolsLength = 60;

function checkProtocols(text: string): string | undefined {
  const names = text.split(",");
  const isList = names.length <= maxProtocols && names.every((name) => /^[!-+\--~]+$/.test(name));
  return text === "" || isList
    ? undefined
    : `takes up to ${maxProtocols} names of protocols in printable ASCII, with commas between`;
}

const takesDER = "takes base64 of DER, as openssl x509 -outform der | base64 -w0 prints it";

function checkCertificates(text: string): string | undefined {
  return derPartsOf(text) ? undefined : `${takesDER}, several with commas between`;
}

function checkKey(text: string): string | undefined {
  const { length = 2 } = derPartsOf(text) ?? {};
  return length < 2 ? undefined : "takes one private key, base64 of DER: PKCS#8, SEC1 or PKCS#1";
}

/** The settings of MQTT, by name. */
export const mqttSettings = frozen({
  "mqtt.broker": {
    kind: "text",
    longest: 256,
    check: checkBrokers,
    shown: shownBrokers,
    default: "",
    help: "address of the broker, mqtt:// or mqtts://host:port, ws:// or wss://host:port/path; several with commas: tried in turn",
  },
  "mqtt.user": { kind: "text", longest: 128, default: "", help: "user name at the broker" },
  "mqtt.password": {
    kind: "text",
    longest: 128,
    default: "",
    secret: true,
    help: "password at the broker",
  },
  "mqtt.ca": {
    kind: "text",
    longest: 4_000,
    check: checkCertificates,
    default: "",
    help: "for mqtts://: authorities that are trusted, base64 of DER, commas between; empty: the public ones",
  },
  "mqtt.cert": {
    kind: "text",
    longest: 4_000,
    check: checkCertificates,
    default: "",
    help: "for mqtts://: certificate of the board and its intermediates, if the broker asks for one, base64 of DER",
  },
  "mqtt.key": {
    kind: "text",
    longest: 4_000,
    check: checkKey,
    default: "",
    secret: true,
    help: "private key of `mqtt.cert`, base64 of DER (PKCS#8, SEC1 or PKCS#1)",
  },
  "mqtt.alpn": {
    kind: "text",
    longest: maxProtocolsLength,
    check: checkProtocols,
    default: "",
    help: "for mqtts:// and wss://: protocols offered by ALPN, commas between, such as x-amzn-mqtt-ca; empty: none",
  },
  "mqtt.client-id": {
    kind: "text",
    longest: 128,
    default: "",
    help: "client identifier at the broker, which no other client may use; empty: `board.id`",
  },
  "mqtt.clean": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "on: the broker keeps nothing for the board between two connections",
  },
  "mqtt.root": {
    kind: "text",
    longest: 64,
    check: checkTopic,
    default: "airpair",
    help: "first levels of all topics",
  },
  "mqtt.qos": {
    kind: "number",
    least: 0,
    most: 2,
    default: 1,
    help: "quality of service of published readings",
  },
  "mqtt.keepalive": {
    kind: "number",
    least: 5,
    most: 3600,
    default: 60,
    unit: "s",
    help: "longest silence before the link is tested",
  },
  "mqtt.sys": {
    kind: "choice",
    choices: ["off", "on"],
    default: "off",
    help: "show what the broker tells of itself below `$SYS`: clients, messages, uptime",
  },
  "mqtt.outbox": {
    kind: "number",
    least: 4,
    most: 300,
    default: 60,
    help: "messages that are kept while the broker cannot be reached, in at most a third of a board's memory for bytes; the oldest give way",
  },
  "mqtt.boards": {
    kind: "number",
    least: 1,
    most: 10_000,
    default: 10,
    help: "boards that share the broker: so many come back spread when it has been away",
  },
} as const) satisfies SettingList;
