// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import {
  call,
  callOn,
  compileNative,
  give,
  type NativeValue,
  set,
} from "../../support/native-code.ts";

const run = await compileNative("hosts/esp32/tcp/tcp.c", { with: ["tests/support/native/lwip.c"] });

const on = (name: string): NativeValue => ({ callback: name });
const callbacks = (name: string) =>
  ["readable", "writable", "error"].map((kind) => on(`${name}.${kind}`));
/** Socket `object` connects; options are address, port, nodelay, from and the callbacks. */
const connect = (object: number, port = 1883, noDelay?: number) =>
  callOn(object, "xs_tcp_constructor", [
    "192.0.2.7",
    port,
    noDelay,
    undefined,
    ...callbacks(`s${object}`),
  ]);
const adopt = (object: number, from: number) =>
  callOn(object, "xs_tcp_constructor", [
    undefined,
    undefined,
    undefined,
    { object: from },
    ...callbacks(`s${object}`),
  ]);
const listen = (object: number, port = 80) =>
  callOn(object, "xs_listener_constructor", [
    undefined,
    port,
    undefined,
    undefined,
    on(`l${object}.readable`),
  ]);
const take = (listener: number, into: number) =>
  callOn(listener, "xs_listener_take", { object: into });
const read = (object: number, count: number) => callOn(object, "xs_tcp_read", count);
const write = (object: number, ...bytes: number[]) =>
  callOn(object, "xs_tcp_write", Uint8Array.from(bytes));
const close = (object: number) => callOn(object, "xs_tcp_close");
const closeListener = (object: number) => callOn(object, "xs_listener_close");
const deliver = "deliver";
/** What lwIP does, with the pcb of that number. */
const lwip = (what: string, pcb: number, ...more: (string | number)[]) =>
  ["lwip", what, pcb, ...more].join(" ");
const rest = ["lwip count", "blocks"];

/** Calls and exceptions of all steps in order. */
function told(...steps: readonly string[]): string[] {
  return run(...steps).flatMap(({ calls, thrown }) => [
    ...calls,
    ...(thrown === undefined ? [] : [thrown]),
  ]);
}

const open = [connect(1), lwip("connected", 0), deliver];

test("a socket connects, takes what arrives, and sends what is written in one turn together", () => {
  assert.deepEqual(told(...open), ["connect 0 192.0.2.7:1883", "remember", "s1.writable 5760"]);
  const [arrived, , first, second, none, left] = run(
    ...open,
    lwip("receive", 0, "0102", "03"),
    lwip("receive", 0, "040506"),
    deliver,
    read(1, 4),
    callOn(1, "xs_tcp_read", new Uint8Array(2)),
    read(1, 1),
    write(1, 1, 2, 3),
  ).slice(-6);
  assert.equal(arrived?.calls.length, 0);
  assert.equal(first?.result, "01020304");
  assert.equal(second?.thrown, undefined);
  assert.equal(none?.thrown, "Error: invalid");
  assert.equal(left?.result, 5_757);
  assert.deepEqual(
    told(...open, write(1, 1), write(1, 2, 3), deliver, lwip("sent", 0, 3), deliver).slice(-4),
    ["write 0: 1 bytes, sum 1", "write 0: 2 bytes, sum 5", "output 0", "s1.writable 5760"],
  );
});

test("what is closed is let go of by lwIP and by us, whatever has arrived and was not read", () => {
  for (const before of [
    [],
    [lwip("receive", 0, "01", "0203")],
    [lwip("receive", 0, "01"), read(1, 1)],
  ]) {
    assert.deepEqual(told(...open, ...before, close(1), deliver, close(1), ...rest).slice(-2), [
      "0 pcbs, 0 buffers",
      "0",
    ]);
  }
  // lwIP has no memory for the end of a connection.
  assert.deepEqual(told(...open, give("tcp_close", -1), close(1), deliver, ...rest).slice(-3), [
    "abort 0",
    "0 pcbs, 0 buffers",
    "0",
  ]);
  assert.deepEqual(told(connect(1), close(1), deliver, ...rest).slice(-3), [
    "close 0",
    "0 pcbs, 0 buffers",
    "0",
  ]);
});

test("whatever way the other side ends, a socket is told once, and may be closed whenever", () => {
  const ends = [
    [lwip("end", 0)],
    [lwip("reset", 0)],
    [lwip("end", 0), lwip("reset", 0)],
    [lwip("end", 0), deliver, lwip("reset", 0)],
  ];
  for (const end of ends) {
    const steps = told(...open, ...end, deliver, write(1, 1), deliver, close(1), deliver, ...rest);
    assert.equal(steps.filter((one) => one === "s1.error 0").length, 1, end.join());
    assert.equal(
      steps.some((one) => one.startsWith("write")),
      false,
    );
    assert.deepEqual(steps.slice(-2), ["0 pcbs, 0 buffers", "0"]);
    // At once, before it has been told.
    assert.deepEqual(told(...open, ...end, close(1), deliver, ...rest).slice(-2), [
      "0 pcbs, 0 buffers",
      "0",
    ]);
  }
});

