// SPDX-License-Identifier: MIT

// The program that is measured for counts: one MQTT session on XS whose socket is a pair of
// buffers. The Node side plays the broker, a turn for each thing that happens, so that what a turn
// costs is the session's and nobody else's.

import type { TCP, TCPOptions } from "../../../modules/ecma-419/tcp.ts";
import { MqttSession, type MqttSessionOptions } from "../../../modules/mqtt/session.ts";
import { FakeTime } from "../../../tests/support/fake-time.ts";
import { benchPayload, benchTopic, steps } from "../bench-program.ts";

/** Provided by the worker. */
declare function gc(): void;

/** Room of the socket, bytes. */
const room = 8_192;

const time = new FakeTime();
const acks: (() => void)[] = [];

/** What the session has written since the last turn. */
const out = { bytes: new Uint8Array(16_384), count: 0 };
/** What it can read. */
const inbox: { bytes: Uint8Array; at: number } = { bytes: new Uint8Array(), at: 0 };
const socket: { options: TCPOptions | undefined } = { options: undefined };
const board: { session: MqttSession | undefined } = { session: undefined };

class BufferTCP implements TCP {
  constructor(options: TCPOptions) {
    socket.options = options;
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(wanted?: number | Uint8Array): ArrayBuffer | number | undefined {
    if (!(wanted instanceof Uint8Array)) throw new Error("the session reads into its own buffer");
    const { bytes, at } = inbox;
    const count = Math.min(wanted.length, bytes.length - at);
    if (count === 0) return undefined;
    wanted.set(count === bytes.length ? bytes : bytes.subarray(at, at + count));
    inbox.at = at + count;
    return count;
  }

  write(bytes: Uint8Array): void {
    out.bytes.set(bytes, out.count);
    out.count += bytes.length;
  }

  close(): void {}
}

class NoResolver {
  resolve(): void {
    throw new Error("an address needs no resolver");
  }

  close(): void {}
}

function open(limits: MqttSessionOptions["limits"]): void {
  const session = new MqttSession({
    brokers: [{ host: "10.0.0.1", port: 1883, secure: false }],
    id: "board",
    network: { dns: { io: NoResolver }, tcp: { io: BufferTCP } },
    clock: time,
    timers: time,
    random: () => 0.5,
    ...(limits && { limits }),
  });
  board.session = session;
  session.start();
  time.advance(1);
}

function publish(QoS: number, count: number): void {
  for (let i = 0; i < count; i++) {
    board.session?.publish(benchTopic, benchPayload, { QoS: QoS as 0 | 1 | 2, policy: "reject" });
  }
}

function subscribe(QoS: number, manualAck: boolean): void {
  const onMessage = manualAck
    ? ({ ack }: { ack?: () => void }) => {
        if (ack) acks.push(ack);
      }
    : () => {};
  board.session?.subscribe(benchTopic, { QoS: QoS as 0 | 1 | 2, onMessage, manualAck });
}

function act(command: Uint8Array): void {
  const [step, first = 0, second = 0] = command;
  if (step === steps.open) open(first === 1 ? { outboxCount: 64, window: 64 } : undefined);
  else if (step === steps.publish) publish(first, second);
  else if (step === steps.subscribe) subscribe(first, second === 1);
  else if (step === steps.acknowledge) for (const ack of acks.splice(0)) ack();
  else if (step === steps.writable) socket.options?.onWritable?.(room);
  else if (step === steps.time) time.advance(first);
  else if (step === steps.arrive) {
    inbox.bytes = command.subarray(1);
    inbox.at = 0;
    socket.options?.onReadable?.(inbox.bytes.length);
  }
}

const handleCommand = (command: ArrayBuffer): ArrayBuffer => {
  if (command.byteLength === 0) {
    gc();
    return new ArrayBuffer(0);
  }
  out.count = 0;
  act(new Uint8Array(command));
  return out.bytes.slice(0, out.count).buffer;
};
Object.assign(globalThis, { handleCommand });
