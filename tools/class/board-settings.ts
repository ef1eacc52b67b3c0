// SPDX-License-Identifier: MIT

import type { ClassBoard } from "./class-list.ts";

/** What all boards of a class have in common. */
export interface ClassNetwork {
  /** Name or address of the broker's computer. */
  readonly host: string;
  /** Boards without TLS. */
  readonly isPlain: boolean;
  /** Certificate of the authority, base64 of DER. */
  readonly authority: string;
  /** How many boards there are. */
  readonly count: number;
  /** Settings that the teacher has given, such as those of the network. */
  readonly shared: Readonly<Record<string, string | number>>;
  /** Public key that updates are signed with; undefined: boards take none. */
  readonly updateKey?: string | undefined;
}

/** Ports of the broker for boards, with TLS and without, and for all others. */
export const brokerPorts = { boards: 8883, plainBoards: 1883, people: 8884 } as const;

/** What a board of the class is to have set, beside what is shared. */
export function ownSettings(board: ClassBoard, network: ClassNetwork): Record<string, string> {
  const { host, isPlain, authority, count, updateKey } = network;
  return {
    "board.id": board.id,
    "mqtt.broker": isPlain
      ? `mqtt://${host}:${brokerPorts.plainBoards}`
      : `mqtts://${host}:${brokerPorts.boards}`,
    "mqtt.user": board.id,
    "mqtt.password": board.password,
    ...(!isPlain && { "mqtt.ca": authority }),
    "mqtt.boards": String(count),
    ...(board.code !== undefined && { "pair.code": board.code }),
    // Only the teacher may send commands, by the rights at the broker.
    "remote.commands": "on",
    ...(updateKey !== undefined && { "update.key": updateKey, "remote.update": "on" }),
  };
}

/** The settings file of a board, for `npm run flash -- --settings`. */
export function boardSettingsFile(board: ClassBoard, network: ClassNetwork): string {
  return `${JSON.stringify({ ...network.shared, ...ownSettings(board, network) }, null, 2)}\n`;
}

/** Characters of a line that the console takes with ease. */
const lineLength = 76;

/** The same as lines to be pasted into the console of a board, without what is shared. */
export function consoleLines(board: ClassBoard, network: ClassNetwork): string[] {
  const lines = Object.entries(ownSettings(board, network)).flatMap(([name, value]) =>
    value.length <= lineLength
      ? [`set ${name} ${value}`]
      : [`set ${name} <<`, ...(value.match(/.{1,76}/g) ?? []), "."],
  );
  return [...lines, "reboot"];
}
