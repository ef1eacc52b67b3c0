// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { staticAddressOf } from "../../../modules/wifi/static-address.ts";
import { WiFiError } from "../../../modules/wifi/wifi-error.ts";

const whole = { address: "192.168.1.20", mask: "255.255.255.0", gateway: "192.168.1.1", dns: "" };

test("nothing set means DHCP, whatever the name servers are", () => {
  const none = { address: "", mask: "", gateway: "" };
  assert.equal(staticAddressOf({ ...none, dns: "" }), undefined);
  assert.equal(staticAddressOf({ ...none, dns: "9.9.9.9" }), undefined);
});

test("a whole address is taken; without name servers the gateway is asked", () => {
  assert.deepEqual(staticAddressOf(whole), { ...whole, dns: ["192.168.1.1"] });
  const dns = "9.9.9.9, 1.1.1.1";
  assert.deepEqual(staticAddressOf({ ...whole, dns })?.dns, ["9.9.9.9", "1.1.1.1"]);
});

test("networks of other sizes are taken", () => {
  const cases = [
    { address: "10.20.30.40", mask: "255.0.0.0", gateway: "10.0.0.1" },
    { address: "192.168.1.6", mask: "255.255.255.252", gateway: "192.168.1.5" },
    { address: "172.16.200.1", mask: "255.255.0.0", gateway: "172.16.0.1" },
  ];
  for (const texts of cases) {
    assert.equal(staticAddressOf({ ...texts, dns: "" })?.address, texts.address);
  }
});

test("what is missing, malformed or does not fit is named, and DHCP is said to be used", () => {
  const cases: [Partial<typeof whole>, RegExp][] = [
    [{ address: "" }, /wifi\.address is not set/],
    [{ mask: "" }, /wifi\.mask is not set/],
    [{ gateway: "" }, /wifi\.gateway is not set/],
    [{ address: "192.168.1" }, /wifi\.address not used: "192\.168\.1" is not an IPv4 address/],
    [{ address: "192.168.1.020" }, /"192\.168\.1\.020" is not/],
    [{ gateway: "router" }, /wifi\.gateway not used/],
    [{ mask: "255.0.255.0" }, /wifi\.mask not used: 255\.0\.255\.0 is not a network mask/],
    [{ mask: "0.0.0.0" }, /is not a network mask/],
    [{ mask: "255.255.255.255" }, /not the address of a machine/],
    [{ mask: "255.255.255.254" }, /not the address of a machine/],
    [{ address: "192.168.1.0" }, /not the address of a machine/],
    [{ address: "192.168.1.255" }, /not the address of a machine/],
    [{ address: "224.0.0.5", gateway: "224.0.0.1" }, /not the address of a machine/],
    [{ gateway: "192.168.1.20" }, /the board's own address/],
    [{ gateway: "192.168.2.1" }, /is not in the network of 192\.168\.1\.20/],
    [{ dns: "9.9.9.9,nine" }, /wifi\.dns not used: "nine"/],
    [{ dns: "9.9.9.9,1.1.1.1,8.8.8.8" }, /at most two/],
  ];
  for (const [part, rule] of cases) {
    assert.throws(
      () => staticAddressOf({ ...whole, ...part }),
      (error) =>
        error instanceof WiFiError && rule.test(error.message) && /using DHCP/.test(error.message),
      JSON.stringify(part),
    );
  }
});
