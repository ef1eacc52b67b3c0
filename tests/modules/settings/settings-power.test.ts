// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { type BoardSettings, settingList } from "../../../modules/app/setting-list.ts";
import { crc16 } from "../../../modules/base/crc16.ts";
import { Settings } from "../../../modules/settings/settings.ts";
import {
  decodeSettingsRecord,
  encodeSettingsRecord,
  recordFormat,
} from "../../../modules/settings/settings-record.ts";
import { MemoryKeyValue } from "../../support/memory-key-value.ts";

/** A store whose power goes in the middle of a write: some bytes of the value are there, or none. */
class TearingStore extends MemoryKeyValue {
  /** Number of the write or delete at which the power goes; 0 is the first. */
  cutAt = Number.POSITIVE_INFINITY;
  /** Bytes of it that are still written; undefined: the key stays as it was. */
  left: number | undefined;
  wasCut = false;

  override write(key: string, value: Uint8Array): void {
    if (this.writes >= this.cutAt) {
      if (this.left !== undefined) super.write(key, value.subarray(0, this.left));
      this.#cut();
    }
    super.write(key, value);
  }

  override delete(key: string): void {
    if (this.writes >= this.cutAt) this.#cut();
    super.delete(key);
  }

  #cut(): never {
    this.wasCut = true;
    throw new Error("no power");
  }
}

function boot(store: MemoryKeyValue): BoardSettings {
  return new Settings({ list: settingList, store, given: {} });
}

/** Puts one setting's old text under its key of format 0. */
function store0(store: MemoryKeyValue, key: string, text: string): void {
  store.write(key, new TextEncoder().encode(text));
}

/** Carries out `change` with the power going at `cutAt`; false when it was not needed. */
function interrupted(change: () => void, store: TearingStore, cutAt: number): boolean {
  store.cutAt = cutAt;
  try {
    change();
  } catch (error) {
    assert.match(String(error), /no power/);
  }
  store.cutAt = Number.POSITIVE_INFINITY;
  return store.wasCut;
}

test("a power cut in a write leaves the old or the new values, wherever it tears the bytes", () => {
  const changes: [string, (settings: BoardSettings) => void, string][] = [
    ["set", (settings) => settings.set("board.name", "new"), "new 30"],
    ["reset", (settings) => settings.reset("publish.interval"), "old 1"],
    ["reset all", (settings) => settings.resetAll(), "office_sensor 1"],
  ];
  let cuts = 0;
  for (const [what, change, after] of changes) {
    // The first three decide which of the two copies is written, the others where it is torn.
    for (const before of [0, 1, 2]) {
      for (const left of [undefined, ...Array(64).keys()]) {
        const store = new TearingStore();
        const settings = boot(store);
        for (let i = 0; i < before; i++) settings.set("mqtt.qos", 2);
        settings.set("board.name", "old");
        settings.set("publish.interval", 30);
        store.left = left;
        assert.ok(interrupted(() => change(settings), store, store.writes));
        cuts++;
        const name = settings.get("board.name");
        assert.equal(`${name} ${settings.get("publish.interval")}`, "old 30", "in this life");
        const next = boot(store);
        const found = `${next.get("board.name")} ${next.get("publish.interval")}`;
        assert.ok(found === "old 30" || found === after, `${what}, ${left} bytes left: ${found}`);
        // The next change must not find the way blocked by what was torn.
        next.set("board.name", "later");
        assert.equal(boot(store).get("board.name"), "later");
        assert.ok(boot(store).problems.length <= 1);
      }
    }
  }
  assert.equal(cuts, 3 * 3 * 65);
});

test("a write that is torn after a restart leaves the value before, however many writes there were", () => {
  for (const before of [1, 2, 3, 4]) {
    for (const left of [undefined, ...Array(64).keys()]) {
      const store = new TearingStore();
      for (let i = 1; i <= before; i++) boot(store).set("board.name", `name-${i}`);
      store.left = left;
      const settings = boot(store);
      assert.ok(interrupted(() => settings.set("board.name", "new"), store, store.writes));
      assert.equal(settings.get("board.name"), `name-${before}`, "in this life");
      const found = boot(store).get("board.name");
      const isWhole = left !== undefined && found === "new";
      assert.ok(found === `name-${before}` || isWhole, `${before} before, ${left}: ${found}`);
    }
  }
});

