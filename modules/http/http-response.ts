// SPDX-License-Identifier: MIT

/** What a server answers; the connection ends with it. */
export interface HttpResponse {
  /** 200–599. */
  readonly status: number;
  /** Header lines without their ends. */
  readonly headers?: readonly string[];
  /** HTML. */
  readonly body?: string;
}

/** Words for people who look at what goes over the wire (RFC 9110 section 15). */
const reasons: Readonly<Record<number, string>> = Object.freeze({
  200: "OK",
  302: "Found",
  303: "See Other",
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  411: "Length Required",
  413: "Content Too Large",
  414: "URI Too Long",
  422: "Unprocessable Content",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  501: "Not Implemented",
  505: "HTTP Version Not Supported",
});

/** A short page for a status that nobody has made one for. */
export function plainResponse(status: number, headers: readonly string[] = []): HttpResponse {
  const reason = reasons[status] ?? "Error";
  const title = `${status} ${reason}`;
  const body = `<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1></html>\n`;
  return { status, headers, body };
}

/** The bytes of a response; `isHead`: the request was HEAD, and wants no body. */
export function encodeResponse(response: HttpResponse, isHead: boolean): Uint8Array {
  const { status, headers = [], body = "" } = response;
  const content = new TextEncoder().encode(body);
  const lines = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ""}`,
    "Content-Type: text/html; charset=utf-8",
    `Content-Length: ${content.length}`,
    "Cache-Control: no-store",
    "X-Content-Type-Options: nosniff",
    "Connection: close",
    ...headers,
    "\r\n",
  ];
  const head = new TextEncoder().encode(lines.join("\r\n"));
  if (isHead) return head;
  const bytes = new Uint8Array(head.length + content.length);
  bytes.set(head);
  bytes.set(content, head.length);
  return bytes;
}
