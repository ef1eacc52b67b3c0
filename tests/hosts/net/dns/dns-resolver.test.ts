// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { DNSResolver } from "../../../../hosts/net/dns/dns-resolver.ts";
import { FakeTime } from "../../../support/fake-time.ts";
import { seededRandom } from "../../../support/random.ts";
import { type NameRequest, ScriptedNameServers } from "../../../support/scripted-name-servers.ts";

/** A reply to that question: the code, and an address if there is one. */
function replyTo({ bytes }: NameRequest, code: number, address?: readonly number[]): Uint8Array {
  const record = address ? [0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address] : [];
  const reply = Uint8Array.from([...bytes, ...record]);
  reply.set([0x81, 0x80 | code], 2);
  reply[7] = address ? 1 : 0;
  return reply;
}

function build(servers: readonly string[] = ["10.0.0.1", "10.0.0.2"]) {
  const time = new FakeTime();
  const network = new ScriptedNameServers(time);
  const options = { udp: { io: network.UDP }, timers: time, random: seededRandom(2) };
  const resolver = new DNSResolver({ ...options, servers: () => servers });
  const told: string[] = [];
  const ask = (host: string) =>
    resolver.resolve({
      host,
      onResolved: (name, address) => told.push(`${name} ${address}`),
      onError: (name) => told.push(`${name} none`),
    });
  return { time, network, resolver, told, ask };
}

test("a name is asked for and its address told once, never at once", () => {
  const { time, network, told, ask } = build();
  network.onQuestion = (request) => {
    request.reply(replyTo(request, 0, [192, 0, 2, 7]));
    request.reply(replyTo(request, 0, [192, 0, 2, 8]));
  };
  ask("broker.example");
  assert.deepEqual(told, []);
  time.advance(60_000);
  assert.deepEqual(told, ["broker.example 192.0.2.7"]);
  const [request] = network.asked;
  assert.deepEqual([request?.address, request?.port], ["10.0.0.1", 53]);
  assert.equal(network.asked.length, 1);
  assert.equal(network.open, 0);
});

test("an address needs no server, and neither does localhost", () => {
  const { time, network, told, ask } = build([]);
  ask("192.0.2.9");
  assert.deepEqual(told, []);
  time.advance(1);
  ask("localhost");
  time.advance(1);
  assert.deepEqual(told, ["192.0.2.9 192.0.2.9", "localhost 127.0.0.1"]);
  assert.equal(network.asked.length, 0);
});

test("silent servers are asked in turn, four times in eight seconds, with other numbers", () => {
  const { time, network, told, ask } = build();
  ask("a.example");
  time.advance(7_999);
  assert.deepEqual(told, []);
  time.advance(1);
  assert.deepEqual(told, ["a.example none"]);
  assert.deepEqual(
    network.asked.map(({ address, ticks }) => `${address} ${ticks}`),
    ["10.0.0.1 0", "10.0.0.2 2000", "10.0.0.1 4000", "10.0.0.2 6000"],
  );
  const numbers = network.asked.map(({ bytes }) => `${bytes[0]} ${bytes[1]}`);
  assert.equal(new Set(numbers).size, 4);
  assert.equal(network.open, 0);
});

test("a server that cannot say leaves the word to the next one, at once", () => {
  const { time, network, told, ask } = build();
  network.onQuestion = (request) => {
    const isFirst = request.address === "10.0.0.1";
    request.reply(replyTo(request, isFirst ? 2 : 0, isFirst ? undefined : [192, 0, 2, 7]));
  };
  ask("a.example");
  time.advance(100);
  assert.deepEqual(told, ["a.example 192.0.2.7"]);
  assert.equal(network.asked.length, 2);
});

test("servers that all cannot say are asked four times and no more", () => {
  const { time, network, told, ask } = build(["10.0.0.1"]);
  network.onQuestion = (request) => request.reply(replyTo(request, 5));
  ask("a.example");
  time.advance(60_000);
  assert.deepEqual(told, ["a.example none"]);
  assert.equal(network.asked.length, 4);
});

