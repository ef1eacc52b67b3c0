// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { flash } from "../../tools/flash.ts";
import { type Machine, thisMachine } from "../../tools/machine.ts";

/** Notes how it was called, what everybody on the PC sees meanwhile, and the manifest it was given. */
const mcconfig = `#!/bin/sh
{
  echo "args $*"
  echo "port $UPLOAD_PORT"
  echo "idf $IDF_PREPARED"
  ps -eo args | grep -e mcconfig -e secret -e horse | sed 's/^/ps /'
  for word in "$@"; do
    case "$word" in *manifest.json) ls -l "$word" | cut -c1-10; tr -d '\\n' <"$word"; echo ;; esac
  done
} >>"$NOTES"
case "$*" in *"-t $FAIL_AT"*) exit 3 ;; esac
`;

interface Answers {
  readonly [question: string]: string | readonly string[];
}

/** A PC with an SDK that only takes notes. */
class FlashBench {
  readonly root: string;
  readonly said: string[] = [];
  readonly asked: string[] = [];
  failAt = "nothing";

  constructor(t: TestContext) {
    this.root = mkdtempSync(join(tmpdir(), "airpair-flash-"));
    t.after(() => rmSync(this.root, { recursive: true }));
    this.put("sdk/tools/mcconfig.js", "");
    this.put("sdk/tools/VERSION", "8.2.3");
    this.put("sdk/build/bin/lin/release/mcconfig", mcconfig, 0o755);
    this.put("sdk/build/bin/mac/release/mcconfig", mcconfig, 0o755);
    this.put("idf/export.sh", "export IDF_PREPARED=yes\necho noise\n");
    this.put("node_modules/.bin/tsc", "");
    this.put("main.ts", "export function main(host) { return host; }");
    this.put("hosts/esp32/host.ts", "export function createHost(board, parts) { return parts; }");
    this.put("hosts/esp32/boards/esp32-devkit.ts", "export const board = {};");
    this.put("hosts/esp32/ota/part.ts", "export const part = {};");
    this.put("hosts/esp32/pulses/part.ts", "export const part = {};");
    this.put("hosts/moddable/text-codec.ts", "export function installTextCodec() {}");
    for (const folder of ["hosts/esp32", "hosts/esp32/ota", "hosts/esp32/pulses"]) {
      const manifest = { include: [], modules: { [`${folder}/*`]: "./*" } };
      this.put(`${folder}/manifest.json`, JSON.stringify(manifest));
    }
    this.put("hosts/esp32/sdkconfig/sdkconfig.defaults", "");
    this.put("hosts/esp32/sdkconfig/sdkconfig.defaults.release", "");
  }

