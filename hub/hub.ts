// SPDX-License-Identifier: MIT

// npm run hub: a broker for real boards, the page that shows them, and the page that flashes them.

import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { resolve } from "node:path";
import { renderUnicodeCompact } from "uqr";
import { startCli } from "../hosts/sim/node/cli/start-cli.ts";
import { readCredentials } from "../hosts/sim/node/credentials.ts";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { ipv4Of } from "../modules/base/ipv4.ts";
import { type Page, type StartPageOptions, startPage } from "../page/server/start-page.ts";
import { shellWord, watchLine } from "../tools/class/sheet.ts";
import { addressOfThisPC, classAround, writeClass } from "../tools/class.ts";
import { type ClassFolder, hasClass, readClassFolder } from "./class-folder.ts";
import { FirmwareFolder } from "./firmware/firmware-folder.ts";
import { FirmwarePage, loadFirmwareFiles } from "./firmware/firmware-page.ts";
import { UpdateServer } from "./firmware/update-server.ts";
import { type HubOptions, hubHelpText, parseHubOptions, usualPorts } from "./hub-options.ts";
import { type HubServer, startHubServer } from "./hub-server.ts";

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Where the page finds its broker. */
interface PageBroker {
  readonly url: URL;
  readonly tls: NonNullable<StartPageOptions["tls"]>;
  readonly source: string;
  /** Where boards look for this PC; undefined: at one of its addresses. */
  readonly host: string | undefined;
}

async function run(options: HubOptions): Promise<number> {
  const ended = new Promise<number>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => done(0));
    failed = () => done(1);
  });
  const closing: (() => Promise<void> | void)[] = [];
  try {
    const broker = options.broker ? outside(options, options.broker) : await own(options, closing);
    await startPages(options, broker, closing);
    say("Ctrl-C stops");
    return await ended;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

/** The hub cannot go on. */
let failed = () => {};

function outside({ credentials }: HubOptions, url: URL): PageBroker {
  // Refuses what is no certificate, in the words of the simulator.
  readCredentials(url, credentials);
  const { ca, cert, key } = credentials;
  const tls = {
    ...(ca !== undefined && { ca: readFileSync(ca) }),
    ...(cert !== undefined && { cert: readFileSync(cert) }),
    ...(key !== undefined && { key: readFileSync(key) }),
  };
  say(`Broker: ${url.protocol}//${url.host}, which is not the hub's own`);
  return { url, tls, source: `${url.host}/airpair`, host: undefined };
}

/** Starts the broker, with a new class where there is none. */
async function own(
  options: HubOptions,
  closing: (() => Promise<void> | void)[],
): Promise<PageBroker> {
  const { folder, listen } = options;
  prepareClass(options);
  const found = readClassFolder(folder);
  const server = await startHubServer({
    folder,
    class: found,
    host: listen,
    ports: options.ports ?? usualPorts(found.isPlain),
    notice: say,
    onFailure: ({ message }) => {
      process.stderr.write(
        `airpair: nothing can be kept in ${folder}/data any more (${message}): make room there, then start the hub again\n`,
      );
      failed();
    },
  });
  closing.push(() => server.close());
  tellOfBroker(options, found, server);
  const name = listen === "0.0.0.0" ? "127.0.0.1" : listen;
  const shown = name === "::" ? "[::1]" : name.includes(":") ? `[${name}]` : name;
  const password = encodeURIComponent(found.list.people.teacher);
  return {
    url: new URL(`mqtts://teacher:${password}@${shown}:${server.ports.people}`),
    // Whatever address it listens at: its certificate has this name, too.
    tls: { ca: readFileSync(found.authority), servername: "localhost" },
    source: `${resolve(folder)}/airpair`,
    host: found.host,
  };
}

function prepareClass({ folder, listen, newClass }: HubOptions): void {
  const { boards, id, address, isPlain, given } = newClass;
  if (hasClass(folder)) {
    if (given.length === 0) return;
    const command = `npm run class -- --again --folder ${shellWord(folder)}`;
    throw new OptionError(
      `${folder} has a class already, for which ${given.join(", ")} is too late: ${command}, with what is to change, writes it anew`,
    );
  }
  const isOne = ipv4Of(listen) !== undefined && listen !== "0.0.0.0";
  const host = address ?? (isOne ? listen : addressOfThisPC());
  if (host === undefined) {
    throw new OptionError(
      "this PC is in no network: --address ADDRESS takes the name or address under which boards will find it",
    );
  }
  writeClass({ boards, id, broker: host, isPlain, folder, again: false }, classAround(say));
  say("");
}

function tellOfBroker({ folder }: HubOptions, found: ClassFolder, { ports }: HubServer): void {
  const { list, isPlain, host } = found;
  const first = list.boards[0]?.id ?? "board-01";
  const file = shellWord(`${folder}/boards/${first}.json`);
  const place = host ?? "this PC";
  const url = `${isPlain ? "mqtt" : "mqtts"}://${place}:${ports.boards}`;
  say(`Boards: ${url}, ${list.boards.length} in ${folder}`);
  say(`  npm run flash -- --settings ${file}`);
  const { boards: usual } = usualPorts(isPlain);
  if (ports.boards !== usual) {
    say(
      `  Their files and cards have port ${usual}: set mqtt.broker ${url} on the console of each, or forward the port`,
    );
  }
  say(`People: mqtts://${place}:${ports.people}, over WebSocket wss://${place}:${ports.people}`);
  const line = watchLine({ host: host ?? "localhost" }, folder);
  say(`  ${line.replace(/ -p \d+ /, ` -p ${ports.people} `)}`);
  const mine = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  if (
    host !== undefined &&
    ipv4Of(host) !== undefined &&
    !mine.some((each) => each.address === host)
  ) {
    say(
      `Boards look for the broker at ${host}, which is no address of this PC: give it that address, or write`,
    );
    say(
      `the class for another one: npm run class -- --again --broker ADDRESS --folder ${shellWord(folder)}`,
    );
  }
}

async function startPages(
  options: HubOptions,
  broker: PageBroker,
  closing: (() => Promise<void> | void)[],
): Promise<void> {
  const { listen, imagePort } = options;
  const images = new FirmwareFolder(options.firmware);
  const updates = new UpdateServer({ images, onFetch: say });
  const port = await updates.listen(listen, imagePort);
  closing.push(() => updates.close());
  const isEverywhere = listen === "0.0.0.0" || listen === "::";
  const place = isEverywhere ? (broker.host ?? addressOfThisPC() ?? "127.0.0.1") : listen;
  const address = `http://${place.includes(":") ? `[${place}]` : place}:${port}/`;
  const files = await loadFirmwareFiles();
  const page = await startPage({
    broker: broker.url,
    tls: broker.tls,
    host: listen,
    port: options.port,
    folder: resolve(".airpair"),
    source: broker.source,
    notice: say,
    extension: (feed) => new FirmwarePage({ images, files, feed, updates: address, say }),
  });
  closing.push(() => page.close());
  tellOfPages(page, address, options.firmware);
}

function tellOfPages(page: Page, updates: string, firmware: string): void {
  say(`Page on ${page.address}`);
  if (page.isOpenToOthers) {
    say("Who has this link reads and commands the boards; it is new at each start:");
    say(renderUnicodeCompact(page.address));
  }
  say(`Flash boards from this PC: ${page.ownAddress("/firmware")}`);
  say(`Updates: ${updates}, what is signed in ${firmware}`);
}

await startCli({ parse: parseHubOptions, helpText: hubHelpText, run });
