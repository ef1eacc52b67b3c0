// SPDX-License-Identifier: MIT

import { u32 } from "../../payload.ts";
import { type BootOptions, channels, type Frame, noPin, operations } from "../../protocol.ts";
import { HeapWatch } from "../engine/heap-watch.ts";
import type { Machine, MachineOptions, Program, Turn } from "../engine/machine.ts";
import { NodeMachine } from "../engine/node-machine.ts";
import type { SimClock } from "../engine/sim-clock.ts";
import { StackMap } from "../engine/stack-map.ts";
import { TurnLoop } from "../engine/turn-loop.ts";
import { XsMachine } from "../engine/xs-machine.ts";
import { BoardCalls } from "./board-calls.ts";
import { BoardNetwork } from "./board-network.ts";
import { BoardNight } from "./board-night.ts";
import type { BoardRoom } from "./board-room.ts";
import { BoardTimers } from "./board-timers.ts";
import { FrameBridge } from "./frame-bridge.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { MessageTotals } from "./message-count.ts";
import { RetainedBytes } from "./retained-bytes.ts";
import type { StorageFile } from "./storage-file.ts";
import type { SimHardware } from "./virtual-hardware.ts";
import { WiFiBridge } from "./wifi-bridge.ts";

export interface BoardOptions {
  readonly id: string;
  readonly firmware: Program;
  readonly engine: "xs" | "node";
  readonly clock: SimClock;
  readonly storage: StorageFile;
  readonly hardware: SimHardware;
  readonly boot: BootOptions;
  /** A line of the serial console. */
  readonly onLine: (line: string) => void;
  /** Takes what the serial console writes as it is; then there are no lines. */
  readonly onBytes?: ((bytes: Uint8Array) => void) | undefined;
  /** It starts again, with what it has stored by now. */
  readonly onRestart?: (() => void) | undefined;
  /** The user leaves the console. */
  readonly onQuit?: (() => void) | undefined;
  /** Something the firmware cannot tell itself: an uncaught exception, a restart. */
  readonly onNotice: (text: string) => void;
  /** The engine has ended without being asked. */
  readonly onCrash: (reason: string) => void;
  /** Told after each turn, for measurements, with the command that it was given. */
  readonly onTurn?: (turn: Turn, command: Uint8Array) => void;
}

/** Room of the serial port: what is printed is taken at once. */
const serialRoom = 0x10000;
/** Longest wait for a goodbye, ms of the PC. */
const goodbyeLimit = 1_600;

/** One simulated board: the firmware in its machine, its hardware, its place on the network. */
export class SimBoard {
  readonly #options: BoardOptions;
  readonly #retained: RetainedBytes;
  #machine: Machine;
  #heap: HeapWatch | undefined;
  #loop: TurnLoop;
  #timers: BoardTimers;
  #network: BoardNetwork;
  #wifi: WiFiBridge | undefined;
  #frames: FrameBridge | undefined;
  readonly #totals: MessageTotals = { sent: 0, received: 0 };
  /** It sleeps: there is no engine. */
  #night: BoardNight | undefined;
  #onExited: (() => void) | undefined;
  #running = true;

  constructor(options: BoardOptions) {
    this.#options = options;
    this.#retained = new RetainedBytes(options.storage, options.boot.seed);
    this.#machine = this.createMachine();
    this.#loop = this.createLoop();
    this.#timers = new BoardTimers(options.clock, this.#loop);
    this.#network = new BoardNetwork(this.#loop, this.#totals);
    this.boot();
  }

  get id(): string {
    return this.#options.id;
  }

  get isRunning(): boolean {
    return this.#running;
  }

  /** What a hand can change around it. */
  get room(): BoardRoom {
    return this.#options.hardware.room;
  }

  /** MQTT messages since the start. */
  get messages(): Readonly<MessageTotals> {
    return this.#totals;
  }

  /** Strength of the joined network, dBm; undefined: there is none. */
  get signal(): number | undefined {
    return this.#running ? this.#wifi?.signal : undefined;
  }

