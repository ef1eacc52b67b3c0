// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  handshakeLength,
  NoiseHandshake,
  type NoiseOptions,
  noiseNonce,
} from "../../../../modules/pairing/crypto/noise.ts";
import { bytesOf, digitsOf } from "../../../support/hex.ts";
import { testCrypto } from "../../../support/test-crypto.ts";

// Noise_NNpsk0_25519_ChaChaPoly_SHA256 of the vectors of cacophony, as snow keeps them
// (tests/vectors/cacophony.txt).
const psk = bytesOf("54686973206973206d7920417573747269616e20706572737065637469766521");
const prologue = bytesOf("4a6f686e2047616c74");
const ephemeralI = "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
const ephemeralR = "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
const hash = "f4d03dc34495c95729ea6de9e1b59004b59733102488b3e24bc441e0be208eaf";
const messages: [payload: string, ciphertext: string][] = [
  [
    "4c756477696720766f6e204d69736573",
    "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944" +
      "79b962b8aff8485742ac32f905ba45369e2465fb59e138a93d67a0d1266b6a54",
  ],
  [
    "4d757272617920526f746862617264",
    "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843" +
      "d6062704d5a9c422a8e834423f8c1feada7e8d0d910a1a2cd030fb584221e3",
  ],
  ["462e20412e20486179656b", "e632c3763d7669067383433197a3baddf146e9e70ad4b4e9e59e0f"],
  ["4361726c204d656e676572", "64c6bee32ea91c8474bb4c21d7a700109ad45af77b29764ba5eb1e"],
  [
    "4a65616e2d426170746973746520536179",
    "e2fa0bed0603b62d3ccac2ecabbf3fe33f3e86514909b323361626266cb2471cc8",
  ],
  [
    "457567656e2042f6686d20766f6e2042617765726b",
    "0c01dc9cec1fe4ddd692e8dd32188aa351088dc91183639a53b57aa4692b5ebdef8b8ca111",
  ],
];

const crypto = testCrypto();
const none = new Uint8Array(0);

function end(isInitiator: boolean, more: Partial<NoiseOptions> = {}): NoiseHandshake {
  const ephemeral = bytesOf(isInitiator ? ephemeralI : ephemeralR);
  return new NoiseHandshake({ crypto, psk, prologue, isInitiator, ephemeral, ...more });
}

test("a handshake and the messages behind it are byte for byte those of the vectors", () => {
  const [initiator, responder] = [end(true), end(false)];
  const [[payload1, first], [payload2, second], ...rest] = messages as [
    [string, string],
    [string, string],
    ...[string, string][],
  ];
  initiator.generate();
  assert.equal(digitsOf(initiator.writeFirst(bytesOf(payload1))), first);
  assert.equal(digitsOf(responder.readFirst(bytesOf(first)) ?? none), payload1);
  responder.generate();
  assert.equal(digitsOf(responder.writeSecond(bytesOf(payload2)) ?? none), second);
  assert.equal(digitsOf(initiator.readSecond(bytesOf(second)) ?? none), payload2);
  const [a, b] = [initiator.split(), responder.split()];
  assert.equal(digitsOf(a.hash), hash);
  assert.equal(digitsOf(b.hash), hash);
  const counts = [0, 0];
  for (const [index, [payload, ciphertext]] of rest.entries()) {
    const [key, other] = index % 2 === 0 ? [a.send, b.receive] : [b.send, a.receive];
    const nonce = noiseNonce(counts[index % 2] ?? 0);
    counts[index % 2] = (counts[index % 2] ?? 0) + 1;
    assert.equal(digitsOf(crypto.seal(key, nonce, none, bytesOf(payload))), ciphertext);
    assert.equal(digitsOf(crypto.open(other, nonce, none, bytesOf(ciphertext)) ?? none), payload);
  }
});

test("the first message proves the secret before anything is multiplied", () => {
  const first = end(true).writeFirst();
  assert.equal(first.length, handshakeLength);
  let ladders = 0;
  const counting = {
    ...crypto,
    x25519: (key: Uint8Array, u: Uint8Array) => {
      ladders++;
      return crypto.x25519(key, u);
    },
  };
  const stranger = end(false, { crypto: counting, psk: new Uint8Array(32) });
  assert.equal(stranger.readFirst(first), undefined);
  assert.ok(end(false, { crypto: counting }).readFirst(first));
  assert.equal(ladders, 0);
});

test("another secret, other circumstances or a changed bit at any place end the handshake", () => {
  const first = end(true).writeFirst();
  assert.equal(end(false, { prologue: none }).readFirst(first), undefined);
  for (let at = 0; at < first.length; at++) {
    const changed = first.slice();
    changed[at] = (changed[at] as number) ^ 0x10;
    assert.equal(end(false).readFirst(changed), undefined, `byte ${at} of the first`);
  }
  const responder = end(false);
  responder.readFirst(first);
  const second = responder.writeSecond() ?? none;
  for (let at = 0; at < second.length; at += 3) {
    const initiator = end(true);
    initiator.writeFirst();
    const changed = second.slice();
    changed[at] = (changed[at] as number) ^ 0x10;
    assert.equal(initiator.readSecond(changed), undefined, `byte ${at} of the second`);
  }
  for (const length of [0, 31, 47]) {
    assert.equal(end(false).readFirst(first.subarray(0, length)), undefined);
  }
});

test("a key of low order from the other end gives no keys", () => {
  const initiator = end(true);
  initiator.writeFirst();
  assert.equal(initiator.readSecond(new Uint8Array(handshakeLength)), undefined);
});

test("nonces count as the framework wants it, past 32 bits as well", () => {
  assert.equal(digitsOf(noiseNonce(1)), "000000000100000000000000");
  assert.equal(digitsOf(noiseNonce(2 ** 32 + 2)), "000000000200000001000000");
});
