// SPDX-License-Identifier: MIT

import { chmodSync, mkdirSync, renameSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import type { Message, QoS } from "./message.ts";

/** A session as it is kept. */
export interface KeptSession {
  readonly key: string;
  readonly door: string;
  readonly user: string;
  /** When its client was there last, ms since 1970. */
  readonly seen: number;
}

/** A message on its way to a client. */
export interface KeptOutgoing {
  /** Its place in the order. */
  readonly number: number;
  readonly message: Message;
  readonly QoS: QoS;
  /** Packet identifier; undefined: it has not been sent yet. */
  readonly id: number | undefined;
  /** A message of QoS 2 that the client has; PUBREL is under way. */
  readonly isReleased: boolean;
}

/** Everything that was kept. */
export interface KeptState {
  readonly retained: readonly Message[];
  readonly sessions: readonly KeptSession[];
  readonly subscriptions: readonly { key: string; filter: string; QoS: QoS }[];
  readonly outgoing: readonly (KeptOutgoing & { key: string })[];
  readonly incoming: readonly { key: string; id: number }[];
  /** Last wills of those who were connected. */
  readonly wills: readonly (Message & { door: string; user: string })[];
}

const schema = `
  CREATE TABLE IF NOT EXISTS retained (topic TEXT PRIMARY KEY, payload BLOB, qos INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS session (
    key TEXT PRIMARY KEY, door TEXT, user TEXT, seen INTEGER) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS subscription (
    key TEXT, filter TEXT, qos INTEGER, PRIMARY KEY (key, filter)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS outgoing (
    key TEXT, number INTEGER, topic TEXT, payload BLOB, sent_qos INTEGER, qos INTEGER, id INTEGER,
    released INTEGER, retained INTEGER, PRIMARY KEY (key, number)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS incoming (key TEXT, id INTEGER, PRIMARY KEY (key, id)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS will (
    key TEXT PRIMARY KEY, door TEXT, user TEXT, topic TEXT, payload BLOB, qos INTEGER,
    retained INTEGER) WITHOUT ROWID;`;

const statements = {
  retain: "INSERT OR REPLACE INTO retained VALUES (?, ?, ?)",
  forget: "DELETE FROM retained WHERE topic = ?",
  session: "INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)",
  dropSession: "DELETE FROM session WHERE key = ?",
  dropSubscriptions: "DELETE FROM subscription WHERE key = ?",
  dropAllOutgoing: "DELETE FROM outgoing WHERE key = ?",
  dropAllIncoming: "DELETE FROM incoming WHERE key = ?",
  subscription: "INSERT OR REPLACE INTO subscription VALUES (?, ?, ?)",
  dropSubscription: "DELETE FROM subscription WHERE key = ? AND filter = ?",
  outgoing: "INSERT OR REPLACE INTO outgoing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
  dropOutgoing: "DELETE FROM outgoing WHERE key = ? AND number = ?",
  incoming: "INSERT OR REPLACE INTO incoming VALUES (?, ?)",
  dropIncoming: "DELETE FROM incoming WHERE key = ? AND id = ?",
  will: "INSERT OR REPLACE INTO will VALUES (?, ?, ?, ?, ?, ?, ?)",
  dropWill: "DELETE FROM will WHERE key = ?",
  dropWills: "DELETE FROM will",
} as const;
type Name = keyof typeof statements;
type Value = string | number | Buffer | null;

export interface StoreOptions {
  readonly file: string;
  readonly now?: () => number;
  /** Told in words when the file was damaged and a new one has been begun. */
  readonly onNotice: (text: string) => void;
}

/**
 * What the broker must not forget, in a SQLite file: retained messages, sessions and last wills.
 * Changes wait for `commit`, which writes them together; from then on they outlast the end of the
 * process, whatever its kind, though not a loss of power in the next moments.
 */
export class BrokerStore {
  readonly #database: Database.Database;
  readonly #prepared = new Map<Name, Database.Statement>();
  #changes: (readonly [Name, readonly Value[]])[] = [];

  /** Throws an Error with one line when nothing can be written there. */
  constructor(options: StoreOptions) {
    mkdirSync(dirname(options.file), { recursive: true, mode: 0o700 });
    this.#database = openOrReplace(options);
    for (const [name, text] of Object.entries(statements)) {
      this.#prepared.set(name as Name, this.#database.prepare(text));
    }
  }

  get hasChanges(): boolean {
    return this.#changes.length > 0;
  }

  load(): KeptState {
    const all = <Row>(text: string) => this.#database.prepare(text).all() as Row[];
    type MessageRow = { topic: string; payload: Uint8Array; qos: QoS };
    const messageOf = ({ topic, payload, qos }: MessageRow, isRetained: boolean): Message => ({
      topic,
      payload: Buffer.from(payload),
      QoS: qos,
      isRetained,
    });
    return {
      retained: all<MessageRow>("SELECT * FROM retained").map((row) => messageOf(row, true)),
      sessions: all<KeptSession>("SELECT * FROM session"),
      subscriptions: all<{ key: string; filter: string; qos: QoS }>(
        "SELECT * FROM subscription",
      ).map(({ key, filter, qos }) => ({ key, filter, QoS: qos })),
      outgoing: all<
        MessageRow & {
          key: string;
          number: number;
          sent_qos: QoS;
          id: number | null;
          released: number;
          retained: number;
        }
      >("SELECT * FROM outgoing ORDER BY key, number").map((row) => ({
        key: row.key,
        number: row.number,
        message: messageOf({ ...row, qos: row.sent_qos }, row.retained === 1),
        QoS: row.qos,
        id: row.id ?? undefined,
        isReleased: row.released === 1,
      })),
      incoming: all<{ key: string; id: number }>("SELECT * FROM incoming"),
      wills: all<MessageRow & { door: string; user: string; retained: number }>(
        "SELECT * FROM will",
      ).map((row) => ({
        ...messageOf(row, row.retained === 1),
        door: row.door,
        user: row.user,
      })),
    };
  }

  keepRetained({ topic, payload, QoS }: Message): void {
    if (payload.length === 0) this.change("forget", topic);
    else this.change("retain", topic, payload, QoS);
  }

  keepSession({ key, door, user, seen }: KeptSession): void {
    this.change("session", key, door, user, seen);
  }

  dropSession(key: string): void {
    this.change("dropSession", key);
    this.change("dropSubscriptions", key);
    this.change("dropAllOutgoing", key);
    this.change("dropAllIncoming", key);
  }

  keepSubscription(key: string, filter: string, QoS: QoS): void {
    this.change("subscription", key, filter, QoS);
  }

  dropSubscription(key: string, filter: string): void {
    this.change("dropSubscription", key, filter);
  }

  keepOutgoing(key: string, { number, message, QoS, id, isReleased }: KeptOutgoing): void {
    const { topic, payload, QoS: sent, isRetained } = message;
    const marks = [id ?? null, Number(isReleased), Number(isRetained)];
    this.change("outgoing", key, number, topic, payload, sent, QoS, ...marks);
  }

  dropOutgoing(key: string, number: number): void {
    this.change("dropOutgoing", key, number);
  }

  keepIncoming(key: string, id: number): void {
    this.change("incoming", key, id);
  }

  dropIncoming(key: string, id: number): void {
    this.change("dropIncoming", key, id);
  }

  keepWill(key: string, { door, user }: { door: string; user: string }, will: Message): void {
    const { topic, payload, QoS, isRetained } = will;
    this.change("will", key, door, user, topic, payload, QoS, isRetained ? 1 : 0);
  }

  dropWill(key: string): void {
    this.change("dropWill", key);
  }

  dropWills(): void {
    this.change("dropWills");
  }

  /** Writes all changes, or none; then it throws. */
  commit(): void {
    const changes = this.#changes;
    if (changes.length === 0) return;
    this.#changes = [];
    this.#database.exec("BEGIN");
    try {
      for (const [name, values] of changes) this.#prepared.get(name)?.run(...values);
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  private change(name: Name, ...values: Value[]): void {
    this.#changes.push([name, values]);
  }
}

function open(file: string): Database.Database {
  const database = new Database(file);
  try {
    // Passwords may be in messages.
    chmodSync(file, 0o600);
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = NORMAL");
    database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A file that is no database is put aside, not deleted. */
function openOrReplace({ file, now = Date.now, onNotice }: StoreOptions): Database.Database {
  try {
    return open(file);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!/not a database|malformed|corrupt/i.test(why)) {
      throw new Error(`${file} cannot be written (${why})`);
    }
    const aside = `${file}.damaged-${now()}`;
    renameSync(file, aside);
    onNotice(`${file} was damaged (${why}); it is now ${aside}, and sessions begin anew`);
    return open(file);
  }
}
