// SPDX-License-Identifier: MIT

// Measured for counts: TLS sockets as hosts/moddable has them, over sockets and an engine that do
// nothing. Each command opens what its first byte says; an empty one collects garbage.

import { TLSSocket } from "../../../hosts/moddable/tls/tls-socket.ts";
import type { TCP, TCPOptions, TLSOptions } from "../../../modules/ecma-419/tcp.ts";
import { FakeTime } from "../../../tests/support/fake-time.ts";
import { tlsSteps } from "../tls-steps.ts";

/** Provided by the worker. */
declare function gc(): void;

/** A socket that keeps its callbacks, as the SDK's do, without the names a board does not have. */
class IdleTCP implements TCP {
  readonly callbacks: readonly unknown[];

  constructor({ onReadable, onWritable, onError }: TCPOptions) {
    this.callbacks = [onReadable, onWritable, onError];
    for (const callback of this.callbacks) {
      Reflect.deleteProperty(callback as object, "name");
      Reflect.deleteProperty(callback as object, "length");
    }
  }

  read(): undefined {
    return undefined;
  }

  write(): void {}

  close(): void {}
}

/** Has one host object in C on a board, which takes as many slots. */
class IdleEngine {
  step(): void {}

  read(): void {}

  take(): number {
    return 0;
  }

  write(): void {}

  end(): number {
    return 0;
  }

  session(): undefined {
    return undefined;
  }

  reason(): string {
    return "";
  }

  close(): void {}
}

const time = new FakeTime();
time.set(1_700_000_000_000);
const platform = { tcp: IdleTCP, engine: IdleEngine, clock: time, timers: time };
const callbacks = {
  onReadable: () => {},
  onWritable: () => {},
  onError: () => {},
};
const opened: unknown[] = [];

function secureOptions(): TLSOptions {
  const secure = { certificateAuthorities: [new Uint8Array(1)] };
  return { host: "broker", address: "10.0.0.1", port: 8883, secure, ...callbacks };
}

function handleCommand(command: ArrayBuffer): ArrayBuffer {
  const [step] = new Uint8Array(command);
  if (step === tlsSteps.openPlain) {
    opened.push(new IdleTCP({ address: "10.0.0.1", port: 1883, ...callbacks }));
  } else if (step === tlsSteps.openSecure) opened.push(new TLSSocket(secureOptions(), platform));
  gc();
  return new ArrayBuffer(0);
}

Object.assign(globalThis, { handleCommand });
