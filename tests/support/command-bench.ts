// SPDX-License-Identifier: MIT

import { evaluate } from "../../hosts/sim/xs/evaluate.ts";
import { createI2C } from "../../hosts/virtual/i2c.ts";
import { I2CBus } from "../../hosts/virtual/i2c-bus.ts";
import type { ReadingObserver } from "../../modules/air-quality/air-quality-station.ts";
import type { Reading } from "../../modules/air-quality/reading.ts";
import type { BoardView } from "../../modules/app/commands/board-view.ts";
import { startCommands } from "../../modules/app/commands/command-list.ts";
import { I2CAccess } from "../../modules/app/i2c/i2c-access.ts";
import { SharedBus } from "../../modules/app/i2c/shared-bus.ts";
import { type BoardSettings, settingList } from "../../modules/app/setting-list.ts";
import type { RulePairing } from "../../modules/app/start/peer-rules.ts";
import { startConsole } from "../../modules/app/start/start-console.ts";
import { startRules } from "../../modules/app/start/start-rules.ts";
import { TopicWatch } from "../../modules/app/telemetry/topic-watch.ts";
import type { Host, HostReset } from "../../modules/base/host.ts";
import type { LogLevel } from "../../modules/base/log.ts";
import type { MemoryUse } from "../../modules/base/memory-use.ts";
import type { RetainedMemory } from "../../modules/base/retained-memory.ts";
import type { TurnTimer } from "../../modules/base/turn-meter.ts";
import type { Commander } from "../../modules/console/commander.ts";
import type { Console } from "../../modules/console/console.ts";
import type { MqttSession } from "../../modules/mqtt/session.ts";
import { Settings } from "../../modules/settings/settings.ts";
import { FakePort } from "./fake-serial.ts";
import { MemoryKeyValue } from "./memory-key-value.ts";
import { seededRandom } from "./random.ts";
import { SessionBench } from "./session-bench.ts";
import { type WiFiBench, wifiBench } from "./wifi-bench.ts";

export interface CommandBenchOptions {
  readonly given?: Readonly<Record<string, unknown>>;
  /** There is no broker in the settings. */
  readonly offline?: boolean;
  /** What the host knows of its heap; undefined while nobody has looked. */
  readonly memory?: MemoryUse | undefined;
  readonly turns?: TurnTimer;
  /** The build has no JavaScript parser. */
  readonly withoutParser?: boolean;
  readonly retained?: RetainedMemory;
  readonly reset?: HostReset;
  readonly pairing?: BoardView["pairing"];
}

/** The commands of a board with its console, settings and session, and all around it simulated. */
export class CommandBench {
  readonly port = new FakePort();
  readonly store = new MemoryKeyValue();
  readonly #domains = new Map([["airpair", this.store]]);
  readonly network = new SessionBench();
  readonly session: MqttSession | undefined;
  readonly settings: BoardSettings;
  readonly commander: Commander<BoardView>;
  readonly view: BoardView;
  /** What the board was asked to do, in order. */
  readonly done: string[] = [];
  /** Its radio has joined "lab", which is not in the settings. */
  readonly wifi: WiFiBench = wifiBench();
  /** Without a device. */
  readonly bus = new I2CBus();
  reading: Reading | undefined;
  /** What the watch of the bus tells of gas sensors beside the CCS811. */
  gasLines: readonly string[] = [];
  /** The rules get a reading. */
  read: (reading: Reading) => void = () => {};
  /** Who wants the readings, but for rules. */
  readonly observers: ReadingObserver[] = [];
  /** Who wants to know of a calibration. */
  onCalibrated: ((result: number | Error) => void) | undefined;
  readonly #console: Console;

