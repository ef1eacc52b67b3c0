// SPDX-License-Identifier: MIT

import type { Random } from "../../modules/base/clock.ts";
import type {
  WiFi,
  WiFiConstructor,
  WiFiOptions,
  WiFiScanOptions,
} from "../../modules/ecma-419/wifi.ts";
import type { FakeTime } from "./fake-time.ts";

export interface ErraticWorld {
  readonly time: FakeTime;
  readonly random: Random;
  /** Networks that exist; the first one can be joined. */
  readonly names: readonly string[];
  /** False from the moment on at which the radio does everything right. */
  isErratic: boolean;
  /** `ticks` of each call of `connect` and `scan`. */
  readonly connects: number[];
  readonly scans: number[];
  /** Timers of the radio itself that are still set. */
  pending: number;
  /** Callbacks made after `close`, which nobody may act on. */
  late: number;
}

const values: readonly number[] = [200, 300, 400, 500];
const reasons = ["password", "not-found", "no-address", "lost", "radio", undefined] as const;
const addresses = ["192.168.4.20", "10.0.0.9", "fe80::1234", undefined] as const;

/**
 * Makes a Wi-Fi interface whose events are late, missing, repeated and contradictory: what it tells
 * changes without a word, calls throw, scans never end or end twice, and a closed one goes on
 * talking. Once `isErratic` is false it joins the first network within two seconds.
 */
export function erraticRadio(world: ErraticWorld): WiFiConstructor {
  const { time, random, names } = world;
  const dice = (odds: number) => world.isErratic && random() < odds;
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;

  return class implements WiFi {
    readonly #onChanged: WiFiOptions["onChanged"];
    #told = 200;
    #joining = "";
    #isClosed = false;
    #attempt = 0;
    readonly MAC = "02AA000000A1";

    constructor({ onChanged }: WiFiOptions) {
      if (dice(0.1)) throw new Error("no interface");
      this.#onChanged = onChanged;
    }

    get connection(): number {
      return dice(0.1) ? pick(values) : this.#told;
    }
    get address(): string | undefined {
      if (world.isErratic) return random() < 0.7 ? addresses[0] : pick(addresses);
      return this.#told === 500 ? addresses[0] : undefined;
    }
    get SSID(): string | undefined {
      if (dice(0.1)) return pick([...names, undefined]);
      return this.#told >= 400 ? this.#joining : undefined;
    }
    get RSSI(): number | undefined {
      return dice(0.2) ? undefined : -40 - Math.floor(random() * 50);
    }
    get reason(): WiFi["reason"] {
      return dice(0.5) ? pick(reasons) : undefined;
    }

    scan({ onFound, onComplete }: WiFiScanOptions): void {
      world.scans.push(time.ticks());
      if (dice(0.1)) throw new Error("busy");
      const count = world.isErratic ? Math.floor(random() * 6) : 1;
      for (let n = 0; n < count; n++) {
        const SSID = world.isErratic ? pick([...names, "", "foreign"]) : (names[0] ?? "");
        const RSSI = world.isErratic ? -30 - Math.floor(random() * 65) : -50;
        this.#later(1_000, () => onFound?.({ SSID, RSSI, channel: 1 }));
      }
      const ends = world.isErratic ? Math.floor(random() * 4) : 1;
      for (let n = 0; n < ends; n++) this.#later(2_000, () => onComplete?.());
    }

    connect({ SSID }: { readonly SSID: string }): void {
      world.connects.push(time.ticks());
      if (dice(0.1)) throw new Error("already connecting");
      this.#joining = SSID;
      const attempt = ++this.#attempt;
      if (!dice(0.2)) this.#become(300);
      const steps = world.isErratic ? Math.floor(random() * 6) : 0;
      for (let n = 0; n < steps; n++) {
        this.#later(20_000, () => this.#become(pick(values)));
      }
      if (world.isErratic) return;
      time.set(() => this.#finish(attempt, SSID === names[0] ? 400 : 200), 700);
      if (SSID === names[0]) time.set(() => this.#finish(attempt, 500), 1_600);
    }

    disconnect(): void {
      this.#attempt++;
      if (dice(0.1)) throw new Error("not now");
      if (!dice(0.1)) this.#become(200);
    }

    configure(): void {
      if (dice(0.1)) throw new Error("refused");
    }

    close(): void {
      this.#isClosed = true;
      this.#attempt++;
      if (dice(0.1)) throw new Error("stuck");
    }

    #finish(attempt: number, connection: number): void {
      if (attempt === this.#attempt) this.#become(connection);
    }

    #become(connection: number): void {
      this.#told = connection;
      const times = world.isErratic ? Math.floor(random() * 3) : 1;
      for (let n = 0; n < times; n++) this.#later(1_500, () => this.#onChanged?.("connection"));
    }

    /** Does something within `ms`, also after the end, as long as the radio is erratic. */
    #later(ms: number, action: () => void): void {
      world.pending++;
      const wait = world.isErratic ? random() * ms : Math.min(ms, 500);
      time.set(() => {
        world.pending--;
        if (this.#isClosed) world.late++;
        action();
      }, wait);
    }
  };
}
