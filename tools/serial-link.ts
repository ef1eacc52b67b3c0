// SPDX-License-Identifier: MIT

import { messageOf } from "../modules/base/app-error.ts";

/** A port that is open. */
export interface OpenPort {
  write(bytes: Uint8Array): void;
  close(): void;
}

export interface PortCallbacks {
  onData(bytes: Uint8Array): void;
  /** Once; the board was unplugged, or the port was closed. */
  onClose(): void;
}

export interface SerialLinkOptions {
  /** The port to use now; throws an Error that says why there is none. */
  readonly find: () => string;
  readonly open: (path: string, callbacks: PortCallbacks) => Promise<OpenPort>;
  readonly onData: (bytes: Uint8Array) => void;
  /** One line about the connection, each once. */
  readonly onNews: (text: string) => void;
  /** ms between two looks for a board that is away. */
  readonly pause?: number;
}

/** The way to a board: found, opened, and opened again whenever it was away. */
export class SerialLink {
  readonly #options: SerialLinkOptions;
  #port: OpenPort | undefined;
  #told = "";
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: SerialLinkOptions) {
    this.#options = options;
  }

  /** Looks for the board, now and until it is there. */
  async connect(): Promise<void> {
    try {
      const path = this.#options.find();
      let isOpen = true;
      const port = await this.#options.open(path, {
        onData: this.#options.onData,
        onClose: () => {
          isOpen = false;
          this.lost(path);
        },
      });
      if (this.#isClosed) port.close();
      else if (isOpen) {
        this.#port = port;
        this.tell(`connected to ${path}`);
      }
    } catch (error) {
      this.tell(`${messageOf(error)}; waiting`);
      this.retry();
    }
  }

  /** What is typed while the board is away is lost, as on its own console. */
  write(bytes: Uint8Array): void {
    this.#port?.write(bytes);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#port?.close();
    this.#port = undefined;
  }

  private lost(path: string): void {
    this.#port = undefined;
    if (this.#isClosed) return;
    this.tell(`${path} is gone; waiting for the board to come back`);
    this.retry();
  }

  private retry(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.connect(), this.#options.pause ?? 500);
  }

  private tell(text: string): void {
    if (text === this.#told) return;
    this.#told = text;
    this.#options.onNews(text);
  }
}
