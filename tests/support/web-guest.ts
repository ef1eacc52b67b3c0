// SPDX-License-Identifier: MIT

import { byteText } from "../../modules/http/byte-text.ts";
import type { MemoryLink } from "./memory-link.ts";
import type { MemoryNetwork } from "./memory-network.ts";

/** What came back for a request. */
export interface WebAnswer {
  /** 0: nothing came back. */
  readonly status: number;
  /** By name, in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const latin1 = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** Asks a server of the board; `request` is what goes over the wire, in characters that are bytes. */
export function askServer(network: MemoryNetwork, request: string, from?: string): WebAnswer {
  let received = "";
  const onOpen = (link: MemoryLink) => {
    link.onData = (bytes) => {
      received += byteText(bytes);
    };
    link.send(latin1(request));
  };
  network.dial(80, onOpen, from);
  network.time.advance(200);
  const end = received.indexOf("\r\n\r\n");
  const [start = "", ...lines] = received.slice(0, Math.max(0, end)).split("\r\n");
  const headers = lines.map((line): [string, string] => {
    const at = line.indexOf(": ");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 2)];
  });
  const body = new TextDecoder().decode(latin1(received.slice(end + 4)));
  return { status: Number(start.split(" ")[1] ?? 0), headers: new Map(headers), body };
}

/** Somebody at the page of a board's portal. */
export class PortalGuest {
  readonly network: MemoryNetwork;
  host = "192.168.4.1";

  constructor(network: MemoryNetwork) {
    this.network = network;
  }

  get(path: string, host = this.host): WebAnswer {
    return askServer(this.network, `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  }

  /** Sends the form of the page, with these fields. */
  send(fields: Readonly<Record<string, string>>, headers: readonly string[] = []): WebAnswer {
    const [, token = ""] = /name="token" value="([^"]+)"/.exec(this.get("/").body) ?? [];
    return this.post({ token, ...fields }, headers);
  }

  /** Sends a form. */
  post(fields: Readonly<Record<string, string>>, headers: readonly string[] = []): WebAnswer {
    const body = Object.entries(fields)
      .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
      .join("&");
    const lines = [
      "POST / HTTP/1.1",
      `Host: ${this.host}`,
      "Content-Type: application/x-www-form-urlencoded",
      `Content-Length: ${body.length}`,
      ...headers,
      "",
      body,
    ];
    return askServer(this.network, lines.join("\r\n"));
  }
}
