// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import type * as TCPModule from "../../../hosts/moddable/tcp.ts";
import type { TCPOptions } from "../../../modules/ecma-419/tcp.ts";
import { FakeSDKTCP, FakeSDKTimer } from "../../support/fake-sdk.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

const timer = new FakeSDKTimer();
const { SDKTCP } = await importWithSDK<typeof TCPModule>("hosts/moddable/tcp.ts", {
  "embedded:io/socket/tcp": FakeSDKTCP,
  timer,
});
const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});

function open(callbacks: Partial<TCPOptions> = {}) {
  const faults = new Faults();
  const told: string[] = [];
  faults.onFault = (where, error) => told.push(`${where}: ${(error as Error).message}`);
  const tcp = new SDKTCP({ address: "192.0.2.1", port: 1883, ...callbacks }, faults);
  return { tcp, told, socket: FakeSDKTCP.last };
}

test("a read takes what has arrived and no more, into a new buffer or a given one", () => {
  const { tcp, socket } = open();
  assert.equal(tcp.read(), undefined);
  socket.receive(1, 2, 3, 4, 5);
  assert.deepEqual(new Uint8Array(tcp.read(2) ?? new ArrayBuffer(0)), Uint8Array.of(1, 2));
  const buffer = new Uint8Array(8);
  assert.equal(tcp.read(buffer), 3);
  assert.deepEqual([...buffer], [3, 4, 5, 0, 0, 0, 0, 0]);
  assert.equal(tcp.read(buffer), undefined);
  socket.receive(6);
  assert.deepEqual(new Uint8Array(tcp.read() ?? new ArrayBuffer(0)), Uint8Array.of(6));
});

test("an exception in a callback is told and goes no further", () => {
  const fail = (text: string) => () => {
    throw new Error(text);
  };
  const { told, socket } = open({
    onReadable: fail("one"),
    onWritable: fail("two"),
    onError: fail("three"),
  });
  socket.receive(1);
  socket.options.onWritable(100);
  socket.options.onError();
  assert.deepEqual(told, ["tcp: one", "tcp: two", "tcp: three"]);
});

test("a write into a broken connection ends in one onError, later, and nothing more is written", () => {
  let errors = 0;
  const { tcp, socket } = open({ onError: () => errors++ });
  tcp.write(Uint8Array.of(1));
  socket.isBroken = true;
  tcp.write(Uint8Array.of(2));
  socket.isBroken = false;
  tcp.write(Uint8Array.of(3));
  assert.equal(errors, 0);
  timer.run();
  socket.options.onError();
  assert.equal(errors, 1);
  assert.deepEqual(socket.written, [1]);
});

test("nothing is called after close", () => {
  const calls: string[] = [];
  const { tcp, socket } = open({
    onReadable: () => calls.push("readable"),
    onWritable: () => calls.push("writable"),
    onError: () => calls.push("error"),
  });
  tcp.close();
  tcp.close();
  socket.receive(1);
  socket.options.onWritable(100);
  socket.options.onError();
  assert.deepEqual(calls, []);
  assert.equal(socket.closed, 1);
  assert.equal(tcp.read(), undefined);
  tcp.write(Uint8Array.of(1));
  assert.deepEqual(socket.written, []);
});

test("a socket that is closed in its own callback is handed to the SDK's close afterwards", () => {
  const { tcp, socket } = open({ onReadable: () => tcp.close() });
  socket.receive(1);
  assert.equal(socket.closed, 0);
  timer.run();
  assert.equal(socket.closed, 1);
});

test("passes noDelay under the name that the SDK knows, and only when it is given", () => {
  assert.equal(open({ noDelay: true }).socket.options.nodelay, true);
  assert.equal("nodelay" in open().socket.options, false);
});
