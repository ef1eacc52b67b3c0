// SPDX-License-Identifier: MIT

import { labNetwork } from "../../hosts/virtual/access-points.ts";
import { createAccessPoint, OwnNetwork } from "../../hosts/virtual/own-network.ts";
import { BoardPortal } from "../../modules/app/board-portal.ts";
import { networksOf } from "../../modules/app/network-settings.ts";
import { settingList } from "../../modules/app/setting-list.ts";
import type { LogLine } from "../../modules/base/log.ts";
import { Settings } from "../../modules/settings/settings.ts";
import { MemoryKeyValue } from "./memory-key-value.ts";
import { MemoryNetwork } from "./memory-network.ts";
import { seededRandom } from "./random.ts";
import { PortalGuest } from "./web-guest.ts";
import { wifiBench } from "./wifi-bench.ts";

/** The portal of a board with its settings and its Wi-Fi, and somebody with a phone. */
export class PortalBench {
  readonly settings;
  readonly store = new MemoryKeyValue();
  readonly wifi;
  readonly network: MemoryNetwork;
  readonly ownNetwork = new OwnNetwork();
  readonly portal: BoardPortal;
  readonly guest: PortalGuest;
  /** What was logged, and what was shown and not kept. */
  readonly lines: LogLine[] = [];
  readonly shown: LogLine[] = [];
  readonly restarts: string[] = [];

  constructor(given: Readonly<Record<string, unknown>> = {}) {
    this.settings = new Settings({ list: settingList, store: this.store, given });
    let portal: BoardPortal | undefined;
    const stranded = () => portal?.stranded();
    const owner = { online: () => {}, offline: () => {}, stranded };
    const lab = { ...labNetwork, RSSI: -60 };
    const networks = networksOf(this.settings);
    this.wifi = wifiBench({ networks, others: [lab], owner });
    const { time, manager } = this.wifi;
    this.network = new MemoryNetwork(time);
    this.guest = new PortalGuest(this.network);
    portal = new BoardPortal({
      host: {
        clock: time,
        timers: time,
        random: seededRandom(1),
        system: { name: "test", MAC: "A1B2C3000001", restart: (why) => this.restarts.push(why) },
        network: {
          ...this.network.providers,
          wifi: undefined as never,
          accessPoint: { io: createAccessPoint(this.ownNetwork) },
          listener: this.network.listener,
        },
      },
      settings: this.settings,
      console: { log: (line) => this.lines.push(line), show: (line) => this.shown.push(line) },
      wifi: manager,
      sniffer: undefined,
      close: (onClosed) => onClosed(),
    });
    this.portal = portal;
    if (networks.length === 0) portal.stranded();
  }

  run(ms: number): this {
    this.wifi.time.advance(ms);
    return this;
  }

  /** The text that was logged last with this event, or "". */
  textOf(event: string): string {
    return this.lines.findLast((line) => line.event === event)?.text ?? "";
  }

  get isOpen(): boolean {
    return this.ownNetwork.SSID !== undefined;
  }
}
