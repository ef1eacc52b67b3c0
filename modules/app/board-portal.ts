// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Timer } from "../base/clock.ts";
import type { Host } from "../base/host.ts";
import type { LogLevel } from "../base/log.ts";
import type { Setting } from "../base/setting.ts";
import { CommandError } from "../console/command-error.ts";
import type { Console } from "../console/console.ts";
import {
  Portal,
  type PortalEnd,
  type PortalOwner,
  type PortalSettings,
} from "../provisioning/portal.ts";
import type { PortalEntry, PortalProblems } from "../provisioning/portal-form.ts";
import { validateSetting } from "../settings/validate-setting.ts";
import type { KnownNetwork } from "../wifi/known-networks.ts";
import type { Sniffer } from "../wifi/sniffer/sniffer.ts";
import type { WiFiManager } from "../wifi/wifi-manager.ts";
import { defaultBoardId } from "./board-topics.ts";
import type { NetworkHelp } from "./network-order.ts";
import { addNetwork, checkNetwork, checkRoom, networksOf } from "./network-settings.ts";
import { type BoardSettings, type SettingName, settingList } from "./setting-list.ts";

/** The parts of the board that a portal works with. */
export interface PortalParts {
  readonly host: Pick<Host, "clock" | "timers" | "random" | "crypto" | "system" | "network">;
  readonly settings: BoardSettings;
  readonly console: Pick<Console, "log" | "show">;
  readonly wifi: Pick<WiFiManager, "state" | "networks" | "scan" | "use" | "start" | "stop">;
  readonly sniffer: Pick<Sniffer, "finish"> | undefined;
  /** Says goodbye to the broker; calls back once. */
  readonly close: (onClosed: () => void) => void;
}

const second = 1_000;
const minute = 60 * second;
/** After a portal that nobody has used the board does without one for so long, ms. */
const rest = 50 * minute;

const endings: Readonly<Record<PortalEnd, string>> = Object.freeze({
  done: "closed: the board is set up",
  time: "closed: nobody has used it",
  network: "closed: the board is on its network again",
  off: "closed: the setting portal is off",
  failed: "closed: it could not be opened",
});

/** The portal of a board: there while it is wanted, and nothing of it before and after. */
export class BoardPortal implements NetworkHelp, PortalOwner, PortalSettings {
  readonly #parts: PortalParts;
  #portal: Portal | undefined;
  /** Set while the board waits before it opens one. */
  #timer: Timer | undefined;

  constructor(parts: PortalParts) {
    this.#parts = parts;
  }

  get isOpen(): boolean {
    return this.#portal !== undefined;
  }

  /** What it is doing; one line, without the password. */
  get text(): string {
    const portal = this.#portal;
    if (!portal) return "closed";
    if (portal.url === undefined) return "opening: the board looks for networks first";
    return `open for another ${Math.ceil(portal.timeLeft / minute)} min: network "${this.SSID}", page ${portal.url}`;
  }

  /** What somebody beside the board needs to join its network. */
  get keyText(): string {
    const password = this.password;
    const key = password === undefined ? "without a password" : `with the password ${password}`;
    return `join the network "${this.SSID}" ${key}`;
  }

