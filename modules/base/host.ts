// SPDX-License-Identifier: MIT

import type { Digital, DigitalConstructor } from "../ecma-419/digital.ts";
import type { I2CConstructor } from "../ecma-419/i2c.ts";
import type { KeyValueStorage } from "../ecma-419/key-value.ts";
import type { ListenerProvider } from "../ecma-419/listener.ts";
import type { ResolverProvider } from "../ecma-419/resolver.ts";
import type { SerialConstructor, SerialOptions } from "../ecma-419/serial.ts";
import type { TCPProvider, TLSProvider } from "../ecma-419/tcp.ts";
import type { UDPProvider } from "../ecma-419/udp.ts";
import type { WiFiConstructor } from "../ecma-419/wifi.ts";
import type { AccessPointProvider } from "./access-point.ts";
import type { Clock, Random, Timers } from "./clock.ts";
import type { FirmwareSlots } from "./firmware-slots.ts";
import type { FrameSourceConstructor } from "./frame-source.ts";
import type { HostCrypto } from "./host-crypto.ts";
import type { MemoryUse } from "./memory-use.ts";
import type { PulseSourceConstructor } from "./pulse-source.ts";
import type { RetainedMemory } from "./retained-memory.ts";
import type { TurnTimer } from "./turn-meter.ts";

/** The pins and buses of one board. */
export interface BoardWiring {
  /** I2C bus of the sensors. */
  readonly i2c: { readonly io: I2CConstructor; readonly data: number; readonly clock: number };
  /** Data line of a DHT sensor; absent when the build has no pulse capture. */
  readonly pulses?: { readonly io: PulseSourceConstructor; readonly pin: number };
  /** Pins of the CCS811 that are wired beside the bus. */
  readonly digital?: {
    readonly io: DigitalConstructor;
    readonly reset?: number;
    readonly wake?: number;
  };
  /**
   * Switch between the antenna of the board (low, which it is by itself) and the one at its socket; absent where there
   * is none. `output` while it is written to.
   */
  readonly antenna?: { readonly pin: number; readonly output?: Digital };
  /** An LED that takes colours (WS2812); absent where the build has none. */
  readonly rgb?: { readonly io: RGBConstructor };
  /** Pins that no rule may drive: the board needs them, or they can only be read. */
  readonly reserved?: readonly number[];
}

/** One WS2812, as a pin that colours are written to, 0xRRGGBB; dark at first. An addition to ECMA-419. */
export type RGBConstructor = new (options: { readonly pin: number }) => Digital;

export interface HostNetwork {
  readonly wifi: { readonly io: WiFiConstructor };
  /** Absent when the build cannot listen to all frames. */
  readonly frames?: { readonly io: FrameSourceConstructor };
  /** A network of the board's own; absent where the radio, or the build, has none. */
  readonly accessPoint?: AccessPointProvider;
  readonly tcp: TCPProvider;
  /** Absent where nobody can connect to the board. */
  readonly listener?: ListenerProvider;
  readonly tls?: TLSProvider;
  /** Needed where the time comes from the network. */
  readonly udp?: UDPProvider;
  readonly dns: ResolverProvider;
}

export interface HostSystem {
  /** "esp32", "lin" or "sim", for the boot banner. */
  readonly name: string;
  /** Six bytes as 12 hex digits; the default board id is made from the last six digits. */
  readonly MAC: string;
  /** Starts the firmware again; does not return on a board. */
  restart(reason: string): void;
  /** Ends a simulated board, for a user who leaves its console; absent on a real one. */
  readonly quit?: () => void;
  /**
   * The value of a JavaScript expression in which the names of `scope` are known; throws what it
   * throws. Absent where the build has no JavaScript parser, which is usual on a board.
   */
  readonly evaluate?: (source: string, scope: Readonly<Record<string, unknown>>) => unknown;
  /** Absent where there is no second place for the firmware. */
  readonly slots?: FirmwareSlots;
  /** Absent where an exception in a callback does not harm the machine. */
  readonly faults?: HostFaults;
  /** The heap of the engine; absent where nobody knows, undefined while nobody has looked. */
  readonly memory?: { use(): MemoryUse | undefined };
  /** How long the firmware keeps the loop; absent where nobody measures. */
  readonly turns?: TurnTimer;
  /** Keeps the last lines of the log over a restart; absent where there is none. */
  readonly retained?: RetainedMemory;
  /** Why the firmware has started; absent where the host does not know. */
  readonly reset?: HostReset | undefined;
  /** Absent where the host cannot sleep. */
  readonly sleep?: HostSleep;
}

/** Deep sleep: the chip is off but for its clock, its retained memory and a pin. An addition to ECMA-419. */
export interface HostSleep {
  /**
   * Ends the firmware, which starts anew after `duration` ms (1 or more), or as soon as `wakePin` is low. Does not
   * return on a board. Throws when the pin cannot wake.
   */
  start(duration: number, wakePin?: number): void;
  /** Whether a low level of that pin can end the sleep. */
  canWakeBy(pin: number): boolean;
  /** Memory of its own for what is to outlive a sleep, and nothing else: no other start looks into it. */
  readonly memory?: RetainedMemory;
}

/** What has ended the run before. */
export interface HostReset {
  /** "power-on", "task watchdog", …: a word or some, for people. */
  readonly cause: string;
  /** Nobody has asked for it: a crash, a watchdog, a brownout. */
  readonly isFault: boolean;
  /** Of a board that has been asleep. */
  readonly wake?: HostWake;
}

/** The end of a sleep. */
export interface HostWake {
  /** ms that it was asleep, by the clock that goes on meanwhile: on an ESP32 true to a few percent. */
  readonly slept: number;
  /** ms from its end until the firmware has started, as far as the host knows. */
  readonly boot: number;
  /** By the pin, and not because it was time. */
  readonly isByPin: boolean;
}

/** Exceptions from callbacks, which the host has kept from stopping the machine. */
export interface HostFaults {
  /** Set by the firmware to be told: "timer", "tcp", … and what was thrown. Must not throw. */
  onFault: ((where: string, error: unknown) => void) | undefined;
}

/**
 * Everything the firmware gets from the machine it runs on. Each host builds one and calls
 * `main(host)`; nothing else of the firmware knows the platform.
 */
export interface Host {
  readonly system: HostSystem;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** Absent where the build has none: such a board cannot be paired. */
  readonly crypto?: HostCrypto;
  readonly board: BoardWiring;
  readonly network: HostNetwork;
  readonly storage: KeyValueStorage;
  /** The console's serial port, with the options the host wants it to be opened with. */
  readonly serial: { readonly io: SerialConstructor } & SerialOptions;
  /**
   * Settings fixed by the build or the command line, by setting name. They are validated like any
   * other and win over stored ones.
   */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Defaults of settings on this kind of board, where they are others than on most: its LED, its button. */
  readonly defaults?: Readonly<Record<string, string | number>>;
  /**
   * Where the wall clock comes from: "host" when the host has set it already (simulators),
   * "network" when the firmware must ask a time server.
   */
  readonly time: "host" | "network";
}
