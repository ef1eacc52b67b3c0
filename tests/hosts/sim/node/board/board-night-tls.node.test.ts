// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { createServer, type TlsOptions } from "node:tls";
import { Aedes } from "aedes";
import { Certificates, derOf, withoutOpenSSL } from "../../../../support/certificates.ts";
import { startLoneBoard } from "../../../../support/lone-board.ts";

/** A broker with TLS for this test, and for each connection whether it was resumed. */
async function secureBroker(t: TestContext, options: TlsOptions) {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = certificates.authority("our-ca");
  const { certificate, key } = certificates.issue("good", { by: "our-ca" });
  const aedes = await Aedes.createBroker();
  const resumed: boolean[] = [];
  const pair = { cert: readFileSync(certificate), key: readFileSync(key) };
  // Node would have a session last for five minutes, which are ten seconds here.
  const server = createServer({ ...pair, sessionTimeout: 86_400, ...options }, (socket) => {
    resumed.push(socket.isSessionReused());
    aedes.handle(socket);
  });
  server.on("tlsClientError", () => {});
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => new Promise((done) => aedes.close(() => server.close(() => done(undefined)))));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return { resumed, port, authority: Buffer.from(derOf(authority)).toString("base64") };
}

for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`a simulated board resumes its session of ${maxVersion} at each wake, and none after a restart`, {
    skip: withoutOpenSSL,
  }, async (t) => {
    const { resumed, port, authority } = await secureBroker(t, { maxVersion });
    const settings = {
      sleep: 1,
      "mqtt.broker": `mqtts://localhost:${port}`,
      "mqtt.ca": authority,
    };
    const { board, count, lines } = await startLoneBoard(t, settings, 30);
    const until = async (isTrue: () => boolean) => {
      const end = performance.now() + 30_000;
      while (!isTrue() && performance.now() < end)
        await new Promise((done) => setTimeout(done, 20));
      assert.ok(isTrue(), `${resumed}\n${lines.slice(-30).join("\n")}`);
    };
    await until(() => resumed.length === 1 && count(/reading/) > 0);
    board.type("sleep now\n");
    // More nights may be over before this is looked at: they are short here.
    await until(() => count(/asleep for 1 min; \d\.\d\d s: boot 0\.25, sensor/) >= 2);
    await until(() => resumed.length >= 4);
    const nights = resumed.length;
    assert.deepEqual(resumed.slice(0, nights), [false, ...Array(nights - 1).fill(true)]);
    // It hears that only while it is awake, right after it has connected.
    let asked = 0;
    await until(() => {
      if (resumed.length > asked) board.type("reboot\n");
      asked = resumed.length;
      return resumed.includes(false, nights);
    });
    assert.equal(count(/uncaught|crashed|too long/), 0);
  });
}
