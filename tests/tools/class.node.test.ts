// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync, pbkdf2Sync, X509Certificate } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import readQR from "jsqr";
import { publicText } from "../../hosts/sim/node/update/simulated-image.ts";
import { settingList } from "../../modules/app/setting-list.ts";
import { whyNoCode } from "../../modules/pairing/pairing-code.ts";
import { Settings } from "../../modules/settings/settings.ts";
import { consoleLines } from "../../tools/class/board-settings.ts";
import { decodeClassList, encodeClassList, makeClassList } from "../../tools/class/class-list.ts";
import { parseClassOptions } from "../../tools/class/class-options.ts";
import { passwordLine } from "../../tools/class/password-hash.ts";
import { withoutOpenSSL } from "../support/certificates.ts";
import { ClassFolder } from "../support/class-broker.ts";
import { MemoryKeyValue } from "../support/memory-key-value.ts";
import { nodeCommand } from "../support/test-process.ts";
import { WholeBoard } from "../support/whole-board.ts";

function classFolder(t: TestContext): ClassFolder {
  const folder = new ClassFolder();
  t.after(() => folder.remove());
  return folder;
}

/** All files of a folder, and all folders in it with an empty text behind them. */
function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

test("thirty boards get an id, a password and a peer each, and every pair a code of its own", () => {
  const { boards } = makeClassList(30, "board");
  assert.deepEqual(
    [boards[0], boards[1], boards[29]].map((board) => [board?.id, board?.peer]),
    [
      ["board-01", "board-02"],
      ["board-02", "board-01"],
      ["board-30", "board-29"],
    ],
  );
  assert.equal(new Set(boards.map(({ password }) => password)).size, 30);
  for (const { id, password, peer, code = "" } of boards) {
    assert.match(password, /^[0-9a-hj-km-np-tv-z]{12}$/);
    assert.equal(whyNoCode(code), undefined);
    assert.equal(boards.find((board) => board.id === peer)?.code, code, id);
  }
  // The public part of a code is in a topic: two pairs with one would hear each other.
  const nameplates = boards.map(({ code = "" }) => code.slice(0, 3));
  assert.equal(new Set(nameplates).size, 15);
});

test("the last of an odd number has neither peer nor code, and a hundred boards have three digits", () => {
  const { boards } = makeClassList(101, "b");
  const [first, last] = [boards[0], boards.at(-1)];
  assert.equal(first?.id, "b-001");
  assert.deepEqual(Object.keys(last ?? {}), ["id", "password"]);
  assert.equal(last?.id, "b-101");
});

test("a class that grows keeps all passwords, and the codes of pairs that stay together", () => {
  const before = makeClassList(3, "board");
  const later = makeClassList(4, "board", before);
  assert.deepEqual(later.boards.slice(0, 2), before.boards.slice(0, 2));
  const [third, fourth] = later.boards.slice(2);
  assert.equal(third?.password, before.boards[2]?.password);
  assert.equal(third?.peer, "board-04");
  assert.equal(third?.code, fourth?.code);
  assert.notEqual(third?.code, undefined);
  assert.deepEqual(later.people, before.people);
  assert.deepEqual(later.services, before.services);
});

test("a list is read as it was written, and a text that is none, or has lost something, is not taken", () => {
  const list = makeClassList(3, "board");
  const text = encodeClassList(list);
  assert.deepEqual(decodeClassList(text), list);
  const [board] = list.boards;
  const spoiled = [
    "",
    "[]",
    "null",
    "{}",
    text.slice(0, -5),
    text.replace('"teacher"', '"student"'),
    JSON.stringify({ ...list, boards: [null] }),
    JSON.stringify({ ...list, boards: [{ ...board, password: "" }] }),
    JSON.stringify({ ...list, boards: [{ ...board, code: undefined }] }),
    JSON.stringify({ ...list, services: undefined }),
  ];
  for (const each of spoiled) assert.equal(decodeClassList(each), undefined, each.slice(0, 60));
});

