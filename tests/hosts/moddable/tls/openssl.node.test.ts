// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import test, { after } from "node:test";
import type { TCP, TLSSecureOptions } from "../../../../modules/ecma-419/tcp.ts";
import { AlteredServer } from "../../../support/altered-tls.ts";
import {
  Certificates,
  derOf,
  type Identity,
  withoutOpenSSL,
} from "../../../support/certificates.ts";
import { coreTLS } from "../../../support/core-tls.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";
import { until } from "../../../support/node-network.ts";
import { loadTLS } from "../../../support/tls-library.ts";

const skip = withoutOpenSSL || withoutMbedTLS;
const has13 = skip === false && loadTLS().has13;
const certificates = new Certificates();
after(() => certificates.remove());
const authority = skip ? "" : certificates.authority("our-ca");
const ec = skip ? { certificate: "", key: "" } : certificates.issue("ec", { by: "our-ca" });
const rsa = skip ? ec : rsaIdentity();

/** A certificate with an RSA key that signed itself. */
function rsaIdentity(): Identity {
  const [certificate, key] = [`${authority}.rsa.pem`, `${authority}.rsa.key`];
  const subject = ["-subj", "/CN=rsa", "-addext", "subjectAltName=DNS:localhost"];
  const made = ["-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate];
  execFileSync("openssl", ["req", ...made, ...subject], { stdio: "ignore" });
  return { certificate, key };
}

/** `openssl s_server`, ended by its process. */
class OpenSSLServer {
  readonly #child: ChildProcess;
  output = "";

  constructor(options: readonly string[], { certificate, key }: Identity = ec) {
    const own = options.includes("-nocert") ? [] : ["-cert", certificate, "-key", key];
    this.#child = spawn("openssl", ["s_server", "-accept", "127.0.0.1:0", ...own, ...options]);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on("data", (bytes: Buffer) => {
        this.output += bytes.toString();
      });
    }
  }

  async port(): Promise<number> {
    const pattern = /ACCEPT 127\.0\.0\.1:(\d+)/;
    await until(() => pattern.test(this.output) || this.#child.exitCode !== null);
    return Number(pattern.exec(this.output)?.[1] ?? assert.fail(this.output));
  }

  type(text: string): void {
    this.#child.stdin?.write(text);
  }

  stop(): Promise<void> {
    if (this.#child.exitCode !== null) return Promise.resolve();
    return new Promise((done) => {
      this.#child.on("exit", () => done());
      this.#child.kill();
    });
  }
}

/** A client of ours. */
class Client {
  opened = 0;
  hasFailed = false;
  error: unknown;
  text = "";
  readonly socket: TCP;

  constructor(port: number, identity: Identity, secure: TLSSecureOptions = {}) {
    const certificateAuthorities = [derOf(authority), derOf(identity.certificate)];
    const TLS = coreTLS();
    this.socket = new TLS({
      ...{ host: "localhost", address: "127.0.0.1", port },
      secure: { certificateAuthorities, ...secure },
      onWritable: () => this.opened++,
      onReadable: () => {
        this.text += new TextDecoder("latin1").decode(this.socket.read());
      },
      onError: (error) => {
        this.error = error;
        this.hasFailed = true;
      },
    });
  }

  get code(): string | undefined {
    return (this.error as { code?: string } | undefined)?.code;
  }

  settled(): Promise<void> {
    return until(() => this.opened > 0 || this.hasFailed);
  }
}

async function withServer(
  options: readonly string[],
  body: (client: Client, server: OpenSSLServer) => Promise<void>,
  { identity = ec, secure = {} }: { identity?: Identity; secure?: TLSSecureOptions } = {},
): Promise<void> {
  const server = new OpenSSLServer(options, identity);
  try {
    const client = new Client(await server.port(), identity, secure);
    await client.settled();
    await body(client, server);
    client.socket.close();
  } finally {
    await server.stop();
  }
}

/** Data goes both ways. */
async function works(options: readonly string[], more: { identity?: Identity } = {}) {
  await withServer(
    options,
    async (client, server) => {
      const what = options.join(" ");
      assert.equal(client.error, undefined, `${what}: ${client.error}`);
      client.socket.write(new TextEncoder().encode("ping\n"));
      server.type(`${"pong ".repeat(2_000)}\n`);
      await until(() => server.output.includes("ping") && client.text.length === 10_001);
    },
    more,
  );
}

test("speaks with OpenSSL whatever of ours it chooses, in records of any size", {
  skip,
}, async () => {
  for (const options of [
    [],
    ["-no_tls1_3", "-curves", "P-384", "-sigalgs", "ECDSA+SHA384"],
    ["-no_tls1_3", "-curves", "X25519:P-256", "-max_send_frag", "512", "-read_buf", "64"],
    ["-no_tls1_3", "-no_ticket", "-serverpref"],
    ["-no_tls1_3", "-cipher", "ECDHE-ECDSA-AES256-GCM-SHA384"],
    ["-no_tls1_3", "-cipher", "ECDHE-ECDSA-CHACHA20-POLY1305"],
    ["-no_tls1_3", "-curves", "X25519"],
    ...(has13 ? [["-tls1_3"], ["-tls1_3", "-ciphersuites", "TLS_AES_256_GCM_SHA384"]] : []),
  ]) {
    await works(options);
  }
  for (const options of [["-tls1_2"], ...(has13 ? [["-tls1_3"]] : [])]) {
    await works(options, { identity: rsa });
  }
  for (const hash of ["SHA256", "SHA384", "SHA512"]) {
    await works(["-tls1_2", "-sigalgs", `RSA-PSS+SHA256:RSA+${hash}`], { identity: rsa });
  }
});

test("the keys are right with an OpenSSL that does not know RFC 7627", { skip }, async () => {
  const withoutExtendedMasterSecret = 1;
  const server = new AlteredServer(authority, ec, { secureOptions: withoutExtendedMasterSecret });
  await server.listen();
  try {
    let hello = "";
    const attempt = server.open((record, index) => {
      if (index === 0) hello = record.toString("hex");
      return [record];
    });
    await attempt.settled();
    assert.equal(attempt.opened, 1, `${attempt.error}`);
    assert.match(hello, /ff01000100/);
    assert.doesNotMatch(hello, /00170000/);
    attempt.socket?.close();
  } finally {
    await server.close();
  }
});

test("refuses, or is refused by, an OpenSSL that has nothing in common with us", {
  skip,
}, async () => {
  const nothing = /^TLSError: tls\/alert: the server has no cipher, curve or key in common with us/;
  for (const [options, text, identity] of [
    ...(has13
      ? []
      : [[["-tls1_3"], /the server wants TLS 1\.3, we have 1\.2 \(alert 70\)$/] as const]),
    [
      ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"],
      has13 ? /the server speaks neither TLS 1\.2 nor 1\.3 \(alert 70\)$/ : nothing,
    ],
    [["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA256"], nothing],
    [["-tls1_2", "-cipher", "AES128-GCM-SHA256"], nothing, rsa],
    [["-tls1_2", "-cipher", "DHE-RSA-AES128-GCM-SHA256"], nothing, rsa],
    [["-tls1_2", "-nocert", "-cipher", "aNULL@SECLEVEL=0"], nothing],
  ] as readonly (readonly [readonly string[], RegExp, Identity?])[]) {
    await withServer(
      options,
      async (client) => {
        assert.equal(client.opened, 0, options.join(" "));
        assert.equal(client.code, "tls/alert", `${options.join(" ")}: ${client.error}`);
        assert.match(`${client.error}`, text, options.join(" "));
      },
      identity ? { identity } : {},
    );
  }
});

test("an OpenSSL that demands a certificate says so, and then ends the connection", { skip }, () =>
  withServer(["-tls1_2", "-Verify", "2", "-CAfile", authority], async (client) => {
    await until(() => client.hasFailed);
    assert.equal(client.code, "tls/alert");
    assert.match(`${client.error}`, /the server wants a client certificate \(alert 40\)$/);
  }),
);

test("does not begin again when OpenSSL asks for it, and says so", { skip }, () =>
  withServer(["-tls1_2"], async (client, server) => {
    assert.equal(client.opened, 1);
    server.type("R\n");
    await until(() => client.hasFailed);
    assert.match(client.code ?? "", /^tls\/(alert|failed)$/);
    await until(() => /no renegotiation|SSL alert number 100/.test(server.output));
  }),
);

test("an orderly end by OpenSSL is none of TLS, after all that it has sent", { skip }, async () => {
  await withServer(["-tls1_2", "-www"], async (client) => {
    client.socket.write(new TextEncoder().encode("GET / HTTP/1.0\r\n\r\n"));
    await until(() => client.hasFailed);
    assert.match(client.text, /^HTTP\/1\.0 200 ok/);
    assert.match(client.text, /Extended master secret: yes/);
    assert.match(client.text, /<\/pre>/i);
    assert.equal(client.code, undefined);
    assert.match(`${client.error}`, /the other end has closed/);
  });
});

test("OpenSSL takes one of the protocols that are offered, or none and says so", {
  skip,
}, async () => {
  const offer = (...protocols: string[]) => ({ secure: { applicationLayerProtocols: protocols } });
  await withServer(
    ["-tls1_2", "-alpn", "mqtt"],
    async (client, server) => {
      assert.equal(client.opened, 1);
      await until(() => /ALPN protocols selected: mqtt/.test(server.output));
    },
    offer("x", "mqtt"),
  );
  await withServer(
    ["-tls1_2", "-alpn", "other"],
    async (client) => assert.equal(client.code, "tls/alert", `${client.error}`),
    offer("mqtt"),
  );
});
