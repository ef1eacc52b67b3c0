// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import mqtt from "mqtt";
import { startBroker } from "../../hosts/sim/node/broker/broker.ts";
import { PageError } from "../../page/server/page-error.ts";
import { type Page, startPage } from "../../page/server/start-page.ts";
import { freePort } from "../support/mosquitto.ts";

async function pageFor(t: TestContext, host: string): Promise<{ page: Page; broker: string }> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-extension-"));
  const broker = await startBroker(await freePort());
  const url = `mqtt://127.0.0.1:${broker.port}`;
  const page = await startPage({
    broker: new URL(url),
    host,
    port: await freePort(),
    folder,
    source: "test",
    notice: (text) => t.diagnostic(text),
    extension: (feed) => ({
      get: (path) =>
        path === "/more"
          ? { type: "text/plain", body: "more", headers: { "content-security-policy": "own" } }
          : undefined,
      post: (path, body) => {
        if (path === "/tell") return { count: feed.tellAll("update", String(body)) };
        if (path === "/fail") throw new PageError(409, "not now");
        return undefined;
      },
    }),
  });
  t.after(async () => {
    page.close();
    await broker.close();
    rmSync(folder, { recursive: true });
  });
  return { page, broker: url };
}

function post(address: string, body: unknown) {
  const headers = { "content-type": "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body) });
}

test("what is added to the page has its own paths and headers, beside those of every answer", async (t) => {
  const { page } = await pageFor(t, "127.0.0.1");
  assert.match(page.ownAddress("/more"), /^http:\/\/127\.0\.0\.1:\d+\/more$/);
  const more = await fetch(page.ownAddress("/more"));
  assert.equal(await more.text(), "more");
  assert.equal(more.headers.get("content-security-policy"), "own");
  assert.equal(more.headers.get("x-content-type-options"), "nosniff");
  const own = await fetch(page.address);
  assert.match(own.headers.get("content-security-policy") ?? "", /script-src 'self'/);
  assert.equal((await fetch(page.ownAddress("/nothing"))).status, 404);
  const failed = await post(page.ownAddress("/fail"), 1);
  assert.deepEqual([failed.status, await failed.json()], [409, { error: "not now" }]);
  assert.equal((await post(page.ownAddress("/nothing"), 1)).status, 404);
});

test("all boards that were heard are told, also those that are away, each on its own topic", async (t) => {
  const { page, broker } = await pageFor(t, "127.0.0.1");
  const client = await mqtt.connectAsync(broker);
  const got = new Map<string, string>();
  client.on("message", (topic, payload) => got.set(topic, payload.toString()));
  await client.subscribeAsync("airpair/+/update", { qos: 1 });
  await client.publishAsync("airpair/one/status", "online", { qos: 1, retain: true });
  await client.publishAsync("airpair/two/status", "offline", { qos: 1, retain: true });
  const answer = async () => {
    const response = await post(page.ownAddress("/tell"), "http://host/x");
    return ((await response.json()) as { count?: number }).count ?? 0;
  };
  // The page hears of them a moment later.
  while ((await answer()) < 2) await new Promise((done) => setTimeout(done, 20));
  while (got.size < 2) await new Promise((done) => setTimeout(done, 20));
  assert.deepEqual([...got].sort(), [
    ["airpair/one/update", "http://host/x"],
    ["airpair/two/update", "http://host/x"],
  ]);
  await client.endAsync(true);
});

test("a link with the token leads to its own path, and to no other server", async (t) => {
  const { page } = await pageFor(t, "127.0.0.2");
  const link = new URL(page.ownAddress("/more"));
  const locationOf = async (path: string) => {
    const response = await fetch(`${link.origin}${path}${link.search}`, { redirect: "manual" });
    assert.equal(response.status, 303);
    return response.headers.get("location");
  };
  assert.equal(await locationOf("/more"), "/more");
  assert.equal(await locationOf("/"), "/");
  for (const path of ["//elsewhere.example", "//elsewhere.example/more", "/\\elsewhere.example"]) {
    assert.equal(await locationOf(path), "/", path);
  }
  const without = await fetch(`${link.origin}/more`, { redirect: "manual" });
  assert.equal(without.status, 401);
});
