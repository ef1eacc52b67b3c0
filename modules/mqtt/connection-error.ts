// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import { frozen } from "../base/frozen.ts";
import { MqttError } from "./mqtt-error.ts";

/** How a connection can fail: what happened and what to do, by code. */
const FAILURES = frozen({
  "mqtt/dns-failed": ["the broker's name is not known", "check the name, or use the IP address"],
  "mqtt/dns-deadline": ["the name server does not answer", "check the network"],
  "mqtt/tcp-failed": ["the broker does not accept connections", "check host, port and broker"],
  "mqtt/tcp-deadline": ["the broker cannot be reached", "check host, port and firewall"],
  "mqtt/tls-failed": [
    "no secure connection",
    "check the certificates, the host name and the clock",
  ],
  "mqtt/tls-closed": [
    "the broker ended the secure handshake",
    "is it starting? does this port speak TLS (without it is mqtt://), or ask for a certificate?",
  ],
  "mqtt/tls-deadline": ["the secure handshake does not end", "check that the port speaks TLS"],
  "mqtt/ws-failed": ["the broker opened no WebSocket", "check host, port and path of the address"],
  "mqtt/no-connack": [
    "the connection was closed before the broker had answered CONNECT",
    "does this port speak MQTT? with TLS it is mqtts://; a broker that starts does so, too",
  ],
  "mqtt/connack-deadline": [
    "the broker does not answer CONNECT",
    "check that the port speaks MQTT",
  ],
  "mqtt/lost": ["the connection to the broker was lost", undefined],
  "mqtt/dead-link": ["the broker has fallen silent", undefined],
  "mqtt/broker-deadline": ["the broker did not confirm in time", undefined],
  "mqtt/ack-deadline": ["a handler did not acknowledge a message in time", undefined],
  "mqtt/earlier-outage": ["the broker could not be reached before the restart", undefined],
  "mqtt/moved": ["the settings for the broker have changed", undefined],
  "mqtt/window-exceeded": ["more QoS 2 messages at a time than can be remembered", undefined],
  "mqtt/wrong-suback": ["SUBACK does not have a code for each filter [MQTT-3.8.4-5]", undefined],
  "mqtt/no-tls": ["this host has no TLS", "use mqtt:// or another host"],
});

export type ConnectionFailure = keyof typeof FAILURES;

/** CONNACK return codes 1–5 (section 3.2.2.3): code of ours, why, what to do. */
const REFUSALS = frozen([
  ["mqtt/refused-version", "it does not speak MQTT 3.1.1", "use another broker"],
  ["mqtt/refused-id", "it does not allow the client id", "set another id"],
  ["mqtt/refused-unavailable", "it is not available", undefined],
  ["mqtt/refused-credentials", "user or password is wrong", "set user and password"],
  // Mosquitto says so for a wrong or missing password, too.
  ["mqtt/refused-authorization", "user, password or rights are wrong", "set user and password"],
]);

/** The error for a failed or lost connection. */
export function connectionError(code: ConnectionFailure, cause?: unknown): MqttError {
  const [what, usual] = FAILURES[code];
  // Of all failures of TLS the one that has nothing to do with certificates.
  const isForeign =
    code === "mqtt/tls-failed" && (cause as { code?: unknown })?.code === "tls/failed";
  const todo = isForeign ? "does this port speak TLS? without it is mqtt://" : usual;
  return new MqttError({
    code,
    what,
    ...(cause === undefined ? {} : { why: messageOf(cause), cause }),
    ...(todo === undefined ? {} : { todo }),
  });
}

/** The error for a CONNACK with a return code of 1–5. */
export function refusalError(returnCode: number): MqttError {
  const [code, why, todo] = REFUSALS[returnCode - 1] ?? ["mqtt/refused", "unknown code", undefined];
  const what = `the broker refused the connection (code ${returnCode})`;
  return new MqttError({ code, what, why, ...(todo === undefined ? {} : { todo }) });
}

/**
 * The error for something that is no CONNACK, from its first bytes and what the decoder has said of
 * them.
 */
export function foreignError(bytes: Uint8Array, cause: MqttError): MqttError {
  const [why, todo] = speakerOf(bytes) ?? [messageOf(cause), "check host and port"];
  const what = "this port does not speak MQTT 3.1.1";
  return new MqttError({ code: "mqtt/not-mqtt", what, why, todo, cause });
}

/** What servers say first, or answer to CONNECT, and whose port it is; digits stand for any. */
const GREETINGS = frozen([
  ["HTTP/", "a web server"],
  ["SSH-", "an SSH server"],
  ["000 ", "a mail or FTP server"],
  ["000-", "a mail or FTP server"],
  ["* OK", "a mail server (IMAP)"],
  ["* BYE", "a mail server (IMAP)"],
  ["* PREAUTH", "a mail server (IMAP)"],
  ["+OK", "a mail server (POP3)"],
  ["-ERR", "a database or mail server (Redis, POP3)"],
  ["AMQP", "a broker for AMQP"],
  ["INFO {", "a NATS server for its own clients"],
]);
/** Most characters of a greeting that are shown. */
const mostShown = 40;
const usualPorts = "check host and port; MQTT is usually on 1883, with TLS on 8883";

/** Who begins like this, and what to do. */
function speakerOf(bytes: Uint8Array): readonly [why: string, todo: string] | undefined {
  const [first = 0, second = 0, , code = 0] = bytes;
  // A TLS alert (RFC 8446, 5.1).
  if (first === 0x15 && second === 0x03) return ["it speaks TLS", "use mqtts://"];
  // CONNACK with properties, and a reason code of MQTT 5 (3.2.2.2 there).
  if (first === 0x20 && second >= 3 && code >= 0x80 && code <= 0x9f) {
    return [`it speaks MQTT 5 only (reason ${code})`, "use a broker that speaks 3.1.1, too"];
  }
  const said = greetingIn(bytes);
  // Fewer characters may as well be bytes.
  if (said.length < 4) return undefined;
  const begin = said.replace(/^[0-9]{3}/, "000");
  const owner = GREETINGS.find(([greeting]) => begin.startsWith(greeting))?.[1];
  if (owner === undefined) return [`it says "${said}"`, usualPorts];
  const isWeb = first === 0x48;
  const todo = isWeb ? "use the port of MQTT, or ws:// and its path" : usualPorts;
  return [`it is that of ${owner}, which says "${said}"`, todo];
}

/** The printable ASCII at the beginning: all that is shown of what a stranger says. */
function greetingIn(bytes: Uint8Array): string {
  let said = "";
  for (let i = 0; i < mostShown; i++) {
    const byte = bytes[i] ?? 0;
    if (byte < 0x20 || byte > 0x7e) break;
    said += String.fromCharCode(byte);
  }
  return said;
}

/** True when nobody has answered within a deadline, not even with a "no". */
export function isNoAnswer(code: string): boolean {
  return code.endsWith("-deadline");
}

/** True when only a person can mend it: to be tried again slowly. */
export function needsPerson(code: string): boolean {
  if (code === "mqtt/refused-unavailable") return false;
  return code.startsWith("mqtt/refused") || code === "mqtt/tls-failed" || code === "mqtt/no-tls";
}
