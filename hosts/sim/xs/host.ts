// SPDX-License-Identifier: MIT

import type { Host } from "../../../modules/base/host.ts";
import type { I2COptions } from "../../../modules/ecma-419/i2c.ts";
import type { SerialOptions } from "../../../modules/ecma-419/serial.ts";
import type { TCPOptions, TLSOptions } from "../../../modules/ecma-419/tcp.ts";
import type { UDPOptions } from "../../../modules/ecma-419/udp.ts";
import type { WiFiOptions } from "../../../modules/ecma-419/wifi.ts";
import { type BootOptions, channels, operations } from "../protocol.ts";
import { SimClock, SimTimers } from "./clock.ts";
import { SimI2C } from "./i2c.ts";
import { SimKeyValueStorage } from "./key-value.ts";
import type { Link } from "./link.ts";
import { SimPulseSource } from "./pulse-source.ts";
import { SimResolver } from "./resolver.ts";
import { SimSerial } from "./serial.ts";
import { SimTCP } from "./tcp.ts";
import { SimUDP } from "./udp.ts";
import { SimWiFi } from "./wifi.ts";

/** GPIO of the DHT sensor's data line, as on the ESP32 board of the README. */
const pulsePin = 4;

/** A small generator (xorshift) so that a seed repeats every pause and jitter. */
function randomFrom(seed: number): () => number {
  let state = (seed | 0) ^ 0x5bd1e995 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296;
  };
}

/** Builds the host of a simulated board: ECMA-419 classes over the link. */
export function createHost(link: Link, options: BootOptions): Host {
  const { MAC, seed, settings } = options;
  const TCP = class extends SimTCP {
    constructor(tcpOptions: TCPOptions) {
      super(link, tcpOptions);
    }
  };
  const TLS = class extends SimTCP {
    constructor(tlsOptions: TLSOptions) {
      super(link, tlsOptions);
    }
  };
  const UDP = class extends SimUDP {
    constructor(udpOptions: UDPOptions) {
      super(link, udpOptions);
    }
  };
  const Resolver = class extends SimResolver {
    constructor() {
      super(link);
    }
  };
  const WiFi = class extends SimWiFi {
    constructor(wifiOptions: WiFiOptions) {
      super(link, wifiOptions, MAC);
    }
  };
  const Serial = class extends SimSerial {
    constructor(serialOptions: SerialOptions) {
      super(link, serialOptions);
    }
  };
  const I2C = class extends SimI2C {
    constructor(i2cOptions: I2COptions) {
      super(link, i2cOptions);
    }
  };
  const PulseSource = class extends SimPulseSource {
    constructor(pulseOptions: { readonly pin: number }) {
      super(link, pulseOptions);
    }
  };
  return {
    system: {
      name: "sim",
      MAC,
      restart: (reason) => {
        link.send(channels.system, operations.restart, 0, new TextEncoder().encode(reason));
      },
    },
    clock: new SimClock(link),
    timers: new SimTimers(link),
    random: randomFrom(seed),
    board: {
      i2c: { io: I2C, data: 21, clock: 22 },
      pulses: { io: PulseSource, pin: pulsePin },
    },
    network: {
      wifi: { io: WiFi },
      tcp: { io: TCP },
      tls: { io: TLS },
      udp: { io: UDP },
      dns: { io: Resolver },
    },
    storage: new SimKeyValueStorage(link),
    serial: { io: Serial, baud: 115_200 },
    settings,
    time: "host",
  };
}
