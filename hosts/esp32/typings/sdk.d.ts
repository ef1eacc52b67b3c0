// SPDX-License-Identifier: MIT

// What @moddable/typings 5.6.0 has not, or has under a path that tsconfig.json does not list. Only
// for the editor and `tsc -p .`; a build with the SDK sees the SDK's own declarations.

/// <reference path="../../../node_modules/@moddable/typings/time.d.ts" />
/// <reference path="../../../node_modules/@moddable/typings/text/decoder.d.ts" />
/// <reference path="../../../node_modules/@moddable/typings/text/encoder.d.ts" />

declare module "embedded:network/interface/wifi" {
  interface ScanResult {
    SSID: string;
    channel: number;
    RSSI: number;
    BSSID?: string;
  }

  class WiFi {
    constructor(options: { onChanged?: (property: "connection" | "address") => void });
    close(): void;
    scan(options: {
      channel?: number;
      onFound?: (result: ScanResult) => void;
      onComplete?: () => void;
    }): void;
    connect(options: { SSID: string; password?: string }): void;
    disconnect(): void;
    configure(options: {
      hostname?: string;
      static?: { address: string; mask: string; gateway: string } | false;
    }): void;
    readonly connection: number;
    readonly address: string | undefined;
    readonly MAC: string | undefined;
    readonly SSID: string | undefined;
    readonly RSSI: number | undefined;
  }

  export default WiFi;
}

declare module "embedded:storage/key-value" {
  interface Storage {
    close(): void;
    delete(key: string): void;
    read(key: string): ArrayBuffer | undefined;
    write(key: string, value: Uint8Array): void;
    [Symbol.iterator](): IterableIterator<string>;
  }

  const storage: { open(options: { path: string; format?: string }): Storage };
  export default storage;
}

declare module "neopixel" {
  class NeoPixel {
    constructor(options: { pin: number; length: number; order?: string });
    makeRGB(red: number, green: number, blue: number): number;
    setPixel(index: number, color: number): void;
    update(): void;
    close(): void;
  }

  export default NeoPixel;
}
