// SPDX-License-Identifier: MIT

import { BME280 } from "./drivers/bme280/bme280.ts";
import { CCS811 } from "./drivers/ccs811/ccs811.ts";
import { detailsText } from "./drivers/ccs811/details-text.ts";
import { stateText } from "./drivers/ccs811/state-text.ts";
import { AirQualityStation, type ClimateRole } from "./modules/air-quality/air-quality-station.ts";
import type { BaselineKeeper } from "./modules/air-quality/baseline-keeper.ts";
import type { Reading } from "./modules/air-quality/reading.ts";
import { App } from "./modules/app/app.ts";
import { boardTopics, defaultBoardId } from "./modules/app/board-topics.ts";
import { boardCommands } from "./modules/app/command-list.ts";
import { listenToOthers } from "./modules/app/listen-to-others.ts";
import { openBaseline } from "./modules/app/open-baseline.ts";
import { openConsole } from "./modules/app/open-console.ts";
import { openSession } from "./modules/app/open-session.ts";
import { openTime } from "./modules/app/open-time.ts";
import { ReadingPublisher } from "./modules/app/reading-publisher.ts";
import { messageOf } from "./modules/base/app-error.ts";
import type { Host } from "./modules/base/host.ts";
import type { Log } from "./modules/base/log.ts";
import { version } from "./modules/base/version.ts";
import { Commander } from "./modules/console/commander.ts";
import type { QoS } from "./modules/ecma-419/mqtt-client.ts";
import type { ClimateSample } from "./modules/ecma-419/sensor.ts";
import { Settings } from "./modules/settings/settings.ts";
import { WiFiManager } from "./modules/wifi/wifi-manager.ts";

