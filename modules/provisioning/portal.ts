// SPDX-License-Identifier: MIT

import type { AccessPoint, AccessPointProvider } from "../base/access-point.ts";
import { messageOf } from "../base/app-error.ts";
import type { Clock, Timer, Timers } from "../base/clock.ts";
import { frozen } from "../base/frozen.ts";
import type { ListenerProvider } from "../ecma-419/listener.ts";
import type { UDPProvider } from "../ecma-419/udp.ts";
import type { WiFiScanResult } from "../ecma-419/wifi.ts";
import { parseForm } from "../http/form.ts";
import { type HttpResponse, plainResponse } from "../http/http-response.ts";
import { HttpServer, type HttpServerOwner } from "../http/http-server.ts";
import type { RequestReader } from "../http/request-reader.ts";
import type { KnownNetwork } from "../wifi/known-networks.ts";
import type { ScanReply } from "../wifi/network-scan.ts";
import type { Sniffer } from "../wifi/sniffer/sniffer.ts";
import type { WiFiManager } from "../wifi/wifi-manager.ts";
import { reasonTexts, type WiFiReason } from "../wifi/wifi-state.ts";
import { CaptiveDNS } from "./captive-dns.ts";
import { NetworkTrial, type NetworkTrialOwner } from "./network-trial.ts";
import {
  emptyEntry,
  entryOf,
  networkOf,
  type PortalEntry,
  type PortalProblems,
} from "./portal-form.ts";
import { formPage, textPage } from "./portal-page.ts";

/** What the portal needs of the host. */
export interface PortalNetwork {
  readonly accessPoint: AccessPointProvider;
  readonly listener: ListenerProvider;
  /** Absent: names are not answered, and the page is found by its address only. */
  readonly udp?: UDPProvider | undefined;
}

/** What the settings of the board say, and take. */
export interface PortalSettings {
  /** False: it is to close. */
  readonly isAllowed: boolean;
  /** The networks that are stored. */
  readonly networks: readonly KnownNetwork[];
  /** Undefined: the build gives it. */
  readonly broker: { readonly broker: string; readonly user: string } | undefined;
  /** What is wrong with what was entered. `network`: the one that is meant. */
  check(entry: PortalEntry, network: KnownNetwork | undefined): PortalProblems;
  /** Stores what was entered, once the network has been joined. Throws what the settings throw. */
  store(entry: PortalEntry, network: KnownNetwork | undefined): void;
}

export interface PortalOptions {
  readonly network: PortalNetwork;
  readonly clock: Pick<Clock, "ticks">;
  readonly timers: Timers;
  readonly wifi: Pick<WiFiManager, "state" | "networks" | "scan" | "use" | "start" | "stop">;
  /** Undefined: nothing else uses the radio. */
  readonly sniffer: Pick<Sniffer, "finish"> | undefined;
  readonly settings: PortalSettings;
  /** Of the board's own network. */
  readonly SSID: string;
  /** Undefined: whoever comes may join. */
  readonly password: string | undefined;
  /** Proves that a form comes from the page; letters and digits that nobody can guess. */
  readonly token: string;
  /** The board has opened it by itself, and closes it when it is on a network again. */
  readonly isAutomatic: boolean;
  readonly owner: PortalOwner;
}

/** Why a portal has closed. */
export type PortalEnd = "done" | "time" | "network" | "off" | "failed";

/** Who has opened a portal. */
export interface PortalOwner {
  /** The page is there, at this address. */
  portalOpened(url: string): void;
  /** Something has happened; `text` is for people. */
  portalSays(event: string, text: string): void;
  /** It has closed by itself. Not called after `close`. */
  portalClosed(why: PortalEnd): void;
}