test("a line of the password file has Mosquitto's format 7, with a salt of its own each time", () => {
  const lines = [passwordLine("board-01", "secret"), passwordLine("board-01", "secret")];
  assert.notEqual(lines[0], lines[1]);
  for (const line of lines) {
    const [user, , version, rounds, salt = "", hash = ""] = line.replace(":", ":$").split("$");
    assert.deepEqual([user, version], ["board-01:", "7"]);
    const bytes = Buffer.from(salt, "base64");
    assert.equal(bytes.length, 12);
    const expected = pbkdf2Sync("secret", bytes, Number(rounds), 64, "sha512").toString("base64");
    assert.equal(hash, expected);
  }
});

test("the options are read, and what is wrong with one is said in one line", () => {
  assert.deepEqual(parseClassOptions([]), {
    boards: 30,
    id: "board",
    broker: undefined,
    isPlain: false,
    folder: "class",
    again: false,
  });
  const words = ["--boards", "200", "--id", "room", "--broker", "Pi.local", "--plain", "--again"];
  assert.deepEqual(parseClassOptions([...words, "--folder", "x"]), {
    boards: 200,
    id: "room",
    broker: "pi.local",
    isPlain: true,
    folder: "x",
    again: true,
  });
  assert.equal(parseClassOptions(["--help"]), "help");
  const wrong: [string[], RegExp][] = [
    [["--boards", "0"], /^OptionError: --boards takes a whole number from 1 to 200/],
    [["--boards", "201"], /^OptionError: --boards takes/],
    [["--boards", "-1"], /^OptionError: --boards takes/],
    [["--id", "a/b"], /^OptionError: --id takes up to 28 letters/],
    [["--id", "+"], /^OptionError: --id takes/],
    [
      ["--broker", "mqtt://192.168.1.10"],
      /^OptionError: --broker takes a name or an IPv4 address alone/,
    ],
    [["--broker", "192.168.1"], /^OptionError: --broker takes .*: this is none$/],
    [["--broker", "192.168.1.300"], /^OptionError: --broker takes/],
    [["--broker", ""], /^OptionError: --broker takes .*: there is no host name$/],
    [
      ["--bords", "3"],
      /^OptionError: Unknown option '--bords'; npm run class help lists the options$/,
    ],
  ];
  for (const [args, message] of wrong) assert.throws(() => parseClassOptions(args), message);
});

test("every file is for its owner alone, and so is every folder", (t) => {
  const folder = classFolder(t);
  folder.write();
  const files = filesIn(folder.folder);
  assert.ok(files.length > 12);
  for (const file of files) assert.equal(statSync(file).mode & 0o777, 0o600, file);
  for (const name of ["", "config", "config/tls", "boards", "data"]) {
    assert.equal(statSync(folder.path(name)).mode & 0o777, 0o700, name);
  }
  assert.deepEqual(
    files.filter((file) => file.endsWith(".tmp")),
    [],
  );
});

test("a class that is there stays as it is, unless it is to be written again", (t) => {
  const folder = classFolder(t);
  folder.write({ boards: 3 });
  const files = filesIn(folder.folder);
  const texts = () => files.map((file) => folder.read(file.slice(folder.folder.length)));
  const before = texts();
  assert.throws(
    () => folder.write({ boards: 4 }),
    /^OptionError: .* has a class already: --again writes its files anew.*; --folder NAME takes another place$/,
  );
  assert.deepEqual(texts(), before);
  const { boards } = folder.list;
  const authority = folder.read("config/tls/authority.pem");
  // Rights that somebody has opened are closed again.
  chmodSync(folder.path("class.json"), 0o644);
  folder.write({ boards: 4, again: true, broker: "10.0.0.9" });
  assert.deepEqual(folder.list.boards.slice(0, 2), boards.slice(0, 2));
  assert.equal(folder.read("config/tls/authority.pem"), authority);
  assert.equal(statSync(folder.path("class.json")).mode & 0o777, 0o600);
  const certificate = new X509Certificate(folder.read("config/tls/broker.pem"));
  assert.equal(certificate.checkIP("10.0.0.9"), "10.0.0.9");
  folder.write({ boards: 1, again: true });
  assert.deepEqual(readdirSync(folder.path("boards")), ["board-01.json"]);
});

