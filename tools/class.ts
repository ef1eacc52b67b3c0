// SPDX-License-Identifier: MIT

// `npm run class -- --boards 30`: passwords, rights, settings and a printable sheet for the boards of a
// class, and the configuration of the broker that they share, made from deploy/mosquitto.

import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { networkInterfaces } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { certificatesOf } from "../hosts/sim/node/credentials.ts";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { publicText } from "../hosts/sim/node/update/simulated-image.ts";
import { settingList } from "../modules/app/setting-list.ts";
import { messageOf } from "../modules/base/app-error.ts";
import { boardSettingsFile, brokerPorts, type ClassNetwork } from "./class/board-settings.ts";
import { brokerFiles } from "./class/broker-files.ts";
import { certificateFiles, makeCertificate } from "./class/certificates.ts";
import {
  type ClassList,
  decodeClassList,
  encodeClassList,
  makeClassList,
} from "./class/class-list.ts";
import { type ClassOptions, classHelpText, parseClassOptions } from "./class/class-options.ts";
import { sheetHTML, shellWord, watchLine } from "./class/sheet.ts";
import { checkSettings, localSettingsFile, withLocalSettings } from "./local-settings.ts";
import { keyFile, readKey } from "./update-key.ts";

/** The list itself; who has it may do everything. */
const listFile = "class.json";
const sheetFile = "sheet.html";
/** With what all topics begin in the rights of `deploy/mosquitto`. */
const usualRoot = settingList["mqtt.root"].default;

export interface ClassAround {
  /** Root of the repository, where the templates are. */
  readonly root: string;
  /** Text of `settings.local.json`; undefined: there is none. */
  readonly settings: string | undefined;
  /** Public half of the key of `npm run keys`; undefined: there is none. */
  readonly updateKey: string | undefined;
  /** IPv4 address of this PC in its network; undefined: it is in none. */
  readonly address: string | undefined;
  /** User and group of this process, as numbers; undefined where there are none. */
  readonly owner: string | undefined;
  readonly say: (text: string) => void;
}

/** Writes the files of a class. Throws an Error with one line. */
export function writeClass(options: ClassOptions, around: ClassAround): void {
  const { folder, boards: count, isPlain } = options;
  const { root, say } = around;
  const host = options.broker ?? around.address;
  if (host === undefined) {
    throw new OptionError(
      "this PC is in no network: --broker ADDRESS takes the address of the computer on which the broker will run",
    );
  }
  // First all that can be wrong.
  const before = listBefore(options);
  const shared = sharedSettings(around.settings);
  const { "mqtt.root": topics = usualRoot } = shared;
  if (topics !== usualRoot) {
    throw new OptionError(
      `${localSettingsFile} has another mqtt.root than ${usualRoot}, for which the rights at the broker are: take it out`,
    );
  }
  const list = makeClassList(count, options.id, before);
  const at = (path: string) => join(folder, path);
  // Nobody else gets in, whatever lies there.
  for (const path of ["", "config", "config/tls", "boards", "data"]) {
    mkdirSync(at(path), { recursive: true, mode: 0o700 });
  }
  chmodSync(folder, 0o700);
  // The list comes first: should anything fail below, --again goes on with the same passwords.
  put(at(listFile), encodeClassList(list));
  makeCertificate(folder, host);
  const authority = certificatesOf(readFileSync(certificateFiles(folder).authority));
  const updateKey = shared["update.key"] ?? around.updateKey;
  const network: ClassNetwork = { host, isPlain, authority, count, shared, updateKey };
  const files = brokerFiles({
    list,
    network,
    folder: resolve(folder),
    owner: around.owner ?? "1883:1883",
    template: (path) => readFileSync(join(root, "deploy/mosquitto", path), "utf8"),
  });
  for (const [path, text] of Object.entries(files)) put(at(path), text);
  const names = new Set(list.boards.map(({ id }) => id));
  for (const { id } of before?.boards ?? [])
    if (!names.has(id)) rmSync(at(`boards/${id}.json`), { force: true });
  for (const board of list.boards)
    put(at(`boards/${board.id}.json`), boardSettingsFile(board, network));
  put(at(sheetFile), sheetHTML({ list, network, folder }));
  report(list, { network, folder, hasNetwork: "wifi.ssid" in shared, say });
}

