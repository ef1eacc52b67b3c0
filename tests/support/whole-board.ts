// SPDX-License-Identifier: MIT

import { allSensors } from "../../hosts/sim/xs/sensors.ts";
import { AccessPoints, labNetwork } from "../../hosts/virtual/access-points.ts";
import { Air } from "../../hosts/virtual/air.ts";
import { CCS811Chip, type CCS811ChipOptions } from "../../hosts/virtual/chips/ccs811.ts";
import { VirtualSlots } from "../../hosts/virtual/firmware-slots.ts";
import { createI2C } from "../../hosts/virtual/i2c.ts";
import { I2CBus } from "../../hosts/virtual/i2c-bus.ts";
import { createAccessPoint, OwnNetwork } from "../../hosts/virtual/own-network.ts";
import { createWiFi } from "../../hosts/virtual/wifi.ts";
import { type BoardProgram, main, type RunningBoard } from "../../main.ts";
import type { BoardWiring, Host, HostFaults, HostReset } from "../../modules/base/host.ts";
import type { HostCrypto } from "../../modules/base/host-crypto.ts";
import type { RetainedMemory } from "../../modules/base/retained-memory.ts";
import { version } from "../../modules/base/version.ts";
import { FakePort } from "./fake-serial.ts";
import { FakeTime } from "./fake-time.ts";
import { MemoryKeyValue } from "./memory-key-value.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { MemoryRetained } from "./memory-retained.ts";
import { PoweredTimers } from "./powered-board.ts";
import { seededRandom } from "./random.ts";
import { VirtualPins } from "./virtual-pins.ts";

const resetPin = 4;
/** Where nINT of the CCS811 is wired. */
const interruptPin = 27;
const [dataPin, clockPin] = [21, 22];
const MAC = "A1B2C3000001";
const start = 1_700_000_000_000;

/** One event of the console. */
export interface ConsoleEvent {
  readonly level?: string;
  readonly part?: string;
  readonly event?: string;
  readonly text?: string;
}

/**
 * The whole firmware on a simulated board with a CCS811, in the machine and the time of the test, on a
 * network of its own or on that of another board. Its storage outlives its power.
 */
export class WholeBoard {
  readonly time: FakeTime;
  readonly bus = new I2CBus();
  readonly chip: CCS811Chip;
  /** nRESET of the sensor is wired. */
  readonly pins = new VirtualPins();
  readonly network: MemoryNetwork;
  /** The network that the board makes itself. */
  readonly ownNetwork = new OwnNetwork();
  /** They remember what addresses they have given. */
  readonly accessPoints = AccessPoints.around(1);
  /** What the radio was configured with, in order. */
  readonly radioConfigurations: unknown[] = [];
  /** What the firmware gave as reasons for starting again, in order. */
  readonly restarts: string[] = [];
  /** Its sleeps: how long, and the pin that would wake it. */
  readonly sleeps: { readonly duration: number; readonly wakePin: number | undefined }[] = [];
  /** What the clock that runs on in a sleep counts for a second, s. */
  sleepClock = 1;
  /** ms from the end of a sleep to the start of the firmware. */
  bootTime = 0;
  #isAsleep = false;
  /** Outlives a crash. */
  readonly retained = new MemoryRetained();
  /** Outlives a sleep. */
  readonly sleepMemory = new MemoryRetained(2_048);
  #reset: HostReset = { cause: "power-on", isFault: false };
  readonly #faults: HostFaults = { onFault: undefined };
  #timers = new PoweredTimers(this);
  readonly #domains = new Map<string, MemoryKeyValue>();
  readonly #settings: Readonly<Record<string, unknown>>;
  readonly #crypto: HostCrypto | undefined;
  #port = new FakePort();
  #slots: VirtualSlots | undefined;
  #running: RunningBoard | undefined;
  /** What its kind of board has beside the bus and the sensor's pins, from the next start on. */
  wiring: Partial<BoardWiring> = {};
  /** What its settings have by default, where that is not usual, from the next start on. */
  defaults: Readonly<Record<string, string | number>> = {};
  /** Runs beside the firmware from the next start on. */
  program: BoardProgram | undefined;