test("a folder with something else in it, and a list that is spoiled, are left alone", (t) => {
  const folder = classFolder(t);
  mkdirSync(folder.folder);
  writeFileSync(folder.path("thesis.txt"), "years of work");
  for (const again of [false, true]) {
    assert.throws(
      () => folder.write({ again }),
      /^OptionError: .* has files that are none of a class/,
    );
  }
  rmSync(folder.path("thesis.txt"));
  writeFileSync(folder.path("class.json"), "{}");
  assert.throws(
    () => folder.write({ again: true }),
    /^OptionError: .*class\.json is no list of a class/,
  );
  assert.deepEqual(readdirSync(folder.folder), ["class.json"]);
  assert.throws(
    () => folder.write({ folder: folder.path("class.json") }),
    /^OptionError: --folder: .* cannot be used \(ENOTDIR\)$/,
  );
});

test("the broker's certificate is for its address or name and this PC, signed by the authority that boards trust", (t) => {
  for (const [broker, isIt] of [
    ["192.168.1.10", (made: X509Certificate) => made.checkIP("192.168.1.10")],
    ["pi.local", (made: X509Certificate) => made.checkHost("pi.local")],
  ] as const) {
    const folder = classFolder(t);
    folder.write({ broker });
    const made = new X509Certificate(folder.read("config/tls/broker.pem"));
    const authority = new X509Certificate(folder.read("config/tls/authority.pem"));
    assert.ok(isIt(made), broker);
    assert.ok(made.checkHost("mosquitto") && made.checkHost("localhost"));
    assert.equal(made.checkHost("elsewhere.example"), undefined);
    assert.ok(authority.ca && !made.ca);
    assert.ok(made.verify(authority.publicKey));
    assert.ok(made.checkIssued(authority));
    const trusted = folder.settingsOf("board-01")["mqtt.ca"] ?? "";
    assert.equal(trusted, authority.raw.toString("base64"));
    assert.equal(folder.settingsOf("board-01")["mqtt.broker"], `mqtts://${broker}:8883`);
  }
});

test("without --broker it is this PC, and in no network that is said", (t) => {
  const folder = classFolder(t);
  folder.write({ broker: undefined }, { address: "192.168.7.7" });
  assert.equal(folder.settingsOf("board-01")["mqtt.broker"], "mqtts://192.168.7.7:8883");
  const other = classFolder(t);
  assert.throws(
    () => other.write({ broker: undefined }),
    /^OptionError: this PC is in no network: --broker ADDRESS takes/,
  );
  assert.equal(existsSync(other.folder), false);
});

test("what settings.local.json has goes into the file of each board, and not onto the sheet", (t) => {
  const folder = classFolder(t);
  const settings =
    '{"wifi.ssid": "Lab", "wifi.password": "correct-horse", "board.id": "mine", "mqtt.qos": 2}';
  folder.write({}, { settings });
  for (const { id } of folder.list.boards) {
    const own = folder.settingsOf(id);
    assert.equal(own["wifi.password"], "correct-horse");
    assert.equal(own["mqtt.qos"], "2");
    // What the class decides wins.
    assert.equal(own["board.id"], id);
  }
  assert.doesNotMatch(folder.read("sheet.html"), /correct-horse/);
  assert.doesNotMatch(folder.said.join("\n"), /correct-horse|no Wi-Fi/);
  const other = classFolder(t);
  const wrong = '{"wifi.password": "short"}';
  assert.throws(() => other.write({}, { settings: wrong }), /wifi\.password takes 8 to 63 bytes/);
  // Boards would be refused everything.
  assert.throws(
    () => other.write({}, { settings: '{"mqtt.root": "school"}' }),
    /^OptionError: settings\.local\.json has another mqtt\.root than airpair/,
  );
  assert.equal(existsSync(other.folder), false);
});

