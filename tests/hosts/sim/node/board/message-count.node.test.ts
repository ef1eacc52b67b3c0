// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { MessageCount } from "../../../../../hosts/sim/node/board/message-count.ts";

/** CONNECT, PUBLISH of 3 and of 200 bytes, PUBACK, PINGREQ, PUBLISH with QoS 2 and DUP. */
const packets = [
  [0x10, 0x02, 0x30, 0x30],
  [0x30, 0x03, 0x00, 0x01, 0x61],
  [0x32, 0xc8, 0x01, ...Array.from({ length: 200 }, () => 0x30)],
  [0x40, 0x02, 0x30, 0x30],
  [0xc0, 0x00],
  [0x3c, 0x05, 0x00, 0x01, 0x61, 0x00, 0x01],
].flat();

function counted(out: readonly number[], into: readonly number[], piece: number) {
  const totals = { sent: 0, received: 0 };
  const count = new MessageCount(totals);
  for (let at = 0; at < out.length; at += piece) {
    count.sent(Uint8Array.from(out.slice(at, at + piece)));
  }
  for (let at = 0; at < into.length; at += piece) {
    count.received(Uint8Array.from(into.slice(at, at + piece)));
  }
  return totals;
}

/** Frames of a WebSocket: a mask for those of a client, and one that is longer than 125 bytes. */
function framed(bytes: readonly number[], mask: readonly number[]): number[] {
  const head = (opcode: number, length: number) => [
    0x80 | opcode,
    ...(length < 126 ? [length] : [126, length >> 8, length & 0xff]),
  ];
  const frame = (opcode: number, payload: readonly number[]) => {
    const [first = 0, second = 0, ...rest] = head(opcode, payload.length);
    const flag = mask.length > 0 ? 0x80 : 0;
    const masked = payload.map((byte, at) => byte ^ (mask[at & 3] ?? 0));
    return [first, second | flag, ...rest, ...mask, ...masked];
  };
  const ping = frame(9, [0x30, 0x30, 0x30]);
  return [...frame(2, bytes.slice(0, 7)), ...ping, ...frame(2, bytes.slice(7))];
}

test("messages are counted both ways, however the stream is cut, and nothing else is", () => {
  for (const piece of [1, 2, 7, 1_000]) {
    assert.deepEqual(counted(packets, packets, piece), { sent: 3, received: 3 });
  }
});

test("messages are counted inside of a WebSocket's frames", () => {
  const text = (words: string) => [...new TextEncoder().encode(words)];
  const request = text("GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n");
  const response = text("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  for (const piece of [1, 3, 1_000]) {
    const out = [...request, ...framed(packets, [1, 2, 3, 4])];
    const totals = counted(out, [...response, ...framed(packets, [])], piece);
    assert.deepEqual(totals, { sent: 3, received: 3 });
  }
});

test("a connection that is no MQTT has no messages", () => {
  const bytes = [0x30, 0x03, 0, 1, 0x61];
  assert.deepEqual(counted(bytes, bytes, 5), { sent: 0, received: 0 });
  assert.deepEqual(counted([], packets, 5), { sent: 0, received: 0 });
});
