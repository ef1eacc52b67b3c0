// SPDX-License-Identifier: MIT

import type { FleetScreen } from "./screen/fleet-screen.ts";
import type { ScreenSize } from "./screen/frame-painter.ts";

/** Whether a screen can be drawn and somebody has keys; with NO_COLOR (no-color.org) lines are wanted. */
export function hasScreen(): boolean {
  const { stdin, stdout, env } = process;
  if (stdin.isTTY !== true || stdout.isTTY !== true) return false;
  return (env.NO_COLOR ?? "") === "" && env.TERM !== "dumb";
}

/** A terminal that tells no size has the one of a VT100. */
export function screenSize(): ScreenSize {
  const { columns = 0, rows = 0 } = process.stdout;
  return { columns: Math.max(20, columns || 80), rows: Math.max(5, rows || 24) };
}

/** Gives the terminal to a screen, until the returned function is called or the process ends. */
export function lendTerminal(screen: FleetScreen): () => void {
  const { stdin, stdout } = process;
  const onKeys = (bytes: Buffer) => screen.type(bytes);
  const onResize = () => screen.redraw();
  const giveBack = () => {
    process.off("exit", giveBack);
    stdin.off("data", onKeys);
    stdout.off("resize", onResize);
    if (stdin.isTTY) stdin.setRawMode(false);
    stdin.pause();
    screen.close();
  };
  stdin.setRawMode(true);
  stdin.on("data", onKeys);
  stdout.on("resize", onResize);
  process.on("exit", giveBack);
  return giveBack;
}
