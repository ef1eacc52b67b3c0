// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import test from "node:test";
import { generate } from "mqtt-packet";
import { Client, type ClientBroker } from "../../../hub/broker/client.ts";

/** A connection whose other end takes what comes and never ends. */
class StuckStream extends Duplex {
  readonly written: Buffer[] = [];

  override _read(): void {}

  override _write(bytes: Buffer, _: string, done: () => void): void {
    this.written.push(bytes);
    done();
  }
}

test("who was refused and keeps the connection open is let go: the port has room for some thousands only", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const stream = new StuckStream();
  const broker: Partial<ClientBroker> = {
    counters: {} as ClientBroker["counters"],
    note: () => {},
    schedule: (client) => client.flush(),
  };
  new Client({
    stream,
    address: "127.0.0.1",
    broker: broker as ClientBroker,
    door: {
      name: "boards",
      users: { isRight: () => Promise.resolve(false) },
      rights: { maySend: () => false, maySee: () => false, maySubscribe: () => false },
      isUserTheClient: true,
    },
  });
  stream.push(generate({ cmd: "connect", clientId: "x", clean: true, protocolVersion: 5 }));
  const nextTurn = () => new Promise((done) => setImmediate(done));
  await nextTurn();
  await nextTurn();
  assert.equal(Buffer.concat(stream.written)[0], 0x20, "no CONNACK");
  assert.equal(stream.destroyed, false);
  t.mock.timers.tick(15_000);
  assert.equal(stream.destroyed, true);
});
