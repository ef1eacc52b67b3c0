// SPDX-License-Identifier: MIT

import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { PageError } from "./page-error.ts";

export interface RequestGuardOptions {
  /** Names and addresses under which the page may be asked for, without port. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Needed for everything; undefined: the page is only for this PC. */
  readonly token: string | undefined;
}

/** Sent with every answer. Scripts, styles and connections of the page itself, nothing else. */
const securityHeaders: Readonly<Record<string, string>> = Object.freeze({
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
});

/** Browsers take that from an origin that nobody on the way can change; elsewhere they complain of it. */
const openerPolicy = Object.freeze({
  ...securityHeaders,
  "cross-origin-opener-policy": "same-origin",
});
const ownHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** What is sent with every answer to a request. */
export function headersFor({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return ownHost.test(headers.host ?? "") ? openerPolicy : securityHeaders;
}

const cookie = "airpair-page";

/**
 * Decides who may ask. A page of somebody else in the same browser may not: not under another name for
 * this address (Host), not from another origin (Origin). Where others reach the port, a token is needed.
 */
export class RequestGuard {
  readonly #options: RequestGuardOptions;
  readonly #names: ReadonlySet<string>;

  constructor(options: RequestGuardOptions) {
    this.#options = options;
    const { hosts, port } = options;
    const plain = hosts.map((host) => (host.includes(":") ? `[${host}]` : host).toLowerCase());
    this.#names = new Set(
      plain.flatMap((host) => [`${host}:${port}`, ...(port === 80 ? [host] : [])]),
    );
  }

  /** Throws PageError for one who may not. */
  check(request: IncomingMessage): void {
    const host = request.headers.host?.toLowerCase() ?? "";
    if (!this.#names.has(host)) {
      throw new PageError(421, "this page is not served under that name; use the printed address");
    }
    const { origin } = request.headers;
    if (origin !== undefined && origin.toLowerCase() !== `http://${host}`) {
      throw new PageError(403, "another page may not use this one");
    }
    const site = request.headers["sec-fetch-site"];
    if (request.method !== "GET" && site !== undefined && site !== "same-origin") {
      throw new PageError(403, "another page may not use this one");
    }
  }

  /** The cookie for one who came with the printed link; undefined: nobody did. */
  cookieFor(url: URL): string | undefined {
    const given = url.searchParams.get("token");
    if (given === null || !this.isToken(given)) return undefined;
    return `${this.cookieName}=${given}; HttpOnly; SameSite=Strict; Path=/; Max-Age=2592000`;
  }

  /** Throws PageError without the token, where one is needed. */
  checkToken(request: IncomingMessage): void {
    if (this.#options.token === undefined) return;
    const pairs = (request.headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
    const given = pairs.find(([name]) => name === this.cookieName)?.[1];
    if (given !== undefined && this.isToken(given)) return;
    throw new PageError(401, "open the link that was printed where the page was started");
  }

  /** Cookies know no ports; two pages on one PC must not take each other's. */
  private get cookieName(): string {
    return `${cookie}-${this.#options.port}`;
  }

  private isToken(given: string): boolean {
    const { token } = this.#options;
    if (token === undefined) return false;
    const [a, b] = [Buffer.from(given), Buffer.from(token)];
    return a.length === b.length && timingSafeEqual(a, b);
  }
}
