// SPDX-License-Identifier: MIT

import { lookup } from "node:dns";
import { TCPBridge } from "../../hosts/sim/node/board/tcp-bridge.ts";
import { operations, type TCPTarget } from "../../hosts/sim/protocol.ts";
import type { Clock, Timer, Timers } from "../../modules/base/clock.ts";
import type { ResolveOptions, Resolver } from "../../modules/ecma-419/resolver.ts";
import type { TCP, TCPOptions, TLSOptions } from "../../modules/ecma-419/tcp.ts";
import { MqttSession, type MqttSessionOptions } from "../../modules/mqtt/session.ts";

/** The clock of this machine, which is not to be set. */
export const nodeClock: Clock = {
  ticks: () => performance.now(),
  now: () => Date.now(),
  set() {
    throw new Error("the clock of this machine is not to be set");
  },
};

/** Node's own timers, as firmware sees them. */
export const nodeTimers: Timers = {
  set: (callback, delay) => setTimeout(callback, delay) as unknown as Timer,
  repeat: (callback, interval) => setInterval(callback, interval) as unknown as Timer,
  clear: (timer) => clearTimeout(timer as unknown as NodeJS.Timeout | undefined),
};

class NodeResolver implements Resolver {
  #closed = false;

  resolve({ host, onResolved, onError }: ResolveOptions): void {
    lookup(host, { family: 4 }, (error, address) => {
      if (this.#closed) return;
      if (error) onError(host);
      else onResolved(host, address);
    });
  }

  close(): void {
    this.#closed = true;
  }
}

const open = new Set<NodeTCP>();

/** Breaks all connections of this process that are still open. */
export function cutAll(): void {
  for (const socket of open) socket.cut();
}

/** ECMA-419 TCP, or TLS with `secure`, over the sockets of the simulator. */
class NodeTCP implements TCP {
  readonly #options: TCPOptions & Partial<TLSOptions>;
  readonly #bridge: TCPBridge;
  #received = Buffer.alloc(0);
  #room = 0;
  #reason: string | undefined;
  #closed = false;

  constructor(options: TCPOptions | TLSOptions) {
    this.#options = options;
    open.add(this);
    const send = (operation: number, payload: Uint8Array = new Uint8Array(0)) =>
      this.#on(operation, payload);
    this.#bridge = new TCPBridge({ target: targetOf(options), send });
  }

  read(byteLength?: number): ArrayBuffer | undefined;
  read(buffer: Uint8Array): number | undefined;
  read(wanted: number | Uint8Array = this.#received.length): ArrayBuffer | number | undefined {
    const limit = typeof wanted === "number" ? wanted : wanted.length;
    const part = this.#received.subarray(0, limit);
    if (part.length === 0) return undefined;
    this.#received = this.#received.subarray(part.length);
    this.#bridge.consumed(part.length);
    if (this.#received.length === 0 && this.#reason !== undefined) setImmediate(() => this.#fail());
    if (typeof wanted === "number") return new Uint8Array(part).buffer;
    wanted.set(part);
    return part.length;
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.#room) throw new Error(`${bytes.length} bytes, room ${this.#room}`);
    this.#room -= bytes.length;
    this.#bridge.write(bytes.slice());
  }

  close(): void {
    this.#closed = true;
    open.delete(this);
    this.#bridge.close();
  }

  cut(): void {
    this.#bridge.cut();
  }

  #on(operation: number, payload: Uint8Array): void {
    if (this.#closed) return;
    if (operation === operations.tcpData) {
      this.#received = Buffer.concat([this.#received, payload]);
      this.#options.onReadable?.(this.#received.length);
    } else if (operation === operations.tcpWritable) {
      this.#room = Buffer.from(payload).readUInt32BE(0);
      this.#options.onWritable?.(this.#room);
    } else if (operation === operations.tcpSession) {
      this.#options.onSession?.(new Uint8Array(payload).buffer);
    } else {
      this.#reason = new TextDecoder().decode(payload);
      if (this.#received.length === 0) this.#fail();
    }
  }

  #fail(): void {
    if (this.#closed || this.#reason === undefined) return;
    open.delete(this);
    const code = this.#reason.split(":")[0];
    this.#options.onError?.(Object.assign(new Error(this.#reason), { code }));
  }
}

function targetOf(options: TCPOptions | TLSOptions): TCPTarget {
  const { address, port, noDelay = false } = options;
  if (!("secure" in options)) return { address, port, noDelay };
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  const {
    certificateAuthorities = [],
    clientCertificates = [],
    clientKey,
    session,
  } = options.secure;
  return {
    address,
    port,
    noDelay,
    tls: {
      host: options.host,
      certificateAuthorities: certificateAuthorities.map(base64),
      applicationLayerProtocols: options.secure.applicationLayerProtocols ?? [],
      clientCertificates: clientCertificates.map(base64),
      ...(clientKey && { clientKey: base64(clientKey) }),
      ...(session && { session: base64(new Uint8Array(session)) }),
    },
  };
}

/** The sockets of this machine; TLS is that of the simulator. */
export const nodeNetwork = {
  dns: { io: NodeResolver },
  tcp: { io: NodeTCP },
  tls: { io: NodeTCP },
};

/** A session on Node's real sockets that comes back quickly. */
export function nodeSession(
  port: number,
  id: string,
  options: Partial<MqttSessionOptions> = {},
): MqttSession {
  return new MqttSession({
    brokers: [{ host: "127.0.0.1", port, secure: false }],
    id,
    network: nodeNetwork,
    clock: nodeClock,
    timers: nodeTimers,
    random: Math.random,
    reconnect: { first: 50, cap: 200, stable: 200 },
    ...options,
  });
}

/** Waits until it is so; fails after `limit` ms. */
export async function until(test: () => boolean, limit = 30_000): Promise<void> {
  const end = performance.now() + limit;
  while (!test()) {
    if (performance.now() > end) throw new Error(`not within ${limit} ms: ${test}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}

/** Starts a session and waits until it is connected. */
export async function online(session: MqttSession): Promise<MqttSession> {
  session.start();
  await until(() => session.state.kind === "online");
  return session;
}

/** Stops sessions; settles when all have. */
export async function stopAll(...sessions: MqttSession[]): Promise<void> {
  await Promise.all(sessions.map((one) => new Promise<void>((done) => one.stop(done))));
}
