// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import test from "node:test";
import { readFileSettings } from "../../tools/file-settings.ts";
import { certificateTexts } from "../fixtures/certificates.ts";

const der = (name: "root" | "leaf") => Buffer.from(certificateTexts[name], "base64");
const pem = (name: "root" | "leaf") =>
  `-----BEGIN CERTIFICATE-----\n${der(name).toString("base64")}\n-----END CERTIFICATE-----\n`;
const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

const files: Readonly<Record<string, string | Buffer>> = {
  "ca.pem": `a comment\n${pem("root")}${pem("leaf")}`,
  "ca.der": der("root"),
  "key.pem": privateKey.export({ format: "pem", type: "sec1" }),
  "locked.pem": privateKey.export({
    format: "pem",
    type: "pkcs8",
    cipher: "aes-128-cbc",
    passphrase: "hidden",
  }),
};

function read(...given: string[]): string[] {
  return readFileSettings(given, (path) => {
    const file = files[path];
    if (file === undefined) throw Object.assign(new Error("none"), { code: "ENOENT" });
    return Buffer.from(file);
  });
}

test("certificates and keys come from files, PEM or DER, as the settings hold them", () => {
  const base64 = (name: "root" | "leaf") => der(name).toString("base64");
  assert.deepEqual(read("mqtt.ca=@ca.der"), [`mqtt.ca=${base64("root")}`]);
  assert.deepEqual(read("mqtt.ca=@ca.pem"), [`mqtt.ca=${base64("root")},${base64("leaf")}`]);
  const key = privateKey.export({ format: "der", type: "pkcs8" }).toString("base64");
  assert.deepEqual(read("mqtt.key=@key.pem"), [`mqtt.key=${key}`]);
});

test("other arguments stay as they are, also values that begin with @", () => {
  const given = ["-d", "dht", "wifi.password=@home", "mqtt.ca=MIIB", "mqtt.user=a=@b"];
  assert.deepEqual(read(...given), given);
});

test("says in one line which file is missing or is not what it should be", () => {
  assert.throws(
    () => read("mqtt.ca=@no.pem"),
    /^Error: mqtt.ca: no.pem cannot be read \(ENOENT\)$/,
  );
  assert.throws(() => read("mqtt.cert=@key.pem"), /holds no certificate, PEM or DER$/);
  assert.throws(() => read("mqtt.key=@locked.pem"), /holds no private key without a password/);
});
