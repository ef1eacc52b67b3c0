// SPDX-License-Identifier: MIT

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
import { loadTLS } from "../../../support/tls-library.ts";

const skip = withoutOpenSSL || withoutMbedTLS;
const certificates = new Certificates();
const authority = skip ? "" : certificates.authority("our-ca");
const identity = skip ? { certificate: "", key: "" } : certificates.issue("good", { by: "our-ca" });
let server: AlteredServer;

before(async () => {
  if (skip) return;
  server = new AlteredServer(authority, identity);
  await server.listen();
});

after(async () => {
  await server?.close();
  certificates.remove();
});

/** Records of the server's first flight: one message each. */
const flight = ["ServerHello", "Certificate", "ServerKeyExchange", "ServerHelloDone"];
/** More than the longest message that is waited for. */
const filling = Array.from({ length: 20 }, () => recordOf(22, new Uint8Array(1_024)));
/** Then come ChangeCipherSpec and Finished, perhaps with others between. */
const changeCipherSpec = 20;

/** Connects with a change and expects that it was noticed, before anything was sent or believed. */
async function refused(what: string, alter: Alteration): Promise<Attempt> {
  const attempt = server.open(alter);
  await attempt.settled();
  assert.equal(attempt.opened, 0, `${what}: opened`);
  assert.equal(attempt.sent.includes(23), false, `${what}: application data was sent`);
  assert.equal(attempt.received.length, 0, what);
  assert.match(attempt.code, /^tls\//, what);
  return attempt;
}

test("data goes both ways when nothing was changed, in pieces of any size", { skip }, async () => {
  for (const piece of [1, 7, 100, Number.POSITIVE_INFINITY]) {
    const attempt = server.open((record) => [record], piece);
    await attempt.settled();
    assert.equal(attempt.error, undefined);
    await until(() => attempt.peer !== undefined);
    let heard = "";
    attempt.peer?.on("data", (bytes: Buffer) => {
      heard += bytes.toString();
    });
    attempt.socket?.write(new TextEncoder().encode("ping"));
    attempt.peer?.write(Buffer.alloc(40_000, "x"));
    await until(() => heard === "ping" && attempt.received.length === 40_000);
    attempt.socket?.close();
  }
});

test("handshake messages may be split over many records, where mbedTLS knows that", {
  skip,
}, async () => {
  const isKnown = loadTLS().version >= 0x03_06_03_00;
  let isProtected = false;
  const attempt = server.open((record) => {
    if (record[0] === changeCipherSpec) isProtected = true;
    if (isProtected || record[0] !== 22) return [record];
    const parts: Buffer[] = [];
    // The head of a message has to be in one record.
    for (let at = 5; at < record.length; at += 7) {
      parts.push(recordOf(22, record.subarray(at, at + 7)));
    }
    return parts;
  });
  await attempt.settled();
  assert.equal(attempt.opened, isKnown ? 1 : 0, `${attempt.error}`);
  if (!isKnown) assert.equal(attempt.code, "tls/failed");
  attempt.socket?.close();
});

test("no message of the server may be missing, come twice or out of turn", { skip }, async () => {
  for (const [index, name] of flight.entries()) {
    let held: Buffer | undefined;
    if (index < 3) {
      await refused(`without ${name}`, (record, at) => (at === index ? [] : [record]));
      await refused(`${name} later`, (record, at) => {
        if (at === index) held = record;
        if (at === index) return [];
        return at === index + 1 && held ? [record, held] : [record];
      });
    }
    await refused(`${name} twice`, (record, at) => (at === index ? [record, record] : [record]));
  }
});

test("a change of any message is noticed", { skip }, async () => {
  const lengths: number[] = [];
  const plain = server.open((record, at) => {
    if (at < flight.length) lengths[at] = record.length;
    return [record];
  });
  await plain.settled();
  plain.socket?.close();
  let count = 0;
  for (const [index, name] of flight.entries()) {
    for (let at = 5; at < (lengths[index] ?? 0); at += 11) {
      await refused(`${name}, byte ${at}`, (record, n) => {
        if (n === index && at < record.length) record[at] = (record[at] ?? 0) ^ 0x04;
        return [record];
      });
      count++;
    }
  }
  assert.ok(count > 50, `${count} changes`);
});

test("keys change once, after the last message, and Finished is protected", { skip }, async () => {
  const change = recordOf(changeCipherSpec, Uint8Array.of(1));
  for (const index of flight.keys()) {
    // A client that knows TLS 1.3 passes over one that comes before ServerHello (RFC 8446, D.4).
    if (index === 0 && loadTLS().has13) continue;
    await refused(`before ${flight[index]}`, (record, at) =>
      at === index ? [change, record] : [record],
    );
  }
  // What is protected then looks like the head of a long message.
  let isLeftOut = false;
  await refused("left out", (record) => {
    if (isLeftOut) return [record, ...filling];
    isLeftOut = record[0] === changeCipherSpec;
    return isLeftOut ? [] : [record];
  });
  await refused("twice", (record) =>
    record[0] === changeCipherSpec ? [change, change] : [record],
  );
  const other = recordOf(changeCipherSpec, Uint8Array.of(2));
  await refused("another", (record) => (record[0] === changeCipherSpec ? [other] : [record]));
  const finished = recordOf(22, Uint8Array.of(20, 0, 0, 12, ...new Uint8Array(12)));
  const isFinished = isAfterChange();
  await refused("plain", (record) => (isFinished(record) ? [finished] : [record]));
  await refused("plain, without change", (record) =>
    record[0] === changeCipherSpec ? [finished] : [record],
  );
});

/** True for the record that follows ChangeCipherSpec. */
function isAfterChange(): (record: Buffer) => boolean {
  let changed = false;
  return (record) => {
    const result = changed;
    changed = record[0] === changeCipherSpec;
    return result;
  };
}

test("a change of Finished is noticed", { skip }, async () => {
  // Not the length: more would be waited for.
  for (const at of [0, 1, 5, 9, 12, 13, 20, 28, 29, 36, 44]) {
    const isFinished = isAfterChange();
    await refused(`byte ${at}`, (record) => {
      if (isFinished(record)) record[at] = (record[at] ?? 0) ^ 0x10;
      return [record];
    });
  }
});

test("a wrong signature is not told as something that is no TLS", { skip }, async () => {
  const isChange = isAfterChange();
  let isPlain = true;
  const attempt = server.open((record) => {
    isPlain &&= !isChange(record);
    // The signature is the last of ServerKeyExchange.
    if (isPlain && record[0] === 22 && record[5] === 12) {
      record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
    }
    return [record];
  });
  await attempt.settled();
  assert.equal(attempt.code, "tls/failed");
  assert.match(`${attempt.error}`, /a signature or key does not fit/);
});

test("data before the end of the handshake is refused", { skip }, async () => {
  const data = recordOf(23, new TextEncoder().encode("hello"));
  for (let index = 0; index <= flight.length; index++) {
    await refused(`before record ${index}`, (record, at) =>
      at === index ? [data, record] : [record],
    );
  }
});

test("later records must be the next ones of the server, unchanged", { skip }, async () => {
  const cases: readonly [string, (record: Buffer) => Buffer[]][] = [
    ["changed", (record) => [Buffer.from([...record.subarray(0, -1), (record.at(-1) ?? 0) ^ 1])]],
    ["cut", (record) => [recordOf(23, record.subarray(5, 20))]],
    ["plain", () => [recordOf(23, Buffer.from("hello"))]],
    ["of another type", (record) => [recordOf(22, record.subarray(5))]],
    ["a plain handshake", () => [recordOf(22, Uint8Array.of(0, 0, 0, 0))]],
    ["a plain alert", () => [recordOf(21, Uint8Array.of(1, 0))]],
    ["a change of keys", () => [recordOf(changeCipherSpec, Uint8Array.of(1))]],
  ];
  for (const [what, alter] of cases) {
    const attempt = server.open((record) => (record[0] === 23 ? alter(record) : [record]));
    await attempt.settled();
    await until(() => attempt.peer !== undefined);
    attempt.peer?.write("hello");
    await until(() => attempt.hasFailed);
    assert.equal(attempt.code, "tls/failed", what);
    assert.equal(attempt.received.length, 0, what);
  }
  const attempt = server.open((record) => (record[0] === 23 ? [record, record] : [record]));
  await attempt.settled();
  await until(() => attempt.peer !== undefined);
  attempt.peer?.write("hello");
  await until(() => attempt.hasFailed);
  assert.equal(attempt.received.toString(), "hello", "once, and not again");
  assert.equal(attempt.code, "tls/failed");
});

test("an orderly end of the other side is no error of TLS", { skip }, async () => {
  const attempt = server.open();
  await attempt.settled();
  await until(() => attempt.peer !== undefined);
  attempt.peer?.end("bye");
  await until(() => attempt.hasFailed);
  assert.equal(attempt.received.toString(), "bye");
  assert.equal(attempt.code, "");
  assert.equal(attempt.sent.at(-1), 21, "it is answered by an alert, close_notify");
});

test("a key exchange signed with SHA-1 is refused, in one record or in many", {
  skip,
}, async () => {
  for (const length of [Number.POSITIVE_INFINITY, 5, 1_000]) {
    const attempt = await refused(`in records of ${length}`, (record, index) => {
      if (index !== 2) return [record];
      assert.equal(record[5], 12, "a ServerKeyExchange");
      const hash = 5 + 4 + 4 + (record[5 + 4 + 3] ?? 0);
      record[hash] = 2;
      const parts: Buffer[] = [];
      for (let at = 5; at < record.length; at += length) {
        parts.push(recordOf(22, record.subarray(at, at + length)));
      }
      return parts;
    });
    if (length === Number.POSITIVE_INFINITY || loadTLS().version >= 0x03_06_03_00) {
      assert.match(`${attempt.error}`, /tls\/unsupported: the server signs its key with SHA-1/);
    }
  }
});

test("a message or record longer than may be is refused before it has come", { skip }, async () => {
  await refused("record", (record, at) => (at === 0 ? [Buffer.of(22, 3, 3, 0x49, 0)] : [record]));
  const message = recordOf(22, Uint8Array.of(2, 1, 0, 0));
  await refused("message", (record, at) => (at === 0 ? [message, ...filling] : [record]));
});
