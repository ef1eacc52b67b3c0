// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AccessPoint } from "../../../hosts/virtual/access-point.ts";
import { PortalBench } from "../../support/portal-bench.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";
import { askServer } from "../../support/web-guest.ts";

const second = 1_000;
const minute = 60 * second;
const known = { "wifi.ssid": "airpair-lab", "wifi.password": "airpair-lab" };
const lab = { network: "airpair-lab", password: "airpair-lab" };

test("a wrong password is told in the page, nothing is stored, and the next try can be right", () => {
  const bench = new PortalBench().run(10 * second);
  bench.guest.send({
    network: "airpair-lab",
    password: "wrong password",
    broker: "mqtt://broker.example",
  });
  bench.run(35 * second);
  const page = bench.guest.get("/");
  assert.equal(page.status, 200);
  assert.match(page.body, /role="alert">airpair-lab could not be joined: wrong password/);
  assert.match(page.body, /<option value="airpair-lab" selected>/);
  assert.match(page.body, /value="mqtt:\/\/broker.example"/);
  assert.doesNotMatch(page.body, /wrong password"/);
  assert.equal(bench.settings.get("mqtt.broker"), "");
  bench.guest.send(lab);
  bench.run(10 * second);
  assert.match(bench.guest.get("/").body, /The board is on airpair-lab/);
});

test("fields are checked as the settings check them, and passwords are not shown back", () => {
  const bench = new PortalBench().run(10 * second);
  const { status, body } = bench.guest.send({
    name: '"><script>alert(1)</script>',
    password: "seven77",
    broker: "http://broker.example",
    user: "user \u{1f600}",
    "broker-password": "secret\u0001",
  });
  assert.equal(status, 422);
  assert.match(body, /the password takes 8 to 63 bytes/);
  assert.match(body, /the address takes mqtt:\/\/host:port/);
  assert.match(body, /the password takes printable characters only/);
  assert.match(body, /value="&quot;&gt;&lt;script&gt;alert\(1\)&lt;\/script&gt;"/);
  assert.match(body, /value="user \u{1f600}"/u);
  assert.doesNotMatch(body, /seven77|secret|<script/);
  assert.equal(bench.textOf("stored"), "");
});

test("what phones ask to see whether they are on the internet leads to the page", () => {
  const bench = new PortalBench().run(10 * second);
  for (const [host, path] of [
    ["captive.apple.com", "/hotspot-detect.html"],
    ["connectivitycheck.gstatic.com", "/generate_204"],
    ["www.msftconnecttest.com", "/connecttest.txt"],
    ["detectportal.firefox.com", "/success.txt"],
    ["nmcheck.gnome.org", "/check_network_status.txt"],
    ["192.168.4.1", "/whatever?a=b"],
  ] as const) {
    const { status, headers, body } = bench.guest.get(path, host);
    assert.equal(status, 302, host);
    assert.equal(headers.get("location"), "http://192.168.4.1/");
    assert.equal(headers.get("cache-control"), "no-store");
    assert.match(body, /<a href="http:\/\/192\.168\.4\.1\/">/);
  }
  assert.equal(bench.guest.get("/favicon.ico").status, 404);
});

test("a form of another page, of another name, of an old page or of no page changes nothing", () => {
  const bench = new PortalBench().run(10 * second);
  assert.equal(bench.guest.send(lab, ["Origin: http://evil.example"]).status, 403);
  assert.equal(bench.guest.send(lab, ["Origin: null"]).status, 403);
  const old = bench.guest.post({ ...lab, token: "of an old page" });
  assert.equal(old.status, 403);
  assert.match(old.body, /This page was an old one/);
  bench.guest.host = "evil.example";
  assert.equal(bench.guest.post(lab).status, 403);
  bench.guest.host = "192.168.4.1";
  for (const [request, status] of [
    ["PUT / HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n", 405],
    ["POST /scan HTTP/1.1\r\nHost: 192.168.4.1\r\nContent-Length: 0\r\n\r\n", 405],
    ["POST / HTTP/1.1\r\nHost: 192.168.4.1\r\nContent-Length: 2\r\n\r\n{}", 400],
  ] as const) {
    assert.equal(askServer(bench.network, request).status, status);
  }
  bench.run(40 * second);
  assert.equal(bench.textOf("stored"), "");
  assert.equal(bench.wifi.manager.state.kind, "failed");
  assert.equal(bench.guest.send(lab, ["Origin: http://192.168.4.1"]).status, 303);
});

test("nobody outside of the board's own network is heard", () => {
  const bench = new PortalBench().run(10 * second);
  const request = "GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n";
  assert.equal(askServer(bench.network, request, "10.0.0.7").status, 0);
  assert.equal(askServer(bench.network, request, "192.168.4.3").status, 200);
});

test("a page that nobody uses closes after ten minutes, and comes back an hour after it was opened", () => {
  const bench = new PortalBench().run(10 * second);
  assert.equal(bench.isOpen, true);
  bench.run(9 * minute);
  assert.equal(bench.isOpen, true);
  bench.run(minute);
  assert.equal(bench.isOpen, false);
  assert.equal(bench.textOf("closed"), "closed: nobody has used it");
  bench.run(45 * minute);
  assert.equal(bench.isOpen, false);
  bench.run(6 * minute);
  assert.equal(bench.isOpen, true);
});

test("whoever is at the page keeps it open, but for no longer than half an hour", () => {
  const bench = new PortalBench().run(10 * second);
  for (let i = 0; i < 28; i++) {
    assert.equal(bench.guest.get("/").status, 200, `after ${i} min`);
    bench.run(minute);
  }
  bench.run(3 * minute);
  assert.equal(bench.isOpen, false);
});

test("the password at a broker goes to no other, and stays where nothing is entered", () => {
  const bench = new PortalBench(known).run(20 * second);
  const { settings, portal } = bench;
  settings.apply([
    ["mqtt.broker", "mqtt://one.example"],
    ["mqtt.user", "u"],
    ["mqtt.password", "first"],
  ]);
  portal.open();
  bench.run(10 * second);
  bench.guest.send({ broker: "mqtt://one.example", user: "u" });
  bench.run(2 * minute);
  assert.equal(settings.get("mqtt.password"), "first");
  portal.open();
  bench.run(10 * second);
  bench.guest.send({ broker: "mqtt://two.example", user: "u" });
  assert.equal(settings.get("mqtt.password"), "");
  assert.equal(settings.get("mqtt.broker"), "mqtt://two.example");
});

test("a broker that the build gives is not for the page to change", () => {
  const bench = new PortalBench({ "mqtt.broker": "mqtt://broker.example" }).run(10 * second);
  assert.doesNotMatch(bench.guest.get("/").body, /name="broker"/);
  bench.guest.send({ ...lab, broker: "mqtt://evil.example" });
  bench.run(20 * second);
  assert.equal(bench.settings.get("mqtt.broker"), "mqtt://broker.example");
  assert.equal(bench.settings.get("wifi.ssid"), "airpair-lab");
});

test("with the setting off there is no portal, and with manual it is there when it is asked for", () => {
  const bench = new PortalBench({ portal: "off" }).run(20 * minute);
  assert.equal(bench.isOpen, false);
  assert.throws(() => bench.portal.open(), /the portal is off; set portal manual allows it/);
  const manual = new PortalBench({ portal: "manual" }).run(20 * minute);
  assert.equal(manual.isOpen, false);
  manual.portal.open();
  manual.run(10 * second);
  assert.equal(manual.isOpen, true);
});

test("an access point that does not open is told, and tried again later", () => {
  const bench = new PortalBench();
  const { ownNetwork } = bench;
  ownNetwork.open({ SSID: "in the way" });
  bench.run(20 * second);
  assert.match(bench.textOf("fault"), /there is an access point already/);
  assert.equal(bench.textOf("closed"), "closed: it could not be opened");
  ownNetwork.close();
  bench.run(40 * minute);
  assert.equal(bench.isOpen, false);
  bench.run(15 * minute);
  assert.equal(ownNetwork.SSID, "airpair-000001");
});

test("a network that is looked for again is in the list when it is in range, and the form waits for that", () => {
  const bench = new PortalBench().run(30 * second);
  assert.equal(bench.guest.get("/scan").status, 303);
  const page = bench.guest.get("/");
  assert.match(page.body, /<h1>Looking for networks<\/h1>/);
  assert.equal(page.headers.get("refresh"), "4; url=/");
  bench.run(5 * second);
  assert.match(bench.guest.get("/").body, /<option value="airpair-lab">/);
});

test("an open portal is open, and says so", () => {
  const bench = new PortalBench({ "portal.security": "open" }).run(10 * second);
  assert.equal(bench.ownNetwork.security, "open");
  assert.match(
    bench.shown.at(-1)?.text ?? "",
    /^join the network "airpair-000001" without a password, and open http/,
  );
});

test("a password of one's own holds, and one that the board has made stays", () => {
  const own = new PortalBench({ "portal.password": "class-room-7" }).run(10 * second);
  assert.equal(own.ownNetwork.join("class-room-7"), "192.168.4.2");
  const made = new PortalBench().run(10 * second);
  const password = made.settings.get("portal.password");
  assert.match(password, /^[a-z2-9]{10}$/);
  assert.equal(made.ownNetwork.join(password), "192.168.4.2");
  assert.ok(
    made.lines.every(({ text }) => !text.includes(password)),
    "it is in the log",
  );
});

test("a network that is known is joined again without its password, and one without any is, too", () => {
  const bench = new PortalBench();
  bench.settings.apply([
    ["wifi.ssid", "airpair-lab"],
    ["wifi.password", "airpair-lab"],
  ]);
  bench.wifi.accessPoints.add(new AccessPoint({ SSID: "guests", channel: 1, RSSI: -70 }));
  bench.portal.open();
  bench.run(20 * second);
  bench.guest.send({ network: "airpair-lab" });
  bench.run(10 * second);
  assert.match(bench.guest.get("/").body, /The board is on airpair-lab/);
  bench.run(2 * minute);
  bench.portal.open();
  bench.run(20 * second);
  bench.guest.send({ network: "guests" });
  bench.run(10 * second);
  assert.match(bench.guest.get("/").body, /The board is on guests/);
  assert.equal(bench.settings.get("wifi.2.ssid"), "airpair-lab");
});

test("a portal that is closed in the middle of a trial leaves the networks that were set before", () => {
  const bench = new PortalBench(known).run(20 * second);
  bench.portal.open();
  bench.run(10 * second);
  bench.guest.send({ name: "nowhere", password: "12345678" });
  bench.run(second);
  assert.equal(bench.wifi.manager.networks[0]?.SSID, "nowhere");
  bench.portal.close();
  bench.run(30 * second);
  const { state } = bench.wifi.manager;
  assert.equal(state.kind === "online" && state.SSID, "airpair-lab");
  assert.equal(bench.isOpen, false);
});

test("what cannot be stored is told in the page, and the networks that were set before hold", () => {
  const bench = new PortalBench(known).run(20 * second);
  bench.wifi.accessPoints.add(new AccessPoint({ SSID: "guests", channel: 1, RSSI: -70 }));
  bench.portal.open();
  bench.run(10 * second);
  bench.store.failAt = bench.store.writes;
  bench.guest.send({ network: "guests" });
  bench.run(20 * second);
  assert.match(bench.guest.get("/").body, /role="alert">Not saved: .*could not be stored/);
  bench.run(20 * second);
  const { state } = bench.wifi.manager;
  assert.equal(state.kind === "online" && state.SSID, "airpair-lab");
});

test("the setting off closes a portal that is open", () => {
  const bench = new PortalBench().run(10 * second);
  assert.equal(bench.isOpen, true);
  bench.settings.set("portal", "off");
  bench.run(second);
  assert.equal(bench.isOpen, false);
  bench.run(2 * 60 * minute);
  assert.equal(bench.isOpen, false);
});

test("hostile guests leave a portal that answers, and nothing behind when it closes", () => {
  for (let seed = 1; seed <= seedCount(30); seed++) {
    const random = seededRandom(seed);
    const bench = new PortalBench().run(10 * second);
    const pick = (count: number) => Math.floor(random() * count);
    const page = bench.guest.get("/");
    const [, token = ""] = /name="token" value="([^"]+)"/.exec(page.body) ?? [];
    const names = ["token", "network", "name", "password", "broker", "user", "broker-password"];
    for (let i = 0; i < 20; i++) {
      const fields = names.map((name): [string, string] => {
        const odd = String.fromCodePoint(...Array.from({ length: pick(40) }, () => pick(0xd7ff)));
        return [name, name === "token" ? token : odd];
      });
      const { status, body } = bench.guest.post(Object.fromEntries(fields));
      assert.ok([303, 413, 422].includes(status), `${status} with seed ${seed}`);
      assert.doesNotMatch(body, /<script/);
    }
    bench.run(40 * second);
    assert.equal(bench.guest.get("/").status, 200);
    bench.settings.set("portal", "off");
    bench.wifi.manager.close();
    bench.run(second);
    assert.equal(bench.network.open, 0);
  }
});