test("a name that there is not is told as soon as a server says so", () => {
  const { time, network, told, ask } = build();
  network.onQuestion = (request) => request.reply(replyTo(request, 3));
  ask("nobody.example");
  time.advance(100);
  assert.deepEqual(told, ["nobody.example none"]);
});

test("an answer from elsewhere, or to another question, is none; a flood ends the looking", () => {
  const { time, network, told, ask } = build(["10.0.0.1"]);
  network.onQuestion = (request) => {
    const forged = replyTo(request, 0, [6, 6, 6, 6]);
    request.reply(forged, { address: "10.0.0.99" });
    request.reply(forged, { port: 5353 });
    const other = Uint8Array.from(forged);
    other[1] = (other[1] ?? 0) ^ 1;
    for (let i = 0; i < 60; i++) request.reply(other);
    request.reply(forged);
  };
  ask("a.example");
  time.advance(60_000);
  assert.deepEqual(told, ["a.example none"]);
});

test("a name in .local is asked of everybody in the network, and anybody may answer", () => {
  const { time, network, told, ask } = build([]);
  network.onQuestion = (request) => {
    request.reply(replyTo(request, 0), { address: "192.168.1.8" });
    request.reply(replyTo(request, 0, [192, 168, 1, 7]), { address: "192.168.1.7" });
  };
  ask("laptop.local");
  time.advance(100);
  assert.deepEqual(told, ["laptop.local 192.168.1.7"]);
  const [request] = network.asked;
  assert.deepEqual([request?.address, request?.port], ["224.0.0.251", 5353]);
});

test("without a server, and with a name that cannot be asked for, there is no address", () => {
  for (const [servers, host] of [
    [[], "a.example"],
    [["10.0.0.1"], "a..b"],
    [["10.0.0.1"], "x".repeat(64)],
  ] as const) {
    const { time, network, told, ask } = build(servers);
    ask(host);
    assert.deepEqual(told, []);
    time.advance(1);
    assert.deepEqual(told, [`${host} none`]);
    assert.equal(network.open, 0);
  }
});

test("a resolver that is closed, at whatever moment, tells nothing and leaves nothing", () => {
  for (let wait = 0; wait < 30; wait++) {
    const { time, network, resolver, told, ask } = build();
    network.onQuestion = (request) =>
      request.reply(replyTo(request, wait % 2 ? 2 : 0, [1, 2, 3, 4]));
    ask("a.example");
    time.advance(wait);
    const before = told.length;
    resolver.close();
    time.advance(60_000);
    assert.equal(told.length, before);
    assert.equal(network.open, 0);
  }
});

test("a socket that cannot be opened or written to counts as a silent server", () => {
  for (const fault of ["open", "write"] as const) {
    const { time, network, told } = build();
    let failures = 0;
    class Broken extends network.UDP {
      constructor(options: object) {
        super(options);
        if (fault !== "open" || failures++ > 0) return;
        this.close();
        throw new Error("no memory");
      }
      override write(buffer: Uint8Array, address: string, port: number): void {
        if (fault === "write" && failures++ === 0) throw new Error("no route");
        super.write(buffer, address, port);
      }
    }
    network.onQuestion = (request) => request.reply(replyTo(request, 0, [192, 0, 2, 7]));
    const options = { udp: { io: Broken }, timers: time, random: seededRandom(2) };
    const resolver = new DNSResolver({ ...options, servers: () => ["10.0.0.1"] });
    resolver.resolve({
      host: "a.example",
      onResolved: (_name, address) => told.push(address),
      onError: () => told.push("none"),
    });
    time.advance(3_000);
    assert.deepEqual(told, ["192.0.2.7"], fault);
    assert.equal(network.open, 0);
  }
});
