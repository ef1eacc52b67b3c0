// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import { portIn, whyNoHost } from "../../base/host-name.ts";
import { MqttError } from "../mqtt-error.ts";

/** Where a broker listens, and as whom it is used. */
export interface BrokerAddress {
  /** Name or IPv4 address. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** True for TLS (`mqtts://`, `wss://`). */
  readonly secure: boolean;
  /** Where its WebSocket is (`ws://`, `wss://`), with the slash; absent: MQTT alone. */
  readonly path?: string;
  /** Wins over the session's user. */
  readonly user?: string;
  /** Secret: never part of a message or a log line. */
  readonly password?: string;
}

/** Most addresses in a list. */
const maxBrokers = 8;

/** What a scheme says. */
const schemes = frozen({
  mqtt: { secure: false, port: 1883, isWebSocket: false },
  mqtts: { secure: true, port: 8883, isWebSocket: false },
  ws: { secure: false, port: 80, isWebSocket: true },
  wss: { secure: true, port: 443, isWebSocket: true },
});
/** Where most brokers have their WebSocket. */
const usualPath = "/mqtt";
const longestPath = 128;

/**
 * Reads `mqtt://user:pass@host:port`, `mqtts://…`, or for MQTT over WebSocket `ws://host:port/path` or
 * `wss://…`; the port is 1883, 8883, 80 or 443 by default, the path `/mqtt`, the scheme is mqtt by
 * default and may be in capitals, a slash may follow, user and password may be percent-encoded. It is the only reader of such addresses: of settings, of builds and of command
 * lines.
 * @throws MqttError "mqtt/bad-address"; its text never repeats user or password
 */
export function parseBrokerAddress(text: string): BrokerAddress {
  return addressOf(readAddress(text));
}

/**
 * Reads one address or several with commas between, in the order in which they are to be tried. A
 * comma in a user or password has to be written as %2C.
 * @throws MqttError "mqtt/bad-address"
 */
export function parseBrokerAddresses(text: string): BrokerAddress[] {
  const parts = text.split(",");
  if (parts.length > maxBrokers) throw badAddress(tooMany);
  return parts.map(parseBrokerAddress);
}

/** Why a text is no list of addresses, without repeating it; undefined: it is one. */
export function whyNoBrokers(text: string): string | undefined {
  const parts = text.split(",");
  if (parts.length > maxBrokers) return tooMany;
  for (const part of parts) {
    const read = readAddress(part);
    if (typeof read === "string") return read;
  }
  return undefined;
}

/** "mqtts://host:port", "wss://host:port/path": what may be shown of an address. */
export function nameOfBroker(address: BrokerAddress): string {
  const { secure, host, port, path } = address;
  if (path === undefined) return `${secure ? "mqtts" : "mqtt"}://${host}:${port}`;
  return `${secure ? "wss" : "ws"}://${host}:${port}${path}`;
}

/** A list of addresses as people may see it: with asterisks for passwords, else as it is. */
export function shownBrokers(text: string): string {
  return text.split(",").map(shownBroker).join(",");
}

function shownBroker(text: string): string {
  const at = text.lastIndexOf("@");
  if (at < 0) return text;
  const start = text.indexOf("://") + 1;
  const colon = text.indexOf(":", start === 0 ? 0 : start + 2);
  return colon < 0 || colon > at ? text : `${text.slice(0, colon)}:********${text.slice(at)}`;
}

const tooMany = `there are more than ${maxBrokers} in the list`;

function addressOf(read: BrokerAddress | string): BrokerAddress {
  if (typeof read === "string") throw badAddress(read);
  return read;
}

function badAddress(why: string): MqttError {
  return new MqttError({
    code: "mqtt/bad-address",
    what: "the broker address cannot be used",
    why,
    todo: "write it as mqtt://host:port or mqtts://user:password@host:port",
  });
}

/** The address in `text`, or why there is none. */
function readAddress(text: string): BrokerAddress | string {
  let rest = text.trim();
  const mark = rest.indexOf("://");
  const scheme = mark < 0 ? "mqtt" : rest.slice(0, mark).toLowerCase();
  if (!isScheme(scheme)) return "the scheme is not mqtt, mqtts, ws or wss";
  const { secure, port: usual, isWebSocket } = schemes[scheme];
  if (mark >= 0) rest = rest.slice(mark + 3);
  const slash = isWebSocket ? rest.indexOf("/") : -1;
  const path = slash < 0 ? usualPath : rest.slice(slash);
  if (slash >= 0) rest = rest.slice(0, slash);
  else if (rest.endsWith("/")) rest = rest.slice(0, -1);
  if (isWebSocket && !isPath(path)) return "a character of the path, or its length";
  const at = rest.lastIndexOf("@");
  const place = rest.slice(at + 1);
  const colon = place.indexOf(":");
  if (place.startsWith("[") || colon !== place.lastIndexOf(":")) {
    return "names and IPv4 addresses are supported, IPv6 is not";
  }
  const host = colon < 0 ? place : place.slice(0, colon);
  const wrong = whyNoHost(host);
  if (wrong !== undefined) return wrong;
  const port = colon < 0 ? usual : portIn(place.slice(colon + 1));
  if (port === undefined) return "the port is not a number from 1 to 65535";
  const address = isWebSocket ? { host, port, secure, path } : { host, port, secure };
  return at < 0 ? address : withLogin(address, rest.slice(0, at));
}

function isScheme(text: string): text is keyof typeof schemes {
  // Not by `in` or a property: XS keeps every name for ever that was once used as one.
  return Object.keys(schemes).includes(text);
}

/** What may stand in the first line of a request as it is. */
function isPath(text: string): boolean {
  return text.length <= longestPath && /^[!-~]*$/.test(text) && !text.includes("#");
}

function withLogin(address: BrokerAddress, login: string): BrokerAddress | string {
  const colon = login.indexOf(":");
  try {
    const user = decodeURIComponent(colon < 0 ? login : login.slice(0, colon));
    // With a password it may be empty: some brokers look at the password only.
    if (colon < 0) return user === "" ? address : { ...address, user };
    return { ...address, user, password: decodeURIComponent(login.slice(colon + 1)) };
  } catch {
    return "user or password has a wrong % sequence";
  }
}
