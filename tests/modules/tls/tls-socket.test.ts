// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { TLSError } from "../../../modules/tls/tls-error.ts";
import { TLSSocket } from "../../../modules/tls/tls-socket.ts";
import { recordings } from "../../fixtures/tls-recordings.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { bytesOf } from "../../support/hex.ts";
import { referenceCipher } from "../../support/reference-cipher.ts";
import { Replay, recordedCrypto } from "../../support/replayed-tls.ts";

const [recording = { name: "", now: 0, authority: "", turns: [] }] = recordings;
const ping = new TextEncoder().encode("ping");

/** Plays the handshake; returns a client that is open. */
function opened(piece?: number): Replay {
  const replay = new Replay(recording);
  replay.connect();
  for (const [sent, received] of recording.turns.slice(0, 2)) {
    assert.equal(replay.opened, 0);
    assert.equal(replay.take(), sent);
    replay.receive(received, piece);
  }
  assert.equal(replay.opened, 1, `${replay.errors[0]}`);
  return replay;
}

test("the cipher of the tests is AES-128-GCM", () => {
  // Test case 4 of the GCM specification by McGrew and Viega, its first 16 bytes and its tag.
  const cipher = referenceCipher(bytesOf("feffe9928665731c6d6a8f9467308308"));
  const plain = bytesOf(
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
      "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
  );
  const additional = bytesOf("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const nonce = bytesOf("cafebabefacedbaddecaf888");
  const sealed = cipher.seal(nonce, additional, plain);
  assert.deepEqual(sealed.subarray(0, 16), bytesOf("42831ec2217774244b7221b784d0d49c"));
  assert.deepEqual(sealed.subarray(-16), bytesOf("5bc94fbc3221a5db94fae95ae7121a47"));
  assert.deepEqual(cipher.open(nonce, additional, sealed), plain);
  assert.equal(cipher.open(nonce, additional.subarray(1), sealed), undefined);
});

test("a recorded connection gives the same bytes again, and the same data", () => {
  const replay = opened();
  replay.socket.write(ping);
  const [, , [sent, received] = ["", ""]] = recording.turns;
  assert.equal(replay.take(), sent);
  assert.equal(replay.text, "");
  replay.receive(received);
  assert.equal(replay.text, "ping and pong");
  // The server has ended it, in order.
  assert.equal(replay.errors.length, 1);
  assert.equal(replay.errors[0] instanceof TLSError, false);
});

test("it does not matter in which pieces the bytes come", () => {
  const replay = opened(11);
  replay.socket.write(ping);
  replay.receive(recording.turns[2]?.[1] ?? "", 1);
  assert.equal(replay.text, "ping and pong");
});

test("another certificate authority, a later year or an earlier one end the handshake", () => {
  for (const [change, code] of [
    [{ now: recording.now + 40 * 86_400_000 }, "tls/expired"],
    [{ now: recording.now - 40 * 86_400_000 }, "tls/not-yet-valid"],
  ] as const) {
    const replay = new Replay({ ...recording, ...change });
    replay.connect();
    replay.take();
    replay.receive(recording.turns[0]?.[1] ?? "");
    assert.equal((replay.errors[0] as TLSError | undefined)?.code, code);
    assert.equal(replay.opened, 0);
    // An alert says so, and nothing else was sent.
    assert.equal(replay.take(), "1503030002022d");
  }
});

test("nothing can be written before the connection is open, and no more than was told", () => {
  const early = new Replay(recording);
  assert.throws(() => early.socket.write(ping), /not open/);
  early.connect();
  assert.throws(() => early.socket.write(ping), /not open/);
  const replay = opened();
  assert.throws(() => replay.socket.write(new Uint8Array(5_000)), /no room for 5000 bytes/);
});

test("close says goodbye once, and nothing comes afterwards", () => {
  const replay = opened();
  replay.socket.close();
  assert.equal(replay.take().slice(0, 10), "150303001a");
  replay.socket.close();
  replay.receive(recording.turns[2]?.[1] ?? "");
  assert.equal(replay.take(), "");
  assert.equal(replay.text, "");
  assert.deepEqual(replay.errors, []);
});

test("without the time, or without an authority, no connection is tried", () => {
  const time = new FakeTime();
  const platform = {
    tcp: class {
      constructor() {
        assert.fail("a connection was opened");
      }
      read(): undefined {}
      write(): void {}
      close(): void {}
    },
    crypto: recordedCrypto(),
    clock: time,
    timers: time,
  };
  const open = () =>
    new TLSSocket({ address: "127.0.0.1", port: 1, host: "localhost", secure: {} }, platform);
  assert.throws(open, /^TLSError: tls\/no-time/);
  time.set(recording.now);
  assert.throws(open, /^TLSError: tls\/unknown-authority: no authority is trusted/);
});
