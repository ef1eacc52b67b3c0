// SPDX-License-Identifier: MIT

import NativeUDP from "embedded:io/socket/udp";
import Timer from "timer";
import type { Datagram, UDP, UDPOptions } from "../../modules/ecma-419/udp.ts";
import type { Faults } from "./faults.ts";

/** UDP of the SDK. Errors of a datagram are not told; `onError` is never called. */
export class SDKUDP implements UDP {
  #socket: UDP | undefined;
  #isCalling = false;

  constructor(options: UDPOptions, faults: Faults) {
    const { onReadable, port } = options;
    const socket = new NativeUDP({
      ...(port === undefined ? {} : { port }),
      onReadable: (count) => {
        if (!this.#socket) return;
        this.#isCalling = true;
        faults.run("udp", () => onReadable?.(count));
        this.#isCalling = false;
      },
    });
    this.#socket = socket as unknown as UDP;
  }

  read(): Datagram | undefined {
    return this.#socket?.read();
  }

  write(buffer: Uint8Array, address: string, port: number): void {
    this.#socket?.write(buffer, address, port);
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    // Not from inside its own callback: the SDK still uses the socket when that returns.
    if (this.#isCalling) Timer.set(() => socket?.close());
    else socket?.close();
  }
}
