// SPDX-License-Identifier: MIT

import type { Clock, Timers } from "../../modules/base/clock.ts";
import type { Host, HostNetwork } from "../../modules/base/host.ts";
import { TurnMeter } from "../../modules/base/turn-meter.ts";
import type { SerialOptions } from "../../modules/ecma-419/serial.ts";
import type { TCPOptions, TLSOptions } from "../../modules/ecma-419/tcp.ts";
import type { UDPOptions } from "../../modules/ecma-419/udp.ts";
import { buildSettings } from "../moddable/build-settings.ts";
import { SDKClock } from "../moddable/clock.ts";
import { Faults } from "../moddable/faults.ts";
import { SDKMemory } from "../moddable/memory.ts";
import { SDKTCP } from "../moddable/tcp.ts";
import { SDKTimers } from "../moddable/timers.ts";
import { SDKTLS } from "../moddable/tls.ts";
import { SDKArithmetic } from "../moddable/tls-arithmetic.ts";
import { TraceSerial } from "../moddable/trace-serial.ts";
import { SDKUDP } from "../moddable/udp.ts";
import type { VirtualTimers } from "../virtual/virtual-time.ts";
import { createBoard } from "./board.ts";
import { entropy } from "./entropy.js";
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
function createNetwork(faults: Faults, clock: Clock, timers: Timers): Omit<HostNetwork, "wifi"> {
  class TCP extends SDKTCP {
    constructor(options: TCPOptions) {
      super(options, faults);
    }
  }
  const arithmetic = new SDKArithmetic((count) => new Uint8Array(entropy(count)));
  class TLS extends SDKTLS {
    constructor(options: TLSOptions) {
      super(options, { tcp: TCP, arithmetic, clock, timers });
    }
  }
  class UDP extends SDKUDP {
    constructor(options: UDPOptions) {
      super(options, faults);
    }
  }
  class Resolver extends SDKResolver {
    constructor() {
      super(faults);
    }
  }
  return { tcp: { io: TCP }, tls: { io: TLS }, udp: { io: UDP }, dns: { io: Resolver } };
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
    board: board.wiring,
    network: {
      wifi: { io: board.wifi },
      frames: { io: board.frames },
      ...createNetwork(faults, clock, timers),
    },
    storage: new MemoryStorage(),
    serial: { io: Serial, baud: 115_200 },
    settings: { ...board.settings, ...buildSettings() },
    time: "host",
  };
}
