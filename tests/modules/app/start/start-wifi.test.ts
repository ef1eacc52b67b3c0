// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AccessPoint } from "../../../../hosts/virtual/access-point.ts";
import { AccessPoints } from "../../../../hosts/virtual/access-points.ts";
import { createWiFi } from "../../../../hosts/virtual/wifi.ts";
import { NetworkOrder } from "../../../../modules/app/network-order.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import { hostNameOf, startWiFi } from "../../../../modules/app/start/start-wifi.ts";
import type { Host } from "../../../../modules/base/host.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { LogBook } from "../../../support/log-book.ts";
import { MemoryKeyValue } from "../../../support/memory-key-value.ts";
import { seededRandom } from "../../../support/random.ts";

/** A host with a simulated radio, an access point "lab", and these settings. */
function build(given: Readonly<Record<string, unknown>>) {
  const time = new FakeTime();
  const accessPoints = new AccessPoints();
  const lab = accessPoints.add(new AccessPoint({ SSID: "lab", channel: 6, RSSI: -50 }));
  const configurations: unknown[] = [];
  const restarts: string[] = [];
  const timers = {
    set: (callback: () => void, delay: number) => time.set(callback, delay),
    clear: (timer: unknown) => time.clear(timer as never),
  };
  const Virtual = createWiFi({ accessPoints, time, timers, MAC: "02AA000000A1" });
  class WiFi extends Virtual {
    override configure(options: object): void {
      configurations.push(options);
      super.configure(options);
    }
  }
  const domains = new Map<string, MemoryKeyValue>();
  const host = {
    system: { restart: (reason: string) => restarts.push(reason) },
    clock: time,
    timers: time,
    random: seededRandom(1),
    network: { wifi: { io: WiFi } },
    storage: {
      open: ({ path }: { path: string }) => {
        const domain = domains.get(path) ?? new MemoryKeyValue();
        domains.set(path, domain);
        return domain;
      },
    },
  } as unknown as Host;
  const book = new LogBook();
  const open = () => {
    const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
    return startWiFi(host, { settings, log: book.log, order: new NetworkOrder(), id: "board_1" });
  };
  return { time, lab, book, configurations, restarts, open };
}

test("the radio gets the board id as host name and, without other settings, DHCP", () => {
  const { time, configurations, open } = build({ "wifi.ssid": "lab" });
  const wifi = open();
  wifi.start();
  time.advance(10_000);
  assert.deepEqual(configurations, [{ hostname: "board-1" }]);
  assert.equal(wifi.state.kind, "online");
});

test("a host name has letters, digits and hyphens only", () => {
  assert.equal(hostNameOf("airpair-0000a1"), "airpair-0000a1");
  assert.equal(hostNameOf("Flat_3.attic!"), "Flat-3-attic-");
});

test("a fixed address is used as it is set", () => {
  const { time, lab, open } = build({
    "wifi.ssid": "lab",
    "wifi.address": "192.168.4.9",
    "wifi.mask": "255.255.255.0",
    "wifi.gateway": "192.168.4.1",
  });
  lab.hasDHCP = false;
  const wifi = open();
  wifi.start();
  time.advance(10_000);
  assert.deepEqual(wifi.state, { kind: "online", SSID: "lab", address: "192.168.4.9" });
});

test("a fixed address that is not whole is told, and DHCP is used", () => {
  const { time, book, open } = build({ "wifi.ssid": "lab", "wifi.address": "192.168.4.9" });
  const wifi = open();
  wifi.start();
  time.advance(10_000);
  assert.match(book.text, /error fixed address not used: wifi\.mask is not set; using DHCP/);
  assert.equal(wifi.status().address, "192.168.4.181");
});

test("the three networks of the settings are known in their order; none is an error that is told", () => {
  const { open } = build({ "wifi.ssid": "a", "wifi.2.ssid": "b", "wifi.3.ssid": "c" });
  assert.deepEqual(
    open().networks.map(({ SSID }) => SSID),
    ["a", "b", "c"],
  );
  const none = build({});
  const wifi = none.open();
  wifi.start();
  none.time.advance(600_000);
  assert.deepEqual(wifi.state, { kind: "failed", reason: "unset" });
  assert.equal(none.book.text, "error no network is set; wifi add sets one");
  assert.equal(none.time.pending, 0);
});

test("the board starts again after the time that is set, and tells why afterwards", () => {
  const { time, lab, book, restarts, open } = build({ "wifi.ssid": "lab", "wifi.reboot": 20 });
  lab.isUp = false;
  const wifi = open();
  wifi.start();
  time.advance(19 * 60_000);
  assert.deepEqual(restarts, []);
  time.advance(4 * 60_000);
  assert.equal(restarts.length, 1);
  wifi.close();
  open();
  assert.match(book.text, /warn restarted after 2\d min without a network \(network not found/);
});
