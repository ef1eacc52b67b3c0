// SPDX-License-Identifier: MIT

import { join } from "node:path";
import { SimBoard } from "./board.ts";
import { type Broker, startBroker } from "./broker.ts";
import type { ConsoleView } from "./console-view.ts";
import { boardId, macOf, partnerOf } from "./fleet.ts";
import type { Turn } from "./machine.ts";
import type { SimOptions } from "./options.ts";
import { SimClock } from "./sim-clock.ts";
import { StorageFile } from "./storage-file.ts";
import { createHardware } from "./virtual-hardware.ts";
import { watchLine } from "./watch-line.ts";

export interface SimulationOptions {
  readonly options: SimOptions;
  readonly view: ConsoleView;
  /** The bundled firmware. */
  readonly source: string;
  /** Where the boards keep their storage. */
  readonly folder: string;
  /** Every board has crashed. */
  readonly onAllCrashed: () => void;
  /** Told after each turn of a board's engine, for measurements. */
  readonly onTurn?: (board: string, turn: Turn) => void;
}

/** Where MQTT listens by default, and with TLS. */
const standardPort = 1883;
const securePort = 8883;

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "mqtts:" ? securePort : standardPort;
}

/** A broker, unless there is one, and some boards. */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #boards: SimBoard[] = [];
  #broker: Broker | undefined;
  #stopping = false;

  constructor(options: SimulationOptions) {
    this.#options = options;
  }

  get boards(): readonly SimBoard[] {
    return this.#boards;
  }

  /** Boards that have not crashed. */
  get running(): number {
    return this.#boards.filter((board) => board.isRunning).length;
  }

  /** Starts the broker and all boards. */
  async start(): Promise<void> {
    const { options } = this.#options;
    const url = options.broker ?? (await this.#startBroker());
    this.#explain(url);
    for (let index = 0; index < options.boards; index++) this.#startBoard(index, url);
  }

  /** Lets all boards say goodbye, then ends everything; within 2 s. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    await Promise.all(this.#boards.map((board) => board.stop()));
    await this.#broker?.close();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#stopping = true;
    for (const board of this.#boards) board.kill();
  }

  async #startBroker(): Promise<URL> {
    const { view } = this.#options;
    this.#broker = await startBroker(standardPort);
    const { port, moved } = this.#broker;
    const taken = moved ? ` (port ${standardPort} is taken)` : "";
    view.say("broker", `MQTT broker started on 127.0.0.1:${port}${taken}`);
    return new URL(`mqtt://127.0.0.1:${port}`);
  }

  #explain(url: URL): void {
    const { view, options } = this.#options;
    const line = watchLine(url, portOf(url), options.credentials?.files);
    view.say("watch", `Watch from another terminal:  ${line}`);
    const engine = options.engine === "xs" ? "the XS engine" : "Node";
    const speed = options.speed === 1 ? "" : `, ${options.speed} times as fast as real time`;
    const stop = options.duration === undefined ? "; Ctrl-C stops" : "";
    view.say("start", `Starting ${options.boards} boards on ${engine}${speed}${stop}`);
  }

  #startBoard(index: number, url: URL): void {
    const { options, view, source, folder } = this.#options;
    const id = boardId(index);
    const MAC = macOf(index);
    const seed = (options.seed * 1_000 + index) >>> 0;
    const clock = new SimClock({ speed: options.speed });
    this.#boards.push(
      new SimBoard({
        id,
        source,
        engine: options.engine,
        clock,
        storage: new StorageFile(join(folder, id)),
        hardware: createHardware({ seed, MAC, clock }),
        boot: { MAC, seed, settings: this.#settingsOf(index, url) },
        onLine: (line) => view.line(id, line),
        onNotice: (text) => view.notice(id, "notice", text),
        onCrash: (reason) => this.#onCrash(id, reason),
        onTurn: (turn) => this.#options.onTurn?.(id, turn),
      }),
    );
  }

  #settingsOf(index: number, url: URL): Record<string, unknown> {
    const { options } = this.#options;
    const partner = partnerOf(index, options.boards);
    return {
      "board.id": boardId(index),
      "wifi.ssid": "airpair-lab",
      "wifi.password": "airpair-lab",
      "mqtt.broker": `${url.protocol}//${url.hostname}:${portOf(url)}`,
      "mqtt.user": decodeURIComponent(url.username),
      "mqtt.password": decodeURIComponent(url.password),
      ...options.credentials?.settings,
      // A few boards at a broker of one's own need not spread.
      "mqtt.spread": 4,
      "remote.commands": "on",
      "console.format": options.json ? "json" : "text",
      ...(partner !== undefined && { "pair.peer": boardId(partner) }),
    };
  }

  #onCrash(id: string, reason: string): void {
    this.#options.view.notice(id, "crashed", `the engine has ended: ${reason}`);
    if (!this.#stopping && this.running === 0) this.#options.onAllCrashed();
  }
}
