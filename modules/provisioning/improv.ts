// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Timers } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { WiFiScanResult } from "../ecma-419/wifi.ts";
import type { KnownNetwork } from "../wifi/known-networks.ts";
import type { ScanReply } from "../wifi/network-scan.ts";
import type { Sniffer } from "../wifi/sniffer/sniffer.ts";
import type { WiFiManager } from "../wifi/wifi-manager.ts";
import {
  commandIn,
  improvCommands,
  improvErrors,
  improvStates,
  resultPacket,
  statusPacket,
  stringsIn,
} from "./improv-packet.ts";
import { ImprovReader, type ImprovReaderOwner } from "./improv-reader.ts";
import { NetworkTrial, type NetworkTrialOwner } from "./network-trial.ts";

/** The serial port, which the console shares. */
export interface ImprovPort {
  /** Bytes that are no packet. */
  typed(bytes: Uint8Array): void;
  /** Writes a packet, in one piece with its line ends. */
  writePacket(packet: Uint8Array): void;
}

/** What the settings of the board say of it. */
export interface ImprovSettings {
  /** The networks that are stored. */
  readonly networks: readonly KnownNetwork[];
  /** Where whoever has set up the board goes on; empty: nowhere. */
  readonly url: string;
  /** Throws when a name or a password cannot be one. */
  check(network: KnownNetwork): void;
  /** Stores a network as the preferred one. Throws what the settings throw. */
  prefer(network: KnownNetwork): void;
}

export interface ImprovOptions {
  readonly port: ImprovPort;
  readonly wifi: Pick<WiFiManager, "state" | "networks" | "scan" | "use" | "start" | "stop">;
  /** Undefined: nothing else uses the radio. */
  readonly sniffer: Pick<Sniffer, "finish"> | undefined;
  readonly settings: ImprovSettings;
  readonly timers: Timers;
  readonly log: Log;
  /** What the board is: firmware, version, chip, name. */
  readonly information: readonly [string, string, string, string];
}

/**
 * Sets up Wi-Fi by Improv over the serial port, beside the console: a browser asks for the networks in range,
 * sends a name and a password, and hears whether the board has joined. A network is stored once it
 * has been joined; until then, and after a failure, those stored before hold.
 */
export class Improv implements ImprovReaderOwner, ScanReply, NetworkTrialOwner {
  readonly #options: ImprovOptions;
  readonly #reader: ImprovReader;
  /** The network that is being tried. */
  #trial: NetworkTrial | undefined;

  constructor(options: ImprovOptions) {
    this.#options = options;
    this.#reader = new ImprovReader(this, options.timers);
  }

  /** Takes a byte from the port; false: it is a key. */
  take(byte: number): boolean {
    return this.#reader.take(byte);
  }

  // --- for the reader

  typed(bytes: Uint8Array): void {
    this.#options.port.typed(bytes);
  }

  packetReceived(packet: Uint8Array): void {
    const command = commandIn(packet);
    if (!command) {
      this.error(improvErrors.malformed);
      return;
    }
    switch (command.id) {
      case improvCommands.settings:
        this.onSettings(stringsIn(command.payload));
        break;
      case improvCommands.state:
        this.tellState();
        // A client waits for it, also when it is empty.
        if (this.state === improvStates.provisioned) this.result(command.id, this.urls);
        break;
      case improvCommands.information:
        this.result(command.id, this.#options.information);
        break;
      case improvCommands.scan:
        this.scan();
        break;
      default:
        this.error(improvErrors.unknownCommand);
    }
  }

  // --- for the scan

  /** The table is for people. */
  add(): void {}

  found({ SSID, RSSI, security }: WiFiScanResult): void {
    this.result(improvCommands.scan, [SSID, String(RSSI), security === "open" ? "NO" : "YES"]);
  }

  end(): void {
    this.result(improvCommands.scan, []);
  }

  fail(): void {
    this.end();
  }

  private scan(): void {
    try {
      this.#options.wifi.scan(this);
    } catch {
      // The board is joining a network, say; the client asks again.
      this.end();
    }
  }

  private onSettings(strings: readonly string[] | undefined): void {
    const [SSID, password, ...more] = strings ?? [];
    if (SSID === undefined || password === undefined || more.length > 0) {
      this.error(improvErrors.malformed);
      return;
    }
    const network = { SSID, password };
    try {
      this.#options.settings.check(network);
    } catch (error) {
      this.refuse(improvErrors.notConnected, messageOf(error));
      return;
    }
    this.error(improvErrors.none);
    if (this.#trial) this.#trial.begin(network);
    else this.#trial = new NetworkTrial(network, this.#options, this);
    this.tellState();
  }

  // --- for the trial

  networkRefused(): void {
    this.#trial = undefined;
    this.refuse(
      improvErrors.notConnected,
      "the network could not be joined; what was set before holds",
    );
    this.tellState();
  }

  networkJoined(network: KnownNetwork): void {
    const { wifi, settings, log } = this.#options;
    this.#trial = undefined;
    try {
      settings.prefer(network);
    } catch (error) {
      wifi.use(settings.networks);
      this.refuse(improvErrors.unknown, messageOf(error));
      this.tellState();
      return;
    }
    wifi.use(settings.networks);
    const text = `"${network.SSID}" is stored as the preferred network`;
    log({ level: "info", part: "improv", event: "stored", text });
    this.tellState();
    this.result(improvCommands.settings, this.urls);
  }

  private get state(): number {
    if (this.#trial) return improvStates.connecting;
    const { wifi } = this.#options;
    return wifi.state.kind === "online" ? improvStates.provisioned : improvStates.ready;
  }

  private get urls(): readonly string[] {
    const { url } = this.#options.settings;
    return url === "" ? [] : [url];
  }

  private tellState(): void {
    this.#options.port.writePacket(statusPacket("state", this.state));
  }

  private error(code: number): void {
    this.#options.port.writePacket(statusPacket("error", code));
  }

  private result(command: number, strings: readonly string[]): void {
    this.#options.port.writePacket(resultPacket(command, strings));
  }

  private refuse(code: number, why: string): void {
    this.#options.log({ level: "warn", part: "improv", event: "refused", text: why });
    this.error(code);
  }
}
