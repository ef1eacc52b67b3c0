// SPDX-License-Identifier: MIT

import type { Host } from "../../base/host.ts";
import type {
  CloudBoard,
  CloudSession,
  CommandResult,
  OwnBroker,
} from "../../cloud/cloud-board.ts";
import { CloudError } from "../../cloud/cloud-error.ts";
import { textBehind, wordsOf } from "../../console/command-words.ts";
import type { Console } from "../../console/console.ts";
import type { ReplyOwner, RunningCommand } from "../../console/running-command.ts";
import type { TLSSecureOptions } from "../../ecma-419/tcp.ts";
import { type BrokerAddress, parseBrokerAddresses } from "../../mqtt/session/broker-address.ts";
import type { WiFiManager } from "../../wifi/wifi-manager.ts";
import { ChangeLimit } from "../remote/change-limit.ts";
import { runFromAfar } from "../remote/run-from-afar.ts";
import { type BoardSettings, findSetting } from "../setting-list.ts";

export interface BoardForCloudOptions {
  readonly id: string;
  readonly host: Pick<Host, "clock" | "system">;
  readonly settings: BoardSettings;
  readonly console: Console;
  readonly wifi: Pick<WiFiManager, "status">;
  readonly session: CloudSession | undefined;
  /** What TLS to the own broker needs. */
  readonly secure: (brokers: readonly BrokerAddress[]) => TLSSecureOptions | undefined;
}

/** The board, as its platforms see it. */
export class BoardForCloud implements CloudBoard {
  readonly #options: BoardForCloudOptions;
  readonly #changes: ChangeLimit;

  constructor(options: BoardForCloudOptions) {
    this.#options = options;
    this.#changes = new ChangeLimit(options.host.clock);
  }

  get id(): string {
    return this.#options.id;
  }

  get name(): string {
    return this.#options.settings.get("board.name");
  }

  get root(): string {
    return this.#options.settings.get("mqtt.root");
  }

  get system(): string {
    return this.#options.host.system.name;
  }

  get interval(): number {
    return this.#options.settings.get("platform.interval");
  }

  get RSSI(): number | undefined {
    return this.#options.wifi.status().RSSI;
  }

  get isOnline(): boolean {
    return this.#options.wifi.status().state === "online";
  }

  get takesCommands(): boolean {
    return this.#options.settings.get("remote.commands") === "on";
  }

  get session(): CloudSession | undefined {
    return this.#options.session;
  }

  ownBroker(): OwnBroker {
    const { settings, secure } = this.#options;
    const text = settings.get("mqtt.broker");
    if (text === "") {
      throw new CloudError({
        code: "cloud/no-broker",
        what: "there is no broker of the board's own",
        todo: "set mqtt.broker mqtt://host:port",
      });
    }
    const brokers = parseBrokerAddresses(text);
    const [user, password] = [settings.get("mqtt.user"), settings.get("mqtt.password")];
    const credentials = secure(brokers);
    return { brokers, user, password, ...(credentials && { secure: credentials }) };
  }

  run(line: string, onResult: (result: CommandResult) => void): void {
    const { settings, console } = this.#options;
    const same = this.sameAsBefore(line);
    if (same !== undefined) {
      onResult({ ok: true, text: same });
      return;
    }
    const commander = console.commands;
    if (!commander) {
      onResult({ ok: false, text: "the board is still starting" });
      return;
    }
    const parts = { policy: settings, changes: this.#changes, commander };
    const { ok, text, running } = runFromAfar(line, parts, new PendingResult(onResult));
    if (!running) onResult({ ok, text });
  }

  /** What a platform says again after each connection is not stored again. */
  private sameAsBefore(line: string): string | undefined {
    const { settings } = this.#options;
    const [command, name = ""] = wordsOf(line);
    const setting = command === "set" ? findSetting(name) : undefined;
    if (!setting || setting.secret) return undefined;
    const value = settings.textOf(name);
    return value === textBehind(line, 2) ? `${name} = ${value}, as before` : undefined;
  }
}

/** Collects the answer of a command that takes time. */
class PendingResult implements ReplyOwner {
  readonly #onResult: (result: CommandResult) => void;
  #text = "";

  constructor(onResult: (result: CommandResult) => void) {
    this.#onResult = onResult;
  }

  replied(text: string): void {
    this.#text += this.#text === "" ? text : `\n${text}`;
  }

  ended(_running: RunningCommand, failure: string | undefined): void {
    if (failure !== undefined) this.replied(failure);
    this.#onResult({ ok: failure === undefined, text: this.#text });
  }
}
