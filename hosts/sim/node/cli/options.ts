// SPDX-License-Identifier: MIT

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { sensorsOf, usualSensors } from "../board/sensor-choice.ts";
import { boardId } from "../board-names.ts";
import { readCredentials } from "../credentials.ts";
import { OptionError } from "../option-error.ts";
import { isLarge, mostBoards, mostShown, type SimOptions } from "../sim-options.ts";
import { givenSettings } from "./given-settings.ts";
import {
  boardName,
  brokerURL,
  durationOf,
  engineName,
  joinNegative,
  parseError,
  speedOf,
  wholeNumber,
} from "./option-values.ts";

export const helpText = `Usage: npm start -- [options]

Runs simulated boards with the real firmware against an MQTT broker.

  --boards N        number of boards, 1 to 50, with --engine node 1 to 1000 (default 2); more than 50
                    are light: not paired, a reading every 10 s, no page, a report at the end
  --id NAME         ids of the boards: NAME-a, NAME-b and so on (default "board"); choose one of
                    your own when others use the same broker
  --set NAME=VALUE  gives all boards a setting, may be repeated
  --broker URL      mqtt://user@host:port of a broker to use; the password is asked for, or stands in
                    the address, user:password@; without a URL one is started; mqtts://… with TLS,
                    ws://… and wss://… over WebSocket
  --ca FILE         for mqtts://: certificate of the authority that signed the broker's;
                    without it the public authorities are trusted
  --cert FILE       for mqtts://: certificate of the boards, if the broker asks for one
  --key FILE        private key of --cert
  --engine xs|node  xs: each board on the XS engine in its own process (default);
                    node: all in this process, for debugging and for many boards
  --speed X         simulated time runs X times faster, 0.1 to 1000 (default 1)
  --duration TIME   stop after this time, such as 500ms, 30s, 5m or 1h (default: until Ctrl-C)
  --sensors NAMES   what each board has: some of
                    ccs811,ens160,scd40,scd41,bme280,bmp280,bmp180,sht31,aht20,aht21,
                    hdc1080,si7021,htu21d,bh1750,dht22 (default ccs811,bme280,dht22)
  --seed N          the simulated room repeats exactly for the same N, 0 to 4294967295 (default 1)
  --example FILE    runs a small program on the boards, such as examples/blink-on-bad-air.ts; the same is
                    npm run example -- FILE
  --plain           lines instead of the table; so is it with NO_COLOR, and without a terminal
  --no-page         does not serve the page
  --update          serves a next firmware, signed with a key of this run, which the boards fetch and
                    start, one after the other
  --report          says at the end how many readings have arrived, after how long, lost or doubled
  --json            one JSON object per event, each reading once; the page only with --page
  --help            this text, also with npm start help; npm start --help is npm's own
`;

/** Longest id of a board, as its setting allows. */
const longestId = 32;

/** What the command line of `npm start` asks for. */
export interface StartOptions extends SimOptions {
  /** Lines, be it on a terminal. */
  readonly plain: boolean;
  /** The boards update themselves from a server of the simulator. */
  readonly update: boolean;
}

/** Reads the command line. Returns "help" when that is asked for; throws OptionError. */
export function parseOptions(args: readonly string[]): StartOptions | "help" {
  const values = parse(args);
  if (values.help || values.example === "help") return "help";
  const boards = wholeNumber("--boards", values.boards ?? "2", [1, mostBoards]);
  const common = commonValues(values, { forFleet: true });
  const isMany = isLarge({ boards });
  if (isMany && common.engine === "xs") {
    throw new OptionError(
      `--boards ${boards} needs --engine node: on XS each board is a process of its own, and there are up to ${mostShown}`,
    );
  }
  if (isMany && values.page) {
    throw new OptionError(`--page shows up to ${mostShown} boards, not ${boards}`);
  }
  if (values.update && (isMany || common.settings?.["update.key"] !== undefined)) {
    throw new OptionError(
      isMany
        ? `--update shows up to ${mostShown} boards, not ${boards}`
        : "--update signs with a key of its own: leave out --set update.key",
    );
  }
  const report = values.report ?? isMany;
  if (report && ["error", "warn"].includes(common.settings?.["log.level"] ?? "")) {
    throw new OptionError(
      "the report counts what the boards log: it needs log.level=info or debug",
    );
  }
  return {
    boards,
    // What follows it has up to four characters.
    id: boardName(values.id ?? "board", longestId - boardId("", boards - 1).length),
    plain: values.plain ?? false,
    update: values.update ?? false,
    page: values.page ?? !(values["no-page"] || values.json || isMany),
    report,
    ...common,
  };
}

/** The options that one board and many have in common, for `parseArgs`. */
export const commonOptions = {
  id: { type: "string" },
  broker: { type: "string" },
  ca: { type: "string" },
  cert: { type: "string" },
  key: { type: "string" },
  engine: { type: "string" },
  speed: { type: "string" },
  duration: { type: "string" },
  seed: { type: "string" },
  sensors: { type: "string" },
  example: { type: "string" },
  set: { type: "string", multiple: true },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Given = {
  readonly [N in Exclude<keyof typeof commonOptions, "set">]?:
    | ((typeof commonOptions)[N]["type"] extends "boolean" ? boolean : string)
    | undefined;
} & { readonly set?: readonly string[] | undefined };

/** What `commonOptions` ask for. Throws OptionError. */
export function commonValues(
  values: Given,
  { forFleet }: { readonly forFleet: boolean },
): Omit<SimOptions, "boards" | "id"> {
  const settings = givenSettings(values.set ?? [], forFleet);
  const broker = brokerIn(values.broker, settings);
  const { ca, cert, key } = values;
  return {
    settings,
    broker,
    credentials: readCredentials(broker, { ca, cert, key }),
    engine: engineName(values.engine ?? "xs"),
    speed: speedOf(values.speed ?? "1"),
    duration: values.duration === undefined ? undefined : durationOf(values.duration),
    seed: wholeNumber("--seed", values.seed ?? "1", [0, 0xffffffff]),
    sensors: values.sensors === undefined ? usualSensors : sensorsOf(values.sensors),
    ...(values.example !== undefined && { example: resolve(values.example) }),
    json: values.json ?? false,
  };
}

/**
 * The broker that the boards will use, be it given as a setting: the first of several. Undefined: one
 * is to be started.
 */
function brokerIn(
  option: string | undefined,
  settings: Readonly<Record<string, string>>,
): URL | undefined {
  const { "mqtt.broker": setting, "mqtt.user": user, "mqtt.password": password } = settings;
  if (option !== undefined && setting !== undefined) {
    throw new OptionError("--broker and --set mqtt.broker are two words for one thing; give one");
  }
  const [first] = (setting ?? "").split(",");
  // An empty setting means none.
  const address = option ?? (first || undefined);
  if (address === undefined) return undefined;
  const url = brokerURL(address);
  if (user !== undefined) url.username = encodeURIComponent(user);
  if (password !== undefined) url.password = encodeURIComponent(password);
  return url;
}

function parse(args: readonly string[]) {
  if (args.at(-1) === "--example") {
    throw new OptionError("a file is missing; npm run example -- examples/blink-on-bad-air.ts");
  }
  try {
    const { values } = parseArgs({
      args: joinNegative(args),
      options: {
        boards: { type: "string" },
        plain: { type: "boolean" },
        page: { type: "boolean" },
        report: { type: "boolean" },
        update: { type: "boolean" },
        "no-page": { type: "boolean" },
        ...commonOptions,
      },
    });
    return values;
  } catch (error) {
    throw parseError(error, "npm start");
  }
}
