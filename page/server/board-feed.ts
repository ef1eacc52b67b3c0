// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { BoardView, BrokerState, Reply } from "../board-view.ts";
import { BoardRecord, type MeasuredValues } from "./board-record.ts";
import { PageError } from "./page-error.ts";

export interface BoardFeedOptions {
  /** mqtt://, mqtts://, ws:// or wss://, with user and password if there are any. */
  readonly broker: URL;
  /** Certificates for a broker with TLS. */
  readonly tls?: Pick<IClientOptions, "ca" | "cert" | "key" | "servername"> | undefined;
  /** First levels of the topics of the boards; default "airpair". */
  readonly roots?: readonly string[];
  readonly now?: () => number;
  readonly onChanged: (id: string) => void;
  readonly onReading: (id: string, reading: MeasuredValues) => void;
  readonly onConnection: (state: BrokerState) => void;
}

interface Asked {
  readonly board: string;
  readonly settle: (reply: Reply) => void;
  /** There will be no answer. */
  readonly giveUp: (error: PageError) => void;
}

/** Boards of one broker that are kept: more would be somebody's mischief. */
const mostBoards = 200;
const longestId = 64;
/** Longest wait for an answer, ms. */
const replyLimit = 10_000;
const kinds: readonly string[] = ["reading", "extended", "health", "pairs", "status", "reply"];

/** All boards at a broker, as their messages tell, and the way to ask them something. */
export class BoardFeed {
  readonly #options: BoardFeedOptions;
  /** The longest first: one may be the beginning of another. */
  #roots: readonly string[] = [];
  /** Where each board was heard last. */
  readonly #rootOf = new Map<string, string>();
  readonly #now: () => number;
  readonly #client: MqttClient;
  readonly #boards = new Map<string, BoardRecord>();
  readonly #asked = new Map<string, Asked>();
  readonly #nonce = randomBytes(6).toString("hex");
  #connection: BrokerState = { isConnected: false, reason: "connecting" };
  #count = 0;

  constructor(options: BoardFeedOptions) {
    const { broker, tls, roots = ["airpair"], now = Date.now } = options;
    this.#options = options;
    this.#now = now;
    const [username, password] = [broker.username, broker.password].map(decodeURIComponent);
    const address = new URL(broker);
    address.username = "";
    address.password = "";
    const who = username === "" ? {} : { username, password };
    this.#client = mqtt.connect(address.href, {
      ...tls,
      ...who,
      clientId: `airpair-page-${this.#nonce}`,
      reconnectPeriod: 1_000,
      connectTimeout: 10_000,
      resubscribe: false,
      queueQoSZero: false,
    } as IClientOptions);
    this.follow(roots);
    this.#client.on("connect", () => this.onConnect());
    this.#client.on("close", () => this.report(false, this.#connection.reason ?? "away"));
    this.#client.on("error", (error) => this.report(false, error.message));
    this.#client.on("message", (topic, payload, { retain }) =>
      this.take(topic, payload.toString("utf8"), retain),
    );
  }

  get connection(): BrokerState {
    return this.#connection;
  }

  /** All boards, in the order in which they were heard. */
  get boards(): readonly BoardView[] {
    return [...this.#boards.values()].map(({ view }) => view);
  }

  board(id: string): BoardView | undefined {
    return this.#boards.get(id)?.view;
  }

  /** Sends a command and waits so many ms for the answer. Rejects with PageError when none comes. */
  async ask(board: string, command: string, wait = replyLimit): Promise<Reply> {
    if (!this.#boards.has(board)) throw new PageError(404, "no board of that name has been heard");
    if (!this.#connection.isConnected) throw new PageError(503, "the broker is away; try again");
    const id = `page-${this.#nonce}-${++this.#count}`;
    const body = JSON.stringify({ id, command });
    return new Promise((settle, fail) => {
      const end = () => {
        clearTimeout(limit);
        this.#asked.delete(id);
      };
      const giveUp = (error: PageError) => {
        end();
        fail(error);
      };
      const limit = setTimeout(() => {
        const time = `no answer in ${wait / 1_000} s`;
        const why = `${time}; is the board on, and its setting remote.commands on?`;
        giveUp(new PageError(504, why));
      }, wait);
      const answer = (reply: Reply) => {
        end();
        settle(reply);
      };
      this.#asked.set(id, { board, settle: answer, giveUp });
      this.#client.publish(`${this.#rootOf.get(board)}/${board}/command`, body, { qos: 1 });
    });
  }

  /**
   * Sends all boards that have been heard something on their topic of that kind; those that are away get
   * it when they come. Returns how many. Throws PageError when the broker is away.
   */
  tellAll(kind: string, payload: string): number {
    if (!this.#connection.isConnected) throw new PageError(503, "the broker is away; try again");
    for (const id of this.#boards.keys()) {
      this.#client.publish(`${this.#rootOf.get(id)}/${id}/${kind}`, payload, { qos: 1 });
    }
    return this.#boards.size;
  }

  /** From now on boards are heard there too. */
  follow(roots: readonly string[]): void {
    const all = [...new Set([...this.#roots, ...roots])].sort((a, b) => b.length - a.length);
    if (all.length === this.#roots.length) return;
    this.#roots = all;
    if (this.#client.connected) this.onConnect();
  }

  close(): void {
    for (const { giveUp } of [...this.#asked.values()]) {
      giveUp(new PageError(503, "the page is closing"));
    }
    this.#client.end(true);
  }

  private onConnect(): void {
    const topics = this.#roots.flatMap((root) => kinds.map((kind) => `${root}/+/${kind}`));
    this.#client.subscribe(topics, { qos: 1 }, (error) => {
      if (error) this.report(false, `the broker refuses to subscribe: ${error.message}`);
      else this.report(true);
    });
  }

  private report(isConnected: boolean, reason?: string): void {
    const before = this.#connection;
    if (before.isConnected === isConnected && before.reason === reason) return;
    this.#connection = { isConnected, reason };
    this.#options.onConnection(this.#connection);
  }

  private take(topic: string, payload: string, isRetained: boolean): void {
    const root = this.#roots.find((each) => topic.startsWith(`${each}/`));
    if (root === undefined) return;
    const [id = "", kind = "", ...more] = topic.slice(root.length + 1).split("/");
    if (more.length > 0 || id === "" || id.length > longestId) return;
    if (kind === "reply") this.takeReply(id, payload);
    const record = this.recordOf(id);
    if (!record) return;
    this.#rootOf.set(id, root);
    const measured = record.take({ kind, payload, isRetained, at: this.#now() });
    if (measured) this.#options.onReading(id, measured);
    this.#options.onChanged(id);
  }

  private recordOf(id: string): BoardRecord | undefined {
    const known = this.#boards.get(id);
    if (known || this.#boards.size >= mostBoards) return known;
    const record = new BoardRecord(id);
    this.#boards.set(id, record);
    return record;
  }

  private takeReply(board: string, payload: string): void {
    let reply: unknown;
    try {
      reply = JSON.parse(payload);
    } catch {
      return;
    }
    if (typeof reply !== "object" || reply === null) return;
    const { id, ok, text } = reply as Record<string, unknown>;
    const asked = typeof id === "string" ? this.#asked.get(id) : undefined;
    // Another board cannot answer for the one that was asked.
    if (asked?.board === board) asked.settle({ ok: ok === true, text: String(text ?? "") });
  }
}
