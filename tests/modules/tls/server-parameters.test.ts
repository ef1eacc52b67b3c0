// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { hexOf } from "../../../modules/base/hex.ts";
import { bytesOf, concat } from "../../../modules/tls/bytes.ts";
import { decodePoint, encodePoint } from "../../../modules/tls/curve-point.ts";
import { P256, P384 } from "../../../modules/tls/curves.ts";
import { handshakeMessage, vector } from "../../../modules/tls/message-types.ts";
import { signWith } from "../../support/certificate-maker.ts";
import { bytesOf as bytesOfHex } from "../../support/hex.ts";
import { powerOf } from "../../support/reference-curve.ts";
import { type BenchOptions, TLSBench } from "../../support/tls-bench.ts";
import {
  certificateBody,
  helloBody,
  keyExchangeBody,
  leaf,
  leafKey,
  rootKey,
  type Script,
  serverRandom,
} from "../../support/tls-script.ts";

function withHello(body: Uint8Array, more: Script = {}): Script {
  return {
    messages: (flight) => Object.values({ ...flight, hello: handshakeMessage(2, body) }),
    ...more,
  };
}

function refuseHello(what: string, body: Uint8Array, alert: number, options?: BenchOptions): void {
  const code = alert === 70 ? "tls/unsupported" : "tls/failed";
  new TLSBench(withHello(body), options).refuses(what, code, alert);
}

const both = "0017 0000 ff01 0001 00";
const alpn = { secure: { applicationLayerProtocols: ["mqtt", "x"] } };

test("a hello may answer what was offered, in any order, and name a session of its own", () => {
  const good: readonly [string, BenchOptions?][] = [
    ["ff01 0001 00 0017 0000"],
    [`${both} 0000 0000`],
    [`${both} 000b 0002 0100`],
    [`${both} 000b 0004 03 01 00 02`],
    [`0010 0007 0005 04 6d717474 ${both}`, alpn],
    [both, alpn],
  ];
  for (const [extensions, options] of good) {
    new TLSBench(withHello(helloBody({ extensions })), options).works(extensions);
  }
  const session = new Uint8Array(32).fill(7);
  new TLSBench(withHello(helloBody({ session }))).works("session");
});

test("a server need not know RFC 7627: nothing is resumed, so nothing can be confused", () => {
  const old = withHello(helloBody({ extensions: "ff01 0001 00" }), {
    hasExtendedMasterSecret: false,
  });
  new TLSBench(old).works();
  // Who says that he knows it and does not use it, or the other way round, knows other keys.
  const liar = { hasExtendedMasterSecret: false };
  const bench = new TLSBench(withHello(helloBody(), liar)).refuses(
    "a liar",
    "tls/closed",
    undefined,
  );
  assert.equal(bench.server.isConfused, true);
});

test("a version, suite or compression that was not offered is refused", () => {
  for (const version of [0x0300, 0x0301, 0x0302, 0x0304, 0x7f12, 0xfefd, 0]) {
    refuseHello(`version ${version}`, helloBody({ version }), 70);
  }
  // AES-256, CBC, without ECDHE, with PSK, of TLS 1.3, none, signalling values.
  for (const suite of [0xc02c, 0xc023, 0xc009, 0x9c, 0x9e, 0xa8, 0x1301, 0, 0xff, 0x5600]) {
    refuseHello(`suite ${suite}`, helloBody({ suite }), 47);
  }
  const compressed = helloBody();
  compressed[37] = 1;
  refuseHello("compression", compressed, 47);
});

