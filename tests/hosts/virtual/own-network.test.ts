// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { createAccessPoint, OwnNetwork } from "../../../hosts/virtual/own-network.ts";

const options = { SSID: "airpair-000001", password: "12345678" };

test("whoever has the password of a board's own network joins it, four at most", () => {
  const network = new OwnNetwork();
  const AccessPoint = createAccessPoint(network);
  assert.equal(network.join("12345678"), undefined);
  const accessPoint = new AccessPoint(options);
  assert.deepEqual([network.SSID, network.security], ["airpair-000001", "WPA2"]);
  assert.equal(network.join("87654321"), undefined);
  const addresses = [1, 2, 3, 4, 5].map(() => network.join("12345678"));
  assert.deepEqual(
    addresses.map((address) => accessPoint.serves(address)),
    [true, true, true, true, false],
  );
  assert.equal(accessPoint.serves("192.168.5.2"), false);
  accessPoint.close();
  assert.deepEqual([network.SSID, network.security], [undefined, undefined]);
  new AccessPoint({ SSID: "open" });
  assert.equal(network.security, "open");
  assert.equal(network.join(), "192.168.4.2");
});

test("what no radio takes is refused, and a second network too", () => {
  const AccessPoint = createAccessPoint(new OwnNetwork());
  assert.throws(() => new AccessPoint({ SSID: "" }), RangeError);
  assert.throws(() => new AccessPoint({ SSID: "x".repeat(33) }), RangeError);
  assert.throws(() => new AccessPoint({ ...options, password: "1234567" }), RangeError);
  new AccessPoint(options);
  assert.throws(() => new AccessPoint(options), /already/);
});
