// SPDX-License-Identifier: MIT

import NativeListener from "embedded:io/socket/listener";
import type NativeTCP from "embedded:io/socket/tcp";
import Timer from "timer";
import type {
  AcceptedOptions,
  Listener,
  ListenerOptions,
} from "../../modules/ecma-419/listener.ts";
import type { TCP } from "../../modules/ecma-419/tcp.ts";
import type { Faults } from "./faults.ts";
import { SDKTCP } from "./tcp.ts";

/** The SDK's listener as its C code is; the published declarations have no `close`. */
interface NativePort {
  readonly port: number;
  read(): NativeTCP | undefined;
  close(): void;
}

export interface SDKListenerOptions extends ListenerOptions {
  /** Where exceptions of callbacks go. */
  readonly faults: Faults;
}

/** Listener of the SDK. It tells of no errors; `onError` is never called. */
export class SDKListener implements Listener {
  readonly #faults: Faults;
  #listener: NativePort | undefined;
  #isCalling = false;

  /** Throws when the port is in use. */
  constructor({ port, onReadable, faults }: SDKListenerOptions) {
    this.#faults = faults;
    const listener = new NativeListener({
      port,
      onReadable: (count) => {
        if (!this.#listener) return;
        this.#isCalling = true;
        faults.run("listener", () => onReadable?.(count));
        this.#isCalling = false;
      },
    });
    this.#listener = listener as unknown as NativePort;
  }

  get port(): number {
    return this.#listener?.port ?? 0;
  }

  read(options: AcceptedOptions): TCP | undefined {
    const from = this.#listener?.read();
    return from && new SDKTCP({ ...options, from }, this.#faults);
  }

  close(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    // Not from inside its own callback: the SDK still uses it when that returns.
    if (this.#isCalling) Timer.set(() => listener?.close());
    else listener?.close();
  }
}
