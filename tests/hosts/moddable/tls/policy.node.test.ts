// SPDX-License-Identifier: MIT

// Which servers are believed: one table, for the simulator (node:tls) and for the boards (tls-core).

import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import test, { after, before } from "node:test";
import { createServer, type Server, type TlsOptions } from "node:tls";
import type { TCP, TLSConstructor, TLSSecureOptions } from "../../../../modules/ecma-419/tcp.ts";
import {
  CertificateShop,
  ec,
  forAuthority,
  forServer,
  rsa,
} from "../../../support/certificate-shop.ts";
import { derOf, withoutOpenSSL } from "../../../support/certificates.ts";
import { coreTLS } from "../../../support/core-tls.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";
import { nodeNetwork, until } from "../../../support/node-network.ts";

const skip = withoutOpenSSL || withoutMbedTLS;
const shop = new CertificateShop();
after(() => shop.remove());

const hosts: readonly (readonly [string, () => TLSConstructor])[] = [
  ["sim", () => nodeNetwork.tls.io],
  ["tls-core", () => coreTLS()],
];

/** A certificate of a server, made by the root, with this in it. */
const signed = (extensions: readonly string[], more = {}) => ({ by: "root", extensions, ...more });

before(() => {
  if (skip) return;
  shop.make("root", { extensions: forAuthority });
  shop.make("other-root", { extensions: forAuthority });
  shop.make("v1-root");
  shop.make("sha1-root", { hash: "sha1", key: rsa(2048), extensions: forAuthority });
  shop.make("rsa-root", { key: rsa(4096), extensions: forAuthority });
  shop.make("middle", { by: "root", extensions: forAuthority });
  shop.make("lower", { by: "middle", extensions: forAuthority });
  shop.make("no-authority", { by: "root", extensions: ["basicConstraints=CA:FALSE"] });
  shop.make("old-middle", { by: "root", extensions: forAuthority, until: "250101000000Z" });
  shop.make("sha1-middle", { by: "root", extensions: forAuthority, hash: "sha1" });
  shop.make("last", { by: "root", extensions: ["basicConstraints=critical,CA:TRUE,pathlen:0"] });
  shop.make("below-last", { by: "last", extensions: forAuthority });
  const constrained = ["nameConstraints=permitted;DNS:localhost"];
  shop.make("constrained", { by: "root", extensions: [...forAuthority, ...constrained] });
  const critical = ["nameConstraints=critical,permitted;DNS:localhost"];
  shop.make("critical", { by: "root", extensions: [...forAuthority, ...critical] });

  shop.make("p256", signed(forServer));
  shop.make("p384", signed(forServer, { key: ec("P-384") }));
  for (const bits of [2048, 3072, 4096]) {
    shop.make(`rsa${bits}`, { by: "rsa-root", extensions: forServer, key: rsa(bits) });
  }
  shop.make("rsa1024", signed(forServer, { key: rsa(1024) }));
  shop.make("below-v1", { by: "v1-root", extensions: forServer });
  shop.make("below-sha1", { by: "sha1-root", extensions: forServer });
  shop.make("chain2", { by: "middle", extensions: forServer });
  shop.make("chain3", { by: "lower", extensions: forServer });
  shop.make("sha1-leaf", signed(forServer, { hash: "sha1" }));
  shop.make("below-sha1-middle", { by: "sha1-middle", extensions: forServer });
  shop.make("cn-only", { by: "root", commonName: "localhost" });
  shop.make("cn-address", { by: "root", commonName: "127.0.0.1" });
  shop.make("cn-beside-san", signed(["subjectAltName=DNS:x.test"], { commonName: "localhost" }));
  const many = Array.from({ length: 120 }, (_, i) => `DNS:host-${i}.example.test`);
  shop.make("many-names", signed([`subjectAltName=${many.join(",")},DNS:localhost`]));
  shop.make("star", signed(["subjectAltName=DNS:*.example.test"]));
  shop.make("star-top", signed(["subjectAltName=DNS:*.test"]));
  shop.make("star-part", signed(["subjectAltName=DNS:loc*.example.test"]));
  shop.make("capitals", signed(["subjectAltName=DNS:LocalHost"]));
  shop.make("address-as-name", signed(["subjectAltName=DNS:127.0.0.1"]));
  shop.make("expired", signed(forServer, { until: "250101000000Z" }));
  shop.make("future", signed(forServer, { from: "430101000000Z" }));
  shop.make("below-old", { by: "old-middle", extensions: forServer });
  shop.make("self-signed", { extensions: forServer });
  shop.make("for-clients", signed([...forServer, "extendedKeyUsage=clientAuth"]));
  shop.make("for-servers", signed([...forServer, "extendedKeyUsage=serverAuth"]));
  shop.make("below-no-authority", { by: "no-authority", extensions: forServer });
  shop.make("too-deep", { by: "below-last", extensions: forServer });
  shop.make("below-constrained", { by: "constrained", extensions: forServer });
  shop.make("below-critical", { by: "critical", extensions: forServer });
  shop.make("unknown-critical", signed([...forServer, "1.2.3.4=critical,DER:0500"]));
});

