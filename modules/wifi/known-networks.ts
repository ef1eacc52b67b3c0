// SPDX-License-Identifier: MIT

/** A network that the board may join. */
export interface KnownNetwork {
  readonly SSID: string;
  /** Empty for an open network. */
  readonly password: string;
}

/** Where and how strongly a network was heard. */
export interface HeardNetwork {
  readonly SSID: string;
  /** dBm. */
  readonly RSSI: number;
}

/** A known network and what has happened with it; times in ms of the monotonic clock. */
interface Entry extends KnownNetwork {
  readonly rank: number;
  failures: number;
  failedAt: number;
  blockedUntil: number;
}

/** More than this says no more: even the weakest chance has come by then. */
const maxFailures = 10;
/** One failure is forgotten after so long without another, ms. */
const forgetAfter = 180_000;

/** The networks that the board knows, the preferred one first, and how they have behaved lately. */
export class KnownNetworks {
  #entries: readonly Entry[] = [];

  /** Networks without a name and those named before are left out. */
  constructor(networks: readonly KnownNetwork[]) {
    this.replace(networks);
  }

  /** Takes another list; what has happened with a network is kept while its password is the same. */
  replace(networks: readonly KnownNetwork[]): void {
    const named = networks.filter(({ SSID }, index) => {
      return SSID !== "" && networks.findIndex((other) => other.SSID === SSID) === index;
    });
    this.#entries = named.map(({ SSID, password }, rank) => {
      const old = this.find(SSID);
      if (old?.password === password) return { ...old, rank };
      return { SSID, password, rank, failures: 0, failedAt: -1, blockedUntil: 0 };
    });
  }

  get list(): readonly KnownNetwork[] {
    return this.#entries;
  }

  /** What the interface needs to join a network. */
  credentialsOf(SSID: string): { readonly SSID: string; readonly password?: string } {
    const password = this.named(SSID)?.password ?? "";
    return password === "" ? { SSID } : { SSID, password };
  }

  /** True for a known network with a password. */
  isProtected(SSID: string): boolean {
    return (this.find(SSID)?.password ?? "") !== "";
  }

  named(SSID: string): KnownNetwork | undefined {
    return this.#entries.find((entry) => entry.SSID === SSID);
  }

  /** The first of the list, when it may be tried now. */
  preferredAt(now: number): KnownNetwork | undefined {
    const [first] = this.#entries;
    return first && first.blockedUntil <= now ? first : undefined;
  }

  /** Joining failed or the connection broke, as bad as `count` failures; left alone for `pause` ms. */
  failed(SSID: string, now: number, pause: number, count = 1): void {
    const entry = this.find(SSID);
    if (!entry) return;
    entry.failures = Math.min(maxFailures, recentFailures(entry, now) + count);
    entry.failedAt = now;
    entry.blockedUntil = now + pause;
  }

  /** It has held: what was before is forgotten. */
  held(SSID: string): void {
    const entry = this.find(SSID);
    if (entry) entry.failures = 0;
  }

  /** ms until at least one network may be tried; 0 when one may be now. */
  pauseAt(now: number): number {
    const times = this.#entries.map(({ blockedUntil }) => blockedUntil - now);
    return Math.max(0, Math.min(...times));
  }

  /** The best of those that may be tried now. */
  choose(heard: readonly HeardNetwork[], now: number): KnownNetwork | undefined {
    let best: Entry | undefined;
    let bestScore = 0;
    for (const entry of this.#entries) {
      if (entry.blockedUntil > now) continue;
      const score = this.score(entry, heard, now);
      // Between equals it is the turn of the one whose last failure is longer ago.
      const isBetter = score > bestScore || (score === bestScore && isEarlier(entry, best));
      if (best && !isBetter) continue;
      best = entry;
      bestScore = score;
    }
    return best;
  }

  /** The score of a network heard at `RSSI` dBm; undefined when it is not known or not to be tried. */
  scoreOf({ SSID, RSSI }: HeardNetwork, now: number): number | undefined {
    const entry = this.find(SSID);
    if (!entry || entry.blockedUntil > now) return undefined;
    return scoreOf({ rank: entry.rank, RSSI, failures: recentFailures(entry, now) });
  }

  private score(entry: Entry, heard: readonly HeardNetwork[], now: number): number {
    const RSSI = heard.find(({ SSID }) => SSID === entry.SSID)?.RSSI;
    return scoreOf({ rank: entry.rank, RSSI, failures: recentFailures(entry, now) });
  }

  private find(SSID: string): Entry | undefined {
    return this.#entries.find((entry) => entry.SSID === SSID);
  }
}

function recentFailures({ failures, failedAt }: Entry, now: number): number {
  return Math.max(0, failures - Math.floor((now - failedAt) / forgetAfter));
}

function isEarlier(entry: Entry, other: Entry | undefined): boolean {
  return other !== undefined && entry.failedAt < other.failedAt;
}

/** What speaks for and against joining a network. */
export interface NetworkChances {
  /** Place in the list of known networks; 0 is the preferred one. */
  readonly rank: number;
  /** dBm; undefined when the scan has not heard it, as with a hidden network. */
  readonly RSSI: number | undefined;
  /** Recent failures. */
  readonly failures: number;
}

/** Stronger or weaker than this makes no difference, dBm. */
const maxRSSI = -55;
const minRSSI = -95;
/** A network that was not heard counts as this, dBm: tried when those that were heard have failed. */
const unheardRSSI = -120;
/** What one place in the list and one failure weigh, dB. */
const rankWeight = 12;
const failureWeight = 10;

/** How good a network looks, in dB; the highest is joined. */
export function scoreOf({ rank, RSSI, failures }: NetworkChances): number {
  const level = RSSI === undefined ? unheardRSSI : Math.min(maxRSSI, Math.max(minRSSI, RSSI));
  return level - rankWeight * rank - failureWeight * failures;
}
