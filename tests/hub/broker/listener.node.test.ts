// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { connect } from "node:net";
import test from "node:test";
import { setInterval as every } from "node:timers/promises";
import { WebSocket } from "ws";
import { Listener } from "../../../hub/broker/listener.ts";

/** Until something holds, a second of waiting at most. */
async function until(holds: () => boolean): Promise<boolean> {
  let looks = 0;
  for await (const _ of every(10)) if (holds() || ++looks === 100) return holds();
  return false;
}

test("who begins a request of HTTP and does not end it is let go, and who comes over WebSocket stays", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let streams = 0;
  const listener = await Listener.open({
    host: "127.0.0.1",
    port: 0,
    tls: undefined,
    onStream: () => {
      streams++;
    },
    onTrouble: () => {},
  });
  t.after(() => listener.close());
  const { port } = listener;
  const closed = new Set<string>();
  const beginnings = {
    "half a head": "GET / HTTP/1.1\r\n",
    "another protocol":
      "GET / HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
  };
  const sockets = Object.entries(beginnings).map(([name, text]) => {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    t.after(() => socket.destroy());
    socket.on("error", () => {}).on("close", () => closed.add(name));
    socket.write(text);
    return socket.resume();
  });
  const web = new WebSocket(`ws://127.0.0.1:${port}`, "mqtt");
  web.on("close", () => closed.add("WebSocket"));
  t.after(() => web.terminate());
  assert.ok(await until(() => web.readyState === WebSocket.OPEN && streams === 1));
  t.mock.timers.tick(30_000);
  // Only what is written to it shows whether the other end has gone altogether.
  await until(() => {
    for (const socket of sockets) if (!socket.destroyed) socket.write("x");
    return closed.size > 1;
  });
  assert.deepEqual([...closed].sort(), Object.keys(beginnings).sort());
  assert.equal(streams, 1);
});