interface Case {
  readonly what: string;
  readonly server: string;
  /** Default "root". */
  readonly trusted?: readonly string[];
  /** Default "localhost". */
  readonly host?: string;
  /** Default: believed. */
  readonly refused?: RegExp;
}

const unknown = /^tls\/unknown-authority$/;
const wrongName = /^tls\/wrong-name$/;
const unsupported = /^tls\/unsupported$/;
/** No path for mbedTLS, a bad one for OpenSSL. */
const noPath = /^tls\/(unknown-authority|bad-certificate)$/;

const cases: readonly Case[] = [
  { what: "a key on P-256", server: "p256" },
  { what: "a key on P-384", server: "p384" },
  ...[2048, 3072, 4096].map((bits) => ({
    what: `a key of RSA-${bits}`,
    server: `rsa${bits}`,
    trusted: ["rsa-root"],
  })),
  { what: "a chain of two", server: "chain2" },
  { what: "a chain of three", server: "chain3" },
  { what: "several authorities that are trusted", server: "p256", trusted: ["other-root", "root"] },
  { what: "an authority that is no root", server: "chain2", trusted: ["middle"] },
  { what: "a root of version 1", server: "below-v1", trusted: ["v1-root"] },
  { what: "a root that signed itself with SHA-1", server: "below-sha1", trusted: ["sha1-root"] },
  { what: "itself as authority", server: "self-signed", trusted: ["self-signed"] },
  { what: "itself as authority, signed by another", server: "p256", trusted: ["p256"] },
  { what: "an address in subjectAltName", server: "p256", host: "127.0.0.1" },
  { what: "a common name and no subjectAltName", server: "cn-only" },
  { what: "an address as common name", server: "cn-address", host: "127.0.0.1" },
  { what: "121 names", server: "many-names" },
  { what: "capital letters", server: "capitals" },
  { what: "a star for a label", server: "star", host: "a.example.test" },
  { what: "the extended key usage of servers", server: "for-servers" },
  { what: "another authority", server: "p256", trusted: ["other-root"], refused: unknown },
  { what: "no authority but itself", server: "self-signed", refused: unknown },
  { what: "only a name of the public roots", server: "p256", trusted: [], refused: unknown },
  { what: "another name", server: "p256", host: "elsewhere.test", refused: wrongName },
  { what: "another address", server: "p256", host: "127.0.0.2", refused: wrongName },
  { what: "a common name beside others", server: "cn-beside-san", refused: wrongName },
  {
    what: "an address as DNS name",
    server: "address-as-name",
    host: "127.0.0.1",
    refused: wrongName,
  },
  { what: "a star for two labels", server: "star", host: "a.b.example.test", refused: wrongName },
  { what: "a star for no label", server: "star", host: "example.test", refused: wrongName },
  { what: "a star below a top domain", server: "star-top", host: "a.test", refused: wrongName },
  {
    what: "a star in a label",
    server: "star-part",
    host: "local.example.test",
    refused: wrongName,
  },
  { what: "its last day behind it", server: "expired", refused: /^tls\/expired$/ },
  { what: "a signer that has expired", server: "below-old", refused: /^tls\/expired$/ },
  { what: "its first day to come", server: "future", refused: /^tls\/not-yet-valid$/ },
  { what: "a signature with SHA-1", server: "sha1-leaf", refused: unsupported },
  { what: "a signer signed with SHA-1", server: "below-sha1-middle", refused: unsupported },
  { what: "a key of RSA-1024", server: "rsa1024", refused: unsupported },
  { what: "a signer limited to names", server: "below-constrained", refused: unsupported },
  {
    what: "a signer limited to names, as critical",
    server: "below-critical",
    refused: /^tls\/(unsupported|bad-certificate)$/,
  },
  { what: "a use for clients", server: "for-clients", refused: /^tls\/bad-certificate$/ },
  { what: "a signer that is no authority", server: "below-no-authority", refused: noPath },
  { what: "a longer chain than its signer allows", server: "too-deep", refused: noPath },
  {
    what: "a critical extension that nobody knows",
    server: "unknown-critical",
    refused: /^tls\/bad-certificate$/,
  },
];

