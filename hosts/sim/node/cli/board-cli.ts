// SPDX-License-Identifier: MIT

import type { SimBoard } from "../board/board.ts";
import type { SimOptions } from "../sim-options.ts";
import type { Simulation } from "../simulation.ts";
import { boardHelpText, parseBoardOptions } from "./board-options.ts";
import { BoardTerminal } from "./board-terminal.ts";
import { runSimulation } from "./run-simulation.ts";
import { startCli } from "./start-cli.ts";

const interrupt = 0x03;
/** Ctrl-K: the button of the board, which its console does not hear of. */
const buttonKey = 0x0b;
/** So many Ctrl-C in a row end the board even when its firmware does not answer. */
const maxInterrupts = 4;

/** Both ends must be a terminal: what is drawn for a person is no use to a program. */
function modeOf({ json }: SimOptions): "keys" | "lines" | "json" {
  if (json) return "json";
  return process.stdin.isTTY === true && process.stdout.isTTY === true ? "keys" : "lines";
}

/** Presses the button of a board; returns what to say. */
function pressed(board: SimBoard | undefined): string {
  const button = board?.room.button;
  if (!button)
    return "the board has no button; set board.button to the number of a pin, and reboot";
  button.press();
  return "the button is pressed for 3 s";
}

/** Gives what is typed to the board; the end of the input ends it, unless it is to run for a time. */
function connectInput(
  { boards: [board] }: Simulation,
  options: SimOptions,
  {
    finish,
    say,
  }: { readonly finish: (code: number) => void; readonly say: (text: string) => void },
): void {
  const { stdin } = process;
  let interrupts = 0;
  stdin.on("data", (bytes: Buffer) => {
    for (const byte of bytes) interrupts = byte === interrupt ? interrupts + 1 : 0;
    if (interrupts >= maxInterrupts) finish(130);
    if (bytes.includes(buttonKey)) say(pressed(board));
    board?.type(bytes.filter((byte) => byte !== buttonKey));
  });
  const onEnd = () => {
    if (options.duration === undefined) finish(0);
  };
  stdin.on("end", onEnd);
  stdin.on("error", onEnd);
}

async function run(options: SimOptions): Promise<number> {
  const mode = modeOf(options);
  const { stdin, stdout } = process;
  const terminal = new BoardTerminal({ write: (data) => stdout.write(data), mode });
  let quit = () => {};
  if (mode === "keys") stdin.setRawMode(true);
  try {
    return await runSimulation({
      options,
      view: terminal,
      sole: {
        settings: {
          ...(mode !== "keys" && { "console.echo": "off" }),
          ...(mode === "json" && { "console.format": "json" }),
          ...options.settings,
        },
        hint: mode === "keys" ? "type help; Ctrl-C on an empty line ends" : undefined,
        onBytes: mode === "keys" ? (bytes) => terminal.bytes(bytes) : undefined,
        onQuit: () => quit(),
      },
      onStarted: (simulation, finish) => {
        quit = () => finish(0);
        const say = (text: string) => terminal.say("button", text);
        connectInput(simulation, options, { finish, say });
      },
    });
  } finally {
    if (mode === "keys") stdin.setRawMode(false);
  }
}

await startCli({ parse: parseBoardOptions, helpText: boardHelpText, run });
