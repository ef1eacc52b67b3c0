// SPDX-License-Identifier: MIT

import { join } from "node:path";
import { makeCode, shownCode } from "../../../modules/pairing/pairing-code.ts";
import { labNetwork } from "../../virtual/access-points.ts";
import { SimBoard } from "./board/board.ts";
import { effectiveSettings } from "./board/effective-settings.ts";
import { lockFolder } from "./board/folder-lock.ts";
import { furnishStorage } from "./board/furnish-storage.ts";
import { nodeCrypto } from "./board/node-crypto.ts";
import { peersOf } from "./board/pair-boards.ts";
import { StorageFile } from "./board/storage-file.ts";
import { createHardware, type SimHardware } from "./board/virtual-hardware.ts";
import { boardId, macOf, partnerOf, seedOf } from "./board-names.ts";
import { type Broker, startBroker } from "./broker/broker.ts";
import { watchLine } from "./credentials.ts";
import type { Program, Turn } from "./engine/machine.ts";
import { SimClock } from "./engine/sim-clock.ts";
import { StackMap } from "./engine/stack-map.ts";
import { isLarge, type SimOptions } from "./sim-options.ts";

/** Shows what happens, to whoever has started the simulation. */
export interface SimulationView {
  /** A line that a board has written. */
  line(board: string, text: string): void;
  /** Something that a board cannot say itself. */
  notice(board: string, event: string, text: string): void;
  /** Something about the whole simulation; `data` is for programs. */
  say(event: string, text: string, data?: Readonly<Record<string, unknown>>): void;
}

/** The only board of a simulation, for whoever sits at its console. */
export interface SoleBoard {
  /** Given to the firmware; they win over those of the simulation. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the user should know at the start. */
  readonly hint: string | undefined;
  /** Takes what it writes on its serial port; undefined: the view takes lines. */
  readonly onBytes: ((bytes: Uint8Array) => void) | undefined;
  /** The user leaves the console. */
  readonly onQuit: () => void;
}

export interface SimulationOptions {
  readonly options: SimOptions;
  readonly view: SimulationView;
  readonly sole?: SoleBoard | undefined;
  readonly firmware: Program;
  /** Where the boards keep their storage. */
  readonly folder: string;
  /** The broker is there, and no board yet. */
  readonly onBroker?: ((simulation: Simulation) => Promise<void>) | undefined;
  /** Every board has crashed. */
  readonly onAllCrashed: () => void;
  /** Told after each turn of a board's engine, for measurements. */
  readonly onTurn?: (board: string, turn: Turn, command: Uint8Array) => void;
}

/** Where MQTT listens by default. */
const standardPort = 1883;
/** The same, by protocol. */
const ports: Readonly<Record<string, number>> = Object.freeze({
  "mqtt:": standardPort,
  "mqtts:": 8883,
  "ws:": 80,
  "wss:": 443,
});

function portOf(url: URL): number {
  return url.port === "" ? (ports[url.protocol] ?? standardPort) : Number(url.port);
}

/** The address as a setting has it: without user and password, which have their own. */
function addressOf(url: URL): string {
  const path = url.protocol.startsWith("ws") ? `${url.pathname}${url.search}` : "";
  return `${url.protocol}//${url.hostname}:${portOf(url)}${path}`;
}

/** Where a board keeps its peers. */
const pairingDomain = "pairing";

/** Between the starts of two boards of many, ms of the PC: 40 come in a second, if it is quick enough. */
const startPause = 25;

/** So many boards say goodbye at a time: each has only some time for it. */
const goodbyes = 50;

/** What stays of a board when its power is cut. */
interface Place {
  readonly clock: SimClock;
  readonly storage: StorageFile;
  readonly hardware: SimHardware;
  /** Names of the boards with which it is paired, when there were so many changes. */
  peers: { readonly changes: number; readonly names: readonly string[] } | undefined;
}

/** A broker, unless there is one, and some boards. */
export class Simulation {
  readonly #options: SimulationOptions;
  readonly #boards: SimBoard[] = [];
  readonly #places: Place[] = [];
  readonly #locks: (() => void)[] = [];
  /** The code for each two boards that are not paired yet, by the number of the first. */
  readonly #codes = new Map<number, string>();
  /** Where the boards connect. */
  #url = new URL("mqtt://127.0.0.1");
  #broker: Broker | undefined;
  /** Of the own broker, be it away. */
  #brokerPort: number | undefined;
  #brokerStore: Broker["store"] | undefined;
  #isSwitching = false;
  /** First levels of the topics of the boards, each once. */
  #roots: readonly string[] = [];
  /** What was said last of how all of them are watched. */
  #watchLine: string | undefined;
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

