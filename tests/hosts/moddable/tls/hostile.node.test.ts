// SPDX-License-Identifier: MIT

// Servers that break off, lie and send rubbish, at each place of a handshake.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import {
  type Alteration,
  AlteredServer,
  type Attempt,
  recordOf,
} from "../../../support/altered-tls.ts";
import { Certificates, withoutOpenSSL } from "../../../support/certificates.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";
import { until } from "../../../support/node-network.ts";
import { seededRandom } from "../../../support/random.ts";
import { seedCount } from "../../../support/seeds.ts";
import { loadTLS } from "../../../support/tls-library.ts";

const skip = withoutOpenSSL || withoutMbedTLS;
const certificates = new Certificates();
const authority = skip ? "" : certificates.authority("our-ca");
const identity = skip ? { certificate: "", key: "" } : certificates.issue("good", { by: "our-ca" });
const versions =
  skip === false && loadTLS().has13 ? (["TLSv1.2", "TLSv1.3"] as const) : (["TLSv1.2"] as const);
const servers = new Map<string, AlteredServer>();

before(async () => {
  if (skip) return;
  for (const version of versions) {
    const server = new AlteredServer(authority, identity, {
      minVersion: version,
      maxVersion: version,
    });
    servers.set(version, server);
    await server.listen();
  }
});

after(async () => {
  for (const server of servers.values()) await server.close();
  certificates.remove();
});

/** Connects; whatever happens, no application data leaves before the server is believed. */
async function refused(
  version: string,
  what: string,
  alter: Alteration,
  code = /^tls\/[a-z-]+$/,
): Promise<void> {
  const attempt = serverOf(version).open(alter);
  await attempt.settled();
  assert.equal(attempt.opened, 0, `${version}, ${what}: opened`);
  assert.equal(attempt.received.length, 0, what);
  assert.match(attempt.code, code, `${version}, ${what}: ${attempt.error}`);
}

function serverOf(version: string): AlteredServer {
  return servers.get(version) ?? assert.fail(version);
}

/** The records that a handshake without changes brings until it is open. */
async function handshakeOf(version: string): Promise<Buffer[]> {
  const records: Buffer[] = [];
  let attempt: Attempt | undefined;
  attempt = serverOf(version).open((record) => {
    if (!attempt?.opened) records.push(record);
    return [record];
  });
  await attempt.settled();
  assert.equal(attempt.opened, 1, `${version}: ${attempt.error}`);
  attempt.socket?.close();
  return records;
}

for (const version of versions) {
  test(`${version}: a server that ends after each record has closed the handshake`, {
    skip,
  }, async () => {
    const { length } = await handshakeOf(version);
    assert.ok(length >= 4, `${length} records`);
    for (let last = 0; last < length; last++) {
      await refused(
        version,
        `ends before record ${last}`,
        (record, index) => {
          if (index === last) serverOf(version).breakOff();
          return index >= last ? [] : [record];
        },
        /^tls\/closed$/,
      );
    }
  });

  test(`${version}: a record that is cut short, and then the end, has closed the handshake`, {
    skip,
  }, async () => {
    const records = await handshakeOf(version);
    for (const [place, { length }] of records.entries()) {
      for (let at = 1; at < length; at += Math.ceil(length / 5)) {
        await refused(
          version,
          `record ${place} of ${at} bytes`,
          (record, index) => {
            if (index === place) serverOf(version).breakOff();
            if (index > place) return [];
            return [index === place ? record.subarray(0, at) : record];
          },
          /^tls\/closed$/,
        );
      }
    }
  });

  test(`${version}: a fatal alert in place of each plain record is told in words`, {
    skip,
  }, async () => {
    const records = await handshakeOf(version);
    const plain = records.findIndex((record) => record[0] !== 22);
    for (let place = 0; place < plain; place++) {
      for (const alert of [10, 40, 42, 48, 70, 80, 112, 120, 255]) {
        const bytes = recordOf(21, Uint8Array.of(2, alert));
        await refused(
          version,
          `alert ${alert} as record ${place}`,
          (record, index) => (index === place ? [bytes] : [record]),
          version === "TLSv1.3" && place > 0 ? undefined : /^tls\/alert$/,
        );
      }
    }
  });

  test(`${version}: warnings before the first record are passed over`, { skip }, async () => {
    const unrecognizedName = recordOf(21, Uint8Array.of(1, 112));
    const attempt = serverOf(version).open((record, index) =>
      index === 0 ? [unrecognizedName, record] : [record],
    );
    await attempt.settled();
    assert.equal(attempt.opened, 1, `${attempt.error}`);
    attempt.socket?.close();
  });

  test(`${version}: rubbish in place of any record is a typed error`, { skip }, async () => {
    const records = await handshakeOf(version);
    const random = seededRandom(17);
    for (let place = 0; place < records.length; place++) {
      for (let round = 0; round < seedCount(8); round++) {
        // Enough that no length of a record makes the client wait for more.
        const rubbish = Buffer.from(
          Array.from({ length: 40_000 }, () => Math.floor(random() * 256)),
        );
        await refused(version, `rubbish as record ${place}`, (record, index) => {
          return index === place ? [rubbish] : [record];
        });
      }
    }
  });

  test(`${version}: a change of any byte is noticed before data goes out`, { skip }, async () => {
    const records = await handshakeOf(version);
    const random = seededRandom(23);
    let changes = 0;
    for (const [place, { length }] of records.entries()) {
      // What a TLS 1.3 server sends for middleboxes means nothing.
      if (version === "TLSv1.3" && records[place]?.[0] === 20) continue;
      for (let round = 0; round < seedCount(25); round++) {
        const at = 5 + Math.floor(random() * (length - 5));
        const bit = 1 << Math.floor(random() * 8);
        const filling = Array.from({ length: 20 }, () => recordOf(22, new Uint8Array(1_024)));
        await refused(version, `byte ${at} of record ${place}`, (record, index) => {
          if (index !== place || at >= record.length)
            return index > place ? [record, ...filling] : [record];
          record[at] = (record[at] ?? 0) ^ bit;
          return [record, ...filling];
        });
        changes++;
      }
    }
    assert.ok(changes >= 2 * seedCount(25), `${changes}`);
  });

  test(`${version}: many small records come whole`, {
    skip,
  }, async () => {
    const attempt = serverOf(version).open();
    await attempt.settled();
    await until(() => attempt.peer !== undefined);
    for (let round = 0; round < 200; round++) attempt.peer?.write("x");
    await until(() => attempt.received.length === 200);
    attempt.socket?.close();
  });
}

test("nothing of mbedTLS is left when all connections have ended", { skip }, async () => {
  await until(() => loadTLS().alive() === 0);
});