test("extensions are those that were offered, once each, with contents that can be", () => {
  const bad: readonly [string, number, BenchOptions?][] = [
    [`${both} 002b 0002 0304`, 110],
    [`${both} 0033 0002 0017`, 110],
    [`${both} 0023 0000`, 110],
    [`${both} 0005 0000`, 110],
    [`${both} 0001 0001 01`, 110],
    [`${both} 0016 0000`, 110],
    [`${both} 000a 0004 0002 0017`, 110],
    [`${both} 000d 0004 0002 0403`, 110],
    [`${both} 0010 0007 0005 04 6d717474`, 110],
    [`${both} 0000 0000`, 110, { host: "127.0.0.1" }],
    [`${both} 0017 0000`, 50],
    [`${both} ff01 0001 00`, 50],
    ["0017 0000", 40],
    ["", 40],
    ["0017 0001 00 ff01 0001 00", 47],
    ["0017 0000 ff01 0001 01", 47],
    ["0017 0000 ff01 0000", 47],
    ["0017 0000 ff01 000d 0c 000000000000000000000000", 47],
    [`${both} 0000 0001 00`, 47],
    [`${both} 000b 0002 0101`, 47],
    [`${both} 000b 0001 00`, 47],
    [`${both} 000b 0000`, 50],
    [`${both} 0010 0007 0005 04 6d717475`, 47, alpn],
    [`${both} 0010 0005 0003 02 7800`, 47, alpn],
    [`${both} 0010 0006 0004 01 78 01 78`, 50, alpn],
    [`${both} 0010 0003 0001 00`, 47, alpn],
    [`${both} 0010 0002 0000`, 50, alpn],
    [`${both} 0010 0008 0005 04 6d717474 00`, 50, alpn],
    [`${both} 0017 00`, 50],
    [`${both} 0017 0001`, 50],
  ];
  for (const [extensions, alert, options] of bad) {
    refuseHello(extensions, helloBody({ extensions }), alert, options);
  }
});

test("a hello that is cut off anywhere, too long or without extensions is refused", () => {
  const body = helloBody();
  for (let length = 0; length < body.length; length++) {
    // Only the bare hello is whole; it lacks what RFC 5746 asks for.
    refuseHello(`${length} bytes`, body.subarray(0, length), length === 38 ? 40 : 50);
  }
  refuseHello("longer", concat(body, Uint8Array.of(0)), 50);
  refuseHello("session", helloBody({ session: new Uint8Array(33) }), 50);
});

type Parts = Parameters<typeof keyExchangeBody>[1];

function refuseExchange(what: string, alert: number, change: (random: Uint8Array) => Uint8Array) {
  const script: Script = {
    messages: (flight, random) =>
      Object.values({ ...flight, keyExchange: handshakeMessage(12, change(random)) }),
  };
  const bench = new TLSBench(script).refuses(what, "tls/failed", alert);
  assert.deepEqual(bench.server.said, [1], `${what}: answered`);
}

function refuseParts(what: string, alert: number, parts: Parts): void {
  refuseExchange(what, alert, (random) => keyExchangeBody(random, parts));
}

function smallPoint(): readonly [bigint, bigint] {
  const { a, b, p } = P256;
  for (let x = 5n; ; x++) {
    const square = (x ** 3n + a * x + b) % p;
    const y = powerOf(square, (p + 1n) / 4n, p);
    if ((y * y) % p === square) return [x, y];
  }
}

test("the server's point is an offered curve's, in the form with both coordinates", () => {
  for (const curve of [
    "03 0019",
    "03 001d",
    "03 0000",
    "03 0018",
    "01 0017",
    "02 0017",
    "00 0017",
  ]) {
    refuseParts(curve, 47, { curve });
  }
  const { G, p } = P256;
  const good = encodePoint(P256, G);
  // A point whose x is so small that another number of 32 bytes stands for it too.
  const [x, y] = smallPoint();
  assert.ok(decodePoint(P256, encodePoint(P256, { x, y })) && x + p < 1n << 256n);
  const points: readonly [string, Uint8Array][] = [
    ["infinity", Uint8Array.of(0)],
    ["none", new Uint8Array(0)],
    ["zeros", concat(Uint8Array.of(4), new Uint8Array(64))],
    ["not on the curve", concat(good.subarray(0, 64), Uint8Array.of(0))],
    [
      "x of p and more",
      concat(Uint8Array.of(4), bytesOf(G.x + p, 33).subarray(1), bytesOf(G.y, 32)),
    ],
    ["x + p, y of a point", concat(Uint8Array.of(4), bytesOf(x + p, 32), bytesOf(y, 32))],
    ["y of p", concat(Uint8Array.of(4), bytesOf(G.x, 32), bytesOf(p, 32))],
    ["compressed", concat(Uint8Array.of(3), bytesOf(G.x, 32))],
    ["hybrid", concat(Uint8Array.of(7), bytesOf(G.x, 32), bytesOf(G.y, 32))],
    ["short", good.subarray(0, 64)],
    ["long", concat(good, Uint8Array.of(0))],
    ["of another curve", encodePoint(P384, P384.G)],
  ];
  for (const [what, point] of points) refuseParts(what, 47, { point });
});

