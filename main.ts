// SPDX-License-Identifier: MIT

import { AirQualityStation, type ClimateRole } from "./modules/air-quality/air-quality-station.ts";
import type { Reading } from "./modules/air-quality/reading.ts";
import { App } from "./modules/app/app.ts";
import { boardTopics, defaultBoardId } from "./modules/app/board-topics.ts";
import { boardCommands } from "./modules/app/command-list.ts";
import { listenToOthers } from "./modules/app/listen-to-others.ts";
import { openSession } from "./modules/app/open-session.ts";
import { ReadingPublisher } from "./modules/app/reading-publisher.ts";
import { messageOf } from "./modules/base/app-error.ts";
import type { Host } from "./modules/base/host.ts";
import type { Log } from "./modules/base/log.ts";
import { version } from "./modules/base/version.ts";
import { Commander } from "./modules/console/commander.ts";
import { Console } from "./modules/console/console.ts";
import type { QoS } from "./modules/ecma-419/mqtt-client.ts";
import { Settings } from "./modules/settings/settings.ts";
import { TimeSync } from "./modules/time/time-sync.ts";
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
  startTime(host, { settings, log, app });
  return { id, settings, log, app, wifi, input };
}

/** The console, where the exceptions that the host has caught are told too. */
function openConsole(host: Host, settings: Settings, onLine: (line: string) => void): Log {
  const { serial, clock, system } = host;
  const console = new Console({ serial, ticks: () => clock.ticks(), onLine });
  console.configure({ format: settings.get("console.format"), level: settings.get("log.level") });
  const log: Log = (line) => console.log(line);
  if (system.faults) {
    system.faults.onFault = (where, error) => {
      log({ level: "error", part: where, event: "uncaught", text: messageOf(error) });
    };
  }
  return log;
}

/** The clock: set by the host, or by a server as soon as there is a network. */
function startTime(host: Host, board: Pick<BootedBoard, "settings" | "log" | "app">): void {
  const { clock, timers, random, network } = host;
  const { settings, log, app } = board;
  const now = clock.now();
  if (host.time === "host" && now !== undefined) {
    const text = `${new Date(now).toISOString()} from the host`;
    log({ level: "info", part: "time", event: "set", text, data: { time: now } });
  } else if (network.udp) {
    app.useTime(
      new TimeSync({
        udp: network.udp,
        dns: network.dns,
        server: settings.get("time.server"),
        clock,
        timers,
        random,
        log,
        onTime: () => app.timeKnown(),
      }),
    );
  }
}

/** Sensors, MQTT, publishing and subscribing: what `main.py` is on a MicroPython board. */
function run(host: Host, board: BootedBoard): RunningBoard {
  const { settings, log, app, wifi, id } = board;
  const topics = boardTopics(settings.get("mqtt.root"), id);
  const session = openSession(host, { settings, log, app, id, topics });
  const publisher = new ReadingPublisher({
    port: session,
    log,
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
      gasSensor: () => sensors.gasState(),
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

/** The sensors on the board; one that is missing is told and does without. */
function startSensors(
  host: Host,
  { settings, log }: BootedBoard,
  onReading: (reading: Reading) => void,
): { gasState(): string; close(): void } {
  const { clock, timers, board } = host;
  const station = new AirQualityStation({
    clock,
    timers,
    interval: settings.get("publish.interval") * 1_000,
    onReading,
    onCompensation: (source) => tellCompensation(log, source),
  });
  station.start(undefined);
  return { gasState: () => "none", close: () => station.close() };
}

function tellCompensation(log: Log, source: ClimateRole | undefined): void {
  const text =
    source === undefined
      ? "compensating for 50 % and 25 °C: no climate sensor speaks"
      : `compensating with the ${source} sensor`;
  log({ level: "info", part: "ccs811", event: "compensation", text, data: { source } });
}