test("what came before the end can be read, and then the end is told", () => {
  const steps = [...open, lwip("receive", 0, "0102"), lwip("end", 0), lwip("reset", 0), deliver];
  assert.deepEqual(told(...steps).slice(-1), ["s1.readable 2"]);
  assert.deepEqual(
    told(...steps, read(1, 1), deliver, read(1, 1), deliver, close(1), ...rest).slice(-4),
    ["s1.error 0", "forget", "0 pcbs, 0 buffers", "0"],
  );
});

test("a connection that nobody accepts is told, and one that cannot begin is an exception", () => {
  assert.deepEqual(
    told(connect(1), write(1, 1), lwip("reset", 0), deliver, close(1), ...rest).slice(1),
    ["remember", "Error: not ready", "s1.error 0", "forget", "0 pcbs, 0 buffers", "0"],
  );
  const failing = (...steps: string[]) => told(...steps, ...rest).slice(-3);
  const nothing = ["0 pcbs, 0 buffers", "0"];
  assert.deepEqual(failing(set("start", 1), connect(1)), ["Error: no network", ...nothing]);
  assert.deepEqual(failing(give("tcp_connect", -4), connect(1)), ["Error: no network", ...nothing]);
  assert.deepEqual(failing(give("tcp_connect", -1), connect(1)), [
    "Error: lwIP does not connect: -1",
    ...nothing,
  ]);
  assert.deepEqual(failing(give("tcp_new", 1), connect(1)), [
    "Error: lwIP does not connect: -1",
    ...nothing,
  ]);
  assert.deepEqual(failing(give("calloc", 1), connect(1)), ["RangeError: no memory", ...nothing]);
  for (const port of [0, -1, 65_536])
    assert.deepEqual(failing(connect(1, port))[0], "RangeError: invalid port");
  assert.equal(
    failing(callOn(1, "xs_tcp_constructor", ["broker.test", 1]))[0],
    "Error: invalid address",
  );
  assert.equal(told(connect(1, 1, 1))[0], "nodelay 0");
});

test("a write for which there is no room or no memory says so, and nothing of it is sent", () => {
  assert.deepEqual(told(...open, write(1, ...Array(5_760).fill(1)), write(1, 1)).slice(-2), [
    "write 0: 5760 bytes, sum 5760",
    "Error: would block",
  ]);
  const [failed] = run(...open, give("tcp_write", -1), write(1, 1)).slice(-1);
  assert.deepEqual(failed, { calls: [] });
});

test("where no message can be sent to the engine, the next event brings what has happened", () => {
  const steps = told(
    ...open,
    set("queue", 0),
    lwip("receive", 0, "01"),
    set("queue", 4),
    lwip("receive", 0, "02"),
    deliver,
  );
  assert.deepEqual(steps.slice(-1), ["s1.readable 2"]);
  assert.deepEqual(
    told(...open, set("queue", 0), lwip("reset", 0), close(1), deliver, ...rest).slice(-2),
    ["0 pcbs, 0 buffers", "0"],
  );
});

test("a listener gives its connections away, with what has arrived meanwhile", () => {
  assert.deepEqual(
    told(
      listen(9),
      lwip("accept", 0),
      deliver,
      lwip("receive", 1, "4745"),
      take(9, 2),
      adopt(3, 2),
      deliver,
      read(3, 2),
      write(3, 5),
      deliver,
      close(3),
      closeListener(9),
      ...rest,
    ),
    [
      ...["listen 0 at 80", "remember", "l9.readable 1", "remember"],
      ...["s3.readable 2", "s3.writable 5760", "write 1: 1 bytes, sum 5", "output 1"],
      ...["forget", "close 1", "forget", "close 0", "0 pcbs, 0 buffers", "0"],
    ],
  );
  assert.equal(run(listen(9, 0), callOn(9, "xs_listener_port"))[1]?.result, 49_152);
  const [address, port] = run(
    listen(9),
    lwip("accept", 0),
    take(9, 2),
    adopt(3, 2),
    callOn(3, "xs_tcp_remote_address"),
    callOn(3, "xs_tcp_remote_port"),
  ).slice(-2);
  assert.deepEqual([address?.result, port?.result], ["192.168.4.2", 50_000]);
});

