// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative, give } from "../../../support/native-code.ts";

const run = await compileNative("hosts/moddable/crypto/crypto-native.c", {
  with: ["tests/support/native/crypto-core.c"],
});
/** Five buffers, each of another length and with another first byte. */
const [a, b, c, d, e] = [1, 2, 3, 4, 5].map((count) => new Uint8Array(count).fill(count));

test("each function hands its buffers over in its order", () => {
  for (const [name, values, text] of [
    ["random", [a], "random to 1"],
    ["sha256", [a, b], "sha256 01*1 to 2"],
    ["sha512", [a, b], "sha512 01*1 to 2"],
    ["hmac_sha256", [a, b, c], "hmac 01*1 02*2 to 3"],
    ["x25519", [a, b, c], "x25519 01*1 02*2 to 3"],
    ["verify_p256", [a, b, c], "verify 01*1 02*2 03*3 to 0"],
    ["seal", [a, b, c, d, e], "seal 01*1 02*2 03*3 04*4 to 5"],
    ["open", [a, b, c, d, e], "open 01*1 02*2 03*3 04*4 to 5"],
  ] as const) {
    const outcome = run(call(`xs_crypto_${name}`, ...values))[0];
    assert.deepEqual(outcome, { calls: [text], result: true }, name);
  }
});

test("a refusal is no exception, and an error is one with its text", () => {
  const [, refused, , failed] = run(
    give("open", 1),
    call("xs_crypto_open", a, b, c, d, e),
    give("open", -149),
    call("xs_crypto_open", a, b, c, d, e),
  );
  assert.equal(refused?.result, false);
  assert.equal(failed?.thrown, "Error: ChaCha20-Poly1305: -149 %s%n");
});

test("what is no buffer is refused", () => {
  for (const values of [["text", a], [a, 5], [a], [undefined, a]] as const) {
    const [refused] = run(call("xs_crypto_sha256", ...values));
    assert.deepEqual(refused, { calls: [], thrown: "TypeError: no buffer" });
  }
});
