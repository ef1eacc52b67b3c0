// SPDX-License-Identifier: MIT

/** The SDK's `timer`, moved by hand. */
export class FakeSDKTimer {
  readonly waiting: { callback: () => void; delay: number; repeat: boolean }[] = [];

  set = (callback: () => void, delay = 0) => this.#add(callback, delay, false);
  repeat = (callback: () => void, delay: number) => this.#add(callback, delay, true);

  clear = (timer: (typeof this.waiting)[number]) => {
    const index = this.waiting.indexOf(timer);
    if (index >= 0) this.waiting.splice(index, 1);
  };

  /** Calls what is waiting now, once. */
  run(): void {
    for (const timer of [...this.waiting]) {
      if (!timer.repeat) this.clear(timer);
      timer.callback();
    }
  }

  #add(callback: () => void, delay: number, repeat: boolean) {
    const timer = { callback, delay, repeat };
    this.waiting.push(timer);
    return timer;
  }
}

interface SocketOptions {
  readonly address: string;
  readonly port: number;
  readonly nodelay?: boolean;
  onReadable(count: number): void;
  onWritable(count: number): void;
  onError(): void;
}

/** The SDK's TCP socket with its habits: a read of too much throws, a broken write says nothing. */
export class FakeSDKTCP {
  static last: FakeSDKTCP;
  readonly written: number[] = [];
  received: number[] = [];
  closed = 0;
  isBroken = false;
  readonly remoteAddress = "192.0.2.1";
  readonly remotePort = 1883;

  readonly options: SocketOptions;

  constructor(options: SocketOptions) {
    FakeSDKTCP.last = this;
    this.options = options;
  }

  /** Bytes arrive. */
  receive(...bytes: number[]): void {
    this.received.push(...bytes);
    this.options.onReadable(this.received.length);
  }

  read(into: number | Uint8Array): ArrayBuffer | number {
    const count = typeof into === "number" ? into : into.length;
    if (count <= 0 || count > this.received.length) throw new Error("invalid");
    const bytes = Uint8Array.from(this.received.splice(0, count));
    if (typeof into === "number") return bytes.buffer;
    into.set(bytes);
    return count;
  }

  write(buffer: Uint8Array): number | undefined {
    if (this.isBroken) return undefined;
    this.written.push(...buffer);
    return 1_000;
  }

  close(): void {
    this.closed++;
  }
}
