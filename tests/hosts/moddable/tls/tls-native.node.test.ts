// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { call, compileNative, give, type NativeValue } from "../../../support/native-code.ts";

const run = await compileNative("hosts/moddable/tls/tls-native.c", {
  with: ["tests/support/native/tls-core.c"],
});
const bytes = (count: number) => new Uint8Array(count);
const none: readonly NativeValue[] = [];
const create = ({
  host = "broker.example",
  authorities = none,
  certificates = none,
  key = undefined as NativeValue,
  protocols = none,
  session = undefined as NativeValue,
} = {}) =>
  call(
    "xs_tls_constructor",
    host,
    1_700_000_000,
    authorities,
    certificates,
    key,
    protocols,
    session,
  );
const close = call("xs_tls_close");
const result = bytes(16);

test("a connection gets its name, time, certificates, protocols and session, and is closed once", () => {
  const [made, , again, late] = run(
    create({
      authorities: [bytes(3), bytes(1)],
      certificates: [bytes(2)],
      key: bytes(7),
      protocols: ["mqtt", "x"],
      session: bytes(5),
    }),
    close,
    close,
    call("xs_tls_reason"),
  );
  const text = "2 authorities, 1 certificates, key 7, 2 protocols mqtt, session 5";
  assert.deepEqual(made?.calls, [`create broker.example at 1700000000, ${text}`]);
  assert.deepEqual(again, { calls: [] });
  assert.equal(late?.thrown, "Error: the connection is closed");
  assert.match(run(create())[0]?.calls[0] ?? "", /0 authorities, 0 certificates, key 0, 0 prot/);
});

test("more certificates or protocols than there is room for, and names that are too long, are refused", () => {
  const many = Array.from({ length: 16 }, () => bytes(1));
  const refusal = (options: Parameters<typeof create>[0]) => run(create(options))[0]?.thrown;
  assert.equal(refusal({ authorities: many, certificates: many }), undefined);
  const tooMany = "Error: tls/bad-certificate: more than 16 certificates";
  assert.equal(refusal({ authorities: [...many, bytes(1)] }), tooMany);
  assert.equal(refusal({ certificates: [...many, bytes(1)] }), tooMany);
  assert.equal(refusal({ protocols: ["a", "b", "c"] }), undefined);
  assert.match(refusal({ protocols: ["a", "b", "c", "d"] }) ?? "", /more than 3 protocols/);
  assert.equal(refusal({ host: "h".repeat(255), protocols: ["p".repeat(31)] }), undefined);
  const tooLong = "RangeError: cannot buffer string";
  assert.equal(refusal({ host: "h".repeat(256) }), tooLong);
  assert.equal(refusal({ protocols: ["p".repeat(32)] }), tooLong);
  assert.match(refusal({ certificates: ["text"] }) ?? "", /^TypeError/);
});

test("why a connection cannot be made is passed on as text, whatever is in it", () => {
  const [, failed, late] = run(give("tlsCreate", 1), create(), close);
  assert.equal(failed?.thrown, "Error: tls/bad-key: %s%n");
  assert.deepEqual(late, { calls: [] });
});

test("input and output are taken between the places that are given", () => {
  for (const name of ["step", "read"]) {
    const exchange = (start: number, end: number, outStart: number, into = result) =>
      call(`xs_tls_${name}`, bytes(10), start, end, bytes(20), outStart, into);
    const outcomes = run(create(), exchange(2, 10, 5), exchange(10, 10, 20), exchange(0, 0, 0));
    assert.deepEqual(
      outcomes.slice(1).map(({ calls }) => calls[0]),
      [`${name} 8 bytes, room 15`, `${name} 0 bytes, room 0`, `${name} 0 bytes, room 20`],
    );
    for (const [start, end, outStart] of [
      [-1, 5, 0],
      [6, 5, 0],
      [0, 11, 0],
      [11, 11, 0],
      [0, 5, -1],
      [0, 5, 21],
      [-(2 ** 31), 2 ** 31 - 1, 0],
    ] as const) {
      const refused = { calls: [], thrown: "RangeError: out of the buffer" };
      assert.deepEqual(run(create(), exchange(start, end, outStart))[1], refused);
    }
    const short = run(create(), exchange(0, 5, 0, bytes(15)))[1];
    assert.equal(short?.thrown, "RangeError: no room for the result");
  }
});

test("records are made and the goodbye is put where there is room, and nowhere else", () => {
  const write = (outStart: number) => call("xs_tls_write", bytes(4), bytes(20), outStart, result);
  const end = (outStart: number) => call("xs_tls_end", bytes(20), outStart);
  const outcomes = run(create(), write(1), end(20), end(0));
  assert.deepEqual(outcomes[1]?.calls, ["write 0 bytes, room 19"]);
  assert.equal(outcomes[2]?.result, 0);
  assert.equal(outcomes[3]?.result, 20);
  for (const step of [write(-1), write(21), end(-1), end(21)]) {
    assert.equal(run(create(), step)[1]?.thrown, "RangeError: out of the buffer");
  }
});

test("a session is told once, and data is copied into the room that there is", () => {
  const session = call("xs_tls_session");
  const [, first, second, taken, empty] = run(
    create(),
    session,
    session,
    call("xs_tls_take", bytes(3)),
    call("xs_tls_take", bytes(0)),
  );
  assert.equal(first?.result, "5e5e5e5e5e");
  assert.deepEqual(second, { calls: [] });
  assert.deepEqual([taken?.result, empty?.result], [3, 0]);
});

test("nothing is done with a connection that is closed", () => {
  for (const step of [
    call("xs_tls_step", bytes(1), 0, 1, bytes(1), 0, result),
    call("xs_tls_read", bytes(1), 0, 1, bytes(1), 0, result),
    call("xs_tls_take", bytes(1)),
    call("xs_tls_write", bytes(1), bytes(1), 0, result),
    call("xs_tls_end", bytes(1), 0),
    call("xs_tls_session"),
    call("xs_tls_reason"),
  ]) {
    const refused = { calls: [], thrown: "Error: the connection is closed" };
    assert.deepEqual(run(create(), close, step)[2], refused);
  }
});
