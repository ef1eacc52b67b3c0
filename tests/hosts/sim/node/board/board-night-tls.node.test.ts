// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { createServer, type TlsOptions } from "node:tls";
import { Aedes } from "aedes";
import { Certificates, derOf, withoutOpenSSL } from "../../../../support/certificates.ts";
import { startLoneBoard } from "../../../../support/lone-board.ts";

/** A broker with TLS for this test, which tells of each connection whether it was resumed. */
async function secureBroker(
  t: TestContext,
  options: TlsOptions,
  onConnection: (isResumed: boolean) => void,
) {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = certificates.authority("our-ca");
  const { certificate, key } = certificates.issue("good", { by: "our-ca" });
  const aedes = await Aedes.createBroker();
  const pair = { cert: readFileSync(certificate), key: readFileSync(key) };
  const server = createServer({ ...pair, noDelay: true, ...options }, (socket) => {
    onConnection(socket.isSessionReused());
    aedes.handle(socket);
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => new Promise((done) => aedes.close(() => server.close(() => done(undefined)))));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { port, authority: Buffer.from(derOf(authority)).toString("base64") };
}

for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`a simulated board resumes its session of ${maxVersion} at each wake, and none after a restart`, {
    skip: withoutOpenSSL,
  }, async (t) => {
    const nights: boolean[] = [];
    const restarts: boolean[] = [];
    // On a busy PC a board of this speed is awake for more than ten of its seconds.
    const reports = () => count(/asleep for 1 min; \d+\.\d\d s: boot 0\.25, sensor/);
    const isRestarted = () => count(/restarting: reboot command/) > 0;
    const { port, authority } = await secureBroker(t, { maxVersion }, (isResumed) => {
      (isRestarted() ? restarts : nights).push(isResumed);
      // It hears that only while it is awake.
      if (nights.length > 3 && reports() > 1) board.type("reboot\n");
    });
    const settings = {
      sleep: 1,
      "mqtt.broker": `mqtts://localhost:${port}`,
      "mqtt.ca": authority,
    };
    const { board, count, until } = await startLoneBoard(t, settings, 30);
    await until(() => nights.length === 1 && count(/reading/) > 0);
    board.type("sleep now\n");
    await until(() => restarts.length > 0);
    assert.deepEqual(nights.slice(0, 4), [false, true, true, true]);
    assert.equal(restarts[0], false);
    assert.equal(count(/uncaught|crashed|too long/), 0);
  });
}
