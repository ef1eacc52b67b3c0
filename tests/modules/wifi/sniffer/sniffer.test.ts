// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { FrameSourceOptions } from "../../../../modules/base/frame-source.ts";
import { Sniffer } from "../../../../modules/wifi/sniffer/sniffer.ts";
import { bytesOf } from "../../../support/hex.ts";
import { wifiBench } from "../../../support/wifi-bench.ts";

const beacon = bytesOf("80 00 00 00 FF FF FF FF FF FF 02 AA 00 00 00 01");

/** A board online, and a frame source by hand. */
function build() {
  const bench = wifiBench();
  const sources: { readonly options: FrameSourceOptions; isOpen: boolean }[] = [];
  const refuse = { open: false, close: false };
  class Source {
    readonly #entry;
    readonly missed = 3;
    constructor(options: FrameSourceOptions) {
      if (refuse.open) throw new Error("no such channel");
      assert.equal(
        sources.some(({ isOpen }) => isOpen),
        false,
        "two channels at once",
      );
      assert.equal(bench.manager.state.kind, "off", "the station is on");
      this.#entry = { options, isOpen: true };
      sources.push(this.#entry);
    }
    close(): void {
      this.#entry.isOpen = false;
      if (refuse.close) throw new Error("stuck");
    }
  }
  const { time, book, manager } = bench;
  const sniffer = new Sniffer({
    io: Source,
    timers: time,
    log: book.log,
    station: manager,
  });
  time.advance(10_000);
  const told = () => book.lines.filter(({ event }) => event === "sniff").map(({ text }) => text);
  return { ...bench, sources, refuse, sniffer, told };
}

test("one channel is listened to for the time, then the counts are told and the board returns", () => {
  const { time, sniffer, sources, told, calls, manager } = build();
  sniffer.start(6, 5_000);
  assert.equal(calls.at(-1), "offline");
  sources[0]?.options.onFrame(beacon, -60);
  time.advance(4_999);
  assert.deepEqual(told(), []);
  time.advance(1);
  assert.deepEqual(told(), [
    "channel 6: 1 frames",
    "3 frames came too fast to be counted",
    "  02AA00000001  -60 dBm  channel 6  1 management, 0 control, 0 data",
  ]);
  assert.deepEqual(
    sources.map(({ options, isOpen }) => [options.channel, isOpen]),
    [[6, false]],
  );
  assert.equal(sniffer.isRunning, false);
  time.advance(10_000);
  assert.equal(manager.state.kind, "online");
});

test("all channels are gone through in turn, one at a time", () => {
  const { time, sniffer, sources } = build();
  sniffer.start("all", 3_000);
  time.advance(3_000);
  const channels = sources.map(({ options }) => options.channel);
  assert.deepEqual(channels.slice(0, 15), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1, 2]);
  assert.equal(
    sources.some(({ isOpen }) => isOpen),
    false,
  );
});

test("a second start is refused, and what a closed source still says is not counted", () => {
  const { time, sniffer, sources, told } = build();
  sniffer.start(1, 1_000);
  assert.throws(() => sniffer.start(2, 1_000), /no sniffing: it is going on/);
  time.advance(1_000);
  sources[0]?.options.onFrame(beacon, -60);
  assert.deepEqual(told(), ["3 frames came too fast to be counted"]);
});

test("a board whose Wi-Fi was off stays off afterwards", () => {
  const { time, sniffer, manager } = build();
  manager.stop();
  sniffer.start(1, 1_000);
  time.advance(60_000);
  assert.equal(manager.state.kind, "off");
  assert.equal(time.pending, 0);
});

test("a cancelled sniffer tells nothing, starts nothing and leaves nothing", () => {
  const { time, sniffer, sources, told, manager } = build();
  sniffer.start("all", 10_000);
  time.advance(1_000);
  sniffer.cancel();
  time.advance(60_000);
  assert.deepEqual(told(), []);
  assert.equal(manager.state.kind, "off");
  assert.equal(time.pending, 0);
  assert.equal(
    sources.some(({ isOpen }) => isOpen),
    false,
  );
});

test("a source that cannot be opened or closed is told, and the board returns all the same", () => {
  for (const fault of ["open", "close"] as const) {
    const { time, sniffer, refuse, told, manager } = build();
    refuse[fault] = true;
    sniffer.start("all", 1_000);
    time.advance(20_000);
    const pattern = fault === "open" ? /channel 1: no such channel/ : /stuck/;
    assert.match(told().join("\n"), pattern);
    assert.equal(manager.state.kind, "online");
  }
});
