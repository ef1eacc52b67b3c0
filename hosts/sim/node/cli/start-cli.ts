// SPDX-License-Identifier: MIT

import { OptionError } from "../option-error.ts";
import type { SimOptions } from "../sim-options.ts";
import { withPassword } from "./ask-password.ts";

export interface CliOptions<Options> {
  readonly parse: (args: readonly string[]) => Options | "help";
  readonly helpText: string;
  /** Returns the exit code. */
  readonly run: (options: Options) => Promise<number>;
}

/** Reads the command line and runs; a user's mistake is one line on stderr and exit code 2. */
export async function startCli<Options extends Pick<SimOptions, "broker">>(
  cli: CliOptions<Options>,
): Promise<void> {
  try {
    const options = cli.parse(process.argv.slice(2));
    if (options === "help") process.stdout.write(cli.helpText);
    else process.exit(await cli.run({ ...options, broker: await withPassword(options.broker) }));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`airpair: ${text}\n`);
    process.exit(error instanceof OptionError ? 2 : 1);
  }
}