  /** Starts the broker and all boards. Throws OptionError when one of them runs already. */
  async start(): Promise<void> {
    const { options } = this.#options;
    await this.lockStorage();
    const url = options.broker ?? (await this.startBroker());
    this.explain(url);
    await this.#options.onBroker?.(this);
    if (isLarge(options)) return this.startSlowly(0);
    if (!this.#options.sole) this.makeCodes();
    for (let index = 0; index < options.boards; index++) this.startBoard(index);
  }

  /** One after the other, so that neither this process nor the broker has all of them at once. */
  private startSlowly(index: number): void {
    if (this.#stopping || index === this.#options.options.boards) return;
    this.startBoard(index);
    setTimeout(() => this.startSlowly(index + 1), startPause);
  }

  /** Where the boards connect, with user and password if there are any. */
  get brokerURL(): URL {
    return this.#url;
  }

  /** Cuts the power of a board, or starts it again in the room in which it is. */
  switchPower(index: number): void {
    const board = this.#boards[index];
    if (!board || this.#stopping) return;
    const { view } = this.#options;
    if (board.isRunning) {
      view.notice(board.id, "power", "power is off");
      board.kill();
    } else {
      view.notice(board.id, "power", "power is on");
      this.#places[index]?.hardware.powerUp();
      this.startBoard(index);
      this.findTopics();
    }
  }

  /** First levels of the topics of the boards, each once. */
  get roots(): readonly string[] {
    return this.#roots;
  }

  /** Names of the boards with which the one with that number is paired. */
  peersOf(index: number): readonly string[] {
    const place = this.#places[index];
    if (!place) return [];
    const changes = place.storage.changesOf(pairingDomain);
    if (place.peers?.changes !== changes) {
      place.peers = { changes, names: peersOf(place.storage) };
    }
    return place.peers.names;
  }

  /** Whether the broker runs; undefined: it is somebody else's. */
  get isBrokerUp(): boolean | undefined {
    return this.#brokerPort === undefined ? undefined : this.#broker !== undefined;
  }

  /**
   * Stops the own broker, or starts it again: at its port, with all that it knew. Rejects when another
   * program has taken the port meanwhile.
   */
  async switchBroker(): Promise<void> {
    const port = this.#brokerPort;
    if (port === undefined || this.#isSwitching || this.#stopping) return;
    this.#isSwitching = true;
    try {
      const broker = this.#broker;
      this.#broker = undefined;
      if (broker) {
        this.#brokerStore = broker.store;
        await broker.close();
        return;
      }
      const started = await startBroker(port, this.#brokerStore);
      if (started.port === port && !this.#stopping) this.#broker = started;
      else {
        await started.close();
        if (!this.#stopping)
          throw new Error(`another program has taken port ${port}; the broker stays away`);
      }
    } finally {
      this.#isSwitching = false;
    }
  }

  /** Lets all boards say goodbye, then ends everything; within 2 s, each fifty boards. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    for (let first = 0; first < this.#boards.length; first += goodbyes) {
      await Promise.all(this.#boards.slice(first, first + goodbyes).map((board) => board.stop()));
    }
    this.unlockStorage();
    await this.#broker?.close();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#stopping = true;
    for (const board of this.#boards) board.kill();
    this.unlockStorage();
  }

  private async lockStorage(): Promise<void> {
    const { options, folder } = this.#options;
    try {
      for (let index = 0; index < options.boards; index++) {
        this.#locks.push(await lockFolder(join(folder, this.idOf(index))));
      }
    } catch (error) {
      this.unlockStorage();
      throw error;
    }
  }

  private unlockStorage(): void {
    for (const unlock of this.#locks.splice(0)) unlock();
  }

  private async startBroker(): Promise<URL> {
    const { view } = this.#options;
    this.#broker = await startBroker(standardPort);
    const { port, moved } = this.#broker;
    this.#brokerPort = port;
    const taken = moved ? ` (port ${standardPort} is taken)` : "";
    view.say("broker", `MQTT broker started on 127.0.0.1:${port}${taken}`);
    return new URL(`mqtt://127.0.0.1:${port}`);
  }

  private explain(url: URL): void {
    const { view, options } = this.#options;
    this.#url = url;
    this.findTopics();
    const engine = options.engine === "xs" ? "the XS engine" : "Node";
    const speed = options.speed === 1 ? "" : `, ${options.speed} times as fast as real time`;
    const { sole } = this.#options;
    const stop = options.duration === undefined && !sole ? "; Ctrl-C stops" : "";
    const hint = sole?.hint === undefined ? stop : `; ${sole.hint}`;
    const count = options.boards.toLocaleString("en");
    const boards = options.boards === 1 ? "1 board" : `${count} boards`;
    view.say("start", `Starting ${boards} on ${engine}${speed}${hint}`);
  }

  /** Looks where the boards publish, by what they have stored too, and says how that is watched. */
  private findTopics(): void {
    const { view, options } = this.#options;
    const indexes = Array.from({ length: options.boards }, (_, index) => index);
    this.#roots = [...new Set(indexes.map((index) => this.rootOf(index)))];
    const files = options.credentials?.files;
    const url = this.#url;
    const line = watchLine(url, { port: portOf(url), roots: this.#roots, files });
    if (line === this.#watchLine || options.settings?.["mqtt.broker"] === "") return;
    this.#watchLine = line;
    if (line !== undefined) view.say("watch", `Watch from another terminal:  ${line}`);
  }

  private rootOf(index: number): string {
    const storage = new StorageFile(join(this.#options.folder, this.idOf(index)));
    return effectiveSettings(storage, this.settingsOf(index, this.#url)).get("mqtt.root");
  }

  /** Boards are paired at their first start, each two by a code of their own. */
  private makeCodes(): void {
    const { options, view, folder } = this.#options;
    for (let index = 0; index + 1 < options.boards; index += 2) {
      const [one, other] = [this.idOf(index), this.idOf(index + 1)];
      const isPaired =
        peersOf(new StorageFile(join(folder, one))).includes(other) &&
        peersOf(new StorageFile(join(folder, other))).includes(one);
      if (isPaired) continue;
      const code = makeCode(nodeCrypto);
      this.#codes.set(index, code);
      view.say("pair", `${one} and ${other} are paired now, by the code ${shownCode(code)}`);
    }
  }

  private startBoard(index: number): void {
    const { options, view, firmware, sole } = this.#options;
    const id = this.idOf(index);
    const MAC = macOf(id);
    const seed = seedOf(id, options.seed);
    const places = new StackMap(firmware.map);
    this.#boards[index] = new SimBoard({
      ...this.placeOf(index),
      id,
      firmware,
      engine: options.engine,
      boot: { MAC, seed, settings: this.settingsOf(index, this.#url) },
      // An exception of an example names the place in the program.
      onLine: (line) => view.line(id, options.example ? places.translateExample(line) : line),
      onBytes: sole?.onBytes,
      onQuit: sole?.onQuit,
      onRestart: () => this.findTopics(),
      onNotice: (text) => view.notice(id, "notice", text),
      onCrash: (reason) => this.onCrash(id, reason),
      onTurn: (turn, command) => this.#options.onTurn?.(id, turn, command),
    });
  }

  private placeOf(index: number): Place {
    const there = this.#places[index];
    if (there) return there;
    const { options, folder } = this.#options;
    const id = this.idOf(index);
    const clock = new SimClock({ speed: options.speed });
    const storage = new StorageFile(join(folder, id));
    furnishStorage(storage);
    const seed = seedOf(id, options.seed);
    const { sensors } = options;
    const hardware = createHardware({ seed, MAC: macOf(id), clock, sensors });
    const place: Place = { clock, storage, hardware, peers: undefined };
    this.#places[index] = place;
    return place;
  }

  private idOf(index: number): string {
    const { options, sole } = this.#options;
    return sole ? options.id : boardId(options.id, index);
  }

  private settingsOf(index: number, url: URL): Record<string, unknown> {
    const { sole, options } = this.#options;
    const [user, password] = [url.username, url.password].map(decodeURIComponent);
    return {
      "board.id": this.idOf(index),
      "wifi.ssid": labNetwork.SSID,
      "wifi.password": labNetwork.password,
      "mqtt.broker": addressOf(url),
      ...((user !== "" || password !== "") && { "mqtt.user": user, "mqtt.password": password }),
      ...options.credentials?.settings,
      ...(sole ? sole.settings : this.fleetSettings(index)),
    };
  }

  /** What boards have beside each other, which nobody types at. */
  private fleetSettings(index: number): Record<string, unknown> {
    const { options } = this.#options;
    const partner = partnerOf(index, options.boards);
    // The last of an odd number has nobody to be paired with.
    const isPlain = partner !== undefined && partner !== (index ^ 1);
    const code = this.#codes.get(index & ~1);
    return {
      "remote.commands": "on",
      "console.format": "json",
      ...(options.report && { "log.level": "info" }),
      ...(isLarge(options)
        ? { "ccs811.mode": 2, "mqtt.boards": options.boards }
        : {
            ...(isPlain && { "pair.peer": this.idOf(partner) }),
            ...(code !== undefined && !isPlain && { "pair.code": code }),
          }),
      ...options.settings,
    };
  }

  private onCrash(id: string, reason: string): void {
    this.#options.view.notice(id, "crashed", `the engine has ended: ${reason}`);
    if (!this.#stopping && this.running === 0) this.#options.onAllCrashed();
  }
}
