// SPDX-License-Identifier: MIT

import { toBase64 } from "../base/base64.ts";
import { utf8LengthOf, writeUtf8 } from "../base/utf8.ts";
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
  if (login !== undefined) lines.push(`Authorization: Basic ${toBase64(bytesOf(login))}`);
  if (body !== undefined) lines.push(`Content-Type: ${body.type}`);
  if (body !== undefined || (method !== "GET" && method !== "HEAD")) {
    lines.push(`Content-Length: ${body === undefined ? 0 : utf8LengthOf(body.text)}`);
  }
  return bytesOf([...lines, ...headers, "", body?.text ?? ""].join("\r\n"));
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(utf8LengthOf(text));
  writeUtf8(text, bytes, 0);
  return bytes;
}
