// SPDX-License-Identifier: MIT

import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Aedes } from "aedes";
import { SimBoard } from "../../hosts/sim/node/board/board.ts";
import { StorageFile } from "../../hosts/sim/node/board/storage-file.ts";
import { createHardware } from "../../hosts/sim/node/board/virtual-hardware.ts";
import { bundleFirmware } from "../../hosts/sim/node/engine/bundle.ts";
import type { Program } from "../../hosts/sim/node/engine/machine.ts";
import { SimClock } from "../../hosts/sim/node/engine/sim-clock.ts";
import { benchPayload, benchTopic, receivedTopic } from "./bench-program.ts";
import type { Direction, QoS } from "./counts.ts";

/** Longest time of one run, ms. */
const limit = 120_000;
/** Messages that the broker hands on before the board has confirmed them; QoS 1 and 2. */
const feedWindow = 32;

interface RatedBoardOptions {
  readonly aedes: Aedes;
  readonly server: Server;
  readonly firmware: Program;
}

/** A board on XS, a broker in this process, and a loopback connection between them. */
export class RatedBoard {
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-bench-"));
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #board: SimBoard;
  readonly #waiting = new Map<string, () => void>();
  #fail: (error: Error) => void = () => {};
  #turns = 0;

  /** Starts a broker and a board that has subscribed to what it will be sent. */
  static async open(): Promise<RatedBoard> {
    const folder = dirname(fileURLToPath(import.meta.url));
    const firmware = await bundleFirmware(join(folder, "xs", "rated-board.ts"));
    const aedes = await Aedes.createBroker();
    const server = createServer(aedes.handle);
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", () => done()));
    const board = new RatedBoard({ aedes, server, firmware });
    for (const QoS of [0, 1, 2]) await board.#tell(`subscribe ${QoS}`, "subscribed");
    return board;
  }

  constructor({ aedes, server, firmware }: RatedBoardOptions) {
    this.#aedes = aedes;
    this.#server = server;
    const { port } = server.address() as { port: number };
    const clock = new SimClock({ speed: 1 });
    const MAC = "02:00:00:00:00:01";
    this.#board = new SimBoard({
      id: "rated",
      firmware,
      engine: "xs",
      clock,
      storage: new StorageFile(this.#folder),
      hardware: createHardware({ seed: 1, MAC, clock }),
      boot: { MAC, seed: 1, settings: { "mqtt.broker": `mqtt://127.0.0.1:${port}` } },
      onLine: (line) => this.#waiting.get(line)?.(),
      onNotice: (text) => this.#fail(new Error(text)),
      onCrash: (reason) => this.#fail(new Error(reason)),
      onTurn: () => this.#turns++,
    });
  }

  /** Sends messages through and waits until all have arrived and are confirmed. */
  async run(
    direction: Direction,
    QoS: QoS,
    messages: number,
  ): Promise<{ readonly milliseconds: number; readonly turns: number }> {
    const turns = this.#turns;
    const start = performance.now();
    await (direction === "publish" ? this.#publish(QoS, messages) : this.#receive(QoS, messages));
    return { milliseconds: performance.now() - start, turns: this.#turns - turns };
  }

  async close(): Promise<void> {
    await this.#board.stop();
    await new Promise<void>((done) => this.#aedes.close(() => this.#server.close(() => done())));
    rmSync(this.#folder, { recursive: true });
  }

  async #publish(QoS: QoS, messages: number): Promise<void> {
    let arrived = 0;
    let onAll = () => {};
    const all = new Promise<void>((done) => {
      onAll = done;
    });
    const deliver = (_packet: unknown, next: () => void) => {
      if (++arrived === messages) onAll();
      next();
    };
    await new Promise<void>((done) => this.#aedes.subscribe(benchTopic, deliver, () => done()));
    await Promise.all([all, this.#tell(`publish ${QoS} ${messages}`, "published")]);
    await new Promise<void>((done) => this.#aedes.unsubscribe(benchTopic, deliver, () => done()));
  }

  async #receive(QoS: QoS, messages: number): Promise<void> {
    const received = this.#tell(`receive ${QoS} ${messages}`, "received");
    const confirmed = this.#feed(QoS, messages);
    await Promise.all([received, confirmed]);
  }

  /** Hands messages to the broker, no more than the window ahead of the board. */
  #feed(QoS: QoS, messages: number): Promise<void> {
    const packet = {
      cmd: "publish" as const,
      topic: receivedTopic + QoS,
      payload: benchPayload,
      qos: QoS,
      retain: false,
      dup: false,
    };
    let sent = 0;
    let confirmed = 0;
    return new Promise<void>((done, fail) => {
      const send = () => {
        for (; sent < messages && sent - confirmed < feedWindow; sent++) {
          this.#aedes.publish(packet, (error) => {
            if (error) fail(error);
            else if (QoS === 0) confirm();
          });
        }
      };
      const confirm = () => {
        if (++confirmed === messages) {
          this.#aedes.off("ack", confirm);
          done();
        } else send();
      };
      if (QoS > 0) this.#aedes.on("ack", confirm);
      send();
    });
  }

  /** Types a command and waits for the line that ends it. */
  #tell(command: string, answer: string): Promise<void> {
    return new Promise((done, fail) => {
      const timer = setTimeout(() => fail(new Error(`no end of "${command}"`)), limit);
      this.#fail = fail;
      this.#waiting.set(answer, () => {
        clearTimeout(timer);
        this.#waiting.delete(answer);
        done();
      });
      this.#board.type(`${command}\n`);
    });
  }
}
