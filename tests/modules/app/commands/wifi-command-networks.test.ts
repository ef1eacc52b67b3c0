// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { AccessPoint } from "../../../../hosts/virtual/access-point.ts";
import { passwordIn } from "../../../../modules/app/commands/wifi-command.ts";
import { networksOf } from "../../../../modules/app/network-settings.ts";
import { remoteRefusal } from "../../../../modules/app/remote/remote-rules.ts";
import { settingList } from "../../../../modules/app/setting-list.ts";
import { Settings } from "../../../../modules/settings/settings.ts";
import { CommandBench } from "../../../support/command-bench.ts";
import { ReplyBook } from "../../../support/reply-book.ts";
import { wifiBench } from "../../../support/wifi-bench.ts";

const usage = /; usage: wifi (add SSID \| NUMBER \[PASSWORD\] \[PLACE\]|remove SSID)$/;

/** Names of the networks as the next start will find them. */
function stored(bench: CommandBench): string {
  const settings = new Settings({ list: settingList, store: bench.store, given: {} });
  return networksOf(settings)
    .map(({ SSID, password }) => `${SSID}/${password}`)
    .join(" ");
}

test("networks are added behind the others or in a place, and stored in one write", () => {
  const bench = new CommandBench();
  assert.equal(bench.run("wifi add home hunter2222"), '"home" is network 1 of 1, with password');
  assert.equal(bench.store.writes, 1);
  assert.equal(bench.run("wifi add attic"), '"attic" is network 2 of 2, open');
  assert.equal(
    bench.run('wifi  add  "My Home"   "my pass word"  1 '),
    '"My Home" is network 1 of 3, with password',
  );
  assert.equal(stored(bench), "My Home/my pass word home/hunter2222 attic/");
  assert.match(
    bench.run("wifi list"),
    /^. 1 {2}My Home {2}with password\n. 2 {2}home .*\n. 3 {2}attic {2}open$/,
  );
  assert.match(bench.run("get wifi.2.ssid"), /^wifi\.2\.ssid = home \(stored\)\n/);
});

test("an open network in a place has an empty password, and a place too far is the last", () => {
  const bench = new CommandBench();
  bench.run("wifi add home hunter2222");
  assert.equal(bench.run('wifi add cafe "" 1'), '"cafe" is network 1 of 2, open');
  assert.equal(bench.run('wifi add ""x"" 12345678 3'), '""x"" is network 3 of 3, with password');
  assert.equal(stored(bench), 'cafe/ home/hunter2222 "x"/12345678');
});

test("wifi remove forgets a network, with or without quotation marks, and the others move up", () => {
  const bench = new CommandBench();
  for (const name of ['"My Home"', "attic", "cellar"]) bench.run(`wifi add ${name}`);
  assert.equal(bench.run("wifi remove My Home"), '"My Home" is forgotten');
  assert.equal(stored(bench), "attic/ cellar/");
  assert.equal(bench.run('wifi remove "attic"'), '"attic" is forgotten');
  assert.equal(stored(bench), "cellar/");
});

test("the board joins a network that is added and leaves one that is removed", () => {
  const bench = new CommandBench();
  // The settings know no network yet, and so the board leaves the one of the bench.
  bench.run("wifi add elsewhere");
  assert.match(bench.run("wifi status"), /^scanning/);
  bench.run('wifi add lab "right password" 1');
  bench.wifi.time.advance(60_000);
  assert.match(bench.run("wifi status"), /^online "lab"/);
  assert.equal(bench.run("wifi remove lab"), '"lab" is forgotten; the board leaves it');
  assert.match(bench.run("wifi status"), /^scanning/);
  bench.run("wifi remove elsewhere");
  assert.match(bench.run("wifi status"), /^failed\n/);
  assert.equal(bench.run("wifi list"), "no network is set; wifi add sets one");
});

test("a network that was set and waits for a reboot holds with the next that is added", () => {
  const bench = new CommandBench();
  assert.match(bench.run("set wifi.ssid attic"), /, after a reboot$/);
  bench.run("wifi add cellar");
  assert.match(bench.run("get wifi.ssid"), /^wifi\.ssid = attic \(stored\)\n/);
  assert.match(bench.run("wifi list"), /attic {2}open\n.*cellar {2}open$/);
});

