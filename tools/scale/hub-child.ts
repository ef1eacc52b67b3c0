// SPDX-License-Identifier: MIT

import { join } from "node:path";
import type { Door } from "../../hub/broker/door.ts";
import { HubBroker } from "../../hub/broker/hub-broker.ts";
import { Listener } from "../../hub/broker/listener.ts";
import { Rights } from "../../hub/broker/rights.ts";
import { BrokerStore } from "../../hub/broker/store.ts";

// The broker of the hub with one user for all boards: a class has one for each, which boards that share
// their options cannot be. What it does otherwise, and keeps, is the same.

const say = (text: string) => void process.stderr.write(`hub: ${text}\n`);
const [, , folder = "."] = process.argv;
const door: Door = {
  name: "boards",
  users: { isRight: (_, password) => Promise.resolve(password.toString() === "right") },
  rights: new Rights("pattern readwrite #\n", "scale"),
  isUserTheClient: false,
};
const store = new BrokerStore({ file: join(folder, "hub.db"), onNotice: say });
const broker = new HubBroker({
  store,
  doors: [door],
  version: "airpair hub",
  onNotice: say,
  onFailure: (error) => {
    throw error;
  },
});
const listener = await Listener.open({
  host: "127.0.0.1",
  port: 0,
  tls: undefined,
  onStream: (stream, address) => broker.accept(stream, door, address),
  onTrouble: say,
});
process.on("disconnect", async () => {
  broker.close();
  await listener.close();
  store.close();
  process.exit(0);
});
process.send?.(listener.port);