/** The firmware at work. */
export interface RunningBoard {
  /** Says goodbye to the broker; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void;
}

/** What `boot` leaves to `run`. */
interface BootedBoard {
  readonly id: string;
  readonly settings: Settings;
  readonly log: Log;
  readonly app: App;
  readonly wifi: WiFiManager;
  /** Where typed command lines go; filled in when there are commands. */
  readonly input: { run: ((line: string) => void) | undefined };
}

/** The watchdog of a board waits for some seconds; this often it is told that the loop is alive. */
const watchdogInterval = 1_000;
/** I2C addresses of the sensors, as most boards have them. */
const gasAddress = 0x5a;
const pressureAddress = 0x76;

/** Starts the firmware on a host. Everything it needs is in `host`; nothing here blocks. */
export function main(host: Host): RunningBoard {
  const board = boot(host);
  return run(host, board);
}

/** Settings, console, watchdog, Wi-Fi and time: what `boot.py` is on a MicroPython board. */
function boot(host: Host): BootedBoard {
  const { clock, timers, random, network, system } = host;
  const settings = new Settings({
    store: host.storage.open({ path: "airpair", format: "buffer" }),
    given: host.settings,
  });
  const id = settings.get("board.id") || defaultBoardId(system.MAC);
  const input: BootedBoard["input"] = { run: undefined };
  const log = openConsole(host, settings, (line) => input.run?.(line));
  const banner = `airpair ${version} on ${system.name}, board ${id}`;
  log({ level: "info", part: "boot", event: "boot", text: banner, data: { version, board: id } });
  for (const text of settings.problems) {
    log({ level: "warn", part: "settings", event: "refused", text });
  }
  const { watchdog } = system;
  if (watchdog) timers.repeat(() => watchdog.feed(), watchdogInterval);
  const app = new App();
  const wifi = new WiFiManager({
    wifi: network.wifi,
    clock,
    timers,
    random,
    log,
    SSID: settings.get("wifi.ssid"),
    password: settings.get("wifi.password"),
    onOnline: () => app.online(),
    onOffline: () => app.offline(),
  });
  openTime(host, { settings, log, app });
  return { id, settings, log, app, wifi, input };
}

/** Sensors, MQTT, publishing and subscribing: what `main.py` is on a MicroPython board. */
function run(host: Host, board: BootedBoard): RunningBoard {
  const { settings, log, app, wifi, id } = board;
  const topics = boardTopics(settings.get("mqtt.root"), id);
  const session = openSession(host, { settings, log, app, id, topics });
  const publisher = new ReadingPublisher({
    port: session,
    log,
    clock: host.clock,
    topic: topics.reading,
    name: settings.get("board.name"),
    QoS: settings.get("mqtt.qos") as QoS,
  });
  const sensors = startSensors(host, board, (reading) => publisher.publish(reading));
  const commander = new Commander(
    boardCommands({
      id,
      ticks: () => host.clock.ticks(),
      wifi: () => wifi.state.kind,
      mqtt: () => session?.state.kind ?? "off: mqtt.broker is not set",
      gasSensor: () => gasText(sensors.gas, host.clock.ticks()),
      gasDetails: () => detailsText(sensors.gas),
      baseline: sensors.baseline,
      reading: () => publisher.last,
    }),
  );
  board.input.run = (line) => {
    const { ok, text } = commander.run(line);
    for (const part of text.split("\n")) {
      log({
        level: ok ? "info" : "warn",
        part: "command",
        event: ok ? "answer" : "refused",
        text: part,
      });
    }
  };
  if (session) {
    const run = (line: string) => commander.run(line);
    listenToOthers(session, { settings, log, topics, run });
  }
  wifi.start();
  return {
    close(onClosed) {
      sensors.close();
      app.close(onClosed);
    },
  };
}

/** The sensors on the board; one that is missing is told, and the others do without it. */
function startSensors(
  host: Host,
  { settings, log }: BootedBoard,
  onReading: (reading: Reading) => void,
): { readonly gas: CCS811; readonly baseline: BaselineKeeper; close(): void } {
  const { clock, timers, board } = host;
  const bus = board.i2c;
  const station = new AirQualityStation({
    clock,
    timers,
    interval: settings.get("publish.interval") * 1_000,
    onReading,
    onCompensation: (source) => tellCompensation(log, source),
  });
  const gas = new CCS811({
    sensor: { ...bus, address: gasAddress },
    timers,
    clock,
    onReading: (sample) => station.addGas(sample),
    onState: (state) => {
      const text = gasText(gas, clock.ticks());
      const level = state.kind === "fault" || state.kind === "absent" ? "warn" : "info";
      log({ level, part: "ccs811", event: state.kind, text });
    },
  });
  const baseline = openBaseline(host, { settings, log, sensor: gas });
  const climate = openClimate({ host, log, station });
  station.start(gas);
  return {
    gas,
    baseline,
    close() {
      station.close();
      baseline.close();
      gas.close();
      for (const sensor of climate) sensor.close();
    },
  };
}

/** The climate sensors beside the gas sensor. */
function openClimate(parts: {
  readonly host: Host;
  readonly log: Log;
  readonly station: AirQualityStation;
}): { close(): void }[] {
  const { host, log, station } = parts;
  const { clock, timers, board } = host;
  const sensors: { close(): void }[] = [];
  const attempt = (name: string, open: () => { close(): void }) => {
    try {
      sensors.push(open());
      log({ level: "info", part: name, event: "found", text: "found" });
    } catch (error) {
      log({ level: "info", part: name, event: "absent", text: messageOf(error) });
    }
  };
  const tell = (name: string) => (fault: Error | undefined) => {
    const text = fault ? fault.message : "works again";
    log({ level: fault ? "warn" : "info", part: name, event: fault ? "fault" : "well", text });
  };
  attempt("bme280", () => {
    const onSample = (sample: ClimateSample) => station.addClimate("pressure", sample);
    const sensor = { ...board.i2c, address: pressureAddress };
    return new BME280({ sensor, timers, clock, onSample, onFault: tell("bme280") });
  });
  return sensors;
}

function gasText(gas: CCS811, ticks: number): string {
  const { state, applicationVersion } = gas;
  return stateText(state, { address: gasAddress, applicationVersion, ticks });
}

function tellCompensation(log: Log, source: ClimateRole | undefined): void {
  const text =
    source === undefined
      ? "compensating for 50 % and 25 °C: no climate sensor speaks"
      : `compensating with the ${source} sensor`;
  log({ level: "info", part: "ccs811", event: "compensation", text, data: { source } });
}