test("with a key for updates each board has its public half and may be told to update, else it may not", (t) => {
  const folder = classFolder(t);
  folder.write();
  assert.equal(folder.settingsOf("board-01")["update.key"], undefined);
  assert.equal(folder.settingsOf("board-01")["remote.update"], undefined);
  const key = publicText(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  folder.write({ again: true }, { updateKey: key });
  const given = folder.settingsOf("board-01");
  assert.deepEqual([given["update.key"], given["remote.update"]], [key, "on"]);
  const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
  assert.deepEqual(settings.problems, []);
  // The teacher's own choice wins.
  folder.write({ again: true }, { updateKey: "not this", settings: `{"update.key": "${key}"}` });
  assert.equal(folder.settingsOf("board-01")["update.key"], key);
});

test("what is said at the end has no password, and warns of boards without a network", (t) => {
  const folder = classFolder(t);
  folder.write({ boards: 30 });
  const said = folder.said.join("\n");
  assert.match(said, /^board-01 to board-30, at the broker 127\.0\.0\.1\n/);
  assert.match(said, /The boards know no Wi-Fi: put wifi\.ssid/);
  const { boards, people, services } = folder.list;
  const secrets = [
    ...boards.map(({ password }) => password),
    ...Object.values({ ...people, ...services }),
  ];
  assert.equal(secrets.length, 36);
  for (const secret of secrets) assert.ok(!said.includes(secret));
});

test("a board takes its file without a complaint, with TLS and without", (t) => {
  for (const isPlain of [false, true]) {
    const folder = classFolder(t);
    folder.write({ isPlain, boards: 3 });
    for (const { id } of folder.list.boards) {
      const given = folder.settingsOf(id);
      const settings = new Settings({ list: settingList, store: new MemoryKeyValue(), given });
      assert.deepEqual(settings.problems, []);
      assert.equal(settings.get("mqtt.user"), id);
      assert.equal(settings.get("mqtt.ca") === "", isPlain);
      assert.equal(settings.get("pair.code") === "", id === "board-03");
    }
  }
});

/** What a QR code of the sheet says to a reader that knows nothing of how it was made. */
function scanned(svg: string): string {
  const size = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
  // Three points for each square, as a picture of bytes.
  const scale = 3;
  const side = size * scale;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [, ...bar] of svg.matchAll(/M(\d+),(\d+)h(\d+)v1h-\d+z/g)) {
    const [x = 0, y = 0, width = 0] = bar.map((number) => Number(number) * scale);
    for (let row = y; row < y + scale; row++) {
      const start = (row * side + x) * 4;
      for (let at = start; at < start + width * 4; at++) if (at % 4 !== 3) pixels[at] = 0;
    }
  }
  return readQR.default(pixels, side, side)?.data ?? "";
}

test("the QR code of a card says what is to be pasted, and a board that gets it has its settings", (t) => {
  const folder = classFolder(t);
  folder.write({ boards: 3 });
  const sheet = folder.read("sheet.html");
  const codes = sheet.match(/<svg[\s\S]*?<\/svg>/g) ?? [];
  assert.equal(codes.length, 3);
  codes.forEach((svg, at) => {
    const { id } = folder.list.boards[at] ?? assert.fail();
    const text = scanned(svg);
    assert.match(text, new RegExp(`^set board\\.id ${id}\n`));
    assert.match(text, /\nreboot\n$/);
    const board = new WholeBoard();
    board.powerOn();
    const answers = text
      .split("\n")
      .filter((line) => line !== "")
      .flatMap((line) => board.ask(line));
    assert.deepEqual(
      answers.filter((answer) => /^error/.test(answer)),
      [],
    );
    board.time.advance(1_000);
    assert.deepEqual(board.restarts, ["reboot command"]);
    board.restart("reboot command");
    const wanted = folder.settingsOf(id);
    const stored = (name: string) => board.ask(`get ${name}`)[0];
    assert.equal(stored("board.id"), `board.id = ${id} (stored)`);
    assert.equal(stored("mqtt.broker"), "mqtt.broker = mqtts://127.0.0.1:8883 (stored)");
    assert.equal(stored("mqtt.ca"), `mqtt.ca = ${wanted["mqtt.ca"]} (stored)`);
    assert.equal(stored("mqtt.password"), "mqtt.password = ******** (stored)");
  });
});

