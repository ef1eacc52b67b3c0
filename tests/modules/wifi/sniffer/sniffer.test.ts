// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { FrameSourceOptions } from "../../../../modules/base/frame-source.ts";
import { Sniffer } from "../../../../modules/wifi/sniffer/sniffer.ts";
import { bytesOf } from "../../../support/hex.ts";
import { ReplyBook } from "../../../support/reply-book.ts";
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
  const { time, manager } = bench;
  const reply = new ReplyBook();
  const sniffer = new Sniffer({
    io: Source,
    timers: time,
    station: manager,
  });
  time.advance(10_000);
  return { ...bench, sources, refuse, sniffer, reply };
}

test("one channel is listened to for the time, then the counts are told and the board returns", () => {
  const { time, sniffer, sources, reply, calls, manager } = build();
  sniffer.start(6, 5_000, reply);
  assert.equal(calls.at(-1), "offline");
  sources[0]?.options.onFrame(beacon, -60);
  time.advance(4_999);
  assert.deepEqual(reply.lines, []);
  time.advance(1);
  assert.deepEqual(reply.lines, [
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
  const { time, sniffer, sources, reply } = build();
  sniffer.start("all", 3_000, reply);
  time.advance(3_000);
  const channels = sources.map(({ options }) => options.channel);
  assert.deepEqual(channels.slice(0, 15), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1, 2]);
  assert.equal(
    sources.some(({ isOpen }) => isOpen),
    false,
  );
});

test("a second start is refused, and what a closed source still says is not counted", () => {
  const { time, sniffer, sources, reply } = build();
  sniffer.start(1, 1_000, reply);
  assert.throws(() => sniffer.start(2, 1_000, reply), /no sniffing: it is going on/);
  time.advance(1_000);
  sources[0]?.options.onFrame(beacon, -60);
  assert.deepEqual(reply.lines, ["3 frames came too fast to be counted"]);
});

test("a board whose Wi-Fi was off stays off afterwards", () => {
  const { time, sniffer, manager, reply } = build();
  manager.stop();
  sniffer.start(1, 1_000, reply);
  time.advance(60_000);
  assert.equal(manager.state.kind, "off");
  assert.equal(time.pending, 0);
});

test("a cancelled sniffer tells only that, starts nothing and leaves nothing", () => {
  const { time, sniffer, sources, reply, manager } = build();
  sniffer.start("all", 10_000, reply);
  time.advance(1_000);
  sniffer.cancel();
  time.advance(60_000);
  assert.deepEqual(reply.lines, ["error: sniffing has ended: Wi-Fi was switched on or off"]);
  assert.equal(reply.ends, 1);
  assert.equal(manager.state.kind, "off");
  assert.equal(time.pending, 0);
  assert.equal(
    sources.some(({ isOpen }) => isOpen),
    false,
  );
});

test("what is ended early tells what was heard so far, and the board returns", () => {
  const { time, sniffer, sources, reply, manager } = build();
  sniffer.start(6, 60_000, reply);
  sources[0]?.options.onFrame(beacon, -60);
  sniffer.finish();
  assert.equal(reply.lines[0], "channel 6: 1 frames");
  assert.equal(reply.ends, 1);
  time.advance(10_000);
  assert.equal(manager.state.kind, "online");
});

test("a source that cannot be opened or closed is told, and the board returns all the same", () => {
  for (const fault of ["open", "close"] as const) {
    const { time, sniffer, refuse, reply, manager } = build();
    refuse[fault] = true;
    sniffer.start("all", 1_000, reply);
    time.advance(20_000);
    const pattern = fault === "open" ? /channel 1: no such channel/ : /stuck/;
    assert.match(reply.text, pattern);
    assert.equal(manager.state.kind, "online");
  }
});