const httpPort = 80;
const second = 1_000;
const minute = 60 * second;
/** It closes so long after it was opened or the page was asked for last, ms, and in any case after `longest`. */
const duration = 10 * minute;
const longest = 30 * minute;
/** Whoever has asked for the page is at it for so long, ms. */
const attention = 2 * minute;
/** So long somebody may see how it has ended, and so long it stays once that was seen, ms. */
const farewell = 60 * second;
const shortFarewell = 10 * second;
/** The access point opens with a list of networks, or after so long without one, ms. */
const scanPatience = 12 * second;
/** Looking for networks keeps the radio from those who use the page: not more often, ms. */
const scanInterval = 15 * second;
/** Networks in the list. */
const maxFound = 16;

/** What every page says of itself: nothing of it is for another page, and nothing is loaded from elsewhere. */
const pageHeaders: readonly string[] = frozen([
  "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "Referrer-Policy: same-origin",
]);

/**
 * Sets up a board from a phone: a network of the board's own, in which every name leads to a page with the
 * networks in range. What is entered there is checked as the settings check it, the network is tried, and
 * stored with the rest once it has been joined. Meanwhile the board goes on trying the networks it knows.
 */
export class Portal implements HttpServerOwner, ScanReply, NetworkTrialOwner {
  readonly #options: PortalOptions;
  readonly #openedAt: number;
  readonly #timer: Timer;
  #accessPoint: AccessPoint | undefined;
  #server: HttpServer | undefined;
  #dns: CaptiveDNS | undefined;
  #isAnnounced = false;
  #found: readonly WiFiScanResult[] = [];
  /** What the scan that goes on has found so far; undefined: none does. */
  #finding: WiFiScanResult[] | undefined;
  #scannedAt = Number.NEGATIVE_INFINITY;
  #trial: NetworkTrial | undefined;
  /** What was entered last. */
  #entry: PortalEntry | undefined;
  /** What went wrong; empty: nothing. */
  #notice = "";
  /** What has been done; empty: nothing yet. */
  #result = "";
  /** When somebody asked for the page last, ms. */
  #lastAsked = Number.NEGATIVE_INFINITY;
  /** When it closes, ms. */
  #end: number;
  #isClosed = false;

  constructor(options: PortalOptions) {
    this.#options = options;
    const { clock, timers, sniffer } = options;
    this.#openedAt = clock.ticks();
    this.#end = this.#openedAt + duration;
    // It hops from channel to channel, where nobody would find the access point.
    sniffer?.finish();
    this.#timer = timers.repeat(() => this.tick(), second);
    this.scan();
  }

  /** Address of the page; undefined while it is not there. */
  get url(): string | undefined {
    return this.#isAnnounced ? `http://${this.authority}/` : undefined;
  }

  /** What was entered is stored. */
  get isDone(): boolean {
    return this.#result !== "";
  }

