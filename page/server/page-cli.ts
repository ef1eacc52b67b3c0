// SPDX-License-Identifier: MIT

// npm run page -- --broker URL: the page for the boards at a broker.

import { resolve } from "node:path";
import { renderUnicodeCompact } from "uqr";
import { startCli } from "../../hosts/sim/node/cli/start-cli.ts";
import { type PageOptions, pageHelpText, parsePageOptions } from "./page-options.ts";
import { startPage } from "./start-page.ts";

async function run({ broker, root = "airpair", ...options }: PageOptions): Promise<number> {
  const print = (text: string) => process.stdout.write(`${text}\n`);
  const page = await startPage({
    ...options,
    broker,
    roots: [root],
    folder: resolve(".airpair"),
    source: `${broker.host}/${root}`,
    notice: print,
  });
  print(`Page on ${page.address}`);
  if (page.isOpenToOthers) {
    print("Who has this link reads and commands the boards; it is new at each start:");
    print(renderUnicodeCompact(page.address));
  }
  print("Ctrl-C stops");
  await new Promise<void>((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => done());
  });
  page.close();
  return 0;
}

await startCli({ parse: parsePageOptions, helpText: pageHelpText, run });
