// SPDX-License-Identifier: MIT

// npm run brokers [-- NAME...]: tries two simulated boards with the brokers that are installed here
// (Mosquitto, RabbitMQ, NATS), or with those that are named, and writes what was seen into
// docs/mqtt.md. Installs nothing; says which broker is not there. Takes some minutes for each. With
// --pairing: only two boards that are paired, with a power cut at each write of it and restarts of all;
// writes nothing.

import { readFileSync, writeFileSync } from "node:fs";
import { allCuts, withPairedBoards } from "../tests/support/pairing-cuts.ts";
import { brokerKinds, installedOf } from "./brokers/broker-kinds.ts";
import { BrokerServer } from "./brokers/broker-server.ts";
import { rowOf, withRows } from "./brokers/broker-table.ts";
import { tryBoards } from "./brokers/two-boards.ts";

const document = "docs/mqtt.md";
const isPairing = process.argv.includes("--pairing");
const names = process.argv
  .slice(2)
  .filter((name) => name !== "--pairing")
  .map((name) => name.toLowerCase());
const kinds = brokerKinds.filter(({ name }) => {
  return names.length === 0 || names.includes(name.toLowerCase());
});

if (kinds.length < names.length) {
  const known = brokerKinds.map(({ name }) => name).join(", ");
  console.error(`brokers: a name is not known; known are ${known}`);
  process.exit(2);
}

const rows = new Map<string, string>();
for (const [kind, version] of installedOf(kinds, console.log)) {
  const { name } = kind;
  console.log(`${name} ${version}: some minutes …`);
  const server = await BrokerServer.start(kind);
  try {
    if (isPairing) {
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
