// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { sasToken } from "../../../modules/cloud/sas-token.ts";
import { testCrypto } from "../../support/test-crypto.ts";

const crypto = testCrypto();
const key = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

test("a token is what Azure's rules make of host, device, key and time", () => {
  const host = "example-hub.azure-devices.net";
  assert.equal(
    sasToken({ host, device: "board-a", key, expiry: 1_893_456_000, crypto }),
    "SharedAccessSignature sr=example-hub.azure-devices.net%2Fdevices%2Fboard-a" +
      "&sig=iCMrW6iGKyIeF%2BlEoT76Bx%2F4RUj0tuUVbAIMy%2FJe7yI%3D&se=1893456000",
  );
});

test("another second, device or key is another signature, and what is no base64 is none", () => {
  const host = "h.azure-devices.net";
  const tokens = [
    sasToken({ host, device: "a", key, expiry: 1, crypto }),
    sasToken({ host, device: "a", key, expiry: 2, crypto }),
    sasToken({ host, device: "b", key, expiry: 1, crypto }),
    sasToken({ host, device: "a", key: "AAAA", expiry: 1, crypto }),
  ];
  const signatures = tokens.map((token) => /&sig=([^&]+)&/.exec(token ?? "")?.[1]);
  assert.equal(new Set(signatures).size, 4);
  for (const wrong of ["", "no-base64", "AAA"]) {
    assert.equal(sasToken({ host, device: "a", key: wrong, expiry: 1, crypto }), undefined);
  }
});