  constructor(
    settings: Readonly<Record<string, unknown>> = {},
    chip: Partial<CCS811ChipOptions> = {},
    crypto?: HostCrypto,
    network = new MemoryNetwork(new FakeTime()),
  ) {
    this.network = network;
    this.time = network.time;
    this.#settings = settings;
    this.#crypto = crypto;
    const onInterrupt = () => this.pins.fall(interruptPin);
    const interrupt = { timers: this.time, onInterrupt };
    this.chip = new CCS811Chip({
      time: this.time,
      air: new Air({ seed: 1 }),
      ...("ccs811.int" in settings && { interrupt }),
      ...chip,
    });
    this.pins.onWrite(resetPin, (level) => {
      this.chip.power.nRESET = level;
    });
    this.pins.levelOf(dataPin, () => this.bus.SDA);
    this.pins.onRise(clockPin, () => this.bus.clockPulses(1));
    this.bus.attach(this.chip);
    this.time.set(start);
  }

  /** Power comes on: the sensor starts, and so does the firmware. */
  powerOn(): void {
    this.chip.power.isOn = true;
    this.pins.release();
    this.#port = new FakePort();
    this.#timers = new PoweredTimers(this);
    this.ownNetwork.close();
    this.network.listeners.clear();
    this.#running = main(this.#host(), allSensors, this.program);
    this.#port.makeRoom(Number.MAX_SAFE_INTEGER);
  }

  /** The other end of its serial port since the last start. */
  get port(): FakePort {
    return this.#port;
  }

  /** The firmware ends. */
  close(): void {
    this.#running?.close(() => {});
  }

  /** The firmware ends, and after `pause` ms without power everything begins anew. */
  powerCycle(pause: number): void {
    this.#running?.close(() => {});
    this.#timers.cut();
    this.#reset = { cause: "power-on", isFault: false };
    this.retained.bytes.fill(0x55);
    this.sleepMemory.bytes.fill(0x55);
    this.chip.power.isOn = false;
    this.time.advance(pause);
    this.powerOn();
  }

  /** Power goes, without a goodbye; its connections are the test's. */
  powerOff(): void {
    this.#timers.cut();
    this.#reset = { cause: "power-on", isFault: false };
    this.chip.power.isOn = false;
  }

  /** The firmware stops in the middle of what it was doing, and the chip starts it again. */
  crash(cause: string): void {
    this.#timers.cut();
    this.#reset = { cause, isFault: true };
    this.powerOn();
  }

