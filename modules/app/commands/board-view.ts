// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import type { Console } from "../../console/console.ts";
import type { MqttSession } from "../../mqtt/session.ts";
import type { PortalParts } from "../board-portal.ts";
import type { SafeMode } from "../safe-mode.ts";
import type { BoardSettings } from "../setting-list.ts";
import type { RunningGas } from "../start/start-gas.ts";
import type { PlatformView, RunningPlatforms } from "../start/start-platforms.ts";
import type { RunningRules } from "../start/start-rules.ts";
import type { ReadingPublisher } from "../telemetry/reading-publisher.ts";
import type { ReadingWebhook } from "../telemetry/reading-webhook.ts";
import type { TopicWatch } from "../telemetry/topic-watch.ts";
import type { GasView } from "./ccs811-command.ts";
import type { CO2View } from "./co2-command.ts";
import type { I2CView } from "./i2c-command.ts";
import type { PairView } from "./pair-commands.ts";
import type { PortalView } from "./portal-command.ts";
import type { SleepCommandView } from "./sleep-command.ts";
import type { TimeView } from "./time-command.ts";
import type { UpdateView } from "./update-command.ts";
import type { WiFiView } from "./wifi-command.ts";

/** The parts of a board, which its commands look at and act on. */
export interface BoardView
  extends PairView,
    PortalView,
    SleepCommandView,
    TimeView,
    UpdateView,
    WiFiView {
  readonly id: string;
  readonly host: Pick<
    Host,
    "clock" | "timers" | "random" | "crypto" | "system" | "storage" | "network"
  >;
  readonly settings: BoardSettings;
  readonly console: Console;
  readonly wifi: WiFiView["wifi"] & PortalParts["wifi"];
  readonly publisher: Pick<ReadingPublisher, "last" | "published">;
  readonly rules: Pick<RunningRules, "watchOf" | "refuses" | "toldOf">;
  /** Absent: `webhook.url` was not set at the start. */
  readonly webhook?: Pick<ReadingWebhook, "text" | "isBusy">;
  readonly sensors: GasView["sensors"] &
    CO2View["sensors"] &
    I2CView["sensors"] &
    PlatformView["sensors"] & { readonly gas: Pick<RunningGas, "identification"> };
  /** Undefined: no usable broker is set. */
  readonly session:
    | Pick<
        MqttSession,
        | "state"
        | "counters"
        | "outgoing"
        | "outboxCount"
        | "behind"
        | "publish"
        | "subscribe"
        | "unsubscribe"
        | "retry"
      >
    | undefined;
  /** Topics shown on the console; undefined without a session. */
  readonly watch: TopicWatch | undefined;
  /** Absent: no platform has been started. */
  platforms?: RunningPlatforms;
  /** Absent: the board has all its parts. */
  readonly safeMode?: Pick<SafeMode, "text">;
  /**
   * Says goodbye to the broker, in these words if any, and to platforms; calls back once, after at most 1.5 s.
   */
  close: (onClosed: () => void, goodbye?: string) => void;
}