/** What became of a connection; ends when it is open or has failed. */
async function connect(TLS: TLSConstructor, port: number, host: string, secure: TLSSecureOptions) {
  let isOpen = false;
  let error: (Error & { code?: string }) | undefined;
  const socket: TCP = new TLS({
    ...{ address: "127.0.0.1", port, host, secure },
    onWritable: () => {
      isOpen = true;
    },
    onError: (cause) => {
      error = cause as Error;
    },
  });
  await until(() => isOpen || error !== undefined);
  return { isOpen, error, close: () => socket.close() };
}

async function withServer(
  options: TlsOptions,
  body: (port: number, heard: () => number) => unknown,
) {
  let heard = 0;
  const server: Server = createServer({ ciphers: "DEFAULT@SECLEVEL=0", ...options });
  server.on("tlsClientError", () => {});
  server.on("secureConnection", (socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.length;
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  try {
    await body(typeof address === "object" && address ? address.port : 0, () => heard);
  } finally {
    await new Promise((done) => server.close(done));
  }
}

for (const [name, choose] of hosts) {
  for (const { what, server, trusted = ["root"], host = "localhost", refused } of cases) {
    const verb = refused ? "refuses" : "believes";
    test(`${name} ${verb} a server with ${what}`, { skip }, () =>
      withServer({ cert: shop.chain(server), key: shop.key(server) }, async (port) => {
        const certificateAuthorities = trusted.map((each) => derOf(shop.certificate(each)));
        const { isOpen, error, close } = await connect(choose(), port, host, {
          certificateAuthorities,
        });
        close();
        assert.equal(isOpen, refused === undefined, `${error}`);
        if (refused) assert.match(error?.code ?? "", refused, `${error}`);
      }),
    );
  }
}

test(
  "roots that are in flash memory tell an authority that is none of them as an unknown one",
  {
    skip,
  },
  () =>
    withServer({ cert: shop.chain("p256"), key: shop.key("p256") }, async (port) => {
      const { error, close } = await connect(coreTLS(undefined, "verifier"), port, "localhost", {
        certificateAuthorities: [],
      });
      close();
      assert.match(error?.code ?? "", unknown, `${error}`);
    }),
);

/** A key in each of the forms in which it may be given. */
function formsOf(name: string): [string, Uint8Array][] {
  const key = createPrivateKey(shop.key(name));
  const own = key.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1";
  return (["pkcs8", own] as const).map((type) => {
    return [type, new Uint8Array(key.export({ format: "der", type }) as Buffer)];
  });
}

for (const [name, choose] of hosts) {
  test(`${name} shows its certificate with what signed it, and a key in any form`, {
    skip,
  }, async () => {
    shop.make(`${name}-ec`, { by: "lower", extensions: ["extendedKeyUsage=clientAuth"] });
    shop.make(`${name}-rsa`, { by: "lower", key: rsa(2048), extensions: [] });
    const options: TlsOptions = {
      ...{ cert: shop.chain("p256"), key: shop.key("p256") },
      ca: readFileSync(shop.certificate("root")),
      requestCert: true,
    };
    for (const maxVersion of ["TLSv1.2", "TLSv1.3"] as const) {
      await withServer({ ...options, maxVersion }, async (port) => {
        for (const client of [`${name}-ec`, `${name}-rsa`]) {
          const clientCertificates = [client, "lower", "middle"].map((each) => {
            return derOf(shop.certificate(each));
          });
          for (const [form, clientKey] of formsOf(client)) {
            const { error, close, isOpen } = await connect(choose(), port, "localhost", {
              certificateAuthorities: [derOf(shop.certificate("root"))],
              ...{ clientCertificates, clientKey },
            });
            close();
            assert.ok(isOpen, `${client} ${form} ${maxVersion}: ${error}`);
          }
        }
      });
    }
  });

  test(`${name} refuses a key that is not that of its certificate, or none at all`, {
    skip,
  }, () => {
    const TLS = choose();
    const open = (clientKey: Uint8Array) => {
      const secure = {
        certificateAuthorities: [derOf(shop.certificate("root"))],
        clientCertificates: [derOf(shop.certificate("p256"))],
        clientKey,
      };
      new TLS({ address: "127.0.0.1", port: 1, host: "localhost", secure }).close();
    };
    const [[, other]] = formsOf("p384") as [[string, Uint8Array]];
    assert.throws(() => open(other), /tls\/bad-key/);
    assert.throws(() => open(Uint8Array.of(0x30, 0)), /tls\/bad-key/);
  });
}
