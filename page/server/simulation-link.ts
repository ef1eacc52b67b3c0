// SPDX-License-Identifier: MIT

import type {
  SimulationAction,
  SimulationReport,
  SimulationState,
} from "../../hosts/sim/node/simulation-report.ts";
import { PageError } from "./page-error.ts";

/** The simulation behind the page, where there is one. */
export interface SimulationLink {
  readonly state: SimulationState | undefined;
  /** Settles with what there is to say about it. Rejects with PageError when it cannot be done. */
  act(action: SimulationAction): Promise<string | undefined>;
}

/** Messages to and from the process that has started this one. */
export interface ParentPort {
  send(message: unknown): void;
  onMessage(take: (message: SimulationReport) => void): void;
}

/** Longest wait until the simulation has done something, and until two boards are a pair, ms. */
const actLimit = 5_000;
const pairLimit = 200_000;

/** Talks with the simulation that has started this process. */
export class ParentSimulation implements SimulationLink {
  readonly #port: ParentPort;
  readonly #waiting = new Map<number, (error: string | undefined, text?: string) => void>();
  #state: SimulationState | undefined;
  #count = 0;

  constructor(port: ParentPort, onChanged: () => void) {
    this.#port = port;
    port.onMessage((message) => {
      if (message.kind === "done") {
        this.#waiting.get(message.number)?.(message.error, message.text);
      } else if (message.kind === "state") {
        this.#state = message.state;
        onChanged();
      }
    });
  }

  get state(): SimulationState | undefined {
    return this.#state;
  }

  act(action: SimulationAction): Promise<string | undefined> {
    const number = ++this.#count;
    return new Promise((done, fail) => {
      const settle = (error: string | undefined, text?: string) => {
        clearTimeout(limit);
        this.#waiting.delete(number);
        if (error === undefined) done(text);
        else fail(new PageError(409, error));
      };
      const time = action.kind === "pair" || action.kind === "unpair" ? pairLimit : actLimit;
      const limit = setTimeout(() => settle("the simulation does not answer"), time);
      this.#waiting.set(number, settle);
      this.#port.send({ kind: "act", number, action });
    });
  }
}