test("the pictures of a sheet stay small enough for a class of two hundred", (t) => {
  const folder = classFolder(t);
  folder.write({ boards: 4 });
  const codes = folder.read("sheet.html").match(/<svg[\s\S]*?<\/svg>/g) ?? [];
  assert.equal(codes.length, 4);
  for (const svg of codes) assert.ok(svg.length < 60_000, `${svg.length} characters`);
});

test("commands that are said can be typed as they are, also for a folder with a blank", (t) => {
  const folder = classFolder(t);
  folder.write({ folder: folder.path("../it's a class") });
  const [, flash = ""] = /--settings (.*)/.exec(folder.said.join("\n")) ?? [];
  const shell = spawnSync("/bin/sh", ["-c", `cat ${flash}`], { encoding: "utf8" });
  assert.equal(JSON.parse(shell.stdout)["board.id"], "board-01");
});

test("a card has what its board needs and nothing of another, and names with signs do no harm", (t) => {
  const folder = classFolder(t);
  folder.write({ boards: 3 });
  const [, ...cards] = folder.read("sheet.html").split('<section class="card">');
  assert.equal(cards.length, 3);
  for (const [at, board] of folder.list.boards.entries()) {
    const card = cards[at] ?? "";
    assert.ok(card.includes(`<h2>${board.id}</h2>`));
    assert.ok(card.includes(board.password));
    assert.equal(card.includes("Code of the pair"), board.code !== undefined);
    for (const other of folder.list.boards) {
      if (other.id !== board.id) assert.ok(!card.includes(other.password));
    }
    for (const secret of Object.values(folder.list.people)) assert.ok(!card.includes(secret));
  }
  // Nothing is fetched from elsewhere.
  assert.doesNotMatch(folder.read("sheet.html"), /(src|href)=/);
});

test("no line for the console is longer than a board takes", () => {
  const { boards } = makeClassList(2, "board");
  const network = {
    host: "a.very.long.name.of.a.broker.example",
    isPlain: false,
    authority: "A".repeat(3_999),
    count: 2,
    shared: {},
  };
  for (const board of boards) {
    const lines = consoleLines(board, network);
    assert.ok(lines.length > 50);
    for (const line of lines) assert.ok(line.length <= 255, line);
  }
});

/** `npm run class -- …` as a process that finds no program but those in `path`. */
function run(args: readonly string[], path = process.env.PATH) {
  const [file, ...words] = nodeCommand("tools/class.ts");
  return spawnSync(file, [...words, ...args], {
    env: { ...process.env, PATH: path },
    encoding: "utf8",
    timeout: 120_000,
  });
}