  put(path: string, text: string | Uint8Array, mode = 0o644): void {
    const whole = join(this.root, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, text, { mode });
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** What the SDK has noted. */
  get notes(): string {
    return existsSync(this.path("notes")) ? readFileSync(this.path("notes"), "utf8") : "";
  }

  run(given: readonly string[], answers?: Answers): Promise<number> {
    const real = thisMachine();
    const machine: Machine = {
      ...real,
      root: this.root,
      env: {
        ...real.env,
        MODDABLE: this.path("sdk"),
        IDF_PATH: this.path("idf"),
        NOTES: this.path("notes"),
        FAIL_AT: this.failAt,
      },
    };
    const left = new Map<string, string[]>();
    for (const [question, answer] of Object.entries(answers ?? {})) {
      left.set(question, typeof answer === "string" ? [answer] : [...answer]);
    }
    const reply = (kind: string) => async (question: string) => {
      this.asked.push(`${kind} ${question}`);
      const key = [...left.keys()].find((start) => question.startsWith(start)) ?? "";
      return left.get(key)?.shift() ?? "";
    };
    const questions = { ask: answers && reply("open"), askSecret: reply("hidden") };
    return flash(["--port", "/dev/null", ...given], {
      machine,
      questions,
      say: (text) => this.said.push(text),
    });
  }
}

test("the network and the broker are asked for, passwords hidden, and nobody else can read them", async (t) => {
  const bench = new FlashBench(t);
  const answers = {
    network: "Home",
    "its password": ["correct-horse", "broker-secret"],
    "MQTT broker": "192.168.1.10",
    user: "anna",
    keep: "n",
  };
  assert.equal(await bench.run([], answers), 0);
  assert.deepEqual(
    bench.asked.map((line) => line.split(" ").slice(0, 3).join(" ")),
    [
      "open network: ",
      "hidden its password",
      "open MQTT broker:",
      "open user at",
      "hidden its password",
      "open keep them",
    ],
  );
  const { notes } = bench;
  assert.match(notes, /^args -m -p esp32\/nodemcu -t build build\/esp32\/manifest\.json$/m);
  assert.match(notes, /^args -m -p esp32\/nodemcu -t deploy build\/esp32\/manifest\.json$/m);
  assert.match(notes, /^port \/dev\/null$/m);
  assert.match(notes, /^idf yes$/m);
  assert.match(notes, /^-rw-------$/m);
  assert.match(notes, /"settings": *\{ *"wifi.ssid": "Home", *"wifi.password": "correct-horse"/);
  assert.match(notes, /"mqtt.broker": "mqtt:\/\/192.168.1.10"/);
  const seen = notes.split("\n").filter((line) => /^(ps|args) /.test(line));
  assert.ok(seen.some((line) => line.includes("mcconfig")));
  assert.deepEqual(
    seen.filter((line) => /correct-horse|broker-secret/.test(line)),
    [],
  );
  assert.doesNotMatch(bench.said.join("\n"), /correct-horse|broker-secret/);
  assert.equal(existsSync(bench.path("build/esp32/manifest.json")), false);
  assert.equal(existsSync(bench.path("settings.local.json")), false);
  assert.match(bench.said.at(-1) ?? "", /npm run monitor/);
});

test("answers that are to be kept go into a file that only this user reads, and are not asked for again", async (t) => {
  const bench = new FlashBench(t);
  await bench.run([], { network: "Home", "its password": "correct-horse", keep: "y" });
  const file = bench.path("settings.local.json");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(JSON.parse(readFileSync(file, "utf8")), {
    "wifi.ssid": "Home",
    "wifi.password": "correct-horse",
  });
  const { length } = bench.asked;
  assert.equal(await bench.run(["dht"], {}), 0);
  assert.equal(bench.asked.length, length);
  assert.match(bench.notes, /hosts-esp32-pulses\.json.*correct-horse/);
});

test("an answer that the board would refuse is asked for again, with the reason", async (t) => {
  const bench = new FlashBench(t);
  await bench.run([], { network: "Home", "its password": ["short", "long-enough"] });
  assert.match(bench.said.join("\n"), /wifi\.password takes 8 to 63 bytes/);
  assert.match(bench.notes, /"wifi.password": "long-enough"/);
});

test("a network by its short names is not asked for, and its password on the command line is warned of", async (t) => {
  const bench = new FlashBench(t);
  assert.equal(await bench.run(["ssid=Home", "password=correct-horse"], {}), 0);
  assert.deepEqual(
    bench.asked.map((line) => line.split(" ").slice(1, 3).join(" ")),
    ["MQTT broker:"],
  );
  assert.match(bench.said[0] ?? "", /^wifi\.password is on the command line/);
  assert.match(bench.notes, /"wifi.ssid": "Home", *"wifi.password": "correct-horse"/);
});

test("a build that fails writes nothing to the board, and its settings do not stay", async (t) => {
  const bench = new FlashBench(t);
  bench.failAt = "build";
  bench.put("settings.local.json", '{"wifi.ssid": "Home", "wifi.password": "correct-horse"}');
  assert.equal(await bench.run([]), 3);
  assert.doesNotMatch(bench.notes, /-t deploy/);
  assert.equal(existsSync(bench.path("build/esp32/manifest.json")), false);
});

test("firmware without a slot for updates is not written to the board, and one line says what to do", async (t) => {
  const bench = new FlashBench(t);
  const factory = new Uint8Array(0xc00).fill(0xff);
  factory.set([0xaa, 0x50, 0, 0, 0, 0, 1, 0, 0, 0, 0x3f, 0]);
  bench.put("sdk/build/bin/esp32/nodemcu/release/esp32/partition-table.bin", factory);
  const { mock } = t.mock.method(console, "error", () => {});
  assert.equal(await bench.run(["--no-settings"]), 1);
  assert.match(bench.notes, /-t build/);
  assert.doesNotMatch(bench.notes, /-t deploy/);
  assert.match(String(mock.calls[0]?.arguments[0]), /0 of the two slots .* build again$/);
});

test("without settings nothing is asked, and a board is flashed as it is", async (t) => {
  const bench = new FlashBench(t);
  bench.put("settings.local.json", '{"wifi.password": "correct-horse"}');
  assert.equal(await bench.run(["--no-settings"]), 0);
  assert.match(bench.notes, /^args -m -p esp32\/nodemcu -t build build\/esp32\/manifest\.json$/m);
  assert.doesNotMatch(bench.notes, /correct-horse/);
});

test("a board gets the settings of the file that is named, and no others", async (t) => {
  const bench = new FlashBench(t);
  bench.put("settings.local.json", '{"wifi.ssid": "Elsewhere", "mqtt.user": "anna"}');
  bench.put("class/boards/board-01.json", '{"wifi.ssid": "Lab", "board.id": "board-01"}');
  assert.equal(await bench.run(["--settings", "class/boards/board-01.json", "mqtt.qos=2"]), 0);
  const [, given = ""] = /"settings": *(\{.*?\})/.exec(bench.notes) ?? [];
  assert.deepEqual(JSON.parse(given), {
    "wifi.ssid": "Lab",
    "board.id": "board-01",
    "mqtt.qos": "2",
  });
  bench.put("class/boards/board-02.json", "secret");
  await assert.rejects(
    bench.run(["--settings", "class/boards/board-02.json"]),
    /^Error: class\/boards\/board-02\.json is not a JSON object of settings$/,
  );
});

test("what cannot work is said in one line before a question is asked", async (t) => {
  const bench = new FlashBench(t);
  await assert.rejects(
    bench.run(["--board", "uno"], {}),
    /uno is no board .* there is esp32-devkit/,
  );
  await assert.rejects(bench.run(["dhtt"], {}), /dhtt is no part of a build/);
  await assert.rejects(bench.run(["--port", "/dev/none"], {}), /there is no \/dev\/none/);
  await assert.rejects(bench.run([]), /no terminal to ask/);
  await assert.rejects(
    bench.run(["--settings", "none.json"], {}),
    /^Error: --settings: there is no file none\.json$/,
  );
  await assert.rejects(
    bench.run(["--settings", "none.json", "--no-settings"], {}),
    /--settings and --no-settings exclude each other/,
  );
  rmSync(bench.path("idf"), { recursive: true });
  await assert.rejects(bench.run([], {}), /no ESP-IDF.*npm run doctor/);
  assert.deepEqual(bench.asked, []);
  assert.equal(bench.notes, "");
});
