// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { KnownNetworks } from "../../../modules/wifi/known-networks.ts";

function build(...names: string[]): KnownNetworks {
  return new KnownNetworks(names.map((SSID) => ({ SSID, password: "" })));
}

function heard(levels: Readonly<Record<string, number>>) {
  return Object.entries(levels).map(([SSID, RSSI]) => ({ SSID, RSSI }));
}

test("empty and repeated names are left out, the order stays", () => {
  const known = build("home", "", "attic", "home");
  assert.deepEqual(
    known.list.map(({ SSID }) => SSID),
    ["home", "attic"],
  );
});

test("the preferred network wins against one that is a little stronger, not against a strong one", () => {
  const known = build("home", "attic");
  const choice = (home: number, attic: number) => known.choose(heard({ home, attic }), 0)?.SSID;
  assert.equal(choice(-60, -60), "home");
  assert.equal(choice(-70, -60), "home");
  assert.equal(choice(-73, -60), "attic");
  assert.equal(choice(-55, -20), "home");
});

test("a network that was heard wins against one that was not, until it has failed often", () => {
  const known = build("hidden", "attic");
  const attic = heard({ attic: -80 });
  let failures = 0;
  while (known.choose(attic, 0)?.SSID === "attic" && failures < 20) {
    known.failed("attic", 0, 0);
    failures++;
  }
  assert.ok(failures >= 3 && failures <= 6, `${failures} failures`);
  assert.equal(known.choose(attic, 0)?.SSID, "hidden");
});

test("networks that were not heard are tried in turn", () => {
  const known = build("one", "two", "three");
  const tried = new Map<string, number>();
  for (let ticks = 0; ticks < 60; ticks++) {
    const { SSID = "" } = known.choose([], ticks * 30_000) ?? {};
    tried.set(SSID, (tried.get(SSID) ?? 0) + 1);
    known.failed(SSID, ticks * 30_000, 0);
  }
  for (const name of ["one", "two", "three"]) {
    assert.ok((tried.get(name) ?? 0) >= 8, `${name}: ${tried.get(name)} of 60`);
  }
});

test("failures are forgotten after a while, and at once when a connection has held", () => {
  const known = build("home", "attic");
  const both = heard({ home: -60, attic: -60 });
  known.failed("home", 0, 0);
  known.failed("home", 0, 0);
  assert.equal(known.choose(both, 0)?.SSID, "attic");
  assert.equal(known.choose(both, 360_000)?.SSID, "home");
  known.failed("home", 360_000, 0);
  known.failed("home", 360_000, 0);
  assert.equal(known.choose(both, 360_000)?.SSID, "attic");
  known.held("home");
  assert.equal(known.choose(both, 360_000)?.SSID, "home");
});

test("a blocked network is no choice until its time is over, and that time is told", () => {
  const known = build("home", "attic");
  assert.equal(known.pauseAt(0), 0);
  known.failed("home", 1_000, 30_000);
  assert.equal(known.choose(heard({ home: -40 }), 2_000)?.SSID, "attic");
  assert.equal(known.pauseAt(2_000), 0);
  known.failed("attic", 2_000, 60_000);
  assert.equal(known.choose([], 3_000), undefined);
  assert.equal(known.pauseAt(3_000), 28_000);
  assert.equal(known.choose([], 31_000)?.SSID, "home");
});

test("a network that is not known has no score", () => {
  const known = build("home");
  assert.equal(known.scoreOf({ SSID: "other", RSSI: -40 }, 0), undefined);
  assert.equal(known.scoreOf({ SSID: "home", RSSI: -70 }, 0), -70);
  known.failed("home", 0, 1_000);
  assert.equal(known.scoreOf({ SSID: "home", RSSI: -70 }, 999), undefined);
});

test("another list keeps what has happened with a network, unless its password is another", () => {
  const known = build("home", "attic");
  known.failed("home", 0, 60_000);
  known.failed("attic", 0, 60_000);
  known.replace([
    { SSID: "attic", password: "" },
    { SSID: "home", password: "new password" },
  ]);
  assert.deepEqual(known.credentialsOf("attic"), { SSID: "attic" });
  assert.deepEqual(known.credentialsOf("home"), { SSID: "home", password: "new password" });
  assert.equal(known.scoreOf({ SSID: "attic", RSSI: -60 }, 0), undefined);
  // In the second place, without a failure.
  assert.equal(known.scoreOf({ SSID: "home", RSSI: -60 }, 0), -72);
  assert.equal(known.pauseAt(0), 0);
});
