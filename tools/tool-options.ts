// SPDX-License-Identifier: MIT

import { parseArgs } from "node:util";
import { parseError } from "../hosts/sim/node/cli/option-values.ts";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { keptByNpm } from "./npm-options.mjs";

/** How a tool with a few words is called. */
export interface Tool<Option extends string> {
  /** As it is typed: `npm run bench`. */
  readonly command: string;
  /** What it does, in lines. */
  readonly purpose: string;
  /** Options without a value, of which one may be given, each with what it does; without dashes. */
  readonly options?: Readonly<Record<Option, string>>;
  /** What else may be given; absent: nothing. */
  readonly words?: {
    readonly name: string;
    readonly help: string;
    /** Throws OptionError for what cannot be. */
    readonly check: (words: readonly string[]) => void;
  };
}

export interface ToolOptions<Option extends string> {
  readonly option: Option | undefined;
  readonly words: readonly string[];
}

/** What `help` and `--help` show. */
export function toolHelp({ command, purpose, options, words }: Tool<string>): string {
  const rows: [name: string, help: string][] = Object.entries(options ?? {}).map(([name, help]) => {
    return [`--${name}`, help];
  });
  if (words) rows.push([words.name, words.help]);
  rows.push(["--help", "this text"]);
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  const lines = rows.map(([name, help]) => `  ${name.padEnd(width)}${help}`);
  const given = [Object.keys(options ?? {}).length > 0 ? "[option]" : "", words?.name ?? ""];
  const behind = given.filter((word) => word !== "").join(" ");
  const usage = behind === "" ? command : `${command} -- ${behind}`;
  return `Usage: ${usage}\n\n${purpose}\n\n${lines.join("\n")}\n`;
}

/** Reads the command line of a tool. Returns "help" when that is asked for; throws OptionError. */
export function parseToolOptions<Option extends string>(
  tool: Tool<Option>,
  args: readonly string[],
): ToolOptions<Option> | "help" {
  if (args.length === 1 && args[0] === "help") return "help";
  const names = Object.keys(tool.options ?? {}) as Option[];
  const { values, positionals } = parse(tool, names, args);
  if (values.help === true) return "help";
  const given = names.filter((name) => values[name] === true);
  if (given.length > 1) {
    const all = given.map((name) => `--${name}`).join(" and ");
    throw new OptionError(`${all} are two things to do; give one`);
  }
  if (tool.words) tool.words.check(positionals);
  else if (positionals.length > 0) {
    throw new OptionError(
      `"${positionals[0]}" means nothing here; ${tool.command} help says what does`,
    );
  }
  return { option: given[0], words: positionals };
}

function parse(tool: Tool<string>, names: readonly string[], args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: Object.fromEntries(
        [...names, "help"].map((name) => [name, { type: "boolean" as const }]),
      ),
    });
  } catch (error) {
    throw parseError(error, tool.command);
  }
}

/**
 * What the command line of this process asks of a tool. When it asks for help, or is wrong, says so and
 * ends the process: a tool calls it before it does anything.
 */
export function readToolOptions<Option extends string>(tool: Tool<Option>): ToolOptions<Option> {
  try {
    const args = process.argv.slice(2);
    const script = process.env.npm_lifecycle_event;
    const names = Object.keys(tool.options ?? {});
    const kept = script && keptByNpm(process.env, script, args, names);
    if (kept) throw new OptionError(kept);
    const options = parseToolOptions(tool, args);
    if (options !== "help") return options;
    process.stdout.write(toolHelp(tool));
    process.exit(0);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    process.stderr.write(`airpair: ${error.message}\n`);
    process.exit(2);
  }
}
