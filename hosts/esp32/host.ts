// SPDX-License-Identifier: MIT

import NativeWiFi from "embedded:network/interface/wifi";
import keyValue from "embedded:storage/key-value";
import type { FirmwareSlots } from "../../modules/base/firmware-slots.ts";
import type { FrameSource, FrameSourceOptions } from "../../modules/base/frame-source.ts";
import type {
  BoardWiring,
  Host,
  HostNetwork,
  HostSystem,
  RGBConstructor,
} from "../../modules/base/host.ts";
import type { PulseSource } from "../../modules/base/pulse-source.ts";
import { TurnMeter } from "../../modules/base/turn-meter.ts";
import type { DigitalOptions } from "../../modules/ecma-419/digital.ts";
import type { KeyValueStorage } from "../../modules/ecma-419/key-value.ts";
import type { SerialOptions } from "../../modules/ecma-419/serial.ts";
import type { WiFiOptions } from "../../modules/ecma-419/wifi.ts";
import { buildSettings } from "../moddable/build-settings.ts";
import { SDKClock } from "../moddable/clock.ts";
import { cryptoNative } from "../moddable/crypto/crypto-native.js";
import { MbedTLSCrypto } from "../moddable/crypto/mbedtls-crypto.ts";
import { Faults } from "../moddable/faults.ts";
import { SDKMemory } from "../moddable/memory.ts";
import { createSockets, type SocketsParts } from "../moddable/sockets.ts";
import { SDKTimers } from "../moddable/timers.ts";
import { DNSResolver } from "../net/dns/dns-resolver.ts";
import { ESP32AccessPoint } from "./access-point.ts";
import type { ESP32Board } from "./board.ts";
import { deepSleep, withWake } from "./deep-sleep.ts";
import { ESP32Digital } from "./digital.ts";
import { ESP32I2C } from "./i2c.ts";
import { NameServers } from "./name-servers.ts";
import { resetCause } from "./reset-cause.ts";
import { ESP32RetainedMemory } from "./retained-memory.ts";
import { resetReason, restartChip } from "./rtc-memory.js";
import { ESP32Serial } from "./serial.ts";
import { ESP32WiFi } from "./wifi.ts";

const accessPoint = Object.freeze({ io: ESP32AccessPoint });

/** Binds the adapters to the place where their exceptions go. */
function createNetwork(parts: SocketsParts): HostNetwork {
  const { faults, timers } = parts;
  const sockets = createSockets(parts);
  const nameServers = new NameServers();
  class WiFi extends ESP32WiFi {
    constructor(options: WiFiOptions) {
      super(options, { faults, nameServers });
    }
  }
  class Resolver extends DNSResolver {
    constructor() {
      const { udp } = sockets;
      super({ udp, timers, random: Math.random, servers: () => nameServers.list() });
    }
  }
  return {
    ...sockets,
    wifi: { io: WiFi },
    accessPoint,
    dns: { io: Resolver },
  };
}

/** The address of the radio, as 12 hex digits. */
function readMAC(): string {
  const wifi = new NativeWiFi({});
  const { MAC } = wifi;
  wifi.close();
  return (MAC ?? "").replaceAll(":", "").toUpperCase();
}

/** What only some builds have. */
export interface ESP32Options {
  /** The pulse capture; absent without the option `dht` of the build. */
  readonly pulses?: new (
    options: { readonly pin: number },
    faults: Faults,
  ) => PulseSource;
  /** What listens to other people's frames; absent without the option `sniffer` of the build. */
  readonly frames?: new (
    options: FrameSourceOptions,
    faults: Faults,
  ) => FrameSource;
  /** The two places for the firmware; absent without the option `ota` of the build. */
  readonly slots?: new (
    board: string,
  ) => FirmwareSlots;
  /** An LED that takes colours; absent without the option `rgb` of the build. */
  readonly rgb?: RGBConstructor;
  /** The JavaScript parser; absent without the option `js` of the build. */
  readonly evaluate?: NonNullable<HostSystem["evaluate"]>;
}

/** Binds a pulse capture to its pin and to the place where its exceptions go. */
function wirePulses(
  Base: ESP32Options["pulses"],
  { pin }: ESP32Board["pulses"],
  faults: Faults,
): Pick<BoardWiring, "pulses"> {
  if (!Base) return {};
  class Pulses extends Base {
    constructor(options: { readonly pin: number }) {
      super(options, faults);
    }
  }
  return { pulses: { io: Pulses, pin } };
}

/** Binds a frame source to the place where its exceptions go. */
function wireFrames(Base: ESP32Options["frames"], faults: Faults): Pick<HostNetwork, "frames"> {
  if (!Base) return {};
  class Frames extends Base {
    constructor(options: FrameSourceOptions) {
      super(options, faults);
    }
  }
  return { frames: { io: Frames } };
}

/** Builds the host of a board. */
export function createHost(board: ESP32Board, options: ESP32Options = {}): Host {
  const clock = new SDKClock({ isSet: false });
  const turns = new TurnMeter(() => clock.ticks());
  const faults = new Faults(turns);
  const timers = new SDKTimers(faults);
  class Serial extends ESP32Serial {
    constructor(options: SerialOptions) {
      super(options, faults);
    }
  }
  class Pin extends ESP32Digital {
    constructor(options: DigitalOptions) {
      super(options, faults);
    }
  }
  return {
    system: {
      name: "esp32",
      MAC: readMAC(),
      restart: restartChip,
      faults,
      turns,
      memory: new SDKMemory(),
      ...(options.evaluate && { evaluate: options.evaluate }),
      retained: new ESP32RetainedMemory(),
      reset: withWake(resetCause(resetReason())),
      sleep: { ...deepSleep, memory: new ESP32RetainedMemory(true) },
      ...(options.slots && { slots: new options.slots(board.name) }),
    },
    clock,
    timers,
    random: Math.random,
    crypto: new MbedTLSCrypto(cryptoNative),
    board: {
      i2c: { io: ESP32I2C, ...board.i2c },
      digital: { io: Pin },
      reserved: board.reserved,
      ...(board.antenna && { antenna: board.antenna }),
      ...(options.rgb && { rgb: { io: options.rgb } }),
      ...wirePulses(options.pulses, board.pulses, faults),
    },
    network: { ...createNetwork({ faults, clock, timers }), ...wireFrames(options.frames, faults) },
    storage: keyValue as unknown as KeyValueStorage,
    serial: { io: Serial, ...board.serial },
    settings: buildSettings(),
    ...(board.defaults && { defaults: board.defaults }),
    time: "network",
  };
}
