// SPDX-License-Identifier: MIT

import { climateSensors } from "./drivers/climate-list.ts";
import { DHT } from "./drivers/dht/dht.ts";
import { gasSensors } from "./drivers/gas-list.ts";
import { clearI2CBus } from "./drivers/i2c-bus-clear.ts";
import { BoardPortal } from "./modules/app/board-portal.ts";
import { boardTopics, defaultBoardId } from "./modules/app/board-topics.ts";
import type { BoardView } from "./modules/app/commands/board-view.ts";
import { startCommands } from "./modules/app/commands/command-list.ts";
import { finishFactoryReset } from "./modules/app/factory-reset.ts";
import { NetworkOrder } from "./modules/app/network-order.ts";
import { countCrashes, noRules, silence, withoutWires } from "./modules/app/safe-mode.ts";
import { settingList } from "./modules/app/setting-list.ts";
import { restoreClock } from "./modules/app/sleep/board-sleep.ts";
import type { BoardProgram } from "./modules/app/start/board-program.ts";
import { logBoot, startConsole } from "./modules/app/start/start-console.ts";
import { startImprov } from "./modules/app/start/start-improv.ts";
import { startMqtt } from "./modules/app/start/start-mqtt.ts";
import { startPairing } from "./modules/app/start/start-pairing.ts";
import { startPanel } from "./modules/app/start/start-panel.ts";
import { startPlatforms } from "./modules/app/start/start-platforms.ts";
import { startRules } from "./modules/app/start/start-rules.ts";
import { type StartSensorsOptions, startSensors } from "./modules/app/start/start-sensors.ts";
import { awakeAt, startSleep } from "./modules/app/start/start-sleep.ts";
import { startSubscriptions } from "./modules/app/start/start-subscriptions.ts";
import { startTelemetry } from "./modules/app/start/start-telemetry.ts";
import { startTime } from "./modules/app/start/start-time.ts";
import { startUpdates } from "./modules/app/start/start-updates.ts";
import { startWebhook } from "./modules/app/start/start-webhook.ts";
import { startSniffer, startWiFi } from "./modules/app/start/start-wifi.ts";
import { wireBoard } from "./modules/app/start/wire-board.ts";
import { TopicWatch } from "./modules/app/telemetry/topic-watch.ts";
import { frozen } from "./modules/base/frozen.ts";
import type { Host } from "./modules/base/host.ts";
import { Settings } from "./modules/settings/settings.ts";

export type { BoardProgram };

/** The firmware at work. */
export interface RunningBoard {
  /** Says goodbye to the broker; calls back once, after at most 1.5 s. */
  close(onClosed: () => void): void;
}

/** The drivers that the firmware has; nothing below knows any. */
const drivers: Omit<StartSensorsOptions["drivers"], "climate"> = frozen({
  gas: gasSensors,
  openPulses: (options) => new DHT(options),
  clearBus: clearI2CBus,
});

/**
 * Starts the firmware on a host. Everything it needs is in `host`, in `climate` the sensors that the
 * build has, and in `program` what is built in beside the firmware; nothing here blocks.
 */
export function main(
  host: Host,
  climate: StartSensorsOptions["drivers"]["climate"] = climateSensors,
  program?: BoardProgram,
): RunningBoard {
  return run(boot(host), climate, program);
}

/** Settings, console, Wi-Fi and time: what `boot.py` is on a MicroPython board. */
function boot(given: Host) {
  const store = given.storage.open({ path: "airpair", format: "buffer" });
  const resetProblem = finishFactoryReset(given.storage, store);
  const { settings: fixed, defaults } = given;
  const settings = new Settings({ list: settingList, store, given: fixed, defaults });
  const id = settings.get("board.id") || defaultBoardId(given.system.MAC);
  const { console, log } = startConsole(given, settings);
  logBoot(given, { console, log, settings, id });
  if (resetProblem !== undefined) {
    log({ level: "warn", part: "boot", event: "factory-reset", text: resetProblem });
  }
  const host = wireBoard(given, settings, log);
  const order = new NetworkOrder();
  const wifi = startWiFi(host, { settings, log, order, id });
  const sniffer = startSniffer(host, wifi);
  startImprov(host, { console, log, settings, wifi, sniffer, id });
  restoreClock(host);
  const time = startTime(host, { settings, log, order });
  return { host, id, settings, console, log, order, wifi, sniffer, time };
}

/** Sensors, MQTT, publishing and subscribing: what `main.py` is on a MicroPython board. */
function run(
  booted: ReturnType<typeof boot>,
  climate: StartSensorsOptions["drivers"]["climate"],
  program: BoardProgram | undefined,
): RunningBoard {
  const { host, id, settings, console, log, order, wifi, sniffer, time } = booted;
  const topics = boardTopics(settings.get("mqtt.root"), id);
  const { session, whyNoSession } = startMqtt(host, { settings, log, order, id, topics });
  const safeMode = countCrashes(host, log);
  const sleep = safeMode ? undefined : startSleep(host, { settings, log });
  const sensors = safeMode
    ? startSensors(withoutWires(host), {
        settings,
        log: silence,
        drivers: { ...drivers, climate: [] },
      })
    : startSensors(host, { settings, log, drivers: { ...drivers, climate } });
  const pairing = safeMode ? undefined : startPairing(host, { settings, log, session, id });
  const publisher = startTelemetry(host, {
    settings,
    log,
    topics,
    session,
    pairing,
    sensors,
    wifi,
    console,
    sleep,
    ...(safeMode && { isSafe: true }),
  });
  const { station } = sensors;
  const webhook = safeMode ? undefined : startWebhook(host, { settings, log, id, wifi, station });
  // Before the rules, which may want the same pins.
  const isSafe = safeMode !== undefined;
  const panel = startPanel(host, { settings, log, pairing, console, wifi, session, isSafe });
  const rules = safeMode
    ? noRules
    : startRules(host, { settings, log, session, webhook, station, pairing });
  const watch = session && new TopicWatch(session, (line) => console.show(line));
  const parts: { close(): void }[] = webhook ? [rules, webhook, sensors] : [rules, sensors];
  if (panel) parts.push(panel);
  const close = (onClosed: () => void, goodbye?: string) => {
    for (const part of parts) part.close();
    pairing?.close();
    order.close(onClosed, goodbye);
  };
  const updates = startUpdates(host, { settings, log, session, wifi, console, close });
  const view: BoardView = {
    id,
    host,
    settings,
    console,
    wifi,
    sniffer,
    time,
    session,
    whyNoSession,
    pairing,
    watch,
    sensors,
    rules,
    ...(webhook && { webhook }),
    publisher,
    ...(updates && { updates }),
    ...(sleep && { sleep }),
    ...(safeMode && { safeMode }),
    close,
  };
  const portal = new BoardPortal(view);
  view.portal = portal;
  order.useHelp(portal);
  if (panel) panel.portal = portal;
  const commander = startCommands(view);
  pairing?.use(commander);
  const afar = sleep ? awakeAt(commander, sleep) : commander;
  if (session) {
    startSubscriptions(host, { session, settings, log, topics, commander: afar, pairing });
    sleep?.listen(session, topics.awake);
  }
  if (!safeMode) startPlatforms(view);
  if (program && !safeMode) {
    const { i2c } = sensors;
    parts.push(program({ id, host, settings, log, station, i2c, session, pairing }));
  }
  wifi.start();
  sleep?.begin(view, { wifi, sensors, pairing });
  safeMode?.wait(close);
  return view;
}
