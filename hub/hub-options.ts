// SPDX-License-Identifier: MIT

import { isIP } from "node:net";
import { parseArgs } from "node:util";
import {
  boardName,
  brokerURL,
  joinNegative,
  parseError,
  wholeNumber,
} from "../hosts/sim/node/cli/option-values.ts";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { brokerPorts } from "../tools/class/board-settings.ts";
import { parseClassOptions } from "../tools/class/class-options.ts";

export const hubHelpText = `Usage: npm run hub -- [options]

Runs a broker for real boards in the network, the page that shows them, and the page that flashes them.
The first start writes the folder of a class, as npm run class does: users, passwords, rights, certificate.

  --listen ADDRESS   address to listen at (default 0.0.0.0: all networks of this PC)
  --folder NAME      the class (default class)
  --boards N         number of boards of a new class, 1 to 200 (default 30)
  --id NAME          its boards are NAME-01, NAME-02 and so on (default board)
  --address ADDRESS  name or IPv4 address under which its boards find this PC (default: its own)
  --plain            its boards speak without TLS, so that the class can watch the traffic
  --firmware FOLDER  images for flashing, and signed ones for updates (default build/image)
  --broker URL       uses this broker instead of its own, and only serves the pages:
                     mqtt://user@host:port, mqtts://…, ws://… or wss://…; the password is asked for
  --ca FILE          for mqtts://: certificate of the authority that signed the broker's
  --cert FILE        for mqtts://: certificate of the hub, if the broker asks for one
  --key FILE         private key of --cert
  --port N           first port to try for the page, 1 to 65535 (default 8080)
  --image-port N     port for updates (default 8070)
  --ports N,N        ports of the broker for boards and for people (default 8883 or 1883, and 8884)
  --help             this text, also with npm run hub help
`;

/** What the command line of `npm run hub` asks for. */
export interface HubOptions {
  readonly listen: string;
  readonly folder: string;
  readonly firmware: string;
  /** Of a new class; those that were given are refused where there is one. */
  readonly newClass: {
    readonly boards: number;
    readonly id: string;
    readonly address: string | undefined;
    readonly isPlain: boolean;
    /** Options that were given for it. */
    readonly given: readonly string[];
  };
  readonly broker: URL | undefined;
  readonly credentials: {
    readonly ca: string | undefined;
    readonly cert: string | undefined;
    readonly key: string | undefined;
  };
  readonly port: number;
  readonly imagePort: number;
  /** For boards and for people; undefined: those of the class. */
  readonly ports: { readonly boards: number; readonly people: number } | undefined;
}

/** Reads the command line. Returns "help" when that is asked for; throws OptionError. */
export function parseHubOptions(args: readonly string[]): HubOptions | "help" {
  const values = parse(args);
  if (values.help) return "help";
  const { broker, ca, cert, key, ports } = values;
  const boards = wholeNumber("--boards", values.boards ?? "30", [1, 200]);
  const ofClass = ["boards", "id", "address", "plain", "folder"] as const;
  const given = ofClass.filter((name) => values[name] !== undefined).map((name) => `--${name}`);
  if (broker !== undefined && (given.length > 0 || ports !== undefined)) {
    throw new OptionError(
      `${given[0] ?? "--ports"} is for the hub's own broker: leave it out, or leave out --broker`,
    );
  }
  const files = [ca, cert, key];
  if (broker === undefined && files.some((file) => file !== undefined)) {
    throw new OptionError("--ca, --cert and --key are for --broker");
  }
  return {
    listen: addressOf(values.listen ?? "0.0.0.0"),
    folder: values.folder ?? "class",
    firmware: values.firmware ?? "build/image",
    newClass: {
      boards,
      id: boardName(values.id ?? "board", 28),
      address: values.address === undefined ? undefined : hostOf(values.address),
      isPlain: values.plain ?? false,
      given: given.filter((name) => name !== "--folder"),
    },
    broker: broker === undefined ? undefined : brokerURL(broker),
    credentials: { ca, cert, key },
    port: wholeNumber("--port", values.port ?? "8080", [1, 65_535]),
    imagePort: wholeNumber("--image-port", values["image-port"] ?? "8070", [0, 65_535]),
    ports: ports === undefined ? undefined : portsOf(ports),
  };
}

/** Ports of a class. */
export function usualPorts(isPlain: boolean) {
  const { boards, plainBoards, people } = brokerPorts;
  return { boards: isPlain ? plainBoards : boards, people };
}

function parse(args: readonly string[]) {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: joinNegative(args),
      options: {
        listen: text,
        folder: text,
        boards: text,
        id: text,
        address: text,
        plain: { type: "boolean" },
        firmware: text,
        broker: text,
        ca: text,
        cert: text,
        key: text,
        port: text,
        "image-port": text,
        ports: text,
        help: { type: "boolean", short: "h" },
      },
    });
    return values;
  } catch (error) {
    throw parseError(error, "npm run hub");
  }
}

function addressOf(text: string): string {
  // Which of the two addresses that name means depends on the system.
  if (text === "localhost") return "127.0.0.1";
  if (isIP(text) !== 0) return text;
  throw new OptionError(
    `--listen takes an address of this PC, such as 192.168.1.10, or 0.0.0.0 for all, not "${text}"`,
  );
}

/** As `npm run class -- --broker` takes it. */
function hostOf(text: string): string {
  try {
    const options = parseClassOptions(["--broker", text]);
    return options === "help" ? text : (options.broker ?? text);
  } catch (error) {
    throw new OptionError((error as Error).message.replace(/^--broker/, "--address"));
  }
}

function portsOf(text: string): { boards: number; people: number } {
  const [boards, people, ...more] = text.split(",");
  if (boards === undefined || people === undefined || more.length > 0) {
    throw new OptionError("--ports takes two, for boards and for people, such as 8883,8884");
  }
  const port = (one: string) => wholeNumber("--ports", one, [0, 65_535]);
  return { boards: port(boards), people: port(people) };
}
