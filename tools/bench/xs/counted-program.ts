// SPDX-License-Identifier: MIT

import { socketRoom, steps } from "../bench-program.ts";
import { BufferTCP, inbox, out, socket } from "./buffer-socket.ts";

/** What is measured, and how it is made to do something. */
export interface Counted {
  open(isLarge: boolean): void;
  publish(QoS: 0 | 1 | 2, count: number): void;
  subscribe(QoS: 0 | 1 | 2, isLate: boolean): void;
  /** What was received and is not acknowledged. */
  acknowledge?(): void;
  /** ms */
  time(ms: number): void;
  /** Publishes so many bytes with QoS 0. */
  send?(size: number): void;
  /** After each step. */
  end?(): void;
}

/** Provided by the worker. */
declare function gc(): void;

/** Where the socket alone reads to. */
const target = new Uint8Array(8_192);
/** What the socket alone writes. */
const source = new Uint8Array(16_384);

function act(counted: Counted, command: Uint8Array): void {
  const [step, first = 0, second = 0, third = 0] = command;
  if (step === steps.open) counted.open(first === 1);
  else if (step === steps.publish) counted.publish(first as 0 | 1 | 2, second);
  else if (step === steps.subscribe) counted.subscribe(first as 0 | 1 | 2, second === 1);
  else if (step === steps.acknowledge) counted.acknowledge?.();
  else if (step === steps.writable) socket.options?.onWritable?.(socketRoom);
  else if (step === steps.time) counted.time(first);
  else if (step === steps.arrive) {
    inbox.bytes = command.subarray(1);
    inbox.at = 0;
    socket.options?.onReadable?.(inbox.bytes.length);
  } else if (step === steps.send) counted.send?.((first << 16) | (second << 8) | third);
  else if (step === steps.nothingArrives) {
    inbox.bytes = new Uint8Array();
    inbox.at = 0;
    socket.options?.onReadable?.(1);
  } else if (step === steps.socketWrite) {
    const size = (first << 16) | (second << 8) | third;
    BufferTCP.prototype.write(source.subarray(0, size));
  } else if (step === steps.socketRead) {
    inbox.bytes = command.subarray(1);
    inbox.at = 0;
    BufferTCP.prototype.read(target);
  }
}

/**
 * Makes this machine the program of `CountedSession`: a turn for each thing that happens, so that
 * what a turn costs is what is measured, and nobody else's.
 */
export function runCounted(counted: Counted): void {
  const handleCommand = (command: ArrayBuffer): ArrayBuffer => {
    if (command.byteLength === 0) {
      gc();
      return new ArrayBuffer(0);
    }
    out.count = 0;
    act(counted, new Uint8Array(command));
    counted.end?.();
    return out.bytes.buffer.slice(0, out.count);
  };
  Object.assign(globalThis, { handleCommand });
}
