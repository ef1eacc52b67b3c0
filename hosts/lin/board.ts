// SPDX-License-Identifier: MIT

import type { BoardWiring } from "../../modules/base/host.ts";
import type { WiFiConstructor } from "../../modules/ecma-419/wifi.ts";
import { AccessPoints, labNetwork } from "../virtual/access-points.ts";
import { Air } from "../virtual/air.ts";
import { BME280Chip } from "../virtual/chips/bme280.ts";
import { CCS811Chip } from "../virtual/chips/ccs811.ts";
import { DHTChip } from "../virtual/chips/dht.ts";
import { createI2C } from "../virtual/i2c.ts";
import { I2CBus } from "../virtual/i2c-bus.ts";
import { createPulseSource } from "../virtual/pulse-source.ts";
import { createSniffer, type VirtualSnifferConstructor } from "../virtual/sniffer.ts";
import type { VirtualTime, VirtualTimers } from "../virtual/virtual-time.ts";
import { createWiFi } from "../virtual/wifi.ts";

export interface VirtualBoardOptions {
  readonly time: VirtualTime;
  readonly timers: VirtualTimers;
  /** Of the radio, 12 hex digits. */
  readonly MAC: string;
  /** The same seed gives the same room and the same networks around it. */
  readonly seed: number;
}

/** What a simulated board has of hardware. */
export interface VirtualBoard {
  readonly wiring: BoardWiring;
  readonly wifi: WiFiConstructor;
  readonly frames: VirtualSnifferConstructor;
  /** Settings with which it finds its network, and a broker on the same PC. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** GPIO of the DHT22, as in the other hosts. */
const pulsePin = 4;

/** A board with CCS811, BME280 and DHT22 in a simulated room, with Wi-Fi networks in range. */
export function createBoard(options: VirtualBoardOptions): VirtualBoard {
  const { time, timers, MAC, seed } = options;
  const air = new Air({ seed });
  const bus = new I2CBus();
  bus.attach(new CCS811Chip({ time, air, seed }));
  bus.attach(new BME280Chip({ time, air }));
  const chips = new Map([[pulsePin, new DHTChip({ time, air, seed })]]);
  const radio = { time, timers, accessPoints: AccessPoints.around(seed) };
  return {
    wiring: {
      i2c: { io: createI2C(bus), data: 21, clock: 22 },
      pulses: { io: createPulseSource({ chips, timers }), pin: pulsePin },
    },
    wifi: createWiFi({ ...radio, MAC, seed }),
    frames: createSniffer(radio),
    settings: {
      "wifi.ssid": labNetwork.SSID,
      "wifi.password": labNetwork.password,
      "mqtt.broker": "mqtt://127.0.0.1:1883",
    },
  };
}
