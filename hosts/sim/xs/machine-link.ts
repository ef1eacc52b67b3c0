// SPDX-License-Identifier: MIT

import { type AskNode, Link } from "./link.ts";

/** Provided by the worker. */
declare const issueCommand: AskNode;

const noBoard: AskNode = () => {
  throw new Error("no board has its turn");
};

/**
 * The connection of the board that has its turn; it is to these classes what native code is to the SDK's. A
 * machine has one board, unless many share it: it then has none until one is opened.
 */
export let link = new Link(typeof issueCommand === "undefined" ? noBoard : issueCommand);

/** Where many boards share a machine, each does this at the beginning of its turn. */
export function turnTo(board: Link): void {
  link = board;
}
