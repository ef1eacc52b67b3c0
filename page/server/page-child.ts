// SPDX-License-Identifier: MIT

// The page of `npm start`: a process of its own, so that it takes no time from the boards. Its first
// message says where the broker is, as an address with a password has no place on a command line.

import { resolve } from "node:path";
import type {
  SimulationReport,
  SimulationRequest,
} from "../../hosts/sim/node/simulation-report.ts";
import { ParentSimulation } from "./simulation-link.ts";
import { startPage } from "./start-page.ts";

function send(message: SimulationRequest): void {
  if (process.connected) process.send?.(message);
}

let close = () => {};
process.on("disconnect", () => {
  close();
  process.exit(0);
});
// Ctrl-C goes to both; the simulation says when it is over.
process.on("SIGINT", () => {});

process.once("message", (start: Extract<SimulationReport, { kind: "start" }>) => {
  const { ca, cert, key } = start.tls;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key }).filter(([, text]) => text !== undefined),
  );
  const port = {
    send: (message: unknown) => send(message as SimulationRequest),
    onMessage: (take: (message: SimulationReport) => void) => void process.on("message", take),
  };
  startPage({
    broker: new URL(start.broker),
    tls,
    roots: start.roots,
    host: "127.0.0.1",
    port: 8080,
    folder: resolve(".airpair"),
    source: start.source,
    simulation: (onChanged) => new ParentSimulation(port, onChanged),
    notice: (text) => send({ kind: "notice", text }),
  }).then(
    (page) => {
      close = () => page.close();
      send({ kind: "listening", address: page.address });
    },
    (error: Error) => {
      send({ kind: "notice", text: `the page cannot be served: ${error.message}` });
      process.disconnect?.();
    },
  );
});
