// SPDX-License-Identifier: MIT

import { randomBytes } from "node:crypto";
import { makeCode, shownCode } from "../../modules/pairing/pairing-code.ts";
import { newPassword } from "./password-hash.ts";

/** A board of the class. */
export interface ClassBoard {
  readonly id: string;
  readonly password: string;
  /** The board that it is paired with; the last of an odd number has none. */
  readonly peer?: string;
  /** Code of the pair, the same at both ends. */
  readonly code?: string;
}

/** Everybody who may come to the broker. */
export interface ClassList {
  readonly boards: readonly ClassBoard[];
  /** Passwords of people and programs by their user, and of the databases and pages beside the broker. */
  readonly people: Readonly<Record<Person, string>>;
  readonly services: Readonly<Record<Service, string>>;
}

/** Users of the broker that are no boards, as in `deploy/mosquitto/config/people.acl`. */
export const people = ["teacher", "telegraf", "homeassistant"] as const;
type Person = (typeof people)[number];
/** Passwords that `deploy/grafana` needs. */
export const services = ["influxdb", "influxdb-token", "grafana"] as const;
type Service = (typeof services)[number];

/**
 * A list of `count` boards, `id`-01 and so on, paired two by two. Who is in the list before keeps
 * its password, and a pair its code.
 */
export function makeClassList(count: number, id: string, before?: ClassList): ClassList {
  const digits = Math.max(2, String(count).length);
  const nameOf = (number: number) => `${id}-${String(number).padStart(digits, "0")}`;
  const known = new Map(before?.boards.map((board) => [board.id, board]));
  const codes = new Map<string, string>();
  const boards = Array.from({ length: count }, (_, at): ClassBoard => {
    const own = nameOf(at + 1);
    const password = known.get(own)?.password ?? newPassword();
    // 1 and 2, 3 and 4 …
    const other = at % 2 === 0 ? at + 2 : at;
    if (other > count) return { id: own, password };
    const peer = nameOf(other);
    const kept = known.get(own);
    const code =
      codes.get(peer) ?? (kept?.peer === peer ? kept.code : undefined) ?? newCode(codes.values());
    codes.set(own, code);
    return { id: own, password, peer, code };
  });
  return {
    boards,
    people: passwords(people, before?.people),
    services: passwords(services, before?.services),
  };
}

/** A code whose public part no other pair of the class has: they would get in each other's way. */
function newCode(others: Iterable<string>): string {
  const taken = new Set([...others].map((code) => code.slice(0, 3)));
  for (;;) {
    const code = shownCode(makeCode({ randomBytes }));
    if (!taken.has(code.slice(0, 3))) return code;
  }
}

function passwords<Name extends string>(
  names: readonly Name[],
  before: Partial<Record<Name, string>> | undefined,
): Record<Name, string> {
  const entries = names.map((name) => [name, before?.[name] ?? newPassword()]);
  return Object.fromEntries(entries) as Record<Name, string>;
}

/** The list as a file holds it. */
export function encodeClassList(list: ClassList): string {
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** The list in a file; undefined: this is none, or not all of it is there. */
export function decodeClassList(text: string): ClassList | undefined {
  let list: Partial<ClassList>;
  try {
    list = JSON.parse(text) as Partial<ClassList>;
  } catch {
    return undefined;
  }
  if (typeof list !== "object" || list === null || !Array.isArray(list.boards)) return undefined;
  const isText = (value: unknown) => typeof value === "string" && value !== "";
  const isBoard = (board: Partial<ClassBoard> | null) =>
    typeof board === "object" &&
    board !== null &&
    isText(board.id) &&
    isText(board.password) &&
    (board.peer === undefined
      ? board.code === undefined
      : isText(board.peer) && isText(board.code));
  const hasAll = (names: readonly string[], given: unknown) =>
    typeof given === "object" &&
    given !== null &&
    names.every((name) => isText((given as Record<string, unknown>)[name]));
  const isWhole =
    list.boards.every(isBoard) && hasAll(people, list.people) && hasAll(services, list.services);
  return isWhole ? (list as ClassList) : undefined;
}
