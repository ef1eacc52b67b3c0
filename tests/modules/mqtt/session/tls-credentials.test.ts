// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { toBase64 } from "../../../../modules/base/base64.ts";
import { MqttError } from "../../../../modules/mqtt/mqtt-error.ts";
import { parseCredentials } from "../../../../modules/mqtt/session/tls-credentials.ts";

/** A SEQUENCE with a content of that length. */
function der(length: number): Uint8Array {
  const head = [0x30, length];
  if (length >= 0x80) head.splice(1, 1, 0x81, length);
  if (length >= 0x100) head.splice(1, 2, 0x82, length >> 8, length & 0xff);
  return Uint8Array.from([...head, ...new Array<number>(length).fill(7)]);
}

const none = { authorities: "", certificate: "", key: "" };

test("authorities are one or several, as base64 of DER or as PEM in one line", () => {
  const [a, b, c] = [der(3), der(200), der(700)];
  const texts = [a, b, c].map(toBase64);
  const expected = { certificateAuthorities: [a, b, c] };
  assert.deepEqual(parseCredentials({ ...none, authorities: texts.join(",") }), expected);
  const pem = texts.map((t) => `-----BEGIN CERTIFICATE-----${t}-----END CERTIFICATE-----`);
  assert.deepEqual(parseCredentials({ ...none, authorities: pem.join(" ") }), expected);
});

test("a client certificate comes with its key", () => {
  const texts = {
    authorities: toBase64(der(9)),
    certificate: toBase64(der(8)),
    key: toBase64(der(7)),
  };
  assert.deepEqual(parseCredentials(texts), {
    certificateAuthorities: [der(9)],
    clientCertificates: [der(8)],
    clientKey: der(7),
  });
});

test("what is missing or no certificate is refused by the name of its setting, unseen", () => {
  const authorities = toBase64(der(9));
  const long = der(300);
  const cases: [Partial<typeof none>, RegExp][] = [
    [{ authorities: "secret" }, /mqtt\.ca cannot be used: it is not base64 DER/],
    [{ authorities: toBase64(Uint8Array.of(0x31, 0)) }, /mqtt\.ca cannot be used/],
    [{ authorities: toBase64(long.subarray(0, 200)) }, /mqtt\.ca cannot be used/],
    [{ authorities: toBase64(Uint8Array.of(...long, 0)) }, /mqtt\.ca cannot be used/],
    [{ authorities: toBase64(Uint8Array.of(0x30, 0x84, 0, 0, 0, 0)) }, /mqtt\.ca cannot be used/],
    [{ authorities: toBase64(Uint8Array.of(0x30)) }, /mqtt\.ca cannot be used/],
    [{ authorities, certificate: authorities }, /mqtt\.cert and mqtt\.key belong together/],
    [{ authorities, key: authorities }, /mqtt\.cert and mqtt\.key belong together/],
    [{ authorities, certificate: authorities, key: "secret" }, /mqtt\.key cannot be used/],
  ];
  for (const [texts, rule] of cases) {
    assert.throws(
      () => parseCredentials({ ...none, ...texts }),
      (error) => {
        assert.ok(error instanceof MqttError);
        assert.equal(error.code, "mqtt/bad-certificate");
        assert.match(error.message, rule);
        assert.equal(error.message.includes("secret"), false);
        return true;
      },
    );
  }
});
