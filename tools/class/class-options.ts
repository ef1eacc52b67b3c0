// SPDX-License-Identifier: MIT

import { parseArgs } from "node:util";
import {
  boardName,
  joinNegative,
  parseError,
  wholeNumber,
} from "../../hosts/sim/node/cli/option-values.ts";
import { OptionError } from "../../hosts/sim/node/option-error.ts";
import { whyNoHost } from "../../modules/base/host-name.ts";
import { ipv4Of } from "../../modules/base/ipv4.ts";

export const classHelpText = `Usage: npm run class -- [options]

Writes what a class needs: a list of boards with passwords and rights, a settings file for each to be
flashed with, a sheet to print, and the configuration of a Mosquitto that lets nobody else in.

  --boards N        number of boards, 1 to 200 (default 30)
  --id NAME         the boards are NAME-01, NAME-02 and so on (default board)
  --broker ADDRESS  name or IPv4 address of the computer on which the broker will run (default: the
                    address of this PC in its network)
  --plain           boards speak without TLS, so that the class can watch the traffic
  --folder NAME     where the files go (default class, which git ignores)
  --again           writes them anew; boards that are in the list keep their password and their code
  --help            this text
`;

/** What the command line of `npm run class` asks for. */
export interface ClassOptions {
  readonly boards: number;
  /** What the ids of the boards begin with. */
  readonly id: string;
  /** Name or address of the broker's computer; undefined: this PC. */
  readonly broker: string | undefined;
  /** Boards without TLS. */
  readonly isPlain: boolean;
  readonly folder: string;
  /** Files that are there are written anew. */
  readonly again: boolean;
}

/** Reads the command line. Returns "help" when that is asked for; throws OptionError. */
export function parseClassOptions(args: readonly string[]): ClassOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  return {
    boards: wholeNumber("--boards", values.boards ?? "30", [1, 200]),
    // A hyphen and up to three digits follow.
    id: boardName(values.id ?? "board", 28),
    broker: values.broker === undefined ? undefined : hostOf(values.broker),
    isPlain: values.plain ?? false,
    folder: values.folder ?? "class",
    again: values.again ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: joinNegative(args),
      options: {
        boards: { type: "string" },
        id: { type: "string" },
        broker: { type: "string" },
        plain: { type: "boolean" },
        folder: { type: "string" },
        again: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    throw parseError(error, "npm run class");
  }
}

function hostOf(text: string): string {
  const isNumber = /^[\d.]+$/.test(text);
  // An IPv4 address has its own form in a certificate.
  const why = isNumber && ipv4Of(text) === undefined ? "this is none" : whyNoHost(text);
  if (why === undefined) return text.toLowerCase();
  throw new OptionError(
    `--broker takes a name or an IPv4 address alone, such as 192.168.1.10 or broker.example: ${why}`,
  );
}