test("a guest that goes before anybody looks leaves nothing behind, and those beyond the fourth are refused", () => {
  for (const end of ["end", "reset"]) {
    const gone = [listen(9), lwip("accept", 0), lwip("receive", 1, "01"), lwip(end, 1)];
    assert.deepEqual(told(...gone, closeListener(9), deliver, ...rest).slice(-2), [
      "0 pcbs, 0 buffers",
      "0",
    ]);
    assert.deepEqual(
      told(
        ...gone,
        take(9, 2),
        "collect 2 xs_tcp_destructor",
        closeListener(9),
        deliver,
        ...rest,
      ).slice(-2),
      ["0 pcbs, 0 buffers", "0"],
    );
    assert.deepEqual(
      told(...gone, take(9, 2), adopt(3, 2), deliver, read(3, 1), deliver).slice(-2),
      ["s3.readable 1", "s3.error 0"],
    );
  }
  const five = told(
    listen(9),
    ...Array(5).fill(lwip("accept", 0)),
    deliver,
    closeListener(9),
    ...rest,
  );
  assert.deepEqual(five.slice(2, 4), ["abort 5", "l9.readable 4"]);
  assert.deepEqual(five.slice(-2), ["0 pcbs, 0 buffers", "0"]);
  assert.equal(run(listen(9), take(9, 2))[1]?.result, undefined);
});

test("a listener that cannot be opened says why, and leaves nothing behind", () => {
  const failing = (...steps: string[]) => told(...steps, listen(9), ...rest).slice(-3);
  const nothing = ["0 pcbs, 0 buffers", "0"];
  assert.deepEqual(failing(give("tcp_bind", -8)), ["Error: port 80 is in use", ...nothing]);
  assert.deepEqual(failing(give("tcp_listen", 1)), ["Error: lwIP does not listen: -1", ...nothing]);
  assert.deepEqual(failing(give("tcp_new", 1)), ["Error: lwIP does not listen: -1", ...nothing]);
  assert.deepEqual(failing(set("start", 1)), ["Error: no network", ...nothing]);
});

test("after close nothing is called any more", () => {
  assert.deepEqual(
    told(...open, lwip("receive", 0, "01"), close(1), deliver, read(1, 1), write(1, 1)).slice(-4),
    ["forget", "close 0", "Error: the connection is closed", "Error: the connection is closed"],
  );
  assert.deepEqual(told(...open, "collect 1 xs_tcp_destructor", deliver, ...rest).slice(-2), [
    "0 pcbs, 0 buffers",
    "0",
  ]);
});

test("in any order of what both sides do, nothing is used that is gone, and in the end nothing is left", () => {
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const sockets = 4;
  for (let round = 0; round < 30; round++) {
    const steps: string[] = [listen(9)];
    for (let i = 0; i < 300; i++) {
      const object = 1 + random(sockets);
      // Number 0 listens; lwIP ends no such one by itself.
      const pcb = 1 + random(40);
      const choices = [
        // One that is open already is closed first, as the adapters do.
        () => [close(object), connect(object)],
        () => [close(object), take(9, 20 + object), adopt(object, 20 + object)],
        () => [close(object)],
        () => [read(object, 1 + random(3))],
        () => [write(object, 1, 2, 3)],
        () => [deliver],
        () => [lwip("connected", pcb)],
        () => [lwip("receive", pcb, "0102", "03")],
        () => [lwip("end", pcb)],
        () => [lwip("reset", pcb)],
        () => [lwip("end", pcb), lwip("reset", pcb)],
        () => [lwip("sent", pcb, 3)],
        () => [lwip("accept", 0)],
        () => [set("queue", random(5))],
        () => [give("tcp_close", random(2) - 1)],
      ];
      steps.push(...(choices[random(choices.length)]?.() ?? []));
    }
    const ends = Array.from({ length: sockets }, (_, index) => [
      close(index + 1),
      `collect ${21 + index} xs_tcp_destructor`,
    ]);
    const all = told(
      ...steps,
      ...ends.flat(),
      give("tcp_close", 0),
      closeListener(9),
      deliver,
      ...rest,
    );
    assert.deepEqual(all.slice(-2), ["0 pcbs, 0 buffers", "0"], `round ${round}`);
  }
});

test("the functions of the two classes are there under the names that JavaScript has for them", () => {
  const code = readFileSync("hosts/esp32/tcp/tcp.c", "utf8");
  for (const file of ["tcp.js", "listener.js"]) {
    const names = [...readFileSync(`hosts/esp32/tcp/${file}`, "utf8").matchAll(/@ "(\w+)"/g)].map(
      ([, name]) => name,
    );
    assert.ok(names.length >= 5);
    for (const name of names) assert.match(code, new RegExp(`^void ${name}\\(`, "m"));
  }
  assert.equal(call("xs_tcp_close"), "call xs_tcp_close");
});
