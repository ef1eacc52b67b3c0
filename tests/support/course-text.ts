// SPDX-License-Identifier: MIT

/** A block of code of a chapter. */
export interface Step {
  readonly chapter: string;
  /** Of the first line in the block, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

/** A line of a block: something to do, or something that is shown. */
export interface CourseLine {
  /**
   * A key of the screen, the power of the board that is named, a line of the shell, one of a board's console,
   * or what is shown.
   */
  readonly kind: "key" | "power" | "shell" | "shown" | { readonly board: string };
  readonly text: string;
}

/** The blocks of a chapter that are to be worked through: between ``` without a word behind. */
export function stepsOf(chapter: string, text: string): Step[] {
  const steps: { chapter: string; line: number; lines: string[] }[] = [];
  let open: { chapter: string; line: number; lines: string[] } | undefined;
  let isOther = false;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.startsWith("```")) {
      if (open) steps.push(open);
      const isEnd: boolean = open !== undefined || isOther;
      open = isEnd || line !== "```" ? undefined : { chapter, line: index + 2, lines: [] };
      isOther = !isEnd && line !== "```";
    } else open?.lines.push(line);
  }
  return steps;
}

/** What is to be done, and what is to be seen, in order. */
export function commandsOf({ lines }: Pick<Step, "lines">): CourseLine[] {
  return lines.filter((line) => line.trim() !== "").map(lineOf);
}

function lineOf(line: string): CourseLine {
  const [, key] = /^key (\w)\b/.exec(line) ?? [];
  if (key !== undefined) return { kind: "key", text: key };
  const [, powered] = /^power (board-\w)$/.exec(line) ?? [];
  if (powered !== undefined) return { kind: "power", text: powered };
  if (line.startsWith("$ ")) return { kind: "shell", text: line.slice(2) };
  const [, board, command] = /^(board-[ab])> (.*)$/.exec(line) ?? [];
  if (board !== undefined && command !== undefined) return { kind: { board }, text: command };
  return { kind: "shown", text: line };
}
