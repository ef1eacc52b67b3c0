// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import {
  brokerURL,
  joinNegative,
  parseError,
  wholeNumber,
} from "../../hosts/sim/node/cli/option-values.ts";
import { readCredentials } from "../../hosts/sim/node/credentials.ts";
import { OptionError } from "../../hosts/sim/node/option-error.ts";
import type { BoardFeedOptions } from "./board-feed.ts";

export const pageHelpText = `Usage: npm run page -- --broker URL [options]

Serves a page that shows the boards at an MQTT broker.

  --broker URL      mqtt://user@host:port; the password is asked for, or stands in the address,
                    user:password@; mqtts://… with TLS, ws://… and wss://… over WebSocket
  --root TEXT       what the topics of the boards begin with, their setting mqtt.root (default airpair)
  --port N          first port to try, 1 to 65535 (default 8080)
  --host ADDRESS    address to listen at (default 127.0.0.1: this PC alone); 0.0.0.0 for all of its
                    networks: then the printed link, with its token, is needed
  --ca FILE         for mqtts://: certificate of the authority that signed the broker's;
                    without it the public authorities are trusted
  --cert FILE       for mqtts://: certificate of the page, if the broker asks for one
  --key FILE        private key of --cert
  --help            this text, also with npm run page help
`;

/** What the command line of `npm run page` asks for. */
export interface PageOptions {
  readonly broker: URL;
  readonly tls: BoardFeedOptions["tls"];
  readonly root: string | undefined;
  readonly port: number;
  readonly host: string;
}

/** Reads the command line. Returns "help" when that is asked for; throws OptionError. */
export function parsePageOptions(args: readonly string[]): PageOptions | "help" {
  const text = { type: "string" } as const;
  let values: Partial<
    Record<"broker" | "root" | "port" | "host" | "ca" | "cert" | "key", string>
  > & {
    help?: boolean;
  };
  try {
    ({ values } = parseArgs({
      args: joinNegative(args),
      options: {
        broker: text,
        root: text,
        port: text,
        host: text,
        ca: text,
        cert: text,
        key: text,
        help: { type: "boolean", short: "h" },
      },
    }));
  } catch (error) {
    throw parseError(error, "npm run page");
  }
  if (values.help) return "help";
  const { ca, cert, key } = values;
  if (values.broker === undefined) {
    throw new OptionError(
      "--broker is missing, such as --broker mqtt://192.168.1.10; npm run page help lists the options",
    );
  }
  const broker = brokerURL(values.broker);
  // Refuses what is no certificate, in the words of the simulator.
  readCredentials(broker, { ca, cert, key });
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));
  return {
    broker,
    tls: withoutUndefined({ ca: read(ca), cert: read(cert), key: read(key) }),
    root: values.root === undefined ? undefined : rootOf(values.root),
    port: wholeNumber("--port", values.port ?? "8080", [1, 65_535]),
    host: values.host ?? "127.0.0.1",
  };
}

function withoutUndefined(files: Record<string, Buffer | undefined>): BoardFeedOptions["tls"] {
  return Object.fromEntries(Object.entries(files).filter(([, file]) => file !== undefined));
}

function rootOf(text: string): string {
  if (text !== "" && !/[+#\0]/.test(text)) return text;
  throw new OptionError('--root takes the begin of topics, without "+" and "#"');
}
