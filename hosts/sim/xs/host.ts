// SPDX-License-Identifier: MIT

import { frozen } from "../../../modules/base/frozen.ts";
import type { Host, HostFaults } from "../../../modules/base/host.ts";
import { version } from "../../../modules/base/version.ts";
import { VirtualSlots } from "../../virtual/firmware-slots.ts";
import { randomFrom } from "../../virtual/noise.ts";
import { type BootOptions, channels, operations } from "../protocol.ts";
import { SimAccessPoint } from "./access-point.ts";
import { SimClock, SimTimers } from "./clock.ts";
import { simCrypto } from "./crypto.ts";
import { SimDigital } from "./digital.ts";
import { evaluate } from "./evaluate.ts";
import { SimFrameSource } from "./frame-source.ts";
import { SimI2C } from "./i2c.ts";
import { keyValueStorage } from "./key-value.ts";
import { SimListener } from "./listener.ts";
import { link } from "./machine-link.ts";
import { SimMemory } from "./memory.ts";
import { SimPulseSource } from "./pulse-source.ts";
import { SimResolver } from "./resolver.ts";
import { SimRetainedMemory } from "./retained-memory.ts";
import { SimSerial } from "./serial.ts";
import { simSleep } from "./sleep.ts";
import { SimTCP } from "./tcp.ts";
import { SimUDP } from "./udp.ts";
import { SimWiFi } from "./wifi.ts";

/** GPIO of the DHT sensor's data line, as on the ESP32 board of docs/hardware.md. */
const pulsePin = 4;

/** The network that a board makes itself, and how it is reached there. */
const ownNetwork = frozen({
  accessPoint: { io: SimAccessPoint },
  listener: { io: SimListener },
});

/** Builds the host of a simulated board: ECMA-419 classes over the machine's link. */
export function createHost(boot: BootOptions): Host {
  const { MAC, seed, settings, hasSlots, reset, withoutPulses } = boot;
  const faults: HostFaults = { onFault: undefined };
  link.onFault = (error) => {
    if (!faults.onFault) return false;
    faults.onFault("callback", error);
    return true;
  };
  const restart = (reason: string) => {
    link.send(channels.system, operations.restart, 0, new TextEncoder().encode(reason));
  };
  const store = keyValueStorage.open({ path: "slots" });
  const slots = new VirtualSlots({ store, restart, version });
  return {
    system: {
      name: "sim",
      MAC,
      faults,
      evaluate,
      restart,
      slots,
      quit: () => link.send(channels.system, operations.quit, 0),
      turns: link.turns,
      retained: new SimRetainedMemory(),
      reset,
      sleep: simSleep,
      ...(hasSlots && { memory: new SimMemory() }),
    },
    clock: new SimClock(),
    timers: new SimTimers(),
    random: randomFrom(seed),
    crypto: simCrypto,
    board: {
      i2c: { io: SimI2C, data: 21, clock: 22 },
      digital: { io: SimDigital },
      ...(!withoutPulses && { pulses: { io: SimPulseSource, pin: pulsePin } }),
    },
    network: {
      wifi: { io: SimWiFi },
      ...ownNetwork,
      frames: { io: SimFrameSource },
      tcp: { io: SimTCP },
      tls: { io: SimTCP },
      udp: { io: SimUDP },
      dns: { io: SimResolver },
    },
    storage: keyValueStorage,
    serial: { io: SimSerial, baud: 115_200 },
    settings,
    time: "host",
  };
}
