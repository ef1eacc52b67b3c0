// SPDX-License-Identifier: MIT

import type { ServerResponse } from "node:http";

/** Changes are sent together, this often at most, ms. */
const pause = 100;
/** A line that says nothing keeps proxies from ending a quiet stream, ms. */
const heartbeat = 15_000;
/** Unread bytes behind which a browser is let go; it comes back by itself and gets everything. */
const mostUnread = 4 * 1024 * 1024;
const mostViewers = 50;

export interface LiveStreamOptions {
  /** Everything, for one who has just come. */
  readonly whole: () => unknown;
  /** The present state of one part. */
  readonly part: (name: string) => unknown;
}

/** Server-sent events: everything at first, then what has changed, by parts. */
export class LiveStream {
  readonly #options: LiveStreamOptions;
  readonly #viewers = new Set<ServerResponse>();
  readonly #changed = new Set<string>();
  readonly #heartbeat: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LiveStreamOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.write(": still here\n\n"), heartbeat);
    this.#heartbeat.unref();
  }

  /** False: there are too many already. */
  add(response: ServerResponse): boolean {
    if (this.#viewers.size >= mostViewers) return false;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    response.write(`retry: 1000\n${eventText("whole", this.#options.whole())}`);
    this.#viewers.add(response);
    response.on("close", () => this.#viewers.delete(response));
    return true;
  }

  /** A part has changed; many changes within a moment are sent once. */
  changed(part: string): void {
    this.#changed.add(part);
    this.#timer ??= setTimeout(() => this.send(), pause);
  }

  close(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    for (const viewer of this.#viewers) viewer.destroy();
  }

  private send(): void {
    this.#timer = undefined;
    const parts = [...this.#changed].map((name) => [name, this.#options.part(name)]);
    this.#changed.clear();
    if (this.#viewers.size > 0) this.write(eventText("parts", parts));
  }

  private write(text: string): void {
    for (const viewer of this.#viewers) {
      if (viewer.writableLength > mostUnread) viewer.destroy();
      else viewer.write(text);
    }
  }
}

function eventText(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
