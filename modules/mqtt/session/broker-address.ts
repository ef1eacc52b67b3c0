// SPDX-License-Identifier: MIT

import { MqttError } from "../mqtt-error.ts";

/** Where a broker listens, and as whom it is used. */
export interface BrokerAddress {
  /** Name or IPv4 address. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** True for TLS (`mqtts://`). */
  readonly secure: boolean;
  /** Wins over the session's user. */
  readonly user?: string;
  /** Secret: never part of a message or a log line. */
  readonly password?: string;
}

/**
 * Reads `mqtt://user:pass@host:port` or `mqtts://…`; the port is 1883 or 8883 by default, a scheme
 * may be left out (`host`, `host:port`), user and password may be percent-encoded.
 * @throws MqttError "mqtt/bad-address"; its text never repeats user or password
 */
export function parseBrokerAddress(text: string): BrokerAddress {
  const { secure, rest } = splitScheme(text.trim());
  const at = rest.lastIndexOf("@");
  const { host, port } = splitPort(rest.slice(at + 1), secure ? 8883 : 1883);
  const address = { host, port, secure };
  return at < 0 ? address : { ...address, ...splitLogin(rest.slice(0, at)) };
}

/** Most addresses in a list. */
const maxBrokers = 8;

/**
 * Reads one address or several with commas between, in the order in which they are to be tried. A
 * comma in a user or password has to be written as %2C.
 * @throws MqttError "mqtt/bad-address"
 */
export function parseBrokerAddresses(text: string): BrokerAddress[] {
  const parts = text.split(",");
  if (parts.length > maxBrokers) throw bad(`there are more than ${maxBrokers} in the list`);
  return parts.map(parseBrokerAddress);
}

/** "mqtts://host:port": what may be shown of an address. */
export function nameOfBroker(address: BrokerAddress): string {
  return `${address.secure ? "mqtts" : "mqtt"}://${address.host}:${address.port}`;
}

function bad(why: string): MqttError {
  return new MqttError({
    code: "mqtt/bad-address",
    what: "the broker address cannot be used",
    why,
    todo: "write it as mqtt://host:port or mqtts://user:password@host:port",
  });
}

function splitScheme(text: string): { secure: boolean; rest: string } {
  const mark = text.indexOf("://");
  const scheme = mark < 0 ? "mqtt" : text.slice(0, mark).toLowerCase();
  if (scheme !== "mqtt" && scheme !== "mqtts") throw bad("the scheme is not mqtt or mqtts");
  const rest = mark < 0 ? text : text.slice(mark + 3);
  return { secure: scheme === "mqtts", rest: rest.endsWith("/") ? rest.slice(0, -1) : rest };
}

function splitPort(text: string, standard: number): { host: string; port: number } {
  const colon = text.indexOf(":");
  const host = colon < 0 ? text : text.slice(0, colon);
  if (host === "") throw bad("there is no host name");
  if (host.length > 253) throw bad("the host name is longer than 253 characters");
  for (let i = 0; i < host.length; i++) {
    if (!isHostCharacter(host.charCodeAt(i))) throw bad(`character ${i + 1} of the host name`);
  }
  return { host, port: colon < 0 ? standard : portOf(text.slice(colon + 1)) };
}

function portOf(digits: string): number {
  const port = /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0;
  if (port < 1 || port > 65535) throw bad("the port is not a number from 1 to 65535");
  return port;
}

// Letters, digits, hyphen, dot and the underscore that home networks use.
function isHostCharacter(code: number): boolean {
  const lower = code | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return true;
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x5f;
}

function splitLogin(login: string): { user: string; password?: string } {
  const colon = login.indexOf(":");
  const user = plain(colon < 0 ? login : login.slice(0, colon));
  // A password without a user cannot be sent [MQTT-3.1.2-22].
  if (user === "") throw bad("there is a password but no user");
  return colon < 0 ? { user } : { user, password: plain(login.slice(colon + 1)) };
}

function plain(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw bad("user or password has a wrong % sequence");
  }
}
