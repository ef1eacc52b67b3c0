// SPDX-License-Identifier: MIT

import type { ResolveOptions } from "../../modules/ecma-419/resolver.ts";
import type { Datagram, UDPOptions } from "../../modules/ecma-419/udp.ts";
import type { FakeTime } from "./fake-time.ts";

/** One question that has reached a server. */
export interface TimeRequest {
  readonly bytes: Uint8Array;
  /** ms of the test's time. */
  readonly ticks: number;
  /** Sends a datagram to the one who asked, as from this server or, with `from`, from elsewhere. */
  reply(bytes: Uint8Array, from?: { readonly address?: string; readonly port?: number }): void;
}

/** What a server does with a question; a server that is not there has no name. */
export type TimeServerScript = (request: TimeRequest) => void;

/** ms until a name is known. */
const lookupTime = 20;

/**
 * A network with a name service and SNTP servers that do what a test says. Servers get the addresses
 * 192.0.2.1, .2, … in their order.
 */
export class ScriptedTimeServers {
  readonly #time: FakeTime;
  readonly #names: readonly string[];
  readonly #scripts: readonly TimeServerScript[];
  /** Questions so far, with the name of the server that was asked. */
  readonly asked: { readonly server: string; readonly ticks: number }[] = [];
  /** Sockets that are open. */
  open = 0;

  constructor(time: FakeTime, servers: Readonly<Record<string, TimeServerScript>>) {
    this.#time = time;
    this.#names = Object.keys(servers);
    this.#scripts = Object.values(servers);
  }

  /** The ECMA-419 DNS class of this network. */
  get Resolver() {
    const network = this;
    return class {
      resolve({ host, onResolved, onError }: ResolveOptions): void {
        const index = network.#names.indexOf(host);
        const answer = () => (index < 0 ? onError(host) : onResolved(host, addressOf(index)));
        network.#time.set(answer, lookupTime);
      }
      close(): void {}
    };
  }

  /** The ECMA-419 UDP class of this network. */
  get UDP() {
    const network = this;
    return class {
      readonly #onReadable: UDPOptions["onReadable"];
      readonly #received: Datagram[] = [];
      #isClosed = false;
      constructor({ onReadable }: UDPOptions) {
        this.#onReadable = onReadable;
        network.open++;
      }
      read(): Datagram | undefined {
        return this.#received.shift();
      }
      write(buffer: Uint8Array, address: string, port: number): void {
        if (port !== 123) throw new Error(`asked on port ${port}`);
        network.#ask(new Uint8Array(buffer), address, (bytes, from) => {
          if (this.#isClosed) return;
          const origin = { address, port, ...from };
          this.#received.push(Object.assign(new Uint8Array(bytes).buffer, origin));
          this.#onReadable?.(this.#received.length);
        });
      }
      close(): void {
        this.#isClosed = true;
        network.open--;
      }
    };
  }

  #ask(bytes: Uint8Array, address: string, reply: TimeRequest["reply"]): void {
    const index = this.#names.findIndex((_name, n) => addressOf(n) === address);
    const ticks = this.#time.ticks();
    this.asked.push({ server: this.#names[index] ?? address, ticks });
    this.#scripts[index]?.({ bytes, ticks, reply });
  }
}

function addressOf(index: number): string {
  return `192.0.2.${index + 1}`;
}

/** A good reply that tells `wall`, ms since 1970. */
export function sntpReplyTo(request: Uint8Array, wall: number): Uint8Array {
  const reply = new Uint8Array(48);
  const view = new DataView(reply.buffer);
  reply.set([0x24, 2]);
  reply.set(request.subarray(40, 48), 24);
  const seconds = Math.floor(wall / 1000);
  view.setUint32(40, seconds + 2_208_988_800);
  view.setUint32(44, Math.round(((wall / 1000) % 1) * 4_294_967_295));
  return reply;
}

/** A kiss-o'-death with these four letters. */
export function kissTo(request: Uint8Array, letters: string): Uint8Array {
  const reply = sntpReplyTo(request, 0);
  reply[1] = 0;
  for (let i = 0; i < 4; i++) reply[12 + i] = letters.charCodeAt(i);
  return reply;
}
