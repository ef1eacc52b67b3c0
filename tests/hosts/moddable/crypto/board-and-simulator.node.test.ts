// SPDX-License-Identifier: MIT

// A board with mbedTLS and a simulated one with Node's cryptography understand each other.

import assert from "node:assert/strict";
import test from "node:test";
import { MbedTLSCrypto } from "../../../../hosts/moddable/crypto/mbedtls-crypto.ts";
import { nodeCrypto } from "../../../../hosts/sim/node/board/node-crypto.ts";
import { asciiBytes } from "../../../../modules/base/bytes.ts";
import type { HostCrypto } from "../../../../modules/base/host-crypto.ts";
import { CPace } from "../../../../modules/pairing/crypto/cpace.ts";
import { NoiseHandshake } from "../../../../modules/pairing/crypto/noise.ts";
import { loadCrypto } from "../../../support/crypto-library.ts";
import { withoutMbedTLS } from "../../../support/mbedtls-addon.ts";

const skip = withoutMbedTLS;

/** Both assignments of the roles. */
function pairs(): [HostCrypto, HostCrypto][] {
  const board = new MbedTLSCrypto(loadCrypto());
  return [
    [board, nodeCrypto],
    [nodeCrypto, board],
  ];
}

test("with the same code they get the same key, and believe each other", { skip }, () => {
  const [channel, session] = [asciiBytes("a board and another"), asciiBytes("run 1")];
  const [dataA, dataB] = [asciiBytes("A"), asciiBytes("B")];
  for (const [first, second] of pairs()) {
    const common = { code: asciiBytes("1234"), channel, session };
    const a = new CPace({ ...common, crypto: first, data: dataA, isInitiator: true });
    const b = new CPace({ ...common, crypto: second, data: dataB, isInitiator: false });
    const [shareA, shareB] = [a.makeShare(), b.makeShare()];
    const key = a.finish(shareB, dataB);
    assert.ok(key);
    assert.deepEqual(b.finish(shareA, dataA), key);
    assert.ok(b.checkTag(a.makeTag()));
    assert.ok(a.checkTag(b.makeTag()));
  }
});

test("with the same long-term secret they shake hands and read each other", { skip }, () => {
  const prologue = asciiBytes("airpair");
  const text = asciiBytes("co2 412");
  for (const [first, second] of pairs()) {
    const psk = nodeCrypto.randomBytes(32);
    const a = new NoiseHandshake({ crypto: first, psk, prologue, isInitiator: true });
    const b = new NoiseHandshake({ crypto: second, psk, prologue, isInitiator: false });
    assert.deepEqual(b.readFirst(a.writeFirst(text)), text);
    const answer = b.writeSecond(text);
    assert.ok(answer);
    assert.deepEqual(a.readSecond(answer), text);
    const [keysA, keysB] = [a.split(), b.split()];
    assert.deepEqual(keysA.send, keysB.receive);
    assert.deepEqual(keysA.receive, keysB.send);
    assert.deepEqual(keysA.hash, keysB.hash);
    const nonce = new Uint8Array(12);
    const sealed = first.seal(keysA.send, nonce, prologue, text);
    assert.deepEqual(second.open(keysB.receive, nonce, prologue, sealed), text);
  }
});
