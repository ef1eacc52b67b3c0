// SPDX-License-Identifier: MIT

import type { MemoryLink } from "./memory-link.ts";
import type { MemoryNetwork } from "./memory-network.ts";

/** A request as it came. */
export interface ArrivedRequest {
  /** The first line. */
  readonly line: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly link: MemoryLink;
  /** When it was whole, ticks. */
  readonly ticks: number;
}

/** An answer with that body. */
export function answer(status: string, body = "", ...headers: string[]): string {
  const length = new TextEncoder().encode(body).length;
  return [`HTTP/1.1 ${status}`, `Content-Length: ${length}`, ...headers, "", body].join("\r\n");
}

/** A web server on the memory network that does what the test says, for one port or for all. */
export class ScriptedWebServer {
  readonly requests: ArrivedRequest[] = [];
  /** What is sent for a request; undefined: nothing. */
  respond: (request: ArrivedRequest) => string | Uint8Array | undefined = () =>
    answer("200 OK", "thanks");
  readonly #network: MemoryNetwork;

  constructor(network: MemoryNetwork, ports?: readonly number[]) {
    this.#network = network;
    const before = network.onLink;
    network.onLink = (link) => {
      if (ports && !ports.includes(link.options.port)) before(link);
      else this.#serve(link);
    };
  }

  /** Bodies of the requests, in order. */
  get bodies(): string[] {
    return this.requests.map(({ body }) => body);
  }

  #serve(link: MemoryLink): void {
    let received = new Uint8Array(0);
    const decoder = new TextDecoder();
    link.onData = (bytes) => {
      received = Uint8Array.from([...received, ...bytes]);
      for (let end = endOfHead(received); end > 0; end = endOfHead(received)) {
        const head = decoder.decode(received.subarray(0, end)).trimEnd();
        const [line = "", ...headers] = head.split("\r\n");
        const length = headers.find((each) => each.startsWith("Content-Length: "))?.slice(16);
        const next = end + Number(length ?? 0);
        if (received.length < next) return;
        const body = decoder.decode(received.slice(end, next));
        received = received.slice(next);
        const request = { line, headers, body, link, ticks: this.#network.time.ticks() };
        this.requests.push(request);
        const response = this.respond(request);
        if (response === undefined) continue;
        link.send(typeof response === "string" ? new TextEncoder().encode(response) : response);
      }
    };
  }
}

/** Index behind the empty line that ends a head, or 0. */
function endOfHead(bytes: Uint8Array): number {
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    if (bytes[at - 1] === 13 && bytes[at - 2] === 10) return at + 1;
  }
  return 0;
}
