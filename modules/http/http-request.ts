// SPDX-License-Identifier: MIT

import { toBase64 } from "../base/base64.ts";
import { version } from "../base/version.ts";
import { authorityOf, type HttpAddress } from "./http-address.ts";

export type HttpMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A request. */
export interface HttpRequest {
  readonly method: HttpMethod;
  readonly address: HttpAddress;
  /** `Name: value` each, in printable ASCII; they are for this server and no other. May be secret. */
  readonly headers: readonly string[];
  readonly body?: HttpBody | undefined;
  /** Its body is for this server alone: it is not repeated where that sends us. */
  readonly isPrivate?: true;
}

export interface HttpBody {
  readonly text: string;
  /** Content-Type. */
  readonly type: string;
}

/** A header that may stand in a request: `Name: value` (RFC 9110 section 5). */
export function isHeader(text: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+: *[!-~](?:[ -~]*[!-~])?$/.test(text);
}

/** The bytes of a request (RFC 9112). */
export function encodeRequest({ method, address, headers, body }: HttpRequest): Uint8Array {
  const { path, login } = address;
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${authorityOf(address)}`,
    `User-Agent: airpair/${version}`,
    "Accept: */*",
  ];
  // By the encoder of the machine: a loop over what has line ends costs 25 units for each character.
  const encoder = new TextEncoder();
  if (login !== undefined) lines.push(`Authorization: Basic ${toBase64(encoder.encode(login))}`);
  const content = encoder.encode(body?.text ?? "");
  if (body !== undefined) lines.push(`Content-Type: ${body.type}`);
  if (body !== undefined || (method !== "GET" && method !== "HEAD")) {
    lines.push(`Content-Length: ${content.length}`);
  }
  const head = encoder.encode([...lines, ...headers, "", ""].join("\r\n"));
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}
