// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { ResolveOptions } from "../../../modules/ecma-419/resolver.ts";
import type { Datagram, UDPOptions } from "../../../modules/ecma-419/udp.ts";
import { TimeSync } from "../../../modules/time/time-sync.ts";
import { FakeTime } from "../../support/fake-time.ts";
import { LogBook } from "../../support/log-book.ts";
import { seededRandom } from "../../support/random.ts";

const server = "192.0.2.1";
const noon = Date.UTC(2026, 10, 24, 12);

interface Sent {
  readonly bytes: Uint8Array;
  readonly answer: (bytes: Uint8Array, address?: string, port?: number) => void;
}

/** A network with one name and a UDP socket whose datagrams the test answers. */
function build(options: { readonly known?: boolean } = {}) {
  const time = new FakeTime();
  const book = new LogBook();
  const sent: Sent[] = [];
  let first = 0;
  let open = 0;
  class Resolver {
    resolve({ host, onResolved, onError }: ResolveOptions): void {
      time.set(() => (options.known === false ? onError(host) : onResolved(host, server)), 20);
    }
    close(): void {}
  }
  class UDP {
    readonly #onReadable: ((count: number) => void) | undefined;
    #datagram: Datagram | undefined;
    constructor({ onReadable }: UDPOptions) {
      this.#onReadable = onReadable;
      open++;
    }
    read(): Datagram | undefined {
      return this.#datagram;
    }
    write(buffer: Uint8Array): void {
      const answer = (bytes: Uint8Array, address = server, port = 123) => {
        this.#datagram = Object.assign(new Uint8Array(bytes).buffer, { address, port });
        this.#onReadable?.(1);
      };
      sent.push({ bytes: new Uint8Array(buffer), answer });
    }
    close(): void {
      open--;
    }
  }
  const sync = new TimeSync({
    udp: { io: UDP },
    dns: { io: Resolver },
    server: "time.example",
    clock: time,
    timers: time,
    random: seededRandom(1),
    log: book.log,
    onTime: () => first++,
  });
  return { time, book, sent, sync, first: () => first, open: () => open };
}

/** A good answer to a request. */
function answerTo(request: Uint8Array, at: number): Uint8Array {
  const reply = new Uint8Array(48);
  const view = new DataView(reply.buffer);
  reply.set([0x24, 2]);
  reply.set(request.subarray(40, 48), 24);
  view.setUint32(40, at / 1000 + 2_208_988_800);
  return reply;
}

function last(sent: readonly Sent[]): Sent {
  return sent.at(-1) ?? assert.fail("nothing was asked");
}

test("a good answer sets the clock, counting half of the way there and back", () => {
  const { time, sync, sent, first, book, open } = build();
  sync.start();
  time.advance(20);
  time.advance(100);
  const { bytes, answer } = last(sent);
  answer(answerTo(bytes, noon));
  assert.equal(time.now(), noon + 50);
  assert.equal(first(), 1);
  assert.match(book.text, /2026-11-24T12:00:00.000Z from time\.example/);
  assert.equal(open(), 0);
});

test("the time is asked again about every hour", () => {
  const { time, sync, sent, first } = build();
  sync.start();
  time.advance(20);
  last(sent).answer(answerTo(last(sent).bytes, noon));
  let minutes = 0;
  while (sent.length < 2 && minutes < 100) {
    time.advance(60_000);
    minutes++;
  }
  assert.ok(minutes >= 60 && minutes <= 76, `asked again after ${minutes} minutes`);
  last(sent).answer(answerTo(last(sent).bytes, noon + 3_600_000));
  assert.equal(first(), 1);
});

test("an answer from somebody else or with another nonce does not set the clock", () => {
  const { time, sync, sent } = build();
  sync.start();
  time.advance(20);
  const { bytes, answer } = last(sent);
  answer(answerTo(bytes, noon), "192.0.2.66");
  answer(answerTo(bytes, noon), server, 9_999);
  assert.equal(time.now(), undefined);
  answer(answerTo(new Uint8Array(48), noon));
  assert.equal(time.now(), undefined);
});

test("a server that is silent, lies or has no name is asked again with pauses, for ever", () => {
  for (const known of [true, false]) {
    const { time, sync, sent, book, open } = build({ known });
    sync.start();
    time.advance(86_400_000);
    const failures = book.events.filter((event) => event === "time/failed").length;
    assert.ok(failures > 100 && failures < 700, `${failures} failures in a day`);
    assert.equal(sent.length > 0, known);
    assert.ok(open() <= 1);
    sync.stop();
    assert.equal(open(), 0);
    assert.equal(time.pending <= 1, true);
  }
});

test("a clock that is set stays set when a later answer is bad", () => {
  const { time, sync, sent } = build();
  sync.start();
  time.advance(20);
  last(sent).answer(answerTo(last(sent).bytes, noon));
  time.advance(3_600_000 * 1.25 + 20);
  last(sent).answer(new Uint8Array(10));
  assert.ok((time.now() ?? 0) > noon);
});
