// SPDX-License-Identifier: MIT

import { portIn, whyNoHost } from "../base/host-name.ts";

/** Where a request goes. */
export interface HttpAddress {
  /** Name or IPv4 address. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
  /** True for https. */
  readonly secure: boolean;
  /** Path and query, with the slash. It may hold a secret. */
  readonly path: string;
  /** `user:password` in front of the host. Secret. */
  readonly login?: string;
}

/** Longest path and query, characters. */
const longestPath = 1_024;

/**
 * Reads `https://user:password@host:port/path?query`, or `http://…`; what follows a `#` is left out,
 * as it is not sent. Returns what is wrong with a text that is no such address, without repeating it.
 */
export function parseHttpAddress(text: string): HttpAddress | string {
  const scheme = /^(https?):\/\//i.exec(text)?.[0];
  if (scheme === undefined) return "it does not begin with https:// or http://";
  const secure = scheme.length === "https://".length;
  const end = text.slice(scheme.length).search(/[/?#]/);
  const start = end < 0 ? text.length : scheme.length + end;
  const place = text.slice(scheme.length, start);
  const at = place.lastIndexOf("@");
  const [host = "", digits, ...more] = place.slice(at + 1).split(":");
  if (more.length > 0) return "names and IPv4 addresses are supported, IPv6 is not";
  const wrong = whyNoHost(host);
  if (wrong !== undefined) return wrong;
  const port = digits === undefined ? (secure ? 443 : 80) : portIn(digits);
  if (port === undefined) return "the port is not a number from 1 to 65535";
  const [target = ""] = text.slice(start).split("#");
  const path = target.startsWith("/") ? target : `/${target}`;
  if (!/^[!-~]*$/.test(path)) return "a character of the path; write others as %20";
  if (path.length > longestPath) return `the path is longer than ${longestPath} characters`;
  if (at < 0) return { host, port, secure, path };
  try {
    return { host, port, secure, path, login: decodeURIComponent(place.slice(0, at)) };
  } catch {
    return "user or password has a wrong % sequence";
  }
}

/** The check of a setting that takes such an address; undefined: it is one, or empty. */
export function checkHttpAddress(text: string): string | undefined {
  const address = text === "" ? undefined : parseHttpAddress(text);
  if (typeof address !== "string") return undefined;
  return `takes https://host/path or http://host:port/path: ${address}`;
}

/** The address that a Location header means (RFC 9110 section 10.2.2), or what is wrong with it. */
export function resolveLocation(base: HttpAddress, location: string): HttpAddress | string {
  const origin = originOf(base);
  if (/^[a-z][a-z0-9+.-]*:/i.test(location)) return parseHttpAddress(location);
  if (location.startsWith("//"))
    return parseHttpAddress(`http${base.secure ? "s" : ""}:${location}`);
  if (location.startsWith("/")) return parseHttpAddress(origin + location);
  const [path = "/"] = base.path.split("?");
  const folder = location.startsWith("?") ? path : path.slice(0, path.lastIndexOf("/") + 1);
  return parseHttpAddress(origin + folder + location);
}

/** `https://host`, `http://host:8080`: what may be shown of an address. */
export function originOf({ secure, host, port }: Omit<HttpAddress, "path">): string {
  return `http${secure ? "s" : ""}://${authorityOf({ secure, host, port })}`;
}

/** `host`, with the port when it is not the usual one: the Host header. */
export function authorityOf({ secure, host, port }: Omit<HttpAddress, "path">): string {
  return port === (secure ? 443 : 80) ? host : `${host}:${port}`;
}

/** An address as people may see it: with asterisks for login, path and query, else as it is. */
export function shownAddress(text: string): string {
  const address = parseHttpAddress(text);
  if (typeof address === "string") return text === "" ? "" : "********";
  const login = address.login === undefined ? "" : "********@";
  const [scheme, place] = originOf(address).split("//");
  return `${scheme}//${login}${place}/${address.path === "/" ? "" : "********"}`;
}
