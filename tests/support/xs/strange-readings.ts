// SPDX-License-Identifier: MIT

// A program for an XS machine: each turn decodes a hundred readings whose names nobody has seen
// before; an empty command collects garbage.

import { decodeReading } from "../../../modules/air-quality/reading-json.ts";

declare function gc(): void;

const seen = { count: 0 };

function decodeStrange(): void {
  for (let i = 0; i < 100; i++) {
    const n = seen.count++;
    decodeReading(`{"board ${n}":{"co2":400,"strange ${n}":1,"deep ${n}":{"deeper ${n}":2}}}`);
  }
}

function handleCommand(command: ArrayBuffer): ArrayBuffer {
  if (command.byteLength === 0) gc();
  else decodeStrange();
  return new ArrayBuffer(0);
}

Object.assign(globalThis, { handleCommand });
