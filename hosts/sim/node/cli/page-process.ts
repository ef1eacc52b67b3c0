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

/** The page in a process of its own, which ends with this one, and what it asks of the simulation. */
export class PageProcess {
  readonly #options: PageProcessOptions;
  readonly #child: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  #told = "";

  constructor(options: PageProcessOptions) {
    this.#options = options;
    this.#child = fork(program, [], {
      execArgv: ["--import", import.meta.resolve("tsx")],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.on("message", (message: SimulationRequest) => this.take(message));
    this.#child.on("error", () => {});
    let errors = "";
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-2_000);
    });
    this.#child.on("exit", (code) => this.onExit(code, errors));
    this.send(this.startMessage());
    this.tell();
    this.#timer = setInterval(() => this.tell(), interval);
    // The simulation, not its page, keeps this process alive.
    this.#timer.unref();
    this.#child.unref();
    this.#child.channel?.unref();
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

  private onExit(code: number | null, errors: string): void {
    clearInterval(this.#timer);
    if (code === 0) return;
    const [why = "no reason was given"] = errors.split("\n").filter((line) => /Error/.test(line));
    this.#options.view.say("notice", `the page has ended (${why.trim()}); the boards go on`);
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
