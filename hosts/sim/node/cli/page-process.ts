// SPDX-License-Identifier: MIT

import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CredentialFiles } from "../credentials.ts";
import type { SimOptions } from "../sim-options.ts";
import type { Simulation, SimulationView } from "../simulation.ts";
import type { SimulationReport, SimulationRequest } from "../simulation-report.ts";
import { FleetTrace } from "./fleet-trace.ts";
import { act, stateOf } from "./page-actions.ts";

export interface PageProcessOptions {
  readonly simulation: Simulation;
  readonly trace: FleetTrace;
  readonly view: Pick<SimulationView, "say">;
  readonly options: Pick<SimOptions, "broker" | "credentials">;
}

const program = join(import.meta.dirname, "../../../../page/server/page-child.ts");
/** How often the page is told what its rooms are like, ms: people come and go by themselves. */
const interval = 1_000;
/** A page that has ended is started again after so long, ms, unless it had not even lived for that long. */
const pause = 1_000;
const leastLife = 2_000;

/** The page in a process of its own, which ends with this one, and what it asks of the simulation. */
export class PageProcess {
  readonly #options: PageProcessOptions;
  #child: ChildProcess;
  /** When it was started, ms. */
  #startedAt = 0;
  readonly #timer: NodeJS.Timeout;
  #told = "";

  constructor(options: PageProcessOptions) {
    this.#options = options;
    this.#child = this.start();
    this.#timer = setInterval(() => this.tell(), interval);
    // The simulation, not its page, keeps this process alive.
    this.#timer.unref();
  }

  private start(): ChildProcess {
    const child = fork(program, [], {
      execArgv: ["--import", import.meta.resolve("tsx")],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child = child;
    this.#startedAt = Date.now();
    child.on("message", (message: SimulationRequest) => this.take(message));
    child.on("error", () => {});
    let errors = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-2_000);
    });
    child.on("exit", (code, signal) => this.onExit(code, signal, errors));
    child.unref();
    child.channel?.unref();
    this.#told = "";
    this.send(this.startMessage());
    this.tell();
    return child;
  }

  private startMessage(): SimulationReport {
    const { simulation, options } = this.#options;
    const read = (name: keyof CredentialFiles) => {
      const file = options.credentials?.files[name];
      return file === undefined ? {} : { [name]: readFileSync(file, "utf8") };
    };
    const tls = { ...read("ca"), ...read("cert"), ...read("key") };
    const { roots } = simulation;
    const source = options.broker ? `${options.broker.host}/${roots[0]}` : "simulation";
    return { kind: "start", broker: simulation.brokerURL.href, roots, source, tls };
  }

  private take(message: SimulationRequest): void {
    const { simulation, view } = this.#options;
    if (message.kind === "listening") view.say("page", `Page:  ${message.address}`);
    else if (message.kind === "notice") view.say("notice", `page: ${message.text}`);
    else {
      const { number, action } = message;
      const answer = (error: string | undefined, text?: string) => {
        this.tell();
        this.send({ kind: "done", number, error, text });
      };
      act(simulation, this.#options.trace, action).then(
        (text) => answer(undefined, text),
        (error: Error) => answer(error.message),
      );
    }
  }

  /** Tells the page what is going on, when that has changed. */
  private tell(): void {
    const { simulation, trace } = this.#options;
    const state = stateOf(simulation, trace);
    const text = JSON.stringify(state);
    if (text === this.#told) return;
    this.#told = text;
    this.send({ kind: "state", state });
  }

  private send(message: SimulationReport): void {
    if (this.#child.connected) this.#child.send(message, () => {});
  }

  private onExit(code: number | null, signal: string | null, errors: string): void {
    if (code === 0) {
      clearInterval(this.#timer);
      return;
    }
    const said = errors.split("\n").find((line) => /Error/.test(line));
    const why = said?.trim() ?? (signal === null ? "no reason was given" : `by ${signal}`);
    const hasWorked = Date.now() - this.#startedAt >= leastLife;
    const then = hasWorked ? "it is started again" : "the boards go on";
    this.#options.view.say("notice", `the page has ended (${why}); ${then}`);
    if (hasWorked) setTimeout(() => this.start(), pause).unref();
    else clearInterval(this.#timer);
  }
}

/** Longest wait for a first reading, ms. */
const patience = 10_000;

/**
 * A view that also sees a first reading, behind which the page is started: until then the boards have
 * the PC for themselves.
 */
export function startsPage<View extends SimulationView>(
  view: View,
  options: PageProcessOptions["options"] & Pick<SimOptions, "page">,
): { readonly view: SimulationView; readonly use: (simulation: Simulation) => void } {
  if (options.page === false) return { view, use: () => {} };
  let start = () => {};
  const trace = new FleetTrace();
  const watching: SimulationView = {
    line(board, text) {
      view.line(board, text);
      trace.take(board, text);
      if (text.includes('"event":"reading"')) start();
    },
    notice: (...said) => view.notice(...said),
    say: (...said) => view.say(...said),
  };
  const use = (simulation: Simulation) => {
    const limit = setTimeout(() => start(), patience).unref();
    start = () => {
      clearTimeout(limit);
      start = () => {};
      new PageProcess({ simulation, trace, view, options });
    };
  };
  return { view: watching, use };
}
