// SPDX-License-Identifier: MIT

import { AccessPoint, type AccessPointOptions } from "../../hosts/virtual/access-point.ts";
import { AccessPoints } from "../../hosts/virtual/access-points.ts";
import {
  createWiFi,
  type VirtualConnectOptions,
  type VirtualWiFiWorld,
} from "../../hosts/virtual/wifi.ts";
import { WiFiManager } from "../../modules/wifi/wifi-manager.ts";
import type { WiFiManagerOptions } from "../../modules/wifi/wifi-options.ts";
import { FakeTime } from "./fake-time.ts";
import { LogBook } from "./log-book.ts";
import { seededRandom } from "./random.ts";

export interface WiFiBenchOptions extends Partial<WiFiManagerOptions> {
  /** Of the network "lab", which has the password "right password". */
  readonly password?: string;
  readonly world?: Partial<VirtualWiFiWorld>;
  /** Access points in range beside "lab" (channel 6, -50 dBm). */
  readonly others?: readonly AccessPointOptions[];
  readonly seed?: number;
}

/** One call of the radio, at `ticks` ms. */
export interface RadioCall {
  readonly ticks: number;
  readonly call: "open" | "close" | "scan" | "disconnect" | "configure" | `connect ${string}`;
}

/** A Wi-Fi manager with a simulated radio among simulated access points, started. */
export function wifiBench(options: WiFiBenchOptions = {}) {
  const { password = "right password", world = {}, others = [], seed = 1, ...own } = options;
  const time = new FakeTime();
  const accessPoints = new AccessPoints();
  const add = (point: AccessPointOptions) => accessPoints.add(new AccessPoint({ seed, ...point }));
  const lab = add({ SSID: "lab", password: "right password", channel: 6, RSSI: -50 });
  for (const other of others) add(other);
  const book = new LogBook();
  const calls: string[] = [];
  const radio: RadioCall[] = [];
  const configurations: object[] = [];
  const note = (call: RadioCall["call"]) => radio.push({ ticks: time.ticks(), call });
  const Virtual = createWiFi({
    accessPoints,
    time,
    timers: {
      set: (callback, delay) => time.set(callback, delay),
      clear: (timer) => time.clear(timer as never),
    },
    MAC: "02AA000000A1",
    seed,
    ...world,
  });
  class Recorded extends Virtual {
    constructor(options: ConstructorParameters<typeof Virtual>[0]) {
      note("open");
      super(options);
    }
    override scan(options: Parameters<InstanceType<typeof Virtual>["scan"]>[0]): void {
      note("scan");
      super.scan(options);
    }
    override connect(options: VirtualConnectOptions): void {
      const { SSID, channel } = options;
      note(`connect ${SSID}${channel === undefined ? "" : ` on ${channel}`}`);
      super.connect(options);
    }
    override disconnect(): void {
      note("disconnect");
      super.disconnect();
    }
    override configure(options: object): void {
      configurations.push(options);
      super.configure(options);
    }
    override close(): void {
      note("close");
      super.close();
    }
  }
  const manager = new WiFiManager({
    wifi: { io: Recorded as never },
    clock: time,
    timers: time,
    random: seededRandom(seed),
    log: book.log,
    networks: [{ SSID: "lab", password }],
    owner: {
      online: (address) => calls.push(`online ${address}`),
      offline: () => calls.push("offline"),
    },
    ...own,
  });
  manager.start();
  const named = (SSID: string) => {
    const found = accessPoints.named(SSID);
    if (!found) throw new Error(`there is no access point ${SSID}`);
    return found;
  };
  const timesOf = (start: string) =>
    radio.filter(({ call }) => call.startsWith(start)).map(({ ticks }) => ticks);
  return { time, accessPoints, lab, named, book, calls, radio, timesOf, configurations, manager };
}

export type WiFiBench = ReturnType<typeof wifiBench>;
