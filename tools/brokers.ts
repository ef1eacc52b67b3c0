// SPDX-License-Identifier: MIT

// npm run brokers [-- NAME...]: tries two simulated boards with the brokers that are installed here
// (Mosquitto, RabbitMQ, NATS), or with those that are named, and writes what was seen into
// docs/mqtt.md. Installs nothing; says which broker is not there. Takes some minutes for each.

import { readFileSync, writeFileSync } from "node:fs";
import { brokerKinds, installedOf } from "./brokers/broker-kinds.ts";
import { BrokerServer } from "./brokers/broker-server.ts";
import { rowOf, withRows } from "./brokers/broker-table.ts";
import { tryBoards } from "./brokers/two-boards.ts";

const document = "docs/mqtt.md";
const names = process.argv.slice(2).map((name) => name.toLowerCase());
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
    const row = rowOf(name, version, await tryBoards(kind, server));
    rows.set(name, row);
    console.log(row);
  } finally {
    await server.stop();
  }
}
if (rows.size > 0) writeFileSync(document, withRows(readFileSync(document, "utf8"), rows));
