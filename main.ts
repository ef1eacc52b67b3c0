// SPDX-License-Identifier: MIT

import { CCS811 } from "./drivers/ccs811/ccs811.ts";
import { detailsText } from "./drivers/ccs811/details-text.ts";
import { type DriveMode, readingPeriod } from "./drivers/ccs811/drive-mode.ts";
import { stateText } from "./drivers/ccs811/state-text.ts";
import { climateSensors } from "./drivers/climate-list.ts";
import { DHT } from "./drivers/dht/dht.ts";
import { clearI2CBus } from "./drivers/i2c-bus-clear.ts";
import { AirQualityStation } from "./modules/air-quality/air-quality-station.ts";
import type { BaselineKeeper } from "./modules/air-quality/baseline-keeper.ts";
import { ClimateSources } from "./modules/air-quality/climate-sources.ts";
import type { Reading } from "./modules/air-quality/reading.ts";
import { App } from "./modules/app/app.ts";
import { boardTopics, defaultBoardId } from "./modules/app/board-topics.ts";
import { boardCommands } from "./modules/app/command-list.ts";
import { type FoundClimate, findClimate } from "./modules/app/find-climate.ts";
import { freeI2CBus } from "./modules/app/free-i2c-bus.ts";
import { I2CAccess } from "./modules/app/i2c-access.ts";
import { addressOf } from "./modules/app/i2c-probe.ts";
import { listenToOthers } from "./modules/app/listen-to-others.ts";
import { openBaseline } from "./modules/app/open-baseline.ts";
import { openCommands } from "./modules/app/open-commands.ts";
import { openConsole } from "./modules/app/open-console.ts";
import { openHealth } from "./modules/app/open-health.ts";
import { openPublisher } from "./modules/app/open-publisher.ts";
import { openSession } from "./modules/app/open-session.ts";
import { openTime } from "./modules/app/open-time.ts";
import { openSniffer, openWiFi } from "./modules/app/open-wifi.ts";
import { tellCompensation, tellSource } from "./modules/app/tell-climate.ts";
import { tellReset } from "./modules/app/tell-reset.ts";
import { TopicWatch } from "./modules/app/topic-watch.ts";
import type { Host } from "./modules/base/host.ts";
import type { Log } from "./modules/base/log.ts";
import { version } from "./modules/base/version.ts";
import type { Console } from "./modules/console/console.ts";
import { Settings } from "./modules/settings/settings.ts";
import type { TimeSync } from "./modules/time/time-sync.ts";
import type { WiFiManager } from "./modules/wifi/wifi-manager.ts";

