// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import test from "node:test";
import { Certificates, derOf, withoutOpenSSL } from "../support/certificates.ts";
import { startLoneBoard } from "../support/lone-board.ts";
import { until } from "../support/node-network.ts";

/** A web server with TLS that can be away for a while, at the same port. */
class WebServer {
  readonly bodies: string[] = [];
  readonly #options: { cert: Buffer; key: Buffer };
  #server: Server | undefined;
  port = 0;

  constructor(files: { certificate: string; key: string }) {
    this.#options = { cert: readFileSync(files.certificate), key: readFileSync(files.key) };
  }

  async start(): Promise<void> {
    const server = createServer(this.#options, (request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (piece) => {
        body += piece;
      });
      request.on("end", () => {
        this.bodies.push(body);
        response.end("thanks");
      });
    });
    await new Promise<void>((done) => server.listen(this.port, "127.0.0.1", done));
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  }
}

test("a whole board on XS sends to a real server over TLS, before an outage and after it", {
  skip: withoutOpenSSL,
}, async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = derOf(certificates.authority("authority"));
  const server = new WebServer(certificates.issue("server", { by: "authority" }));
  await server.start();
  t.after(() => server.stop());
  const { board, count: said } = await startLoneBoard(t, {
    "webhook.url": `https://127.0.0.1:${server.port}/secret-path`,
    "webhook.header.1": "X-Key: secret-key",
    "webhook.ca": Buffer.from(authority).toString("base64"),
    "webhook.interval": 5,
  });
  const valuesOf = (body: string) => JSON.parse(body).office_sensor;
  await until(() => server.bodies.length >= 2);
  await server.stop();
  await until(() => said(/^webhook +warning: https:/) > 0);
  const before = server.bodies.length;
  // A few readings that have to wait.
  const readings = said(/^reading /);
  await until(() => said(/^reading /) >= readings + 12);
  await server.start();
  // The one that met the trouble has no time yet; then come those that had to wait.
  await until(() => server.bodies.length > before + 3 && !server.bodies.at(-1)?.includes('"time"'));
  const late = server.bodies.slice(before).map(valuesOf);
  assert.ok(late.filter(({ time }) => time !== undefined).length >= 2);
  assert.ok(server.bodies.every((body) => typeof valuesOf(body) === "object"));
  assert.ok(said(/^webhook .*has taken it/) >= 2);
  board.type("webhook test\n");
  await until(() => said(/answer after \d+ ms: 200, taken/) > 0);
  assert.equal(said(/crashed|uncaught|secret/), 0);
});
