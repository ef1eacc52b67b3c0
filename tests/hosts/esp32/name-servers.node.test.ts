// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as NameServersModule from "../../../hosts/esp32/name-servers.ts";
import type * as WiFiModule from "../../../hosts/esp32/wifi.ts";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import { FakeSDKTimer } from "../../support/fake-sdk.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const direct = { connectDirectly: () => {} };
const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});

function importNameServers(given: readonly string[]) {
  const net = { get: (what: string) => (what === "DNS" ? given : assert.fail(what)) };
  return importWithSDK<typeof NameServersModule>("hosts/esp32/name-servers.ts", { net });
}

test("name servers are those that DHCP has given, as far as they have an IPv4 address", async () => {
  const { NameServers } = await importNameServers(["192.168.1.1", "fe80::1", "8.8.8.8"]);
  assert.deepEqual(new NameServers().list(), ["192.168.1.1", "8.8.8.8"]);
});

test("those of a fixed address take their place, until DHCP is used again", async () => {
  const { NameServers } = await importNameServers(["192.168.1.1"]);
  const nameServers = new NameServers();
  const configured: unknown[] = [];
  const radio = class {
    configure(options: object): void {
      configured.push(options);
    }
  };
  const { ESP32WiFi } = await importWithSDK<typeof WiFiModule>("hosts/esp32/wifi.ts", {
    "embedded:network/interface/wifi": radio,
    "./wifi-direct.js": direct,
    timer: new FakeSDKTimer(),
  });
  const wifi = new ESP32WiFi({}, { faults: new Faults(), nameServers });
  const address = { address: "10.0.0.7", mask: "255.0.0.0", gateway: "10.0.0.1" };
  wifi.configure({ static: { ...address, dns: ["10.0.0.2", "10.0.0.3"] } });
  assert.deepEqual(nameServers.list(), ["10.0.0.2", "10.0.0.3"]);
  wifi.configure({ hostname: "board", static: false });
  assert.deepEqual(nameServers.list(), ["192.168.1.1"]);
  assert.equal(configured.length, 2);
});
