// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type * as FaultsModule from "../../../hosts/moddable/faults.ts";
import type * as ListenerModule from "../../../hosts/moddable/listener.ts";
import type { ListenerOptions } from "../../../modules/ecma-419/listener.ts";
import { FakeSDKTCP, FakeSDKTimer } from "../../support/fake-sdk.ts";
import { importWithSDK } from "../../support/sdk-import.ts";

/** The SDK's listener: its sockets have no callbacks until another one takes them over. */
class FakeListener {
  static last: FakeListener;
  readonly options: { readonly port: number; onReadable(count: number): void };
  readonly waiting: object[] = [];
  closed = 0;

  constructor(options: FakeListener["options"]) {
    FakeListener.last = this;
    this.options = options;
  }

  get port(): number {
    return this.options.port;
  }

  ring(): object {
    const socket = {};
    this.waiting.push(socket);
    this.options.onReadable(this.waiting.length);
    return socket;
  }

  read(): object | undefined {
    return this.waiting.shift();
  }

  close(): void {
    this.closed++;
  }
}

const timer = new FakeSDKTimer();
const { SDKListener } = await importWithSDK<typeof ListenerModule>("hosts/moddable/listener.ts", {
  "embedded:io/socket/listener": FakeListener,
  "embedded:io/socket/tcp": FakeSDKTCP,
  timer,
});
const { Faults } = await importWithSDK<typeof FaultsModule>("hosts/moddable/faults.ts", {});

function open(options: Partial<ListenerOptions> = {}) {
  const faults = new Faults();
  const told: string[] = [];
  faults.onFault = (where, error) => told.push(`${where}: ${(error as Error).message}`);
  const listener = new SDKListener({ port: 80, ...options, faults });
  return { listener, told, sdk: FakeListener.last };
}

test("a connection that waits is taken over with its callbacks, and is a socket like any other", () => {
  const counts: number[] = [];
  const { listener, sdk } = open({ onReadable: (count) => counts.push(count) });
  assert.equal(listener.port, 80);
  assert.equal(listener.read({}), undefined);
  const socket = sdk.ring();
  assert.deepEqual(counts, [1]);
  const received: number[] = [];
  const tcp = listener.read({ onReadable: (count) => received.push(count) });
  assert.deepEqual((FakeSDKTCP.last.options as { from?: object }).from, socket);
  FakeSDKTCP.last.receive(1, 2, 3);
  assert.deepEqual(received, [3]);
  assert.deepEqual(new Uint8Array(tcp?.read() ?? new ArrayBuffer(0)), Uint8Array.of(1, 2, 3));
  tcp?.write(Uint8Array.of(4));
  assert.deepEqual(FakeSDKTCP.last.written, [4]);
});

test("an exception in the callback of a listener is told and goes no further", () => {
  const { told, sdk } = open({
    onReadable: () => {
      throw new Error("broken");
    },
  });
  sdk.ring();
  assert.deepEqual(told, ["listener: broken"]);
});

test("a listener that is closed calls nobody back, and is closed after its own callback", () => {
  let calls = 0;
  const { listener, sdk } = open({
    onReadable: () => {
      calls++;
      listener.close();
      assert.equal(sdk.closed, 0);
    },
  });
  sdk.ring();
  timer.run();
  assert.equal(sdk.closed, 1);
  sdk.ring();
  assert.equal(calls, 1);
  assert.equal(listener.read({}), undefined);
  assert.equal(listener.port, 0);
  listener.close();
  assert.equal(sdk.closed, 1);
});