test("a network that is set already takes another password, where it is or in another place", () => {
  const bench = new CommandBench();
  for (const name of ["one", "two", "three"]) bench.run(`wifi add ${name} 12345678`);
  assert.equal(
    bench.run("wifi add two 87654321"),
    '"two" is network 2 of 3, with the new password',
  );
  assert.equal(stored(bench), "one/12345678 two/87654321 three/12345678");
  assert.equal(
    bench.run("wifi add three 11111111 1"),
    '"three" is network 1 of 3, with the new password',
  );
  assert.equal(bench.run("wifi add one"), '"one" is network 2 of 3, open from now on');
  assert.equal(stored(bench), "three/11111111 one/ two/87654321");
  const { writes } = bench.store;
  assert.equal(bench.run("wifi add one"), '"one" is network 2 of 3, open, as before');
  assert.equal(
    bench.run("wifi add two 87654321 3"),
    '"two" is network 3 of 3, with password, as before',
  );
  assert.equal(bench.store.writes, writes);
  bench.store.failAt = bench.store.writes;
  assert.match(bench.run("wifi add two 22222222"), /^error: the settings could not be stored: /);
  assert.equal(bench.settings.get("wifi.3.password"), "87654321");
});

test("a board that could not join because of its password joins when that is replaced", () => {
  const bench = new CommandBench();
  bench.run("wifi add lab wrong-password");
  bench.wifi.time.advance(120_000);
  assert.match(bench.run("wifi status"), /wrong password/);
  bench.run('wifi add lab "right password"');
  bench.wifi.time.advance(60_000);
  assert.match(bench.run("wifi status"), /^online "lab"/);
});

test("every name that a network may have can be typed", () => {
  const names = [
    '"',
    '""',
    'a" b',
    '" ',
    ' " "',
    "a\\",
    '\\" \\',
    "a  b",
    " ",
    "'x' y",
    "3",
    "größer 5 GHz",
  ];
  for (const name of names) {
    const bench = new CommandBench();
    const typed = `"${name.replaceAll(/["\\]/g, "\\$&")}"`;
    assert.match(bench.run(`wifi add ${typed} 12345678 1`), /is network 1 of 1, with pass/, typed);
    assert.equal(bench.settings.get("wifi.ssid"), name);
    assert.equal(passwordIn(`wifi add ${typed} 12345678 1`), `wifi add ${typed} `.length);
    assert.match(bench.run(`wifi remove ${typed}`), /is forgotten/, typed);
  }
});

