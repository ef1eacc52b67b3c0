// SPDX-License-Identifier: MIT

import { climateSensors } from "./drivers/climate-list.ts";
import { DHT } from "./drivers/dht/dht.ts";
import { clearI2CBus } from "./drivers/i2c-bus-clear.ts";
import { type GasMode, gasPeriod } from "./modules/air-quality/open-gas-sensor.ts";
import { boardTopics, defaultBoardId } from "./modules/app/board-topics.ts";
import { boardCommands } from "./modules/app/commands/command-list.ts";
import { openCommands } from "./modules/app/commands/open-commands.ts";
import { App } from "./modules/app/network-order.ts";
import { type BoardSettings, settingList } from "./modules/app/setting-list.ts";
import { openHealth } from "./modules/app/start/open-health.ts";
import { openConsole } from "./modules/app/start/start-console.ts";
import { openSession } from "./modules/app/start/start-mqtt.ts";
import { startSensors } from "./modules/app/start/start-sensors.ts";
import { listenToOthers } from "./modules/app/start/start-subscriptions.ts";
import { openPublisher } from "./modules/app/start/start-telemetry.ts";
import { openTime } from "./modules/app/start/start-time.ts";
import { openSniffer, openWiFi } from "./modules/app/start/start-wifi.ts";
import { tellReset } from "./modules/app/start/tell-reset.ts";
import { TopicWatch } from "./modules/app/telemetry/topic-watch.ts";
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
  readonly settings: BoardSettings;
  readonly console: Console;
  readonly log: Log;
  readonly app: App;
  readonly wifi: WiFiManager;
  /** Undefined where the host sets the clock. */
  readonly time: TimeSync | undefined;
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
  const { timers, system } = host;
  const settings = new Settings({
    list: settingList,
    store: host.storage.open({ path: "airpair", format: "buffer" }),
    given: host.settings,
  });
  const id = settings.get("board.id") || defaultBoardId(system.MAC);
  const { console, log } = openConsole(host, settings);
  const banner = `airpair ${version} on ${system.name}, board ${id}`;
  log({ level: "info", part: "boot", event: "boot", text: banner, data: { version, board: id } });
  tellReset(log, system.reset, console.before);
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
  const period = gasPeriod(settings.get("ccs811.mode") as GasMode);
  const publisher = openPublisher(host, { settings, log, topics, session, period });
  const sensors = startSensors(host, {
    settings,
    log,
    drivers: {
      kinds: climateSensors,
      openPulses: (options) => new DHT(options),
      clearBus: clearI2CBus,
    },
    // In a turn of its own: asking the sensors is as much as one turn of the loop should do.
    onReading: (reading, gas) => host.timers.set(() => publisher.publish(reading, gas), 0),
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
      gasSensor: sensors.gas.state,
      gasDetails: sensors.gas.details,
      changeGasMode: (mode) => {
        publisher.period = gasPeriod(mode as GasMode);
        return sensors.changeMode(mode as GasMode);
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
    listenToOthers(session, { settings, log, clock: host.clock, topics, commander });
    openHealth(host, { settings, log, topics, session, wifi, publisher, console: board.console });
  }
  wifi.start();
  return { close };
}
