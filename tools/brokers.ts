// SPDX-License-Identifier: MIT

// npm run brokers [-- NAME...]: tries two simulated boards with the brokers that are installed here, or with
// those that are named, and writes what was seen into docs/mqtt.md.

import { readFileSync, writeFileSync } from "node:fs";
import { OptionError } from "../hosts/sim/node/option-error.ts";
import { allCuts, withPairedBoards } from "../tests/support/pairing-cuts.ts";
import { type BrokerKind, brokerKinds, installedOf } from "./brokers/broker-kinds.ts";
import { BrokerServer } from "./brokers/broker-server.ts";
import { rowOf, withRows } from "./brokers/broker-table.ts";
import { tryBoards } from "./brokers/two-boards.ts";
import { readToolOptions } from "./tool-options.ts";

const document = "docs/mqtt.md";
const known = brokerKinds.map(({ name }) => name).join(", ");
const isNamed = ({ name }: BrokerKind, word: string) => name.toLowerCase() === word.toLowerCase();
const { option, words } = readToolOptions({
  command: "npm run brokers",
  purpose: `Tries two simulated boards with the brokers that are installed here, and writes what was seen into
${document}. Installs nothing; says which broker is not there. Takes some minutes for each.`,
  options: {
    pairing:
      "only a pair, with a power cut at each write of it and restarts of all; writes nothing",
  },
  words: {
    name: "NAME...",
    help: known,
    check: (words) => {
      const stranger = words.find((word) => brokerKinds.every((kind) => !isNamed(kind, word)));
      if (stranger === undefined) return;
      throw new OptionError(`"${stranger}" is no broker that is known; there are ${known}`);
    },
  },
});
const kinds = brokerKinds.filter((kind) => {
  return words.length === 0 || words.some((word) => isNamed(kind, word));
});

const rows = new Map<string, string>();
for (const [kind, version] of installedOf(kinds, console.log)) {
  const { name } = kind;
  console.log(`${name} ${version}: some minutes …`);
  const server = await BrokerServer.start(kind);
  try {
    if (option === "pairing") {
      await withPairedBoards(server.url(), async (boards) => {
        for (const cut of allCuts) await boards.cut(cut);
        await boards.outlive(server);
      });
      console.log(
        `${name}: ${allCuts.length} power cuts and 5 restarts, and the boards are paired`,
      );
      continue;
    }
    const row = rowOf(name, version, await tryBoards(kind, server));
    rows.set(name, row);
    console.log(row);
  } finally {
    await server.stop();
  }
}
if (rows.size > 0) writeFileSync(document, withRows(readFileSync(document, "utf8"), rows));