test("a network is chosen by its number in the last scan, whatever its name is", () => {
  const bench = new CommandBench();
  const { time, manager, accessPoints } = bench.wifi;
  const awkward = '7" \\ of "Ann"';
  accessPoints.add(new AccessPoint({ SSID: awkward, channel: 3, RSSI: -70, seed: 3 }));
  accessPoints.add(new AccessPoint({ SSID: "two\nlines", channel: 3, RSSI: -85, seed: 4 }));
  const replies = new ReplyBook();
  manager.scan(replies);
  time.advance(5_000);
  assert.match(replies.text, /^ 1 {2}lab .*\n 2 {2}7" \\ of "Ann" .*\n 3 {2}two/s);
  assert.match(bench.run("wifi add 2"), /is network 1 of 1, open$/);
  assert.equal(bench.settings.get("wifi.ssid"), awkward);
  assert.match(bench.run('wifi add 1 "right password" 1'), /^"lab" is network 1 of 2/);
  for (const number of [3, 4, 0, 99]) {
    assert.equal(
      bench.run(`wifi add ${number} 12345678`),
      `error: the last scan has no network ${number}; wifi scan shows them; for the name write wifi add "${number}"`,
    );
  }
  assert.match(bench.run('wifi add "4" 12345678'), /^"4" is network 3 of 3/);
  // The table of a scan stays as it was shown, whatever the board hears meanwhile.
  time.advance(60_000);
  assert.match(bench.run("wifi add 1 87654321"), /^"lab" is network 1 of 3, with the new password/);
});

test("before a scan a number is no network", () => {
  const manager = wifiBench().manager;
  assert.equal(manager.shownAt(1), "");
});

test("what cannot be done is said in one line, and nothing changes", () => {
  const bench = new CommandBench();
  for (const name of ["one", "two", "three"]) bench.run(`wifi add ${name}`);
  const { writes } = bench.store;
  const cases: [string, string][] = [
    [
      "wifi add four",
      '"four" was not added: there is room for 3 networks; wifi remove one of them',
    ],
    ["wifi add x 1234567", "the password takes 8 to 63 bytes, or 64 hex digits; kept as it was"],
    [
      `wifi add x ${"g".repeat(64)}`,
      "the password takes 8 to 63 bytes, or 64 hex digits; kept as it was",
    ],
    [`wifi add x ${"p".repeat(65)}`, "the password takes at most 64 bytes; kept as it was"],
    [`wifi add ${"n".repeat(33)}`, "the name takes at most 32 bytes; kept as it was"],
    ['wifi add ""', "the name of a network is not empty"],
    ["wifi remove four", '"four" is not set; wifi list shows those that are'],
    ["wifi remove One", '"One" is not set; wifi list shows those that are'],
  ];
  for (const [line, answer] of cases) assert.equal(bench.run(line), `error: ${answer}`, line);
  assert.equal(bench.store.writes, writes);
  bench.run("wifi remove three");
  bench.store.failAt = bench.store.writes;
  assert.match(bench.run("wifi add four"), /^error: the settings could not be stored: /);
  assert.match(bench.run("wifi remove two"), /^error: the settings could not be stored: /);
  assert.match(bench.run("wifi list"), /one .*\n.*two {2}open$/);
});

test("a misuse is told with the usage and without what may be part of a password", () => {
  const bench = new CommandBench();
  const lines = [
    "wifi add",
    "wifi remove",
    'wifi remove ""',
    "wifi add My Home hunter2222",
    "wifi add home hunter2222 hunter",
    "wifi add home hunter2222 0",
    "wifi add home hunter2222 4",
    "wifi add home hunter2222 1 hunter",
    'wifi add "My Home hunter2222',
    'wifi add home "hunter2222',
  ];
  for (const line of lines) {
    const answer = bench.run(line);
    assert.match(answer, usage, line);
    assert.equal(answer.includes("hunter"), false, line);
  }
  assert.equal(bench.store.writes, 0);
});

test("what the build gives keeps its place, counts, and cannot be removed", () => {
  const bench = new CommandBench({
    given: { "wifi.ssid": "lab", "wifi.password": "given-secret" },
  });
  assert.equal(bench.run("wifi add attic"), '"attic" is network 2 of 2, open');
  assert.equal(bench.run('wifi add cellar "" 1'), '"cellar" is network 2 of 3, open');
  assert.equal(
    bench.run("wifi add loft"),
    'error: "loft" was not added: there is room for 3 networks; wifi remove one of them',
  );
  assert.equal(
    bench.run("wifi remove lab"),
    'error: "lab" is given by the build or the command line; it cannot be removed here',
  );
  assert.equal(
    bench.run("wifi add lab other-secret"),
    'error: "lab" is given by the build or the command line; it cannot be changed here',
  );
  bench.run("wifi remove cellar");
  assert.equal(bench.settings.get("wifi.2.ssid"), "attic");
});

test("every password that the settings take can be added and comes back whole", () => {
  const passwords = [
    "12345678",
    '"quoted"',
    'a"b c"d ef',
    "ä".repeat(31),
    "0".repeat(64),
    " spaces ",
  ];
  for (const password of passwords) {
    const bench = new CommandBench();
    assert.match(bench.run(`wifi add home "${password}"`), /^"home" is network 1/, password);
    assert.equal(stored(bench), `home/${password}`);
  }
});

test("the password is on the screen as asterisks, and neither in the history nor in the log", () => {
  const bench = new CommandBench();
  bench.port.type('wifi add "My Home" hunter2222 1\r\x1b[A\x1b[A\rlog show\rget\rwifi list\r');
  bench.port.type("wifi add attic hunter2222\x03");
  assert.equal(stored(bench), "My Home/hunter2222");
  assert.equal(bench.port.output.includes("hunt"), false);
  assert.match(bench.port.output, /> wifi add "My Home" \*{12}\r\n/);
});

test("only what stands behind the name is concealed", () => {
  assert.equal(passwordIn("wifi add home abc"), 14);
  assert.equal(passwordIn('wifi add "My Home" abc'), 19);
  assert.equal(passwordIn(' wifi  add  "My Home"   abc'), 24);
  for (const line of [
    "wifi add home",
    "wifi add home ",
    'wifi add "My Home',
    "wifi remove a b",
    "wifi",
    "",
  ]) {
    assert.equal(passwordIn(line), line.length, line);
  }
});

test("networks are changed on the board's own console only", () => {
  assert.ok(remoteRefusal("wifi add home hunter2222"));
  assert.ok(remoteRefusal("wifi remove home"));
  assert.equal(Object.keys(settingList).filter((name) => name.endsWith("ssid")).length, 3);
});
