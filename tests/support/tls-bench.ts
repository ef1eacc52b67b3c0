// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { hexOf } from "../../modules/base/hex.ts";
import type { TCP, TCPOptions, TLSSecureOptions } from "../../modules/ecma-419/tcp.ts";
import { concat } from "../../modules/tls/bytes.ts";
import type { TLSCrypto } from "../../modules/tls/tls-crypto.ts";
import { TLSError } from "../../modules/tls/tls-error.ts";
import { TLSSocket } from "../../modules/tls/tls-socket.ts";
import { FakeTime } from "./fake-time.ts";
import type { MemoryLink } from "./memory-link.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { type Effort, seededCrypto } from "./seeded-crypto.ts";
import { root, type Script, ScriptedServer } from "./tls-script.ts";

export interface BenchOptions {
  readonly host?: string;
  readonly secure?: TLSSecureOptions;
  /** What the application reads when it is told of bytes; default: all. */
  readonly reads?: "all" | "nothing";
  /** Arithmetic that is not the usual. */
  readonly crypto?: Partial<TLSCrypto>;
  /** Bytes that the client may write ahead. */
  readonly window?: number;
  /** Bytes that arrive at the client at a time. */
  readonly piece?: number;
}

/** A client of ours and a server with a script, in memory and on simulated time. */
export class TLSBench {
  readonly time = new FakeTime();
  readonly network = new MemoryNetwork(this.time);
  readonly effort: Effort = { powers: 0, products: 0 };
  readonly socket: TLSSocket;
  #server: ScriptedServer | undefined;
  /** Times that `onWritable` was called. */
  opened = 0;
  /** What `onError` was called with. */
  readonly errors: unknown[] = [];
  /** What the application has read. */
  received: Uint8Array = new Uint8Array(0);

  constructor(script: Script = {}, options: BenchOptions = {}) {
    const { network, time } = this;
    const { host = "localhost", secure, reads = "all" } = options;
    network.piece = options.piece ?? network.piece;
    network.window = options.window ?? network.window;
    time.set(Date.UTC(2030, 0, 1));
    network.onLink = (link: MemoryLink) => {
      this.#server = new ScriptedServer(link, script);
    };
    const { io } = network.providers.tcp;
    class BenchTCP {
      constructor(tcpOptions: TCPOptions) {
        // biome-ignore lint/correctness/noConstructorReturn: hands the network to the class of it.
        return new io({ ...tcpOptions, network } as TCPOptions) as unknown as BenchTCP;
      }
    }
    this.socket = new TLSSocket(
      {
        address: "192.0.2.1",
        port: 8883,
        host,
        secure: { certificateAuthorities: [root], ...secure },
        onWritable: () => this.opened++,
        onReadable: () => {
          if (reads === "all") this.read();
        },
        onError: (error) => this.errors.push(error),
      },
      {
        tcp: BenchTCP as unknown as new (options: TCPOptions) => TCP,
        crypto: { ...seededCrypto(1, this.effort), ...options.crypto },
        clock: time,
        timers: time,
      },
    );
  }

  get server(): ScriptedServer {
    if (!this.#server) throw new Error("nobody has connected");
    return this.#server;
  }

  read(): void {
    const bytes = this.socket.read();
    if (bytes) this.received = concat(this.received, new Uint8Array(bytes));
  }

  /** Lets time pass until nothing happens any more. */
  run(): this {
    this.time.advance(60_000);
    return this;
  }

  /** Expects an open connection that carries data both ways. */
  works(what = ""): this {
    this.run();
    assert.deepEqual(this.errors, [], what);
    assert.ok(this.opened > 0, `${what}: not opened`);
    assert.equal(this.server.isConfused, false, what);
    const text = new TextEncoder().encode("ping");
    this.socket.write(text);
    this.server.raw(this.server.protect(23, text));
    this.run();
    assert.equal(hexOf(this.server.received), hexOf(text), what);
    assert.equal(hexOf(this.received), hexOf(text), what);
    assert.equal(this.socket.read(), undefined, what);
    return this;
  }

  /** Expects that the server was not believed, that it was told why, and that nothing is left. */
  refuses(what: string, code: string, alert: number | undefined): this {
    this.run();
    assert.equal(this.opened, 0, `${what}: opened`);
    assert.equal(this.received.length, 0, `${what}: data`);
    assert.equal(this.server.received.length, 0, `${what}: data sent`);
    this.failed(what, code, alert);
    return this;
  }

  /** Expects that the connection has ended with this error, once, and that nothing is left. */
  failed(what: string, code: string, alert: number | undefined): this {
    this.run();
    const [error, ...more] = this.errors;
    assert.ok(error instanceof TLSError, `${what}: ${error}`);
    assert.equal(error.code, code, `${what}: ${error}`);
    assert.equal(more.length, 0, `${what}: told twice`);
    const told = this.server.alerts.map((bytes) => hexOf(bytes)).join();
    const expected = alert === undefined ? "" : hexOf(Uint8Array.of(2, alert));
    assert.equal(told, expected, `${what}: ${error}: alert`);
    assert.equal(this.network.open, 0, `${what}: the socket is open`);
    assert.equal(this.time.pending, 0, `${what}: timers are left`);
    return this;
  }
}