  /** The chip starts the firmware again because the firmware asked for it. */
  restart(cause: string): void {
    this.#timers.cut();
    this.#reset = { cause, isFault: false };
    this.powerOn();
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** It sleeps to the end, or until a pin wakes it after `early` ms. */
  wake(early?: number): void {
    const { duration = 0 } = this.sleeps.at(-1) ?? {};
    const slept = early ?? duration;
    this.time.advance(slept + this.bootTime);
    const wake = {
      slept: Math.round(slept * this.sleepClock),
      boot: this.bootTime,
      isByPin: early !== undefined,
    };
    this.#isAsleep = false;
    this.#reset = { cause: "deep sleep", isFault: false, wake };
    this.powerOn();
  }

  /** It is awake until it falls asleep, at most `limit` ms. Returns how long that was. */
  untilAsleep(limit: number): number {
    const before = this.time.ticks();
    while (!this.#isAsleep && this.time.ticks() - before < limit) this.time.advance(10);
    return this.time.ticks() - before;
  }

  #sleep(duration: number, wakePin: number | undefined): void {
    this.sleeps.push({ duration, wakePin });
    this.#isAsleep = true;
    this.#timers.cut();
    // As a chip that loses its supply: nobody at the other end is told.
    for (const link of this.network.links) link.powerless = true;
  }

  /** A callback throws. */
  throwInCallback(error: Error): void {
    this.#faults.onFault?.("timer", error);
  }

  /** Presses a button between a pin and ground for so many ms, and a little longer. */
  press(pin: number, duration: number): void {
    this.pins.press(pin, true);
    this.time.advance(duration);
    this.pins.press(pin, false);
    this.time.advance(500);
  }

  /** Types a line on the console and returns what came back. */
  ask(line: string): string[] {
    const before = this.events.length;
    this.#port.type(`${line}\n`);
    return this.events.slice(before).map(({ text = "" }) => text);
  }

  /** Types keys on the console. */
  type(keys: string | Uint8Array): void {
    this.#port.type(keys);
  }

  /** All characters of the console since power came on. */
  get output(): string {
    return this.#port.output;
  }

  /** What the console has shown since power came on. */
  get events(): ConsoleEvent[] {
    const lines = this.#port.output.split("\n").filter((line) => line !== "");
    return lines.map((line) => JSON.parse(line) as ConsoleEvent);
  }

  /** Names of the events of one part, but for readings. */
  eventsOf(part: string): string[] {
    return this.events.filter((each) => each.part === part).map(({ event = "" }) => event);
  }

  /** The domain of that name does not open. */
  closedDomain: string | undefined;

  #opened(path: string): MemoryKeyValue {
    if (path === this.closedDomain) throw new Error("no place");
    return this.domain(path);
  }

  /** What a domain of its storage holds. */
  domain(path: string): MemoryKeyValue {
    const domain = this.#domains.get(path) ?? new MemoryKeyValue();
    this.#domains.set(path, domain);
    return domain;
  }

  /** A firmware that has crashed writes no more, though its radio may still call it. */
  #retainedOfThisLife(): RetainedMemory {
    const { retained } = this;
    const timers = this.#timers;
    return {
      byteLength: retained.byteLength,
      read: (position, byteLength) => retained.read(position, byteLength),
      write: (position, bytes) => timers.isOn && retained.write(position, bytes),
    };
  }

  #host(): Host {
    this.#slots = new VirtualSlots({
      store: this.domain("slots"),
      restart: (reason) => this.restarts.push(reason),
      version,
      hasSettings: true,
    });
    const { time, network } = this;
    const { radioConfigurations, accessPoints } = this;
    class RecordedWiFi extends createWiFi({ time, timers: time, MAC, seed: 1, accessPoints }) {
      override configure(options: object): void {
        radioConfigurations.push(options);
        super.configure(options);
      }
    }
    const wifi = { io: RecordedWiFi };
    return {
      system: {
        name: "test",
        MAC,
        restart: (reason: string) => this.restarts.push(reason),
        faults: this.#faults,
        sleep: {
          start: (duration: number, wakePin?: number) => this.#sleep(duration, wakePin),
          canWakeBy: (pin: number) => pin === interruptPin,
          memory: this.sleepMemory,
        },
        retained: this.#retainedOfThisLife(),
        reset: this.#reset,
        slots: this.#slots,
      },
      clock: time,
      timers: this.#timers,
      random: seededRandom(1),
      ...(this.#crypto && { crypto: this.#crypto }),
      board: {
        i2c: { io: createI2C(this.bus), data: dataPin, clock: clockPin },
        digital: { io: this.pins.io, reset: resetPin },
        ...this.wiring,
      },
      network: {
        wifi,
        accessPoint: { io: createAccessPoint(this.ownNetwork) },
        listener: network.listener,
        ...network.providers,
      },
      storage: { open: ({ path }) => this.#opened(path) },
      serial: { io: this.#port.io, baud: 115_200 },
      settings: {
        "wifi.ssid": labNetwork.SSID,
        "wifi.password": labNetwork.password,
        "console.format": "json",
        ...this.#settings,
      },
      defaults: this.defaults,
      time: "host",
    };
  }
}