  /** Until it closes, ms. */
  get timeLeft(): number {
    return Math.max(0, this.#end - this.now);
  }

  /** Ends it; nothing is called back afterwards. A trial ends too, and what was set before holds. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { timers, owner } = this.#options;
    timers.clear(this.#timer);
    this.#trial?.cancel();
    for (const part of [this.#dns, this.#server, this.#accessPoint]) {
      try {
        part?.close();
      } catch (error) {
        owner.portalSays("fault", `not closed in order: ${messageOf(error)}`);
      }
    }
  }

  private finish(why: PortalEnd): void {
    this.close();
    this.#options.owner.portalClosed(why);
  }

  private tick(): void {
    const { now } = this;
    if (!this.#options.settings.isAllowed) {
      this.finish("off");
      return;
    }
    if (!this.#accessPoint && now - this.#openedAt >= scanPatience) this.open();
    if (this.#isClosed) return;
    this.announce();
    if (this.#found.length === 0 && !this.#finding) this.scan();
    if (this.#trial) return;
    if (!this.isDone && this.isBack) this.finish("network");
    else if (now >= this.#end) this.finish(this.isDone ? "done" : "time");
  }

  /** The board has what it wanted, and nobody is at the page. */
  private get isBack(): boolean {
    const { isAutomatic, wifi } = this.#options;
    return isAutomatic && wifi.state.kind === "online" && this.now - this.#lastAsked >= attention;
  }

  private open(): void {
    if (this.#accessPoint) return;
    const { network, timers, SSID, password } = this.#options;
    try {
      const { io, ...more } = network.accessPoint;
      const options = { ...more, SSID, ...(password !== undefined && { password }) };
      const accessPoint = new io(options);
      this.#accessPoint = accessPoint;
      const { listener, udp } = network;
      this.#server = new HttpServer({ listener, port: httpPort, timers, owner: this });
      if (!udp) return;
      const { address } = accessPoint;
      const admits = (from: string) => accessPoint.serves(from);
      this.#dns = new CaptiveDNS({ udp, address, admits });
    } catch (error) {
      this.#options.owner.portalSays("fault", messageOf(error));
      this.finish("failed");
    }
  }

  /** Some hosts have to look for a port first. */
  private announce(): void {
    if (this.#isAnnounced || !this.#server || this.#server.port === 0) return;
    this.#isAnnounced = true;
    this.#options.owner.portalOpened(`http://${this.authority}/`);
  }

  /** Address, and the port where it is not the usual one. */
  private get authority(): string {
    const { address = "" } = this.#accessPoint ?? {};
    const port = this.#server?.port ?? httpPort;
    return port === httpPort ? address : `${address}:${port}`;
  }

  // --- networks in range

  private scan(): void {
    if (this.#finding || this.now - this.#scannedAt < scanInterval) return;
    this.#scannedAt = this.now;
    this.#finding = [];
    try {
      this.#options.wifi.scan(this);
    } catch {
      // The board is joining a network, say: the list comes later.
      this.#finding = undefined;
    }
  }

  /** For the scan: the table is for people. */
  add(): void {}

  found(network: WiFiScanResult): void {
    if ((this.#finding?.length ?? maxFound) < maxFound) this.#finding?.push(network);
  }

  end(): void {
    this.#found = this.#finding ?? [];
    this.fail();
  }

  fail(): void {
    this.#finding = undefined;
    if (this.#isClosed) return;
    this.open();
    this.announce();
  }

  // --- for the server

  admits(address: string | undefined): boolean {
    return this.#accessPoint?.serves(address) === true;
  }

  serverFailed(error: unknown): void {
    this.#options.owner.portalSays("fault", messageOf(error));
  }

  respond(request: RequestReader): HttpResponse {
    const { method, host } = request;
    const isRead = method === "GET" || method === "HEAD";
    // What a phone asks to see whether it has got through to the internet, and whatever else.
    if (host !== this.authority) return isRead ? this.redirect(302) : plainResponse(403);
    const [path = ""] = request.target.split("?");
    if (method === "POST" && path === "/") return this.submit(request);
    if (!isRead) return plainResponse(405, ["Allow: GET, HEAD, POST"]);
    if (path === "/favicon.ico") return plainResponse(404);
    this.noteAsked();
    if (path === "/scan") {
      this.scan();
      return this.redirect(303);
    }
    return path === "/" ? this.page() : this.redirect(302);
  }

  private noteAsked(): void {
    const { now } = this;
    this.#lastAsked = now;
    if (this.isDone) this.#end = Math.min(this.#end, now + shortFarewell);
    else this.#end = Math.min(this.#openedAt + longest, now + duration);
  }

  /** To the page. Some phones take a redirect for one only where there is a text, too. */
  private redirect(status: number): HttpResponse {
    const url = `http://${this.authority}/`;
    const body = `<!doctype html><html lang="en"><title>Set up</title><a href="${url}">${url}</a></html>\n`;
    return { status, headers: [`Location: ${url}`], body };
  }

  private page(): HttpResponse {
    const { SSID } = this.#options;
    if (this.isDone) {
      const lines = [this.#result, `The network ${SSID} goes away now; you can close this page.`];
      return { status: 200, headers: pageHeaders, body: textPage("Done", lines) };
    }
    if (this.#trial) {
      const lines = [
        "This takes up to half a minute.",
        `Your device may lose ${SSID} for a moment. This page comes back by itself; when it does not, load it again.`,
      ];
      return this.waitPage(`Joining ${this.#trial.network.SSID}`, lines);
    }
    if (this.#finding) return this.waitPage("Looking for networks", ["This takes some seconds."]);
    return this.form(200, {}, this.#notice);
  }

  /** Asks for itself again: the page has no script that could. */
  private waitPage(title: string, lines: readonly string[]): HttpResponse {
    const headers = [...pageHeaders, "Refresh: 4; url=/"];
    return { status: 200, headers, body: textPage(title, lines) };
  }

  private form(status: number, problems: PortalProblems, notice: string): HttpResponse {
    const { settings, SSID: name, token } = this.#options;
    const { broker } = settings;
    const body = formPage({
      name,
      found: this.#found,
      known: settings.networks.map(({ SSID }) => SSID),
      entry: this.#entry ?? emptyEntry(broker ?? { broker: "", user: "" }),
      problems,
      notice,
      hasBroker: broker !== undefined,
      token,
    });
    return { status, headers: pageHeaders, body };
  }

  // --- what was entered

  private submit(request: RequestReader): HttpResponse {
    const { origin, contentType = "" } = request;
    // A form of another page that the same browser shows.
    if (origin !== undefined && origin !== `http://${this.authority}`) return plainResponse(403);
    if (!contentType.startsWith("application/x-www-form-urlencoded")) return plainResponse(400);
    const form = parseForm(request.body);
    if (!form) return plainResponse(400);
    this.noteAsked();
    // It is going on, or done; a reload sends the form once more.
    if (this.#trial || this.isDone) return this.redirect(303);
    const { settings, token } = this.#options;
    this.#entry = entryOf(form);
    if (form.get("token") !== token) {
      return this.form(
        403,
        {},
        "This page was an old one. Nothing was saved: please send it again.",
      );
    }
    const network = networkOf(this.#entry, settings.networks, this.#found);
    const problems = settings.check(this.#entry, network);
    if (Object.keys(problems).length > 0) {
      this.forgetSecrets();
      return this.form(422, problems, "");
    }
    this.#notice = "";
    if (network) this.#trial = new NetworkTrial(network, this.#options, this);
    else this.store(undefined);
    return this.redirect(303);
  }

  // --- for the trial

  networkJoined(network: KnownNetwork): void {
    this.#trial = undefined;
    this.store(network);
  }

  networkRefused({ SSID }: KnownNetwork, reason: WiFiReason | undefined): void {
    this.#trial = undefined;
    this.forgetSecrets();
    const why = reason === undefined ? "it did not let the board in" : reasonTexts[reason];
    this.#notice = `${SSID} could not be joined: ${why}. Nothing was saved.`;
    this.#options.owner.portalSays("refused", this.#notice);
  }

  /** What is shown again has none. */
  private forgetSecrets(): void {
    if (this.#entry) this.#entry = { ...this.#entry, password: "", brokerPassword: "" };
  }

  private store(network: KnownNetwork | undefined): void {
    const { settings, wifi, owner } = this.#options;
    try {
      if (this.#entry) settings.store(this.#entry, network);
      const { state } = wifi;
      const where =
        state.kind === "online" ? `is on ${state.SSID}, at ${state.address}` : "is set up";
      this.#result = `The board ${where}.`;
      this.#end = this.now + farewell;
      owner.portalSays("stored", "what was entered is stored");
    } catch (error) {
      this.#notice = `Not saved: ${messageOf(error)}.`;
      owner.portalSays("refused", this.#notice);
    }
    // What was entered is not kept longer than it is needed.
    this.#entry = undefined;
    if (network) wifi.use(settings.networks);
  }

  private get now(): number {
    return this.#options.clock.ticks();
  }
}
