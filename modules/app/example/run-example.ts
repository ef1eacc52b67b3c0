// SPDX-License-Identifier: MIT

import type { BoardProgram } from "../start/board-program.ts";
import { ExampleBoard, logFailure } from "./example-board.ts";

/** A small program: the function that a file of `examples/` exports. */
export type Example = (board: ExampleBoard) => void;

/** The program of the firmware that runs this example, whose file has that name. */
export function runExample(example: Example, name: string): BoardProgram {
  return (parts) => {
    const { log } = parts;
    log({ level: "info", part: "example", event: "started", text: name });
    const board = new ExampleBoard(parts);
    try {
      example(board);
    } catch (error) {
      logFailure(log, error);
    }
    return board;
  };
}