/** The list that is there already. Throws when there are files that are to stay as they are. */
function listBefore({ folder, again }: ClassOptions): ClassList | undefined {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new OptionError(`--folder: ${folder} cannot be used (${code ?? "unknown"})`);
  }
  if (names.length === 0) return undefined;
  const file = join(folder, listFile);
  if (!existsSync(file)) {
    throw new OptionError(
      `${folder} has files that are none of a class; --folder NAME takes another place`,
    );
  }
  if (!again) {
    throw new OptionError(
      `${folder} has a class already: --again writes its files anew, with the passwords that its boards have; --folder NAME takes another place`,
    );
  }
  const list = decodeClassList(readFileSync(file, "utf8"));
  if (list) return list;
  throw new OptionError(
    `${file} is no list of a class: put the right one there, or take another place with --folder NAME`,
  );
}

/** What all boards have in common: `settings.local.json`, as it is taken for one board. */
function sharedSettings(text: string | undefined): Record<string, string> {
  const given = withLocalSettings([], text);
  checkSettings(given);
  return Object.fromEntries(
    given.map((argument) => {
      const end = argument.indexOf("=");
      return [argument.slice(0, end), argument.slice(end + 1)];
    }),
  );
}

/** A file that only its owner may read. */
function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
  // The mode above is for a new file only.
  chmodSync(path, 0o600);
}

interface ReportOptions {
  readonly network: ClassNetwork;
  readonly folder: string;
  /** The boards know a Wi-Fi network. */
  readonly hasNetwork: boolean;
  readonly say: (text: string) => void;
}

function report(list: ClassList, { network, folder, hasNetwork, say }: ReportOptions): void {
  const { boards } = list;
  const [first, last] = [boards[0]?.id ?? "", boards.at(-1)?.id ?? ""];
  const { boards: secure, plainBoards, people } = brokerPorts;
  const port = network.isPlain ? `${plainBoards}, without TLS` : secure;
  say(`${boards.length === 1 ? first : `${first} to ${last}`}, at the broker ${network.host}`);
  const typed = (path: string) => shellWord(`${folder}${path}`);
  const rows = [
    [`${folder}/${sheetFile}`, "print it: a card for each board"],
    [`${folder}/boards`, `npm run flash -- --settings ${typed(`/boards/${first}.json`)}`],
    ["broker and page", `npm run hub${folder === "class" ? "" : ` -- --folder ${typed("")}`}`],
    [`${folder}/compose.yaml`, `docker compose -f ${typed("/compose.yaml")} up -d`],
    ["or Mosquitto", `(cd ${typed("")} && mosquitto -c config/mosquitto.conf)`],
  ] as const;
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, what] of rows) say(`  ${name.padEnd(width)}  ${what}`);
  say(`Boards come in on port ${port}; all others on port ${people}:`);
  say(`  ${watchLine(network, folder)}`);
  say(`All passwords are in ${folder}/${listFile}, for your eyes only.`);
  if (!hasNetwork) {
    say(`The boards know no Wi-Fi: put wifi.ssid and wifi.password into ${localSettingsFile} and`);
    say("write the class --again, or type wifi add on each board's console.");
  }
}

/** The first IPv4 address of this PC that others can reach. */
export function addressOfThisPC(): string | undefined {
  const all = Object.values(networkInterfaces()).flat();
  return all.find((each) => each?.family === "IPv4" && !each.internal)?.address;
}

/** What this PC has for a class. */
export function classAround(say: (text: string) => void): ClassAround {
  const { getuid, getgid } = process;
  const root = fileURLToPath(new URL("..", import.meta.url));
  const settings = join(root, localSettingsFile);
  return {
    root,
    settings: existsSync(settings) ? readFileSync(settings, "utf8") : undefined,
    updateKey: existsSync(join(root, keyFile)) ? publicText(readKey(root)) : undefined,
    address: addressOfThisPC(),
    owner: getuid && getgid && `${getuid()}:${getgid()}`,
    say,
  };
}

function main(): number {
  try {
    const options = parseClassOptions(process.argv.slice(2));
    if (options === "help") {
      process.stdout.write(classHelpText);
      return 0;
    }
    writeClass(
      options,
      classAround((text) => void process.stdout.write(`${text}\n`)),
    );
    return 0;
  } catch (error) {
    process.stderr.write(`airpair: ${messageOf(error)}\n`);
    return error instanceof OptionError ? 2 : 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = main();
