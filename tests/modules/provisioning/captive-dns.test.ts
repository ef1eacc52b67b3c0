// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { decodeAnswer, encodeQuestion } from "../../../hosts/net/dns/dns-packet.ts";
import type { Datagram, UDPOptions } from "../../../modules/ecma-419/udp.ts";
import { CaptiveDNS, captiveReply } from "../../../modules/provisioning/captive-dns.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";

const address = Uint8Array.of(192, 168, 4, 1);
const question = encodeQuestion(0x1234, "captive.apple.com") as Uint8Array;

/** The question with something changed. */
function changed(change: (bytes: Uint8Array) => void, more: readonly number[] = []): Uint8Array {
  const bytes = Uint8Array.from([...question, ...more]);
  change(bytes);
  return bytes;
}

test("every name has the address of the board, for some seconds", () => {
  for (const name of ["captive.apple.com", "a", `${"x".repeat(63)}.${"y".repeat(63)}.example`]) {
    const asked = encodeQuestion(7, name) as Uint8Array;
    const reply = captiveReply(asked, address) as Uint8Array;
    assert.deepEqual(decodeAnswer(reply, asked), { address: "192.168.4.1" });
    assert.deepEqual([...reply.subarray(asked.length + 6, asked.length + 10)], [0, 0, 0, 5]);
  }
});

test("of IPv6 and everything else there is nothing, which is said at once", () => {
  for (const type of [28, 65, 16, 255]) {
    const asked = changed((bytes) => bytes.set([0, type], bytes.length - 4));
    const reply = captiveReply(asked, address) as Uint8Array;
    assert.equal(decodeAnswer(reply, asked), "none");
    assert.equal(reply.length, asked.length);
  }
});

test("what is added to a question, as EDNS does, is left out of the reply", () => {
  const asked = changed((bytes) => bytes.set([0, 1], 10), [0, 0, 41, 16, 0, 0, 0, 0, 0, 0, 0]);
  const reply = captiveReply(asked, address) as Uint8Array;
  assert.deepEqual([...reply.subarray(4, 12)], [0, 1, 0, 1, 0, 0, 0, 0]);
  assert.equal(reply.length, question.length + 16);
  assert.deepEqual(decodeAnswer(reply, question), { address: "192.168.4.1" });
});

test("what cannot be read is refused, and what is no question is not replied to", () => {
  const codeOf = (bytes: Uint8Array) => (captiveReply(bytes, address)?.[3] ?? 0x80) & 0x0f;
  assert.equal(codeOf(changed((bytes) => bytes.set([0, 2], 4))), 1);
  assert.equal(codeOf(question.subarray(0, question.length - 1)), 1);
  assert.equal(codeOf(changed((bytes) => bytes.set([0xc0, 12], 12))), 1);
  assert.equal(codeOf(changed((bytes) => bytes.set([0x28], 2))), 4);
  for (const bytes of [
    question.subarray(0, 11),
    changed((reply) => reply.set([0x80], 2)),
    new Uint8Array(0),
    new Uint8Array(600),
  ]) {
    assert.equal(captiveReply(bytes, address), undefined);
  }
});

test("any bytes get a reply that belongs to them, or none", () => {
  for (let seed = 1; seed <= seedCount(400); seed++) {
    const random = seededRandom(seed);
    const bytes = changed((copy) => {
      for (let i = 0; i < 3; i++)
        copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
    }).subarray(0, Math.floor(random() * 60));
    const reply = captiveReply(bytes, address);
    if (!reply) continue;
    assert.deepEqual(reply.subarray(0, 2), bytes.subarray(0, 2));
    assert.equal((reply[2] as number) & 0x80, 0x80);
    assert.ok(reply.length <= bytes.length + 16);
  }
});

/** A socket that is given datagrams, and keeps what is written. */
class Socket {
  static last: Socket;
  readonly options: UDPOptions;
  readonly waiting: Datagram[] = [];
  readonly sent: string[] = [];
  isBroken = false;
  isClosed = false;

  constructor(options: UDPOptions) {
    this.options = options;
    Socket.last = this;
  }

  arrive(count: number, from: string): void {
    for (let i = 0; i < count; i++) {
      const { buffer } = question.slice();
      this.waiting.push(Object.assign(buffer, { address: from, port: 5_000 + i }) as Datagram);
    }
    this.options.onReadable?.(this.waiting.length);
  }

  read(): Datagram | undefined {
    return this.waiting.shift();
  }

  write(_bytes: Uint8Array, to: string, port: number): void {
    if (this.isBroken) throw new Error("no route");
    this.sent.push(`${to}:${port}`);
  }

  close(): void {
    this.isClosed = true;
  }
}

test("only guests are answered, a flood is taken and not answered whole, and a failed reply is lost", () => {
  const dns = new CaptiveDNS({
    udp: { io: Socket },
    address: "192.168.4.1",
    admits: (from) => from.startsWith("192.168.4."),
  });
  const socket = Socket.last;
  assert.equal(socket.options.port, 53);
  socket.arrive(1, "10.0.0.7");
  socket.arrive(2, "192.168.4.2");
  assert.deepEqual(socket.sent, ["192.168.4.2:5000", "192.168.4.2:5001"]);
  socket.sent.length = 0;
  socket.arrive(100, "192.168.4.2");
  assert.equal(socket.sent.length, 16);
  assert.equal(socket.waiting.length, 0);
  socket.isBroken = true;
  socket.arrive(1, "192.168.4.2");
  dns.close();
  dns.close();
  assert.equal(socket.isClosed, true);
  socket.arrive(1, "192.168.4.2");
  assert.equal(socket.sent.length, 16);
});
