// SPDX-License-Identifier: MIT

import type { MemoryUse } from "../../base/memory-use.ts";
import { counted, type SessionCounters } from "../../mqtt/counters.ts";
import type { WiFiStatus } from "../../wifi/wifi-status.ts";
import type { SleepFacts } from "../sleep/board-sleep.ts";

/** What a board knows about how it is. */
export interface HealthFacts {
  readonly version: string;
  /** Time since the start, ms. */
  readonly ticks: number;
  /** What has ended the run before; undefined where the host does not know. */
  readonly reset: string | undefined;
  /** Without sensors and rules, after too many crashes. */
  readonly isSafe?: boolean;
  /** Undefined where the host does not know. */
  readonly memory: MemoryUse | undefined;
  /** Longest turn of the loop since the start, ms; undefined where nobody measures. */
  readonly longestTurn: number | undefined;
  readonly wifi: WiFiStatus;
  readonly mqtt: Readonly<SessionCounters>;
  /** Readings handed to MQTT since the start. */
  readonly readings: number;
  /** Of a board that sleeps: the last time awake; undefined: there was none. */
  readonly sleep?: SleepFacts | undefined;
  /** Console lines that were lost. */
  readonly linesLost: number;
}

/**
 * The payload of `…/health`: `up` in s, `longestTurn` in ms, RSSI in dBm, chunks in bytes, counters
 * since the start. Counters that are 0 and what is not known are left out.
 */
export function encodeHealth(name: string, facts: HealthFacts): string {
  const { SSID, RSSI, channel, address, uptime, reconnects, resets, reboots } = facts.wifi;
  return JSON.stringify({
    [name]: {
      version: facts.version,
      up: seconds(facts.ticks),
      reset: facts.reset,
      mode: facts.isSafe ? "safe" : undefined,
      readings: facts.readings,
      linesLost: facts.linesLost || undefined,
      memory: facts.memory,
      longestTurn: facts.longestTurn === undefined ? undefined : Math.ceil(facts.longestTurn),
      wifi: {
        SSID,
        RSSI,
        channel,
        address,
        up: uptime === undefined ? undefined : seconds(uptime),
        reconnects,
        resets,
        lastReason: facts.wifi.lastReason,
        reboots: reboots?.count,
        rebootReason: reboots?.reason,
      },
      mqtt: counted(facts.mqtt),
      sleep: facts.sleep && sleepOf(facts.sleep),
    },
  });
}

function sleepOf({ sleeps, misses, unkept, awake, steps }: SleepFacts) {
  return { sleeps, misses: misses || undefined, unkept: unkept || undefined, awake, steps };
}

function seconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
