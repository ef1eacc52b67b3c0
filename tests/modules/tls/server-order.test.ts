// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { concat } from "../../../modules/tls/bytes.ts";
import { handshakeMessage } from "../../../modules/tls/message-types.ts";
import { TLSBench } from "../../support/tls-bench.ts";
import {
  changeCipherSpec,
  record,
  type Script,
  type ScriptedServer,
} from "../../support/tls-script.ts";

const unexpected = 10;

function refuse(what: string, script: Script, alert = unexpected): TLSBench {
  return new TLSBench(script).refuses(what, "tls/failed", alert);
}

/** The records of the first flight with these put in as number `at`. */
function insert(at: number, ...more: readonly Uint8Array[]): Script {
  return {
    records(messages) {
      const records = messages.map((message) => record(22, message));
      records.splice(at, 0, ...more);
      return records;
    },
  };
}

/** What the server sends when the client has finished. */
function ending(end: (server: ScriptedServer) => readonly Uint8Array[]): Script {
  return { end };
}

test("a good server is believed, however its messages are cut and joined", () => {
  new TLSBench().works("one record each");
  for (const piece of [1, 5, 100]) new TLSBench({}, { piece }).works(`${piece} bytes at a time`);
  const together: Script = { records: (messages) => [record(22, concat(...messages))] };
  new TLSBench(together).works("in one record");
  for (const size of [1, 3, 64]) {
    const parted: Script = {
      records: (messages) => partsOf(concat(...messages), size).map((part) => record(22, part)),
      end: (server) => [
        changeCipherSpec,
        ...partsOf(server.finished(), size).map((part) => server.protect(22, part)),
      ],
    };
    new TLSBench(parted).works(`records of ${size} bytes`);
  }
});

