// SPDX-License-Identifier: MIT

import { execFile } from "node:child_process";
import { delimiter } from "node:path";
import { nodeCommand, TestProcess } from "./test-process.ts";

/** `npm run hub -- …` as a process, in a folder of its own. */
export class HubProcess extends TestProcess {
  output = "";

  constructor(
    args: readonly string[],
    { folder, life }: { readonly folder?: string; readonly life?: number } = {},
  ) {
    const [file, ...rest] = nodeCommand("hub/hub.ts");
    super({ file, args: [...rest, ...args], folder, ...(life !== undefined && { life }) });
    this.end();
  }

  /** Waits until it runs; then what it has said is all there. */
  started(): Promise<string> {
    return this.until(/Ctrl-C stops/);
  }

  /** Waits for that in its output; returns what the first group has found, else all. */
  until(pattern: RegExp): Promise<string> {
    const find = () => {
      const found = pattern.exec(this.output);
      return found ? (found[1] ?? found[0]) : undefined;
    };
    return this.waitFor(find, String(pattern), () => this.output);
  }

  protected override take(text: string): void {
    this.output += text;
  }
}

/** What a command has said, on both streams, and how it ended. */
export function ran(
  command: string,
  args: readonly string[],
): Promise<{ readonly code: number; readonly said: string }> {
  const env = { ...process.env, PATH: `${process.env.PATH}${delimiter}/usr/sbin` };
  return new Promise((done) => {
    execFile(command, args, { env, timeout: 30_000 }, (error, out, errors) => {
      const code = typeof error?.code === "number" ? error.code : error ? 1 : 0;
      done({ code, said: `${out}${errors}` });
    });
  });
}