  /** Process id of the XS engine; undefined on Node. */
  get processId(): number | undefined {
    if (this.#night || !(this.#machine instanceof XsMachine)) return undefined;
    return this.#machine.processId;
  }

  /** Slots in use without garbage; 0 on Node. */
  async livingSlots(): Promise<number> {
    if (this.#night || !(this.#machine instanceof XsMachine)) return 0;
    return (await this.#machine.turn(new Uint8Array())).heapCount;
  }

  /** Writes the heap without garbage into a file, as XS keeps it. Rejects on Node. */
  async writeHeap(path: string): Promise<void> {
    if (!(this.#machine instanceof XsMachine)) throw new Error("only XS has a heap to be read");
    await this.#machine.writeSnapshot(path);
  }

  /** Types on the serial console. */
  type(text: string | Uint8Array): void {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    this.#loop.post(channels.serial, operations.serialData, 0, bytes);
  }

  /** Lets the firmware say goodbye, then ends its machine. Settles within 2 s. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    this.#running = false;
    if (this.#night) {
      this.release();
      return;
    }
    await new Promise<void>((resolve) => {
      const limit = setTimeout(resolve, goodbyeLimit);
      this.#onExited = () => {
        clearTimeout(limit);
        resolve();
      };
      this.#loop.post(channels.system, operations.stop, 0);
    });
    this.release();
    await this.#machine.close();
  }

  /** Ends the board as a power cut does. */
  kill(): void {
    this.#running = false;
    this.#network.cut();
    this.release();
    this.#machine.kill();
  }

  private createMachine(): Machine {
    const { engine, firmware, storage, hardware, onNotice } = this.#options;
    const slots = () => this.#heap?.slots;
    const { bus, pins } = hardware;
    pins.onSeen = onNotice;
    const calls = new BoardCalls({ storage, bus, pins, retained: this.#retained, slots });
    const options: MachineOptions = {
      ...firmware,
      onCall: (command) => calls.answer(command),
      onPrint: onNotice,
      onExit: (reason) => this.onExit(reason),
    };
    if (engine === "node") return new NodeMachine(options);
    const machine = new XsMachine(options);
    this.#heap = new HeapWatch(machine);
    return machine;
  }

  private createLoop(): TurnLoop {
    const { clock, onTurn } = this.#options;
    return new TurnLoop(this.#machine, { clock, onTurn, onFrame: (frame) => this.onFrame(frame) });
  }

  private boot(): void {
    const { boot, clock, hardware } = this.#options;
    this.#wifi = new WiFiBridge({
      open: hardware.openWiFi,
      clock,
      send: (operation, payload) => this.#loop.post(channels.wifi, operation, 0, payload),
    });
    this.#frames = new FrameBridge({
      open: hardware.openFrames,
      send: (handle, payload) =>
        this.#loop.post(channels.frames, operations.framesHeard, handle, payload),
    });
    const { reset } = this.#retained;
    const { withoutPulses } = hardware;
    const hasSlots = this.#heap !== undefined;
    const facts: BootOptions = { ...boot, reset, hasSlots, withoutPulses };
    const options = new TextEncoder().encode(JSON.stringify(facts));
    this.#loop.post(channels.system, operations.boot, 0, options);
    this.#loop.post(channels.serial, operations.serialWritable, 0, u32(serialRoom));
    this.#machine.loaded.catch((error: Error) => {
      if (this.#running) this.onExit(error.message);
    });
  }

  private onExit(reason: string): void {
    if (!this.#running) return;
    this.#running = false;
    // A crashed board sends no goodbye: its broker is to publish the last will.
    this.#network.cut();
    this.release();
    this.#retained.crashed(reason);
    this.#options.onCrash(reason);
  }

  private release(): void {
    this.disconnect();
    this.#options.hardware.close();
  }

  /** Takes the machine away from all around it. */
  private disconnect(): void {
    this.#night?.close();
    this.#night = undefined;
    this.#loop.stop();
    this.#heap?.close();
    this.#timers.close();
    this.#network.close();
    this.#wifi?.close();
    this.#frames?.close();
    this.#options.hardware.pins.clear();
    this.#options.hardware.ownNetwork.close();
  }

  private onFrame(frame: Frame): void {
    const { channel, operation, handle, payload } = frame;
    if (channel === channels.timer) this.#timers.onFrame(operation, handle, payload);
    else if (channel === channels.tcp) this.#network.onTCP(operation, handle, payload);
    else if (channel === channels.udp) this.#network.onUDP(operation, handle, payload);
    else if (channel === channels.listener) this.#network.onListener(operation, handle, payload);
    else if (channel === channels.accessPoint) this.onAccessPoint(operation, payload);
    else if (channel === channels.dns) this.#network.onDNS(handle, payload);
    else if (channel === channels.serial) this.onSerial(payload);
    else if (channel === channels.wifi) this.#wifi?.onFrame(operation, payload);
    else if (channel === channels.frames) this.#frames?.onFrame(operation, handle, payload);
    else if (channel === channels.pulses) this.capture(handle, payload);
    else if (channel === channels.digital) this.watch(operation, handle, payload);
    else this.onSystem(operation, payload);
  }

  readonly #lines = new LineSplitter((line) => this.#options.onLine(line));

  private onSerial(payload: Uint8Array): void {
    const { onBytes } = this.#options;
    // The payload is a view of the turn's answer.
    if (onBytes) onBytes(payload.slice());
    else this.#lines.push(payload);
    this.#loop.post(channels.serial, operations.serialWritable, 0, u32(serialRoom));
  }

  private onAccessPoint(operation: number, payload: Uint8Array): void {
    const { ownNetwork } = this.#options.hardware;
    if (operation === operations.accessPointClose) ownNetwork.close();
    else ownNetwork.open(JSON.parse(new TextDecoder().decode(payload)));
  }

  private onSystem(operation: number, payload: Uint8Array): void {
    const text = new TextDecoder().decode(payload);
    if (operation === operations.exited) this.#onExited?.();
    else if (operation === operations.fault) this.onFault(text);
    else if (operation === operations.restart) this.restart(text);
    else if (operation === operations.sleep) this.sleep(payload);
    else if (operation === operations.quit) this.#options.onQuit?.();
  }

  private onFault(trace: string): void {
    const map = new StackMap(this.#options.firmware.map);
    this.#options.onNotice(`uncaught ${map.translate(trace)}`);
  }

  /** A new machine with the same hardware and storage, as after a reset. */
  private restart(reason: string): void {
    this.#options.onNotice(`restarting: ${reason}`);
    this.#retained.restarted(reason);
    this.end();
    this.start();
    this.#options.onRestart?.();
  }

  /** The chip is off, and starts again by itself. */
  private sleep(payload: Uint8Array): void {
    const duration = new DataView(payload.buffer, payload.byteOffset).getFloat64(0);
    const pin = payload[8] ?? noPin;
    const { clock, hardware } = this.#options;
    this.end();
    this.#night = new BoardNight({
      clock,
      pins: hardware.pins,
      duration,
      wakePin: pin === noPin ? undefined : pin,
      onWake: (wake) => {
        this.#night = undefined;
        this.#retained.woken(wake);
        this.start();
        this.#options.onRestart?.();
      },
    });
    // The turn that has ended here held it.
    clock.release();
  }

  /** Without a goodbye: who restarts or sleeps has said it. */
  private end(): void {
    this.#network.cut();
    this.disconnect();
    this.#machine.close();
  }

  private start(): void {
    this.#machine = this.createMachine();
    this.#loop = this.createLoop();
    this.#timers = new BoardTimers(this.#options.clock, this.#loop);
    this.#network = new BoardNetwork(this.#loop, this.#totals);
    this.boot();
  }

  private watch(operation: number, handle: number, [pin = 0]: Uint8Array): void {
    const { pins } = this.#options.hardware;
    if (operation === operations.digitalUnwatch) pins.unwatch(handle);
    else if (operation === operations.digitalWatch) {
      const onFall = () => this.#loop.post(channels.digital, operations.digitalFallen, handle);
      pins.watch(handle, pin, onFall);
    }
  }

  private capture(handle: number, payload: Uint8Array): void {
    const view = new DataView(payload.buffer, payload.byteOffset);
    this.#options.hardware.capture(payload[0] ?? 0, view.getFloat64(1), (widths) => {
      const bytes = widths ? new Uint8Array(widths.slice().buffer) : undefined;
      this.#loop.post(channels.pulses, operations.pulsesCaptured, handle, bytes);
    });
  }
}