test("the command ends with 0, or with 2 and one line when it was typed wrong", (t) => {
  const folder = classFolder(t);
  const args = ["--boards", "2", "--broker", "10.0.0.1", "--folder", folder.folder];
  const first = run(args);
  assert.deepEqual([first.status, first.stderr], [0, ""]);
  assert.match(first.stdout, /^board-01 to board-02, at the broker 10\.0\.0\.1\n/);
  assert.equal(folder.settingsOf("board-02")["mqtt.broker"], "mqtts://10.0.0.1:8883");
  // Whoever runs it also runs the broker.
  const owner = `${process.getuid?.()}:${process.getgid?.()}`;
  assert.ok(folder.read(".env").includes(`BROKER_USER='${owner}'`));
  const second = run(args);
  assert.deepEqual([second.status, second.stdout], [2, ""]);
  assert.match(second.stderr, /^airpair: [^\n]* has a class already: [^\n]*\n$/);
  assert.equal(run(["--boards", "none"]).status, 2);
  const help = run(["--help"]);
  assert.equal(help.status, 0);
  assert.match(help.stdout, /--again/);
});

test("nothing has to be installed for it: no program is run", (t) => {
  const folder = classFolder(t);
  const args = ["--boards", "2", "--broker", "10.0.0.1", "--folder", folder.folder];
  // There is nothing at all.
  const made = run(args, folder.path("none"));
  assert.deepEqual([made.status, made.stderr], [0, ""]);
});

test("an authority that is spoiled is named, and neither it nor the passwords are lost", (t) => {
  const folder = classFolder(t);
  folder.write();
  const { boards } = folder.list;
  const key = folder.read("authority.key");
  writeFileSync(folder.path("config/tls/authority.pem"), "no certificate");
  assert.throws(
    () => folder.write({ again: true }),
    /authority\.pem or .*authority\.key cannot be read .*put the right ones there/,
  );
  assert.equal(folder.read("authority.key"), key);
  assert.deepEqual(folder.list.boards, boards);
});

test("openssl finds nothing to say against the certificates, byte by byte", {
  skip: withoutOpenSSL,
}, (t) => {
  const folder = classFolder(t);
  folder.write({ broker: "192.168.1.10" });
  const openssl = (...args: string[]) => {
    const ran = spawnSync("openssl", args, { cwd: folder.folder, encoding: "utf8" });
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout;
  };
  const strict = ["verify", "-x509_strict", "-purpose", "sslserver", "-verify_ip", "192.168.1.10"];
  openssl(...strict, "-CAfile", "config/tls/authority.pem", "config/tls/broker.pem");
  const made = openssl("x509", "-in", "config/tls/broker.pem", "-noout", "-text");
  assert.match(made, /Version: 3 \(0x2\)/);
  assert.match(made, /ecdsa-with-SHA256/);
  assert.match(made, /NIST CURVE: P-256/);
  assert.match(made, /X509v3 Key Usage: critical\s+Digital Signature\n/);
  assert.match(
    made,
    /DNS:localhost, DNS:mosquitto, IP Address:127\.0\.0\.1, IP Address:192\.168\.1\.10/,
  );
  const signer = openssl("x509", "-in", "config/tls/authority.pem", "-noout", "-text");
  assert.match(signer, /X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign\n/);
  const [own = "own"] = /Subject Key Identifier:\s+\S+/.exec(signer) ?? [];
  const [named = "named"] = /Authority Key Identifier:\s+\S+/.exec(made) ?? [];
  assert.equal(named.split(/\s+/).at(-1)?.replace("keyid:", ""), own.split(/\s+/).at(-1));
});

test("an authority that openssl has made once goes on signing", {
  skip: withoutOpenSSL,
}, (t) => {
  const folder = classFolder(t);
  folder.write();
  const subject = ["-subj", "/O=School/CN=of before"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const files = ["-keyout", "authority.key", "-out", "config/tls/authority.pem"];
  const ran = spawnSync("openssl", ["req", "-x509", ...curve, ...subject, ...files], {
    cwd: folder.folder,
  });
  assert.equal(ran.status, 0);
  folder.write({ again: true });
  const made = new X509Certificate(folder.read("config/tls/broker.pem"));
  const authority = new X509Certificate(folder.read("config/tls/authority.pem"));
  assert.match(authority.subject, /of before/);
  assert.ok(made.checkIssued(authority));
  assert.ok(made.verify(authority.publicKey));
});
