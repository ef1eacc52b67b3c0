// SPDX-License-Identifier: MIT

import type { Datagram, UDPOptions } from "../../modules/ecma-419/udp.ts";
import type { FakeTime } from "./fake-time.ts";

/** One question, as it was sent. */
export interface NameRequest {
  readonly bytes: Uint8Array;
  readonly address: string;
  readonly port: number;
  readonly ticks: number;
  /** Sends a datagram back a little later, as from who was asked or, with `from`, from elsewhere. */
  reply(bytes: Uint8Array, from?: { readonly address?: string; readonly port?: number }): void;
}

/** A network in which every datagram goes to what the test says. */
export class ScriptedNameServers {
  readonly asked: NameRequest[] = [];
  /** Sockets that are open. */
  open = 0;
  onQuestion: (request: NameRequest) => void = () => {};
  readonly #time: FakeTime;

  constructor(time: FakeTime) {
    this.#time = time;
  }

  /** The ECMA-419 UDP class of this network. */
  get UDP() {
    const network = this;
    return class {
      readonly #options: UDPOptions;
      readonly #received: Datagram[] = [];
      #isClosed = false;
      constructor(options: UDPOptions) {
        this.#options = options;
        network.open++;
      }
      read(): Datagram | undefined {
        return this.#received.shift();
      }
      write(buffer: Uint8Array, address: string, port: number): void {
        const request: NameRequest = {
          bytes: Uint8Array.from(buffer),
          address,
          port,
          ticks: network.#time.ticks(),
          reply: (bytes, from) => {
            network.#time.set(() => this.#receive(bytes, { address, port, ...from }), 10);
          },
        };
        network.asked.push(request);
        network.onQuestion(request);
      }
      close(): void {
        if (!this.#isClosed) network.open--;
        this.#isClosed = true;
      }
      #receive(bytes: Uint8Array, from: { readonly address: string; readonly port: number }): void {
        if (this.#isClosed) return;
        this.#received.push(Object.assign(Uint8Array.from(bytes).buffer, from));
        this.#options.onReadable?.(this.#received.length);
      }
    };
  }
}