/** The firmware at work. */
export interface RunningBoard {
  /** Says goodbye to the broker; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void;
}

/** What `boot` leaves to `run`. */
interface BootedBoard {
  readonly id: string;
  readonly settings: Settings;
  readonly console: Console;
  readonly log: Log;
  readonly app: App;
  readonly wifi: WiFiManager;
  /** Undefined where the host sets the clock. */
  readonly time: TimeSync | undefined;
}

/** The watchdog of a board waits for some seconds; this often it is told that the loop is alive. */
const watchdogInterval = 1_000;
/** I2C addresses of the gas sensor. */
const gasAddresses = Object.freeze([0x5a, 0x5b] as const);

/** Starts the firmware on a host. Everything it needs is in `host`; nothing here blocks. */
export function main(host: Host): RunningBoard {
  const board = boot(host);
  return run(host, board);
}

/** Settings, console, watchdog, Wi-Fi and time: what `boot.py` is on a MicroPython board. */
function boot(host: Host): BootedBoard {
  const { timers, system } = host;
  const settings = new Settings({
    store: host.storage.open({ path: "airpair", format: "buffer" }),
    given: host.settings,
  });
  const id = settings.get("board.id") || defaultBoardId(system.MAC);
  const { console, log } = openConsole(host, settings);
  const banner = `airpair ${version} on ${system.name}, board ${id}`;
  log({ level: "info", part: "boot", event: "boot", text: banner, data: { version, board: id } });
  tellReset(log, system.reset);
  for (const text of settings.problems) {
    log({ level: "warn", part: "settings", event: "refused", text });
  }
  const { watchdog } = system;
  if (watchdog) timers.repeat(() => watchdog.feed(), watchdogInterval);
  const app = new App();
  const wifi = openWiFi(host, { settings, log, app, id });
  const time = openTime(host, { settings, log, app });
  return { id, settings, console, log, app, wifi, time };
}

/** Sensors, MQTT, publishing and subscribing: what `main.py` is on a MicroPython board. */
function run(host: Host, board: BootedBoard): RunningBoard {
  const { settings, log, app, wifi, id } = board;
  const topics = boardTopics(settings.get("mqtt.root"), id);
  const session = openSession(host, { settings, log, app, id, topics });
  const period = readingPeriod(settings.get("ccs811.mode") as DriveMode);
  const publisher = openPublisher(host, { settings, log, topics, session, period });
  const sensors = startSensors(host, board, (reading, gas) => {
    // In a turn of its own: asking the sensors is as much as one turn of the loop should do.
    host.timers.set(() => publisher.publish(reading, gas), 0);
  });
  const close = (onClosed: () => void) => {
    sensors.close();
    app.close(onClosed);
  };
  const commander = openCommands({
    view: {
      id,
      host,
      settings,
      console: board.console,
      session,
      watch: session && new TopicWatch(session, (line) => board.console.show(line)),
      publisher,
      wifi,
      sniffer: openSniffer(host, wifi, log),
      time: board.time,
      gasSensor: () => sensors.gasState(),
      gasDetails: () => detailsText(sensors.gas),
      changeGasMode: (mode) => {
        publisher.period = readingPeriod(mode as DriveMode);
        return sensors.changeMode(mode as DriveMode);
      },
      station: sensors.station,
      baseline: sensors.baseline,
      i2c: sensors.i2c,
      scanI2C: () => sensors.climate.scan(),
      driverAt: (address) => sensors.climate.driverAt(address),
      close,
    },
    commands: boardCommands,
  });
  if (session) {
    listenToOthers(session, { settings, log, topics, commander });
    openHealth(host, { settings, log, topics, session, wifi, publisher, console: board.console });
  }
  wifi.start();
  return { close };
}

interface RunningSensors {
  readonly gas: CCS811;
  readonly station: AirQualityStation;
  readonly baseline: BaselineKeeper;
  /** Returns the ms of rest that come first. */
  changeMode(mode: DriveMode): number;
  readonly climate: FoundClimate;
  readonly i2c: I2CAccess;
  gasState(): string;
  close(): void;
}

/** The sensors on the board; one that is missing is told, and the others do without it. */
function startSensors(
  host: Host,
  { settings, log }: BootedBoard,
  onReading: (reading: Reading, gas: CCS811) => void,
): RunningSensors {
  const { clock, timers, board } = host;
  freeI2CBus({ board, log, clear: clearI2CBus });
  const mode = settings.get("ccs811.mode") as DriveMode;
  const usual = Number(settings.get("ccs811.address"));
  const address = addressOf(board.i2c, [usual, ...gasAddresses], clock);
  const i2c = new I2CAccess(board.i2c, clock);
  const { digital } = board;
  const pin = (name: "reset" | "wake") => {
    const number = digital?.[name];
    return digital && number !== undefined && { [name]: { io: digital.io, pin: number } };
  };
  const station = new AirQualityStation({
    clock,
    timers,
    // A reading for each sample; the settings say which are published.
    interval: readingPeriod(mode),
    onReading: (reading) => onReading(reading, gas),
    onCompensation: (role) => tellCompensation(log, role && sources.sourceOf(role)),
  });
  const sources = new ClimateSources({
    clock,
    onSample: (role, sample) => station.addClimate(role, sample),
    onSource: (role, source) => tellSource(log, role, source),
  });
  const gas = new CCS811({
    sensor: { ...i2c.wiring, address },
    ...pin("reset"),
    ...pin("wake"),
    mode,
    timers,
    clock,
    onReading: (sample) => station.addGas(sample),
    onState: (state) => {
      const level = state.kind === "fault" || state.kind === "absent" ? "warn" : "info";
      log({ level, part: "ccs811", event: state.kind, text: gasState() });
    },
    onFault: (fault) => {
      // What has become a state was told as such.
      if (!fault || gas.state.kind === "fault" || gas.state.kind === "absent") return;
      log({ level: "warn", part: "ccs811", event: "trouble", text: fault.message });
    },
  });
  const gasState = () => {
    const { state, applicationVersion } = gas;
    return stateText(state, { address, applicationVersion, ticks: clock.ticks() });
  };
  const baseline = openBaseline(host, { settings, log, sensor: gas });
  const climate = findClimate({
    host,
    bus: i2c.wiring,
    log,
    sources,
    kinds: climateSensors,
    own: { name: "CCS811", address, isThere: () => gas.state.kind !== "absent" },
    openPulses: (options) => new DHT(options),
  });
  station.start(gas);
  return {
    gas,
    gasState,
    station,
    baseline,
    changeMode(mode) {
      const rest = gas.restBefore(mode);
      gas.configure({ mode });
      station.interval = readingPeriod(mode);
      return rest;
    },
    climate,
    i2c,
    close() {
      station.close();
      baseline.close();
      gas.close();
      climate.close();
    },
  };
}