test("a torn copy is told, with what holds instead", () => {
  const store = new TearingStore();
  const settings = boot(store);
  settings.set("board.name", "old");
  store.left = 9;
  assert.ok(interrupted(() => settings.set("board.name", "new"), store, store.writes));
  const next = boot(store);
  assert.deepEqual(next.problems, ["stored settings are damaged; those stored before hold"]);
  assert.equal(next.get("board.name"), "old");
});

test("when both copies are damaged the defaults hold, it is told, and settings can be stored again", () => {
  const store = new MemoryKeyValue();
  boot(store).set("board.name", "old");
  boot(store).set("board.name", "older");
  for (const key of [...store]) store.write(key, new Uint8Array([1, 2, 3]));
  const settings = boot(store);
  assert.deepEqual(settings.problems, ["stored settings are damaged; defaults hold"]);
  assert.equal(settings.get("board.name"), "office_sensor");
  settings.set("board.name", "new");
  assert.equal(boot(store).get("board.name"), "new");
});

test("settings of a later format are read as far as they are known, and keep that format", () => {
  const later = recordFormat + 1;
  const store = new MemoryKeyValue();
  const values = new Map([
    ["wifi.ssid", "home"],
    ["later.thing", "x"],
  ]);
  store.write("settings-a", encodeSettingsRecord({ writes: 7, values }, later));
  const settings = boot(store);
  assert.equal(settings.get("wifi.ssid"), "home");
  const [told, kept] = settings.problems;
  assert.match(
    told ?? "",
    new RegExp(`have format ${later} of a later firmware; what is known of`),
  );
  assert.match(kept ?? "", /kept for a later firmware: there is no setting "later\.thing"/);
  for (const name of ["one", "two", "three"]) boot(store).set("board.name", name);
  for (const key of [...store]) {
    const decoded = decodeSettingsRecord(store.read(key) ?? new ArrayBuffer(0));
    assert.equal(decoded.kind === "whole" && decoded.format, later, key);
    assert.equal(decoded.kind === "whole" && decoded.record.values.get("later.thing"), "x", key);
  }
});

test("settings of a later format that cannot be read are left alone until one is set, and told", () => {
  const store = new MemoryKeyValue();
  const bytes = new Uint8Array([recordFormat + 1, 0, 0, 0, 9, 0, 0, 1, 2, 3]);
  const sum = crc16(bytes, 0, 5) ^ crc16(bytes, 7, bytes.length);
  new DataView(bytes.buffer).setUint16(5, sum);
  store.write("settings-b", bytes);
  const settings = boot(store);
  assert.deepEqual(settings.problems, [
    `stored settings have format ${recordFormat + 1} of a later firmware; defaults hold`,
  ]);
  settings.set("board.name", "new");
  assert.equal(boot(store).get("board.name"), "new");
});

test("values of the first firmware are taken over, whenever the power goes meanwhile", () => {
  let cuts = 0;
  for (let cutAt = 2; ; cutAt++) {
    const store = new TearingStore();
    store0(store, "board.name", "küche");
    store0(store, "publish.interva", "30");
    const wasCut = interrupted(() => boot(store), store, cutAt);
    const next = boot(store);
    assert.equal(next.get("board.name"), "küche", `write ${cutAt}`);
    assert.equal(next.get("publish.interval"), 30, `write ${cutAt}`);
    next.set("board.name", "hall");
    assert.equal(boot(store).get("board.name"), "hall", `write ${cutAt}`);
    assert.equal(boot(store).get("publish.interval"), 30, `write ${cutAt}`);
    cuts++;
    if (!wasCut) break;
  }
  // One record and two old keys: the last round is without a cut.
  assert.equal(cuts, 4);
});

test("the first firmware's values hold though they cannot be brought to the new format", () => {
  const store = new TearingStore();
  store0(store, "board.name", "hall");
  store.cutAt = store.writes;
  const settings = boot(store);
  assert.equal(settings.get("board.name"), "hall");
  assert.deepEqual(settings.problems, ["settings kept in their old format: no power"]);
});

