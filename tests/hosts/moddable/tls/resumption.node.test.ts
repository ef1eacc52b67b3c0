// SPDX-License-Identifier: MIT

// A second connection without certificates and signatures, in the simulator and on the boards.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { after } from "node:test";
import { createServer, type TlsOptions } from "node:tls";
import type { TLSConstructor, TLSSecureOptions } from "../../../../modules/ecma-419/tcp.ts";
import {
  Certificates,
  derOf,
  type Identity,
  withoutOpenSSL,
} from "../../../support/certificates.ts";
import { coreTLS } from "../../../support/core-tls.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";
import { nodeNetwork, until } from "../../../support/node-network.ts";
import { loadTLS } from "../../../support/tls-library.ts";

const skip = withoutOpenSSL || withoutMbedTLS;
const certificates = new Certificates();
after(() => certificates.remove());
const none: Identity = { certificate: "", key: "" };
const authority = skip ? "" : certificates.authority("our-ca");
if (skip === false) certificates.authority("other-ca");
const good = skip ? none : certificates.issue("good", { by: "our-ca" });
const strange = skip ? none : certificates.issue("strange", { by: "other-ca" });

const hosts: readonly (readonly [string, () => TLSConstructor, boolean])[] = [
  ["sim", () => nodeNetwork.tls.io, true],
  ["tls-core", () => coreTLS(), skip === false && loadTLS().has13],
];

async function withServer(
  { certificate, key }: Identity,
  options: TlsOptions,
  body: (port: number, resumed: readonly boolean[]) => Promise<void>,
) {
  const resumed: boolean[] = [];
  const server = createServer({
    ...{ cert: readFileSync(certificate), key: readFileSync(key) },
    ...options,
  });
  server.on("tlsClientError", () => {});
  server.on("secureConnection", (peer) => {
    resumed.push(peer.isSessionReused());
    peer.on("error", () => {});
    peer.write("hello");
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  try {
    await body(typeof address === "object" && address ? address.port : 0, resumed);
  } finally {
    await new Promise((done) => server.close(done));
  }
}

/** Connects and hears the server out; the session that it could be resumed with. */
async function connect(TLS: TLSConstructor, port: number, secure: TLSSecureOptions) {
  let session: ArrayBuffer | undefined;
  let error: (Error & { code?: string }) | undefined;
  let heard = "";
  const socket = new TLS({
    ...{ address: "127.0.0.1", port, host: "localhost", secure },
    onReadable: () => {
      heard += new TextDecoder().decode(socket.read());
    },
    onSession: (bytes) => {
      session = bytes;
    },
    onError: (cause) => {
      error = cause as Error;
    },
  });
  await until(() => heard === "hello" || error !== undefined);
  socket.close();
  return { session, error };
}

const trust = (file = authority): TLSSecureOptions => ({ certificateAuthorities: [derOf(file)] });

function versions(has13: boolean) {
  return has13 ? (["TLSv1.2", "TLSv1.3"] as const) : (["TLSv1.2"] as const);
}

for (const [name, choose, has13] of hosts) {
  for (const maxVersion of versions(has13)) {
    test(
      `${name} resumes a connection of ${maxVersion} with what the first one gave`,
      {
        skip,
      },
      () =>
        withServer(good, { maxVersion }, async (port, resumed) => {
          const TLS = choose();
          let session: ArrayBuffer | undefined;
          for (let round = 0; round < 3; round++) {
            const next = await connect(TLS, port, { ...trust(), ...(session && { session }) });
            assert.equal(next.error, undefined);
            session = next.session ?? session;
            assert.ok(session, "a session to resume with");
          }
          assert.deepEqual(resumed, [false, true, true]);
        }),
    );
  }

  test(`${name} shakes hands as ever when the server does not know the session`, {
    skip,
  }, async () => {
    const TLS = choose();
    let session: ArrayBuffer | undefined;
    await withServer(good, {}, async (port) => {
      ({ session } = await connect(TLS, port, trust()));
    });
    assert.ok(session);
    const secure = { ...trust(), session };
    await withServer(good, {}, async (port, resumed) => {
      const { error } = await connect(TLS, port, secure);
      assert.equal(error, undefined);
      assert.deepEqual(resumed, [false]);
    });
    await withServer(strange, {}, async (port) => {
      const { error } = await connect(TLS, port, secure);
      assert.equal(error?.code, "tls/unknown-authority", "a session is no certificate");
    });
  });

  test(`${name} takes no harm from a session that is none`, { skip }, () =>
    withServer(good, {}, async (port) => {
      const TLS = choose();
      for (const length of [0, 1, 8, 9, 300]) {
        const session = new Uint8Array(length).fill(0x5a).buffer;
        const { error } = await connect(TLS, port, { ...trust(), session });
        assert.equal(error, undefined, `${length} bytes: ${error}`);
      }
    }),
  );
}

test("tls-core offers no session that is older than the certificates it began with", { skip }, () =>
  withServer(good, {}, async (port, resumed) => {
    const TLS = coreTLS();
    const { session } = await connect(TLS, port, trust());
    assert.ok(session);
    const view = new DataView(session);
    const lastDay = Number(view.getBigUint64(0));
    assert.ok(
      lastDay > Date.now() / 1000 && lastDay < Date.now() / 1000 + 2 * 86_400,
      `${lastDay}`,
    );
    view.setBigUint64(0, BigInt(Math.floor(Date.now() / 1000) - 1));
    await connect(TLS, port, { ...trust(), session });
    assert.deepEqual(resumed, [false, false]);
  }),
);

test("tls-core leaves the certificate of the server out of what it keeps", { skip }, async () => {
  for (const maxVersion of versions(loadTLS().has13)) {
    await withServer(good, { maxVersion }, async (port, resumed) => {
      const TLS = coreTLS();
      const { session } = await connect(TLS, port, trust());
      assert.ok(session);
      const der = derOf(good.certificate);
      assert.equal(Buffer.from(session).includes(Buffer.from(der.subarray(0, 64))), false);
      assert.ok(session.byteLength < 600, `${session.byteLength} bytes`);
      await connect(TLS, port, { ...trust(), session });
      assert.deepEqual(resumed, [false, true]);
    });
  }
});

test("tls-core offers a ticket also when its own clock has begun anew since, as after a deep sleep", {
  skip,
}, async () => {
  for (const maxVersion of versions(loadTLS().has13)) {
    await withServer(good, { maxVersion }, async (port, resumed) => {
      const TLS = coreTLS();
      const { session } = await connect(TLS, port, trust());
      assert.ok(session);
      // When it came by the clock of mbedTLS is in the middle of what mbedTLS has put together.
      const times = timesIn(session);
      assert.equal(times.length, maxVersion === "TLSv1.3" ? 1 : 0);
      for (const came of times) came.set(2n ** 50n);
      await connect(TLS, port, { ...trust(), session });
      assert.deepEqual(resumed, [false, true]);
    });
  }
});

/** The places of a session that hold the ms of this PC since its start. */
function timesIn(session: ArrayBuffer): { readonly set: (value: bigint) => void }[] {
  const view = new DataView(session);
  const now = Number(process.hrtime.bigint() / 1_000_000n);
  return Array.from({ length: Math.max(0, session.byteLength - 24) }, (_, i) => 16 + i)
    .filter((at) => Math.abs(Number(view.getBigUint64(at)) - now) < 60_000)
    .map((at) => ({ set: (value) => view.setBigUint64(at, value) }));
}
