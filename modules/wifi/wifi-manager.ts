// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../base/clock.ts";
import { type KnownNetwork, KnownNetworks } from "./known-networks.ts";
import { LastNetwork } from "./last-network.ts";
import { LinkWatch } from "./link-watch.ts";
import type { ScanReply } from "./network-scan.ts";
import { NetworkSearch, type NetworkSearchOwner } from "./network-search.ts";
import { idle, Radio, type RadioOwner } from "./radio.ts";
import { RetryPlan, type RetryPlanOwner } from "./retry-plan.ts";
import { WiFiError } from "./wifi-error.ts";
import { WiFiLog } from "./wifi-log.ts";
import type { WiFiManagerOptions, WiFiOwner, WiFiPlace } from "./wifi-options.ts";
import type { WiFiReason } from "./wifi-state.ts";
import { nextWiFiState, type WiFiEvent, type WiFiState, whyNoScan } from "./wifi-state.ts";
import { WiFiHistory, type WiFiStatus } from "./wifi-status.ts";

/** Longest time until the access point lets the board in, ms. */
const joinLimit = 15_000;

/** The same where a scan has not found it: it may have moved, ms. */
const directJoinLimit = 5_000;

/** Longest time from then on until there is an address, ms. */
const addressLimit = 30_000;

/** How often the interface is looked at, ms. */
const pollInterval = 2_000;

/** A connection that has lasted so long holds, ms. */
const stable = 30_000;

/** A network from which nothing has come back for so long is left, ms. */
const silenceLimit = 300_000;

/** A board that has not been on a network for so long needs help, ms. */
const strandedTime = 600_000;

/** Time for the end of the old connection to be reported before a new one is asked for, ms. */
const settleTime = 1_000;

/**
 * Keeps the board on one of its Wi-Fi networks: scans, chooses, joins, watches, moves to a stronger
 * one, and tries again with growing pauses, for ever. After a start it tries its preferred network
 * once without a scan, when it was the last one, on the channel where it was.
 */
export class WiFiManager implements RadioOwner, NetworkSearchOwner, RetryPlanOwner {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #owner: WiFiOwner | undefined;
  readonly #log: WiFiLog;
  readonly #known: KnownNetworks;
  readonly #radio: Radio;
  readonly #watch: LinkWatch;
  readonly #search: NetworkSearch;
  readonly #plan: RetryPlan;
  readonly #last: LastNetwork | undefined;
  readonly #history = new WiFiHistory();
  #state: WiFiState = { kind: "off" };
  #timer: Timer | undefined;
  #poll: Timer | undefined;
  /** Nothing has been tried since the start. */
  #isFresh = false;
  /** Where the preferred network was before a sleep, until that was tried. */
  #place: WiFiPlace | undefined;
  /** The owner takes the board for online. */
  #isAnnounced = false;
  /** Since when nothing has come back, with this network and those before; undefined: it does. */
  #silentSince: number | undefined;
  /** The stronger network that the board is leaving for. */
  #better = "";

  constructor(options: WiFiManagerOptions) {
    const { wifi, clock, timers, random, log, store, reboot, configuration = {} } = options;
    this.#clock = clock;
    this.#timers = timers;
    this.#owner = options.owner;
    this.#log = new WiFiLog(log);
    this.#last = store && new LastNetwork(store, log);
    this.#place = options.place;
    const known = new KnownNetworks(options.networks);
    const radio = new Radio({ io: wifi.io, configuration, owner: this });
    this.#known = known;
    this.#radio = radio;
    this.#watch = new LinkWatch(radio);
    this.#search = new NetworkSearch({ radio, known, clock, timers, log, owner: this });
    this.#plan = new RetryPlan({ known, clock, random, log, store, reboot, owner: this });
  }

  get state(): WiFiState {
    return this.#state;
  }

  /** Where the preferred network is; undefined: it is not joined, or the host does not tell. */
  get place(): WiFiPlace | undefined {
    const { channel, BSSID } = this.#radio;
    const state = this.#state;
    const isPreferred = state.kind === "online" && state.SSID === this.#known.list[0]?.SSID;
    return isPreferred && channel !== undefined && BSSID !== undefined
      ? { channel, BSSID }
      : undefined;
  }

  /** The networks to join, the preferred one first. */
  get networks(): readonly KnownNetwork[] {
    return this.#known.list;
  }

