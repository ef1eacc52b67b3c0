// SPDX-License-Identifier: MIT

import { readFileSync } from "node:fs";
import { createServer } from "node:tls";
import type { TLSEngineConstructor } from "../../hosts/moddable/tls/tls-engine.ts";
import { TLSSocket } from "../../hosts/moddable/tls/tls-socket.ts";
import { Certificates, derOf, keyOf, withoutOpenSSL } from "../../tests/support/certificates.ts";
import { withoutMbedTLS } from "../../tests/support/mbedtls-addon.ts";
import { nodeClock, nodeNetwork, nodeTimers } from "../../tests/support/node-network.ts";
import { loadTLS } from "../../tests/support/tls-library.ts";

/** What a handshake of the boards' TLS takes on this machine. */
export interface HandshakeCosts {
  /** Turns of the loop, one for each step. */
  readonly turns: number;
  /** Time in mbedTLS, ms; the best of some. */
  readonly time: number;
  /** The longest of its turns, ms. */
  readonly longest: number;
}

export interface Handshakes {
  readonly version: string;
  readonly full: HandshakeCosts;
  readonly resumed: HandshakeCosts;
}

const rounds = 20;

/** Handshakes with client certificates, with and without a session to resume; why not, or the costs. */
export async function measureHandshakes(): Promise<string | Handshakes[]> {
  const missing = withoutOpenSSL || withoutMbedTLS;
  if (missing) return missing;
  const { TLSNative, has13 } = loadTLS();
  const certificates = new Certificates();
  try {
    const ca = certificates.authority("ca");
    const server = certificates.issue("server", { by: "ca" });
    const board = certificates.issue("board", { by: "ca" });
    const results: Handshakes[] = [];
    for (const maxVersion of has13 ? (["TLSv1.2", "TLSv1.3"] as const) : (["TLSv1.2"] as const)) {
      const listener = createServer({
        ...{ cert: readFileSync(server.certificate), key: readFileSync(server.key) },
        ...{ ca: readFileSync(ca), requestCert: true, maxVersion },
      });
      listener.on("secureConnection", (socket) => {
        socket.on("error", () => {});
        socket.write("x");
      });
      await new Promise<void>((done) => listener.listen(0, "127.0.0.1", done));
      const address = listener.address();
      const port = typeof address === "object" && address ? address.port : 0;
      const secure = {
        certificateAuthorities: [derOf(ca)],
        clientCertificates: [derOf(board.certificate)],
        clientKey: keyOf(board.key),
      };
      let session: ArrayBuffer | undefined;
      const costs = { full: [] as HandshakeCosts[], resumed: [] as HandshakeCosts[] };
      for (let round = 0; round < 2 * rounds; round++) {
        const kind = session && round % 2 === 1 ? "resumed" : "full";
        const offered = kind === "resumed" && session ? { session } : {};
        const one = await shake(TLSNative, port, { ...secure, ...offered });
        session = one.session ?? session;
        costs[kind].push(one);
      }
      await new Promise((done) => listener.close(done));
      results.push({ version: maxVersion, full: best(costs.full), resumed: best(costs.resumed) });
    }
    return results;
  } finally {
    certificates.remove();
  }
}

function best(costs: readonly HandshakeCosts[]): HandshakeCosts {
  const [first] = [...costs].sort((a, b) => a.time - b.time);
  if (!first) throw new Error("no handshake was measured");
  return first;
}

function shake(
  Native: TLSEngineConstructor,
  port: number,
  secure: ConstructorParameters<typeof TLSSocket>[0]["secure"],
): Promise<HandshakeCosts & { readonly session: ArrayBuffer | undefined }> {
  let [turns, time, longest] = [0, 0, 0];
  class Measured extends Native {
    override readonly step = (...args: Parameters<InstanceType<TLSEngineConstructor>["step"]>) => {
      const start = performance.now();
      Native.prototype.step.apply(this, args);
      const took = performance.now() - start;
      turns++;
      time += took;
      longest = Math.max(longest, took);
    };
  }
  return new Promise((resolve, reject) => {
    let session: ArrayBuffer | undefined;
    let isHeard = false;
    // A ticket of TLS 1.3 comes when it comes; without one there is nothing to resume.
    const finish = () => {
      socket.close();
      resolve({ turns, time, longest, session });
    };
    const socket = new TLSSocket(
      {
        ...{ address: "127.0.0.1", port, host: "localhost", secure },
        onReadable: () => {
          socket.read();
          isHeard = true;
          setTimeout(finish, session ? 0 : 100);
        },
        onSession: (bytes) => {
          session = bytes;
          if (isHeard) setTimeout(finish, 0);
        },
        onError: reject,
      },
      { tcp: nodeNetwork.tcp.io, engine: Measured, clock: nodeClock, timers: nodeTimers },
    );
  });
}
