// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { wifiCommand } from "../../../../modules/app/commands/wifi-command.ts";
import { type BoardSettings, settingList } from "../../../../modules/app/setting-list.ts";
import { Commander } from "../../../../modules/console/commander.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import { MemoryKeyValue } from "../../../support/memory-key-value.ts";
import { ReplyOwnerBook } from "../../../support/reply-book.ts";
import { wifiBench } from "../../../support/wifi-bench.ts";

function noSettings(): BoardSettings {
  return new Settings({ list: settingList, store: new MemoryKeyValue(), given: {} });
}

const known = [
  { SSID: "lab", password: "right password" },
  { SSID: "attic", password: "" },
];

function build(networks = known) {
  const bench = wifiBench({ networks, others: [{ SSID: "attic", channel: 1, RSSI: -80 }] });
  const commander = new Commander({
    commands: [wifiCommand],
    view: { wifi: bench.manager, sniffer: undefined, settings: noSettings() },
    timers: bench.time,
  });
  const run = (line: string) => commander.run(line);
  return { ...bench, run, commander };
}

test("wifi status tells network, address, signal, time and counters", () => {
  const { run, time } = build();
  assert.match(run("wifi").text, /^scanning\nreconnects 0, failures in a row 0, radio resets 0$/);
  time.advance(10_000);
  const { ok, text } = run("wifi status");
  assert.equal(ok, true);
  assert.match(text, /^online "lab"\naddress 192\.168\.4\.181\nsignal -\d+ dBm, channel 6\n/);
  assert.match(text, /online for \d\.\d s/);
});

test("wifi status tells the last trouble and when the next try is", () => {
  const { run, time, lab, named } = build();
  time.advance(10_000);
  named("attic").isUp = false;
  lab.isUp = false;
  time.advance(6_100);
  const { text } = run("wifi status");
  assert.match(text, /^waiting\nnext try in \d\.\d s\nlast trouble: connection lost\n/);
});

test("wifi list marks the network in use and shows no password", () => {
  const { run, time } = build();
  time.advance(10_000);
  assert.equal(run("wifi list").text, "* 1  lab  with password\n  2  attic  open");
});

test("wifi scan shows a table, strongest first, also when the board is online", () => {
  const { time, book, commander } = build();
  time.advance(10_000);
  book.lines.length = 0;
  const owner = new ReplyOwnerBook();
  assert.equal(commander.run("wifi scan", owner).ok, true);
  assert.equal(owner.ends, 0);
  time.advance(3_000);
  assert.match(
    owner.text,
    /^ 1 {2}lab +-\d+ dBm {2}channel 6.*\n 2 {2}attic +-\d+ dBm {2}channel 1\D*$/,
  );
  assert.deepEqual([owner.ends, owner.failure], [1, undefined]);
  // For the log it is a detail.
  const shown = book.lines.filter(({ level }) => level !== "debug");
  assert.deepEqual(shown, []);
});

test("wifi scan says so when no network is in range, when it is overtaken, and when it is ended", () => {
  const { run, time, commander, lab, named } = build();
  run("wifi off");
  for (const point of [lab, named("attic")]) point.isUp = false;
  run("wifi on");
  time.advance(30_000);
  const [first, second, third] = [0, 1, 2].map(() => new ReplyOwnerBook());
  commander.run("wifi scan", first);
  commander.run("wifi scan", second);
  assert.equal(first?.failure, "no scan: another scan was asked for");
  time.advance(11_000);
  assert.equal(second?.text, "no network is in range");
  commander.run("wifi scan", third);
  run("wifi off");
  assert.match(third?.failure ?? "", /^no scan: it was ended/);
  time.advance(60_000);
  assert.deepEqual([first?.ends, second?.ends, third?.ends], [1, 1, 1]);
});

test("wifi scan says why it cannot while the board joins, and when Wi-Fi is off", () => {
  const { run, time } = build();
  time.advance(1_700);
  assert.match(run("wifi scan").text, /no scan: the board is joining a network/);
  run("wifi off");
  assert.match(run("wifi scan").text, /no scan: Wi-Fi is off/);
});

test("where no network is set wifi scan shows those in range, and the radio is off again", () => {
  const { commander, time, radio } = build([]);
  const scan = new ReplyOwnerBook();
  assert.equal(commander.run("wifi scan", scan).ok, true);
  time.advance(15_000);
  assert.match(scan.text, /^ 1 {2}lab /);
  assert.deepEqual(
    radio.map(({ call }) => call),
    ["open", "scan", "close"],
  );
});

test("wifi off leaves the network and wifi on returns to it", () => {
  const { run, time, calls, manager, radio } = build();
  time.advance(10_000);
  assert.equal(run("wifi off").ok, true);
  assert.equal(manager.state.kind, "off");
  assert.equal(calls.at(-1), "offline");
  const asked = radio.length;
  time.advance(600_000);
  assert.equal(radio.length, asked);
  assert.equal(time.pending, 0);
  run("wifi on");
  time.advance(10_000);
  assert.equal(manager.state.kind, "online");
});

test("wifi sniff listens for the time and on the channel that are given, and says what is wrong", () => {
  const { manager } = wifiBench();
  const started: [number | "all", number][] = [];
  const cancelled: string[] = [];
  const sniffer = {
    isRunning: true,
    start: (channel: number | "all", ms: number) => void started.push([channel, ms]),
    finish: () => {},
    cancel: () => void cancelled.push("cancelled"),
  };
  const view = { wifi: manager, sniffer, settings: noSettings() };
  const commander = new Commander({ commands: [wifiCommand], view });
  for (const words of ["", " 6", " 13 60", " all 1"]) {
    assert.equal(commander.run(`wifi sniff${words}`).ok, true, words);
  }
  assert.deepEqual(started, [
    ["all", 10_000],
    [6, 10_000],
    [13, 60_000],
    ["all", 1_000],
  ]);
  for (const words of ["0", "14", "x", "1.5", "6 0", "6 61", "all x", "6 5 more"]) {
    const { ok, text } = commander.run(`wifi sniff ${words}`);
    assert.equal(ok, false, words);
    assert.match(
      text,
      /is (not a whole number from 1 to (13|60)|too much); usage: wifi sniff \[CHANNEL \| all\] \[SECONDS\]$/,
    );
  }
  assert.equal(started.length, 4);
  assert.match(commander.run("wifi status").text, /^sniffing\n/);
  commander.run("wifi on");
  commander.run("wifi off");
  assert.equal(cancelled.length, 2);
});

test("wifi sniff says so where the build cannot listen", () => {
  const { run } = build();
  assert.match(run("wifi sniff").text, /this build cannot listen to other people's frames/);
});

test("other words are refused with the list of those that are known", () => {
  const { run } = build();
  assert.deepEqual(run("wifi fly"), {
    ok: false,
    text: 'wifi does not know "fly"; usage: wifi status | scan | list | add | remove | off | on | sniff',
  });
  assert.deepEqual(run("wifi off now"), {
    ok: false,
    text: '"now" is too much; usage: wifi off',
  });
});
