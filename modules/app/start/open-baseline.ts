// SPDX-License-Identifier: MIT

import {
  type BaselineEvent,
  BaselineKeeper,
  type BaselineSensor,
} from "../../air-quality/baseline-keeper.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import type { BoardSettings } from "../setting-list.ts";

export interface OpenBaselineParts {
  readonly settings: BoardSettings;
  readonly log: Log;
  readonly sensor: BaselineSensor;
}

function textOf(event: BaselineEvent): string {
  switch (event.kind) {
    case "saved":
    case "restored":
      return `baseline ${event.baseline} ${event.kind}`;
    case "ignored":
      return `the stored baseline is not used: ${event.why}`;
    case "failed":
      return `the baseline could not be stored: ${event.why}`;
    default:
      return event satisfies never;
  }
}

/** Keeps the gas sensor's baseline over power cycles, and tells what becomes of it. */
export function openBaseline(host: Host, parts: OpenBaselineParts): BaselineKeeper {
  const { clock, timers, storage } = host;
  const { settings, log, sensor } = parts;
  return new BaselineKeeper({
    sensor,
    store: storage.open({ path: "baseline", format: "buffer" }),
    clock,
    timers,
    maximumAgeDays: settings.get("baseline.max-age"),
    onEvent: (event) => {
      const level = event.kind === "failed" ? "warn" : "info";
      log({ level, part: "ccs811", event: `baseline-${event.kind}`, text: textOf(event) });
    },
  });
}