test("the key exchange is signed by the certificate's key, for this handshake, as was offered", () => {
  // MD5, SHA-1, SHA-224 and 512 with ECDSA, DSA, RSA with an ECDSA key, PSS, none.
  for (const algorithm of [
    "0103",
    "0203",
    "0303",
    "0603",
    "0402",
    "0401",
    "0804",
    "0400",
    "0003",
  ]) {
    refuseParts(algorithm, 47, { algorithm });
  }
  const parametersOf = (random: Uint8Array) => {
    const body = keyExchangeBody(random);
    return body.subarray(0, 4 + 65);
  };
  const signed: readonly [string, (random: Uint8Array) => Uint8Array][] = [
    ["by another key", (random) => signWith(rootKey, random, serverRandom, parametersOf(random))],
    ["without randoms", (random) => signWith(leafKey, parametersOf(random))],
    ["randoms swapped", (random) => signWith(leafKey, serverRandom, random, parametersOf(random))],
    [
      "for another client",
      (random) => signWith(leafKey, new Uint8Array(32), serverRandom, parametersOf(random)),
    ],
    ["nothing", () => new Uint8Array(0)],
    ["zeros", () => bytesOfHex("3006020100020100")],
    [
      "with a byte behind it",
      (random) => {
        const signature = signWith(leafKey, random, serverRandom, parametersOf(random));
        return concat(signature, Uint8Array.of(0));
      },
    ],
  ];
  for (const [what, sign] of signed) {
    refuseExchange(what, 51, (random) => keyExchangeBody(random, { signature: sign(random) }));
  }
  refuseParts("SHA-384 that is SHA-256", 51, { algorithm: "0503" });
});

test("a key exchange that is cut off anywhere or too long is refused", () => {
  const { length } = keyExchangeBody(new Uint8Array(32));
  for (let count = 0; count < length; count += 3) {
    refuseExchange(`${count} bytes`, 50, (random) => keyExchangeBody(random).subarray(0, count));
  }
  refuseExchange("longer", 50, (random) => concat(keyExchangeBody(random), Uint8Array.of(0)));
});

test("a list of certificates is whole, and the server's key fits the cipher suite", () => {
  const refuse = (what: string, body: Uint8Array, code: string, alert: number) => {
    const certificate = handshakeMessage(11, body);
    const script: Script = {
      messages: (flight) => Object.values({ ...flight, certificate }),
    };
    new TLSBench(script).refuses(what, code, alert);
  };
  refuse("none", certificateBody(), "tls/failed", 40);
  refuse("an empty one", certificateBody(new Uint8Array(0)), "tls/bad-certificate", 42);
  refuse("no list", new Uint8Array(0), "tls/failed", 50);
  refuse("longer", concat(certificateBody(leaf), Uint8Array.of(0)), "tls/failed", 50);
  refuse("cut off", certificateBody(leaf).subarray(0, 100), "tls/failed", 50);
  refuse("with half a one", bytesOfHex("000004 000002 30"), "tls/failed", 50);
  const thousands = vector(3, new Uint8Array(15_000));
  refuse("thousands of empty ones", thousands, "tls/unsupported", 43);
  refuseHello("an ECDSA key for RSA", helloBody({ suite: 0xc02f }), 47);
});

test("a protocol whose name cannot be sent is refused before anything is", () => {
  for (const protocol of ["", "x".repeat(256)]) {
    const secure = { applicationLayerProtocols: ["mqtt", protocol] };
    const bench = new TLSBench({}, { secure }).refuses(protocol, "tls/unsupported", 43);
    assert.deepEqual(bench.server.said, []);
  }
  new TLSBench({}, { secure: { applicationLayerProtocols: ["x".repeat(255)] } }).works();
});

test("what a client sends first is a hello of TLS 1.2 with all that is checked later", () => {
  const bench = new TLSBench({ records: () => [] }, { host: "broker.example.", ...alpn });
  let sent = new Uint8Array(0);
  bench.network.onLink = (link) => {
    link.onData = (bytes) => {
      sent = concat(sent, bytes);
    };
  };
  bench.run();
  assert.equal(
    hexOf(sent.subarray(0, 11)) + hexOf(sent.subarray(43)),
    [
      "160303007e 0100007a 0303",
      "00 0004c02bc02f 0100 004d",
      "000a0006000400170018",
      "000b00020100",
      "000d000c000a04030401050305010601",
      "00170000",
      "ff01000100",
      "00000013001100000e62726f6b65722e6578616d706c65",
      "001000090007046d7174740178",
    ]
      .join("")
      .replaceAll(" ", ""),
  );
});
