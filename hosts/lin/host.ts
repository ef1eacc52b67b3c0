// SPDX-License-Identifier: MIT

import type { Host, HostNetwork } from "../../modules/base/host.ts";
import { TurnMeter } from "../../modules/base/turn-meter.ts";
import type { SerialOptions } from "../../modules/ecma-419/serial.ts";
import { buildSettings } from "../moddable/build-settings.ts";
import { SDKClock } from "../moddable/clock.ts";
import { cryptoNative } from "../moddable/crypto/crypto-native.js";
import { MbedTLSCrypto } from "../moddable/crypto/mbedtls-crypto.ts";
import { Faults } from "../moddable/faults.ts";
import { SDKMemory } from "../moddable/memory.ts";
import { createSockets, type SocketsParts } from "../moddable/sockets.ts";
import { SDKTimers } from "../moddable/timers.ts";
import { TraceSerial } from "../moddable/trace-serial.ts";
import type { VirtualTimers } from "../virtual/virtual-time.ts";
import { createBoard } from "./board.ts";
import { MemoryStorage } from "./key-value.ts";
import { SDKResolver } from "./resolver.ts";
import { LinRetainedMemory } from "./retained-memory.ts";

export interface LinHostOptions {
  /** The firmware wants to be started again. */
  readonly onRestart: (reason: string) => void;
}

/** Radio of the simulated board: made up, not of any maker. */
const MAC = "02A1B2C3D4E5";

/** Binds the adapters to the place where their exceptions go. */
function createNetwork(parts: SocketsParts): Omit<HostNetwork, "wifi"> {
  class Resolver extends SDKResolver {
    constructor() {
      super(parts.faults);
    }
  }
  return { ...createSockets(parts), dns: { io: Resolver } };
}

/** Builds the host of the SDK's Linux simulator: real sockets, simulated hardware. */
export function createHost(options: LinHostOptions): Host {
  const clock = new SDKClock({ isSet: true });
  const turns = new TurnMeter(() => clock.ticks());
  const faults = new Faults(turns);
  const timers = new SDKTimers(faults);
  const board = createBoard({ time: clock, timers: timers as VirtualTimers, MAC, seed: 1 });
  class Serial extends TraceSerial {
    constructor(serialOptions: SerialOptions) {
      super(serialOptions, faults);
    }
  }
  return {
    system: {
      name: "lin",
      MAC,
      restart: options.onRestart,
      faults,
      turns,
      memory: new SDKMemory(),
      retained: new LinRetainedMemory(),
    },
    clock,
    timers,
    random: Math.random,
    crypto: new MbedTLSCrypto(cryptoNative),
    board: board.wiring,
    network: {
      wifi: { io: board.wifi },
      frames: { io: board.frames },
      ...createNetwork({ faults, clock, timers }),
    },
    storage: new MemoryStorage(),
    serial: { io: Serial, baud: 115_200 },
    settings: { ...board.settings, ...buildSettings() },
    time: "host",
  };
}