function partsOf(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

test("each message has to be there, once and in its place", () => {
  for (let at = 0; at < 4; at++) {
    if (at < 3) {
      const without: Script = {
        messages: (flight) => Object.values(flight).filter((_, i) => i !== at),
      };
      refuse(`without message ${at}`, without);
      refuse(`message ${at} later`, {
        messages(flight) {
          const all = Object.values(flight);
          return [...all.slice(0, at), ...all.slice(at, at + 2).reverse(), ...all.slice(at + 2)];
        },
      });
    }
    refuse(`message ${at} twice`, {
      records(messages) {
        const all = messages.map((message) => record(22, message));
        return [...all.slice(0, at + 1), ...all.slice(at)];
      },
    });
  }
});

test("a message that has no place in this handshake ends it, wherever it comes", () => {
  // HelloRequest, ClientHello, NewSessionTicket, CertificateVerify, Finished, CertificateStatus, …
  for (const type of [0, 1, 4, 15, 16, 20, 22, 67, 255]) {
    for (let at = 0; at <= 4; at++) {
      refuse(`type ${type} as ${at}`, insert(at, record(22, handshakeMessage(type))));
    }
  }
  const request = handshakeMessage(13, Uint8Array.of(1, 64, 0, 2, 4, 3, 0, 0));
  for (const at of [0, 1, 2, 4]) refuse(`request as ${at}`, insert(at, record(22, request)));
  refuse("two requests", insert(3, record(22, concat(request, request))));
});

test("keys change once: when the server has said all, and in the middle of no message", () => {
  for (let at = 0; at <= 3; at++) {
    refuse(`before record ${at}`, insert(at, changeCipherSpec));
    refuse(`inside message ${at}`, {
      records: (messages) =>
        messages.flatMap((message, index) =>
          index === at
            ? [
                record(22, message.subarray(0, 3)),
                changeCipherSpec,
                record(22, message.subarray(3)),
              ]
            : [record(22, message)],
        ),
    });
  }
  for (const contents of [[], [0], [2], [1, 1]]) {
    const other = record(20, Uint8Array.from(contents));
    refuse(
      `[${contents}]`,
      ending((server) => [other, server.protect(22, server.finished())]),
    );
  }
  const twice = ending(() => [changeCipherSpec, changeCipherSpec]);
  refuse("twice, in the clear", twice, 20);
  const again = ending((server) => [changeCipherSpec, server.protect(20, Uint8Array.of(1))]);
  refuse("twice, protected", again);
  refuse(
    "after half of Finished",
    ending((server) => [record(22, server.finished().subarray(0, 8)), changeCipherSpec]),
  );
});

test("Finished comes protected, after the change of keys, whole, right, and alone", () => {
  refuse(
    "in the clear, before",
    ending((server) => [record(22, server.finished())]),
  );
  const clear = ending((server) => [changeCipherSpec, record(22, server.finished())]);
  refuse("in the clear, after", clear, 20);
  refuse(
    "protected, before",
    ending((server) => [server.protect(22, server.finished())]),
  );
  const wrong: readonly [string, (server: ScriptedServer) => Uint8Array, number][] = [
    ["that of a client", (server) => server.finished("client finished"), 51],
    ["of zeros", () => handshakeMessage(20, new Uint8Array(12)), 51],
    ["empty", () => handshakeMessage(20), 51],
    ["shorter", (server) => handshakeMessage(20, server.finished().subarray(4, 15)), 51],
    [
      "longer",
      (server) => handshakeMessage(20, server.finished().subarray(4), Uint8Array.of(0)),
      51,
    ],
    [
      "another message",
      (server) => handshakeMessage(14, server.finished().subarray(4)),
      unexpected,
    ],
    [
      "with another behind it",
      (server) => concat(server.finished(), handshakeMessage(0)),
      unexpected,
    ],
    ["with a byte behind it", (server) => concat(server.finished(), Uint8Array.of(0)), unexpected],
  ];
  for (const [what, message, alert] of wrong) {
    const script = ending((server) => [changeCipherSpec, server.protect(22, message(server))]);
    refuse(what, script, alert);
  }
});

const longer = handshakeMessage(14, Uint8Array.of(0));

test("bytes behind ServerHelloDone in its record are refused before anything is answered", () => {
  for (const more of [Uint8Array.of(20), handshakeMessage(0), handshakeMessage(20)]) {
    const script: Script = { records: (messages) => [record(22, concat(...messages, more))] };
    const bench = refuse("more", script);
    assert.deepEqual(bench.server.said, [1]);
  }
  refuse("contents", { messages: (all) => Object.values({ ...all, done: longer }) }, 50);
});

test("application data before the end is refused, also when it is protected", () => {
  const data = record(23, Uint8Array.of(1, 2, 3));
  for (let at = 0; at <= 4; at++) refuse(`before ${at}`, insert(at, data));
  refuse("empty", insert(1, record(23, new Uint8Array(0))));
  refuse(
    "before Finished",
    ending((server) => [
      changeCipherSpec,
      server.protect(23, Uint8Array.of(1)),
      server.protect(22, server.finished()),
    ]),
  );
  refuse(
    "within Finished",
    ending((server) => [
      changeCipherSpec,
      server.protect(22, server.finished().subarray(0, 4)),
      server.protect(23, Uint8Array.of(1)),
    ]),
  );
});

test("an alert ends the handshake, whatever its level, and gets no answer", () => {
  for (const level of [1, 2, 3]) {
    for (const [description, code] of [
      [0, "closed"],
      [40, "alert"],
      [112, "alert"],
      [100, "alert"],
      [255, "alert"],
    ] as const) {
      for (let at = 0; at <= 4; at++) {
        const alert = record(21, Uint8Array.of(level, description));
        new TLSBench(insert(at, alert)).refuses(
          `${level} ${description}`,
          `tls/${code}`,
          undefined,
        );
      }
    }
  }
  for (const contents of [[], [2], [2, 40, 0], [1, 0, 1, 0]]) {
    const alert = record(21, Uint8Array.from(contents));
    refuse(`[${contents}]`, insert(1, alert), 50);
  }
});

test("a record has a known type, our version and at most 16,384 bytes, and a handshake none empty", () => {
  for (const type of [0, 19, 24, 128, 255]) {
    refuse(`type ${type}`, insert(0, record(type, Uint8Array.of(1, 0))), 70);
  }
  for (const [major, minor] of [
    [2, 3],
    [3, 0],
    [3, 1],
    [3, 4],
    [4, 3],
  ] as const) {
    for (const type of [20, 22, 23]) {
      refuse(`${major}.${minor}`, insert(1, Uint8Array.of(type, major, minor, 0, 1, 1)), 70);
    }
  }
  const old = insert(0, Uint8Array.of(21, 3, 1, 0, 2, 2, 70));
  new TLSBench(old).refuses("an alert in an older version", "tls/alert", undefined);
  refuse("empty", insert(1, record(22, new Uint8Array(0))));
  refuse("long", insert(0, Uint8Array.of(22, 3, 3, 0x40, 0x19)), 22);
  refuse("long and in the clear", insert(0, record(22, new Uint8Array(16_385))), 22);
});

test("a message may have 16,384 bytes, and a longer one is refused by its head", () => {
  refuse("long", insert(0, record(22, Uint8Array.of(2, 0, 0x40, 1))), 47);
  refuse("very long", insert(0, record(22, Uint8Array.of(2, 0xff, 0xff, 0xff))), 47);
  const messages: Script = {
    messages: ({ hello }) => [hello, handshakeMessage(11, new Uint8Array(16_384))],
    records: (all) => partsOf(concat(...all), 16_000).map((part) => record(22, part)),
  };
  // It is read, and holds no list of certificates.
  refuse("just as long", messages, 50);
});

test("a connection that ends before the handshake does is an error of TLS", () => {
  for (let at = 0; at <= 5; at++) {
    const bench = new TLSBench({
      records: (messages) => messages.slice(0, at).map((message) => record(22, message)),
      end: () => [],
    });
    bench.run();
    bench.network.link.shut();
    bench.refuses(`after ${at}`, "tls/closed", undefined);
  }
});

test("arithmetic that fails is an error of TLS, and never one of the event loop", () => {
  const fail = () => {
    throw new Error("no memory");
  };
  for (const crypto of [{ combine: fail }, { multiply: fail }, { power: fail }]) {
    new TLSBench({}, { crypto }).refuses(Object.keys(crypto).join(), "tls/failed", 80);
  }
  // Here half of an answer waits already: nothing can be told.
  const crypto = { createCipher: fail };
  new TLSBench({}, { crypto }).refuses("cipher", "tls/failed", undefined);
  const infinity = () => undefined;
  new TLSBench({}, { crypto: { combine: infinity } }).refuses(
    "combine",
    "tls/unknown-authority",
    48,
  );
  new TLSBench({}, { crypto: { multiply: infinity } }).refuses("multiply", "tls/failed", 47);
});