  constructor(options: CommandBenchOptions = {}) {
    const { given = {}, offline = false, turns, withoutParser = false, retained, reset } = options;
    this.settings = new Settings({ list: settingList, store: this.store, given });
    this.session = offline ? undefined : this.network.online();
    const { time } = this.network;
    const host = {
      clock: time,
      timers: time,
      random: seededRandom(1),
      network: { ...this.network.network.providers, wifi: { io: undefined as never } },
      storage: { open: ({ path }: { readonly path: string }) => this.domain(path) },
      system: {
        name: "test",
        MAC: "02AA000000A1",
        restart: (reason: string) => this.done.push(`restart: ${reason}`),
        quit: () => this.done.push("quit"),
        ...("memory" in options && { memory: { use: () => options.memory } }),
        ...(turns && { turns }),
        ...(!withoutParser && { evaluate }),
        ...(retained && { retained }),
        reset,
      },
      serial: { io: this.port.io, baud: 115_200 },
    };
    const { console } = startConsole(host as unknown as Host, this.settings);
    const bench = this;
    this.wifi.time.advance(10_000);
    this.view = {
      id: "board",
      host,
      settings: this.settings,
      console,
      session: this.session,
      whyNoSession: this.session ? undefined : "mqtt.broker is not set",
      pairing: options.pairing,
      watch: this.session && new TopicWatch(this.session, (line) => console.show(line)),
      publisher: {
        get last() {
          return bench.reading;
        },
        published: 7,
      },
      wifi: this.wifi.manager,
      sniffer: undefined,
      time: undefined,
      sensors: {
        gas: {
          text: "measuring",
          details: "mode 1",
          identification: { model: "CCS811" },
          isMet: true,
        },
        i2c: new I2CAccess(
          new SharedBus({
            host: {
              board: { i2c: { io: createI2C(this.bus), data: 21, clock: 22 } },
              clock: time,
              timers: time,
            },
            log: () => {},
            clear: () => true,
          }),
          time,
        ),
        climate: {
          driverAt: (address) => (address === 0x5a ? "CCS811" : undefined),
          gasLines: () => this.gasLines,
          scan: (reply) => {
            time.set(() => {
              reply.add("0x5a CCS811");
              reply.end();
            }, 0);
          },
        },
        changeMode: () => 0,
        station: {
          compensation: { humidityPercent: 50, temperature: 25, from: undefined },
          hold: () => {},
          subscribe: (observer) => this.observers.push(observer),
          calibrateCO2: (CO2, onDone) => {
            this.done.push(`calibrate to ${CO2} ppm`);
            this.onCalibrated = onDone;
            return this.reading?.sensors !== undefined;
          },
          get reading() {
            return bench.reading ?? ({} as Reading);
          },
        },
        baseline: {
          record: undefined,
          writes: 0,
          save: () => false,
          restore: () => "it was not asked",
          forget: () => {},
        },
      },
      rules: startRules(
        {
          board: { i2c: { io: createI2C(this.bus), data: 21, clock: 22 } },
          timers: time,
          clock: time,
        },
        {
          settings: this.settings,
          log: (line) => console.log(line),
          session: this.session,
          webhook: undefined,
          pairing: options.pairing as { open(): RulePairing } | undefined,
          station: {
            subscribe: (observer) => {
              this.read = (reading) => observer.onReading(reading);
            },
          },
        },
      ),
      close: (onClosed) => {
        this.done.push("close");
        onClosed();
      },
    };
    this.commander = startCommands(this.view);
    this.#console = console;
    this.port.makeRoom(1_000_000);
  }

  /** What the board has stored under a path. */
  domain(path: string): MemoryKeyValue {
    const found = this.#domains.get(path) ?? new MemoryKeyValue();
    this.#domains.set(path, found);
    return found;
  }

  /** A part of the board speaks. */
  log(level: LogLevel, text: string): void {
    this.#console.log({ level, part: "wifi", event: "test", text });
  }

  /** The answer to a line; "error: " in front of a refusal. */
  run(line: string): string {
    const { ok, text } = this.commander.run(line);
    return ok ? text : `error: ${text}`;
  }
}
