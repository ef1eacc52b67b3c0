// SPDX-License-Identifier: MIT

import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { version } from "../../../../modules/base/version.ts";
import type { Simulation, SimulationView } from "../simulation.ts";
import { serveImage } from "../update/image-server.ts";
import { publicText, simulatedImage } from "../update/simulated-image.ts";
import { parseLine } from "./screen/log-line.ts";

const path = "/firmware.airpair";

/** The version after this one: its last number one up. */
export function nextVersion(current: string): string {
  return current.replace(/\d+$/, (last) => String(Number(last) + 1));
}

/**
 * A server with the next firmware for simulated boards, signed with a key of this run, and the boards that
 * take it: each when it has published, one after the other.
 */
export class OwnUpdate {
  /** Settings of the boards that are to take it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly #server: Server;
  readonly #address: string;
  readonly #version = nextVersion(version);
  #simulation: Simulation | undefined;
  /** Number of the board whose turn it is. */
  #turn = 0;
  /** How far it is: it has been told; or it starts from what it has fetched. */
  #state: "waiting" | "told" | "starting" = "waiting";

  private constructor(server: Server, key: string) {
    this.#server = server;
    this.#address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    this.settings = { "update.key": key };
  }

  static async serve(): Promise<OwnUpdate> {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const image = simulatedImage(nextVersion(version), privateKey);
    const server = serveImage(image, path, () => {}).listen(0, "127.0.0.1");
    await once(server, "listening");
    // The boards keep this process alive.
    server.unref();
    return new OwnUpdate(server, publicText(privateKey));
  }

  /** A view that also sees whose turn it is. */
  watch(view: SimulationView): SimulationView {
    return {
      line: (board, text) => {
        view.line(board, text);
        this.take(board, text, view);
      },
      notice: (...said) => view.notice(...said),
      say: (...said) => view.say(...said),
    };
  }

  use(simulation: Simulation): void {
    this.#simulation = simulation;
  }

  close(): void {
    this.#server.close();
  }

  private take(id: string, text: string, view: SimulationView): void {
    const board = this.#simulation?.boards[this.#turn];
    if (!board || board.id !== id) return;
    const { part, event } = parseLine(text);
    if (event === "publish" && this.#state === "waiting") {
      this.#state = "told";
      view.notice(id, "update", `is told: update ${this.#address}`);
      // One that had it in an earlier run takes it once more.
      board.type(`update ${this.#address} force\n`);
    } else if (part === "update" && event === "ready") this.#state = "starting";
    // Any other start has ended the update, or the trial of what it has fetched.
    else if (event === "boot") this.#state = this.#state === "starting" ? "told" : "waiting";
    else if (part === "update" && event === "failed") this.#state = "waiting";
    else if (part === "update" && event === "confirmed" && text.includes(this.#version)) {
      this.#turn++;
      this.#state = "waiting";
    }
  }
}
