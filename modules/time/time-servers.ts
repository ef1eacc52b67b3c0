// SPDX-License-Identifier: MIT

interface Server {
  readonly name: string;
  /** Not to be asked before, ms of the monotonic clock. */
  restsUntil: number;
}

/** Servers that are used of a list. */
const maxServers = 4;
/** Rest after a kiss-o'-death, ms: for asking too often, and for being unwelcome. */
const rateRest = 3_600_000;
const denyRest = 86_400_000;

/** The time servers in the order in which they are asked, and which of them want to be left alone. */
export class TimeServers {
  readonly #servers: readonly Server[];
  #index = 0;

  /** `list`: names or addresses, comma separated; the first four are used. */
  constructor(list: string) {
    const names = list.split(",").map((name) => name.trim());
    const given = names.filter((name) => name !== "").slice(0, maxServers);
    this.#servers = given.map((name) => ({ name, restsUntil: 0 }));
  }

  get count(): number {
    return this.#servers.length;
  }

  /** The server whose turn it is; undefined when there is none. */
  get current(): string | undefined {
    return this.#servers[this.#index]?.name;
  }

  /** The current server has failed, or its answer wants a second opinion: on to the next. */
  next(now: number): void {
    const { length } = this.#servers;
    for (let step = 1; step <= length; step++) {
      const index = (this.#index + step) % length;
      if ((this.#servers[index]?.restsUntil ?? 0) > now) continue;
      this.#index = index;
      return;
    }
    // All rest: the one that may be asked first is the next.
    this.#index = this.soonest();
  }

  /** The current server has sent a kiss-o'-death with these letters (RFC 4330 section 8). */
  kissed(kiss: string, now: number): void {
    const server = this.#servers[this.#index];
    if (!server) return;
    if (kiss === "RATE") server.restsUntil = now + rateRest;
    else if (kiss === "DENY" || kiss === "RSTR") server.restsUntil = now + denyRest;
  }

  /** ms until the current server may be asked. */
  pauseAt(now: number): number {
    return Math.max(0, (this.#servers[this.#index]?.restsUntil ?? 0) - now);
  }

  private soonest(): number {
    let soonest = 0;
    for (const [index, { restsUntil }] of this.#servers.entries()) {
      if (restsUntil < (this.#servers[soonest]?.restsUntil ?? 0)) soonest = index;
    }
    return soonest;
  }
}