  /**
   * Opens it, or leaves it open; for whoever is at the board: a command, or a button. Throws CommandError when that
   * cannot be. What to do is told on the console once the page is there.
   */
  open(isAutomatic = false): void {
    if (this.#portal) return;
    const { host, wifi, sniffer } = this.#parts;
    const { accessPoint, listener, udp } = host.network;
    if (!this.isAllowed) {
      const todo = "set portal manual allows it";
      throw new CommandError({ code: "portal/off", what: "the portal is off", todo });
    }
    if (!accessPoint || !listener) {
      const what = "this board makes no network of its own";
      throw new CommandError({ code: "portal/none", what });
    }
    this.stopWaiting();
    const { clock, timers } = host;
    this.#portal = new Portal({
      clock,
      timers,
      wifi,
      sniffer,
      network: { accessPoint, listener, udp },
      settings: this,
      SSID: this.SSID,
      password: this.password,
      token: this.randomText(20),
      isAutomatic,
      owner: this,
    });
  }

  /** Closes it; false: it was closed. It does not open by itself for a while. */
  close(): boolean {
    const portal = this.#portal;
    if (!portal) return false;
    portal.close();
    this.ended("closed");
    return true;
  }

  // --- for the order of the network

  stranded(): void {
    const { host, settings } = this.#parts;
    if (this.#portal || this.#timer || settings.get("portal") !== "auto") return;
    if (host.network.accessPoint) this.openIn(second);
  }

  private openIn(delay: number): void {
    const { timers } = this.#parts.host;
    this.#timer = timers.set(() => {
      this.#timer = undefined;
      const { wifi, settings } = this.#parts;
      const { kind } = wifi.state;
      if (kind === "online" || kind === "off" || settings.get("portal") !== "auto") return;
      try {
        this.open(true);
      } catch (error) {
        this.say("warn", "fault", messageOf(error));
      }
    }, delay);
  }

  private stopWaiting(): void {
    this.#parts.host.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  // --- for the portal

  portalOpened(url: string): void {
    const { SSID } = this;
    this.say("info", "open", `network "${SSID}" with the page ${url}`, { SSID, url });
    // Whoever reads the log from afar must not see the password.
    const text = `${this.keyText}, and open ${url}`;
    this.#parts.console.show({ level: "info", part: "portal", event: "key", text });
  }

  portalSays(event: string, text: string): void {
    this.say(event === "stored" ? "info" : "warn", event, text);
  }

  portalClosed(why: PortalEnd): void {
    this.ended(endings[why]);
  }

  private ended(text: string): void {
    const isDone = this.#portal?.isDone === true;
    this.#portal = undefined;
    this.say("info", "closed", text);
    const { close, host, wifi, settings } = this.#parts;
    // A board that had no broker when it started has nobody who could go to another.
    if (isDone && settings.isWaiting("mqtt.broker")) {
      close(() => host.system.restart("portal"));
    } else if (wifi.state.kind !== "online") this.openIn(rest);
  }

  get isAllowed(): boolean {
    return this.#parts.settings.get("portal") !== "off";
  }

  get networks(): readonly KnownNetwork[] {
    return networksOf(this.#parts.settings);
  }

  get broker() {
    const { settings } = this.#parts;
    if (settings.originOf("mqtt.broker") === "given") return undefined;
    return { broker: settings.get("mqtt.broker"), user: settings.get("mqtt.user") };
  }

  check(entry: PortalEntry, network: KnownNetwork | undefined): PortalProblems {
    const problems: { -readonly [Name in keyof PortalProblems]: PortalProblems[Name] } = {};
    const check = (field: keyof PortalEntry, action: () => void) => {
      try {
        action();
      } catch (error) {
        problems[field] = messageOf(error);
      }
    };
    if (network) {
      const { SSID, password } = network;
      check("password", () => checkValue("the password", "wifi.password", password));
      check("SSID", () => {
        checkNetwork({ SSID, password: "" });
        if (!this.isPreferred(network)) checkRoom(this.#parts.settings, network);
      });
    }
    if (this.broker) {
      check("broker", () => checkValue("the address", "mqtt.broker", entry.broker));
      check("user", () => checkValue("the user", "mqtt.user", entry.user));
      const { brokerPassword } = entry;
      check("brokerPassword", () => checkValue("the password", "mqtt.password", brokerPassword));
    }
    return problems;
  }

  store(entry: PortalEntry, network: KnownNetwork | undefined): void {
    const { settings } = this.#parts;
    if (network && !this.isPreferred(network)) addNetwork(settings, network, 1);
    const { broker } = this;
    if (!broker) return;
    const isSame = entry.broker === broker.broker && entry.user === broker.user;
    // Another broker is not told the password of the one before.
    if (isSame && entry.brokerPassword === "") return;
    settings.setTogether([
      ["mqtt.broker", entry.broker],
      ["mqtt.user", entry.user],
      ["mqtt.password", entry.brokerPassword],
    ]);
  }

  /** It is as it is to be; it may be one that the build gives. */
  private isPreferred({ SSID, password }: KnownNetwork): boolean {
    const [first] = this.networks;
    return first?.SSID === SSID && first.password === password;
  }

  /** Name of the board's own network. */
  private get SSID(): string {
    return defaultBoardId(this.#parts.host.system.MAC);
  }

  /** Its password, made when there is none; undefined: it is open. */
  private get password(): string | undefined {
    const { settings } = this.#parts;
    if (settings.get("portal.security") === "open") return undefined;
    const stored = settings.get("portal.password");
    if (stored !== "") return stored;
    const made = this.randomText(10);
    settings.apply([["portal.password", made]]);
    return made;
  }

  /** Letters and digits that are not taken for each other. */
  private randomText(length: number): string {
    const { crypto, random } = this.#parts.host;
    const bytes =
      crypto?.randomBytes(length) ?? Uint8Array.from({ length }, () => Math.floor(random() * 256));
    let text = "";
    for (const byte of bytes) text += letters[byte % letters.length];
    return text;
  }

  private say(
    level: LogLevel,
    event: string,
    text: string,
    data?: Readonly<Record<string, string>>,
  ): void {
    this.#parts.console.log({ level, part: "portal", event, text, ...(data && { data }) });
  }
}

const letters = "abcdefghijkmnpqrstuvwxyz23456789";

/** Throws SettingsError, which calls the value `what`. */
function checkValue(what: string, name: SettingName, value: string): void {
  validateSetting(what, settingList[name] as Setting, value);
}