  /**
   * Takes another list of networks at once: looks for one where the board has none, and leaves one
   * that is not in the list any more, or has another password now.
   */
  use(networks: readonly KnownNetwork[]): void {
    const state = this.#state;
    const inUse = "SSID" in state ? this.#known.named(state.SSID) : undefined;
    this.#known.replace(networks);
    if (state.kind === "off") return;
    const isKept = inUse && this.#known.named(inUse.SSID)?.password === inUse.password;
    if (this.#known.list.length === 0) this.go({ kind: "give-up", reason: "unset" });
    else if (state.kind === "failed") this.start();
    else if (!isKept) this.go({ kind: "search" });
  }

  /** Something came back from the network, if only a refusal. */
  answered(): void {
    this.#silentSince = undefined;
  }

  /**
   * Nothing came back from the network to what was asked. After five minutes of that the network is
   * left as one that has failed; the owner is notified.
   */
  unanswered(): void {
    if (this.#state.kind !== "online") return;
    this.#silentSince ??= this.now;
    if (this.now - this.#silentSince >= silenceLimit) this.fail("silent");
  }

  /** Starts, also after `stop`; does nothing while it runs. */
  start(): void {
    const { kind } = this.#state;
    if (kind !== "off" && kind !== "failed") return;
    if (this.#known.list.length === 0) {
      this.go({ kind: "give-up", reason: "unset" });
      return;
    }
    this.#isFresh = true;
    this.#poll ??= this.#timers.repeat(() => this.poll(), pollInterval);
    this.go({ kind: "start" });
  }

  /** Leaves the network and closes the radio until the next `start`; the owner is notified. */
  stop(): void {
    this.go({ kind: "stop" });
  }

  /** As `stop`, without a call. */
  close(): void {
    this.#state = { kind: "off" };
    this.#isAnnounced = false;
    this.release();
  }

  /** Scans; the networks in range go to `reply`, as lines. Throws WiFiError when it cannot now. */
  scan(reply: ScanReply): void {
    const why = whyNoScan(this.#state);
    if (why !== undefined) throw new WiFiError({ code: "wifi/no-scan", what: "no scan", why });
    if (!this.#radio.open()) {
      throw new WiFiError({
        code: "wifi/no-scan",
        what: "no scan",
        why: "the radio does not open",
      });
    }
    this.#search.show(reply);
  }

  /** Name of the network in a line (from 1 on) of the table of the last scan for a person, or "". */
  shownAt(number: number): string {
    return this.#search.shownAt(number);
  }

  /** A snapshot for the console and the status payload. */
  status(): WiFiStatus {
    const [state, radio, plan, now] = [this.#state, this.#radio, this.#plan, this.now];
    return this.#history.status({ state, radio, plan, now });
  }

  /** For the radio. */
  radioChanged(): void {
    this.look();
  }

  /** For the radio. */
  radioFailed(text: string): void {
    this.#log.trouble(text);
  }

  /** For the search. */
  networkChosen(SSID: string | undefined, wasHeard: boolean): void {
    if (this.#state.kind !== "scanning") return;
    this.#watch.begin(wasHeard);
    if (SSID !== undefined) this.go({ kind: "choose", SSID });
    // All have been blocked because their passwords were wrong.
    else this.fail("password");
  }

  /** For the search: where no network is set, the radio was opened to see which there are. */
  searchEnded(): void {
    if (this.#state.kind === "failed") this.#radio.close();
  }

  /** For the search. */
  strongerFound(SSID: string): void {
    this.#better = SSID;
    this.fail("roaming");
  }

  /** For the retry plan. */
  resetRadio(): void {
    this.#log.resetting();
    this.#search.cancel();
    this.#radio.close();
  }

  private go(event: WiFiEvent): void {
    const before = this.#state;
    const state = nextWiFiState(before, event);
    if (state === before) return;
    this.#state = state;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
    if (this.#isAnnounced && state.kind !== "online") {
      this.#isAnnounced = false;
      this.#owner?.offline();
    }
    // Whoever was told may have switched it off.
    if (this.#state === state) this.enter(state, before);
  }

  private enter(state: WiFiState, before: WiFiState): void {
    switch (state.kind) {
      case "scanning":
        this.seek();
        break;
      case "connecting":
        this.join(state.SSID, state.channel);
        break;
      case "getting-address":
        if (before.kind === "online") this.#log.addressLost();
        this.expect(addressLimit, "no-address");
        break;
      case "online":
        this.online(state.SSID, state.address, before.kind !== "online");
        break;
      case "waiting":
        this.wait(state.reason, before);
        break;
      default:
        this.#log.resting(state);
        this.release();
        if (state.kind === "failed" && state.reason === "unset") this.#owner?.stranded?.();
    }
  }

  private seek(): void {
    if (!this.#radio.open()) {
      this.fail("radio");
      return;
    }
    // Left over from before; its end is reported while the scan goes on.
    if (this.#radio.connection !== idle) this.#radio.disconnect();
    if (this.joinDirectly()) return;
    this.#log.scanning();
    this.#search.choose(this.#plan.failures === 0);
  }

  /** False when a scan must tell what to join, and where it is. */
  private joinDirectly(): boolean {
    const SSID = this.#isFresh ? this.#known.preferredAt(this.now)?.SSID : undefined;
    this.#isFresh = false;
    const stored = SSID === undefined ? undefined : this.#last?.channelOf(SSID);
    const channel = stored && (this.#place?.channel ?? stored);
    if (SSID === undefined || channel === undefined) return false;
    this.#watch.begin(false);
    this.go({ kind: "choose", SSID, channel });
    return true;
  }

  private join(SSID: string, channel: number | undefined): void {
    this.#search.cancel();
    this.#log.connecting(SSID, channel);
    const credentials = this.#known.credentialsOf(SSID);
    const place = channel === undefined ? undefined : (this.#place ?? { channel });
    this.#place = undefined;
    const isTrying = this.#radio.connect({ ...credentials, ...place });
    const limit = channel === undefined ? joinLimit : directJoinLimit;
    // Not at once: what follows a failure is deep, and so is the way here.
    this.expect(isTrying ? limit : 0, "radio");
    if (isTrying) this.look();
  }

  /** Gives up after `limit` ms, for the reason that the interface tells, or else `reason`. */
  private expect(limit: number, reason: WiFiReason): void {
    this.#timer = this.#timers.set(() => this.fail(this.#radio.reason ?? reason), limit);
  }

  private online(SSID: string, address: string, isNew: boolean): void {
    if (isNew) {
      this.#history.joined(this.now);
      // One that may be as silent as the last has the same time, and has to show that it is not.
      if (this.#silentSince !== undefined) this.#silentSince = this.now;
      this.#search.joined();
    }
    this.#log.online(SSID, this.#radio.RSSI, address);
    // In a turn of its own: whoever waits for the network begins a lot now.
    this.#timer = this.#timers.set(() => this.announce(address), 0);
  }

  private announce(address: string): void {
    this.#timer = undefined;
    this.#isAnnounced = true;
    this.#owner?.online(address);
  }

  private wait(reason: WiFiReason, before: WiFiState): void {
    this.#radio.disconnect();
    this.#history.lastReason = reason;
    if (reason === "roaming") {
      this.#watch.begin(true);
      this.#log.roaming(this.#better);
      this.after(settleTime, { kind: "choose", SSID: this.#better });
      return;
    }
    const SSID = "SSID" in before ? before.SSID : undefined;
    const channel = before.kind === "connecting" ? before.channel : undefined;
    if (SSID !== undefined && channel !== undefined) {
      // It may be elsewhere, which does not speak against it.
      const delay = this.#plan.failed(reason, undefined);
      this.#log.missed(SSID, channel, delay);
      this.again(delay);
      return;
    }
    const delay = this.#plan.failed(reason, SSID);
    this.#log.waiting(reason, this.#known.list.length > 1 ? SSID : undefined, delay);
    this.again(delay);
  }

  private again(delay: number): void {
    this.after(delay, { kind: "start" });
    if (this.#plan.offlineTime >= strandedTime) this.#owner?.stranded?.();
  }

  private after(delay: number, event: WiFiEvent): void {
    this.#history.nextTry = this.now + delay;
    this.#timer = this.#timers.set(() => this.go(event), delay);
  }

  private look(): void {
    const event = this.#watch.look(this.#state);
    if (!event) return;
    const isJoined = event.kind === "joined" || event.kind === "address";
    if (isJoined && this.isImitation()) this.fail("unprotected");
    else this.go(event);
  }

  /** The radio has joined a network without protection under the name of one that has a password. */
  private isImitation(): boolean {
    const state = this.#state;
    if (!this.#radio.isOpen || !("SSID" in state)) return false;
    return this.#known.isProtected(state.SSID);
  }

  private poll(): void {
    this.look();
    const state = this.#state;
    if (state.kind !== "online") return;
    const isStable = this.now - this.#history.onlineSince >= stable;
    if (isStable && this.#silentSince === undefined) this.hold(state.SSID);
    const { RSSI } = this.#radio;
    if (RSSI !== undefined) this.#search.measure(RSSI);
  }

  /** The connection has held. */
  private hold(SSID: string): void {
    this.#plan.held(SSID);
    const { channel } = this.#radio;
    if (channel !== undefined) this.#last?.held(SSID, channel, this.now);
  }

  private fail(reason: WiFiReason): void {
    this.go({ kind: "failed", reason });
  }

  private release(): void {
    for (const timer of [this.#timer, this.#poll]) this.#timers.clear(timer);
    this.#timer = undefined;
    this.#poll = undefined;
    this.#search.cancel();
    this.#radio.close();
  }

  private get now(): number {
    return this.#clock.ticks();
  }
}
