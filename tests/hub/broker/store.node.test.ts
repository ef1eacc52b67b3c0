// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { BrokerStore } from "../../../hub/broker/store.ts";

function placeFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "airpair-store-"));
  t.after(() => {
    chmodSync(folder, 0o700);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

const retained = {
  topic: "a/b",
  payload: Buffer.from([0, 255, 1]),
  QoS: 1,
  isRetained: true,
} as const;

test("what is committed is there for the next, byte for byte, and what is not is gone", (t) => {
  const folder = placeFor(t);
  const file = join(folder, "data/hub.db");
  const onNotice = () => assert.fail();
  const store = new BrokerStore({ file, onNotice });
  store.keepRetained(retained);
  store.keepSession({ key: "k", door: "boards", user: "u", seen: 5 });
  store.keepSubscription("k", "a/#", 2);
  const sent = { number: 7, message: retained, QoS: 2, id: 9, isReleased: true } as const;
  store.keepOutgoing("k", sent);
  store.keepIncoming("k", 3);
  store.keepWill("k", { door: "boards", user: "u" }, { ...retained, isRetained: false });
  store.commit();
  store.keepRetained({ ...retained, topic: "lost" });
  store.close();
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const next = new BrokerStore({ file, onNotice });
  t.after(() => next.close());
  assert.deepEqual(next.load(), {
    retained: [retained],
    sessions: [{ key: "k", door: "boards", user: "u", seen: 5 }],
    subscriptions: [{ key: "k", filter: "a/#", QoS: 2 }],
    outgoing: [{ key: "k", ...sent }],
    incoming: [{ key: "k", id: 3 }],
    wills: [{ ...retained, isRetained: false, door: "boards", user: "u" }],
  });
  next.dropSession("k");
  next.dropWill("k");
  next.keepRetained({ ...retained, payload: Buffer.alloc(0) });
  next.commit();
  assert.deepEqual(Object.values(next.load()).flat(), []);
});

test("a file that is damaged is put aside, which is said, and a new one begins", (t) => {
  const folder = placeFor(t);
  const file = join(folder, "hub.db");
  writeFileSync(file, "this was a database once, and is long enough to be looked at".repeat(20));
  const notices: string[] = [];
  const store = new BrokerStore({ file, now: () => 5, onNotice: (text) => notices.push(text) });
  t.after(() => store.close());
  store.keepRetained(retained);
  store.commit();
  assert.equal(store.load().retained.length, 1);
  assert.match(
    notices.join(),
    /hub\.db was damaged .*; it is now .*hub\.db\.damaged-5, and sessions begin anew$/,
  );
  assert.ok(readdirSync(folder).includes("hub.db.damaged-5"));
});

test("a place that cannot be written is told in one line", (t) => {
  const folder = placeFor(t);
  writeFileSync(join(folder, "file"), "");
  assert.throws(
    () => new BrokerStore({ file: join(folder, "file/hub.db"), onNotice: () => {} }),
    /ENOTDIR|EEXIST|cannot be written/,
  );
});
