// SPDX-License-Identifier: MIT

import { AppError, messageOf } from "../base/app-error.ts";
import { frozen } from "../base/frozen.ts";

/** How a request can fail: what happened and what to do, by code. */
const failures = frozen({
  "http/bad-address": [
    "the address cannot be used",
    "write it as https://host/path or http://host:port/path",
  ],
  "http/dns-failed": ["the server's name is not known", "check the name, or use the IP address"],
  "http/dns-deadline": ["the name server does not answer", "check the network"],
  "http/tcp-failed": ["the server does not accept connections", "check host and port"],
  "http/tcp-deadline": ["the server cannot be reached", "check host, port and firewall"],
  "http/tls-failed": [
    "no secure connection",
    "check the authority that is trusted, the host name and the clock",
  ],
  "http/tls-deadline": ["the secure handshake does not end", "check that the port speaks TLS"],
  "http/no-tls": ["this host has no TLS", "use http:// or another host"],
  "http/send-deadline": ["the server does not take the request", undefined],
  "http/answer-deadline": ["the server does not answer", undefined],
  "http/body-deadline": ["the answer does not end", undefined],
  "http/lost": ["the connection ended before the answer", undefined],
  "http/cut-off": ["the connection ended within the answer", undefined],
  "http/not-http": ["the server does not speak HTTP/1.1", "check the port"],
  "http/malformed": ["the answer breaks a rule of HTTP", undefined],
  "http/too-large": ["the answer is too large", undefined],
  "http/redirect": ["the server sends the request elsewhere", "use the new address"],
});

export type HttpFailure = keyof typeof failures;

/** A request that got no answer. The text never has a path, a header or a body in it. */
export class HttpError extends AppError {
  override get name(): string {
    return "HttpError";
  }
}

/** The error for a request that has failed; `cause`: what was thrown, or in words why. */
export function httpError(code: HttpFailure, cause?: unknown): HttpError {
  const [what, todo] = failures[code];
  return new HttpError({
    code,
    what,
    ...(cause !== undefined && { why: messageOf(cause), cause }),
    ...(todo !== undefined && { todo }),
  });
}
