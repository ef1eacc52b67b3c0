// SPDX-License-Identifier: MIT

import { parseArgs } from "node:util";
import type { SimOptions } from "../sim-options.ts";
import { boardName, joinNegative, parseError } from "./option-values.ts";
import { commonOptions, commonValues } from "./options.ts";

export const boardHelpText = `Usage: npm run board -- [options]

Runs one simulated board with the real firmware; its serial console is this terminal. Type help.
Ctrl-C on an empty line ends it; when the input is no terminal, the end of the input does.

  --id NAME         id of the board (default "board"); each keeps its own stored values
  --set NAME=VALUE  gives a setting, may be repeated
  --broker URL      mqtt://user@host:port of a broker to use; the password is asked for, or stands in
                    the address, user:password@; without a URL one is started; mqtts://… with TLS,
                    ws://… and wss://… over WebSocket
  --ca FILE         for mqtts://: certificate of the authority that signed the broker's;
                    without it the public authorities are trusted
  --cert FILE       for mqtts://: certificate of the board, if the broker asks for one
  --key FILE        private key of --cert
  --engine xs|node  xs: on the XS engine in its own process (default); node: in this process
  --speed X         simulated time runs X times faster, 0.1 to 1000 (default 1)
  --duration TIME   stop after this time, such as 500ms, 30s, 5m or 1h, not at the end of the input
  --sensors NAMES   what the board has: some of
                    ccs811,ens160,scd40,scd41,bme280,bmp280,bmp180,sht31,aht20,aht21,
                    hdc1080,si7021,htu21d,bh1750,dht22 (default ccs811,bme280,dht22)
  --seed N          the simulated room repeats exactly for the same N, 0 to 4294967295 (default 1)
  --example FILE    runs a small program on the board, such as examples/blink-on-bad-air.ts
  --json            one JSON object per event, and no editing
  --help            this text, also with npm run board help
`;

/** Reads the command line of `npm run board`; `id` is that of the board. Returns "help" when that is asked for; throws OptionError. */
export function parseBoardOptions(args: readonly string[]): SimOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  return {
    boards: 1,
    id: boardName(values.id ?? "board", 32),
    ...commonValues(values, { forFleet: false }),
  };
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: joinNegative(args),
      options: {
        ...commonOptions,
      },
    });
    return values;
  } catch (error) {
    throw parseError(error, "npm run board");
  }
}