/** What both copies hold, as text. */
function storedText(store: MemoryKeyValue): string {
  return [...store].map((key) => new TextDecoder().decode(store.read(key))).join("\n");
}

test("a secret that is changed, taken away or reset stays in neither copy", () => {
  const changes: [string, (settings: BoardSettings) => void][] = [
    ["set", (settings) => settings.set("wifi.password", "another word")],
    ["apply", (settings) => settings.apply([["wifi.password", ""]])],
    ["setTogether", (settings) => settings.setTogether([["wifi.password", ""]])],
    ["reset", (settings) => settings.reset("wifi.password")],
    ["reset all", (settings) => settings.resetAll()],
  ];
  for (const [what, change] of changes) {
    const store = new MemoryKeyValue();
    const settings = boot(store);
    settings.set("wifi.password", "first secret");
    settings.set("board.name", "hall");
    change(settings);
    assert.ok(!storedText(store).includes("first secret"), what);
    for (const key of [...store]) {
      // One byte of either copy goes bad: the other one holds the same.
      const damaged = new MemoryKeyValue();
      for (const other of [...store]) {
        const bytes = new Uint8Array(store.read(other) ?? []);
        if (other === key) bytes[5] = (bytes[5] ?? 0) ^ 1;
        damaged.write(other, bytes);
      }
      assert.equal(
        boot(damaged).get("wifi.password"),
        settings.get("wifi.password"),
        `${what}, ${key}`,
      );
    }
  }
});

test("reset all empties both copies, also after an earlier reset", () => {
  const store = new MemoryKeyValue();
  boot(store).set("wifi.password", "first secret");
  boot(store).set("board.name", "hall");
  boot(store).resetAll();
  assert.ok(!/secret|hall/.test(storedText(store)));
});

test("a secret whose older copy cannot be erased is told, and erased with the next change", () => {
  const store = new MemoryKeyValue();
  const settings = boot(store);
  settings.set("wifi.password", "first secret");
  store.failAt = store.writes + 1;
  assert.throws(() => settings.set("wifi.password", "another word"), /could not be erased/);
  assert.equal(settings.get("wifi.password"), "another word");
  store.failAt = undefined;
  settings.set("board.name", "hall");
  assert.ok(!storedText(store).includes("first secret"));
});

test("a secret whose removal was cut between the two copies is erased at the next start", () => {
  const changes: [string, (settings: BoardSettings) => void][] = [
    ["set", (settings) => settings.set("wifi.password", "another word")],
    ["apply", (settings) => settings.apply([["wifi.password", ""]])],
    ["setTogether", (settings) => settings.setTogether([["wifi.password", ""]])],
    ["reset", (settings) => settings.reset("wifi.password")],
    ["reset all", (settings) => settings.resetAll()],
  ];
  for (const [what, change] of changes) {
    const store = new TearingStore();
    const settings = boot(store);
    settings.set("wifi.password", "first secret");
    assert.ok(
      interrupted(() => change(settings), store, store.writes + 1),
      what,
    );
    assert.ok(storedText(store).includes("first secret"), `${what}: the cut was elsewhere`);
    const next = boot(store);
    assert.ok(!storedText(store).includes("first secret"), what);
    assert.deepEqual(next.problems, [], what);
    assert.equal(next.get("wifi.password"), settings.get("wifi.password"), what);
    // That once is enough: flash memory wears out.
    const { writes } = store;
    boot(store);
    assert.equal(store.writes, writes, what);
  }
});

test("an old secret that cannot be erased at a start is told, and tried again at the next one", () => {
  const store = new TearingStore();
  const settings = boot(store);
  settings.set("wifi.password", "first secret");
  interrupted(() => settings.reset("wifi.password"), store, store.writes + 1);
  store.cutAt = store.writes;
  assert.match(boot(store).problems.join("\n"), /an old password could not be erased: no power/);
  store.cutAt = Number.POSITIVE_INFINITY;
  boot(store);
  assert.ok(!storedText(store).includes("first secret"));
});
