// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { after } from "node:test";
import { ClientIdentity } from "../../../modules/tls/client-identity.ts";
import { TLSError } from "../../../modules/tls/tls-error.ts";
import { AlteredServer } from "../../support/altered-tls.ts";
import {
  Certificates,
  derOf,
  type Identity,
  keyOf,
  withoutOpenSSL,
} from "../../support/certificates.ts";
import { nodeCrypto } from "../../support/node-crypto.ts";
import { until } from "../../support/node-network.ts";

const skip = withoutOpenSSL;
const certificates = new Certificates();
const folder = mkdtempSync(join(tmpdir(), "airpair-identities-"));
after(() => {
  certificates.remove();
  rmSync(folder, { recursive: true });
});

/** A certificate that signed itself, for localhost, with a key that openssl names so. */
function identityOf(name: string, kind: readonly string[]): Identity {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}.key`)];
  const subject = ["-subj", `/CN=${name}`, "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", "-x509", "-nodes", ...kind, ...files, ...subject], {
    stdio: "ignore",
  });
  return { certificate, key };
}

const kinds: readonly (readonly [string, readonly string[]])[] = [
  ["rsa", ["-newkey", "rsa:2048"]],
  ["P-256", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]],
  ["P-384", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"]],
];

for (const [name, kind] of kinds) {
  test(`a server and a client may have ${name} keys`, { skip }, async () => {
    const [own, board] = [identityOf(`server-${name}`, kind), identityOf(`board-${name}`, kind)];
    const server = new AlteredServer(own.certificate, own, {
      requestCert: true,
      ca: readFileSync(board.certificate),
    });
    await server.listen();
    try {
      const attempt = server.open(undefined, undefined, {
        secure: { clientCertificate: derOf(board.certificate), clientKey: keyOf(board.key) },
      });
      await attempt.settled();
      assert.equal(attempt.opened, 1, `${attempt.error}`);
      await until(() => attempt.peer !== undefined);
      assert.equal(attempt.peer?.authorized, true);
      assert.equal(attempt.peer?.getPeerCertificate().subject.CN, `board-${name}`);
      assert.equal(attempt.peer?.servername, "localhost");
      attempt.socket?.close();
    } finally {
      await server.close();
    }
  });
}

test("an address is not sent as the name of the server", { skip }, async () => {
  const authority = certificates.authority("our-ca");
  const server = new AlteredServer(authority, certificates.issue("good", { by: "our-ca" }));
  await server.listen();
  try {
    const attempt = server.open(undefined, undefined, { host: "127.0.0.1" });
    await attempt.settled();
    await until(() => attempt.peer !== undefined);
    assert.equal(attempt.peer?.servername, false);
    attempt.socket?.close();
  } finally {
    await server.close();
  }
});

test("a key that is none, or of another certificate, is refused without being shown", {
  skip,
}, () => {
  const [, ec = []] = kinds[1] ?? [];
  const { certificate, key } = identityOf("own", ec);
  const bytes = keyOf(key);
  const exported = (pair: ReturnType<typeof generateKeyPairSync>) =>
    new Uint8Array(Buffer.from(pair.privateKey.export({ format: "der", type: "pkcs8" })));
  const others: Uint8Array[] = [
    keyOf(identityOf("other", ec).key),
    exported(generateKeyPairSync("rsa", { modulusLength: 2048 }) as never),
    exported(generateKeyPairSync("ed25519") as never),
    bytes.subarray(0, bytes.length - 1),
    new Uint8Array(0),
    derOf(certificate),
  ];
  const attempt = (other: Uint8Array) => new ClientIdentity(nodeCrypto, derOf(certificate), other);
  assert.equal(attempt(bytes).algorithmId, 0x0403);
  for (const [index, other] of others.entries()) {
    assert.throws(
      () => attempt(other),
      (error) => error instanceof TLSError && error.code === "tls/bad-key",
      `key ${index}`,
    );
  }
});
