// SPDX-License-Identifier: MIT

import { isLarge, type SimOptions } from "../../sim-options.ts";
import type { Simulation, SimulationView } from "../../simulation.ts";
import { brokerURL } from "../option-values.ts";
import { parseLine } from "../screen/log-line.ts";
import { FleetCount, type FleetTotals } from "./fleet-count.ts";
import { FleetWatcher } from "./fleet-watcher.ts";

/** What is on its way when the boards are to end has so long to arrive, ms. */
const drainLimit = 10_000;
const look = 50;
/** Between two lines about boards that come and go, ms. */
const interval = 5_000;

export interface ReportParts {
  readonly view: SimulationView;
  readonly onBroker: (simulation: Simulation) => Promise<void>;
  readonly onFinish: () => Promise<void>;
}

/**
 * Counts what boards send and what of it arrives at a subscriber beside them, and says it at the end. Of
 * boards that are too many to be shown it says only how many are there, and what they cannot say themselves.
 */
export function reports(view: SimulationView, options: SimOptions): ReportParts {
  const count = new FleetCount();
  const start = performance.now();
  let watcher: FleetWatcher | undefined;
  let whyNot: string | undefined = "it did not begin";
  const isQuiet = isLarge(options);
  const stopProgress = isQuiet ? saysProgress(view, count, options.boards, start) : () => {};
  return {
    view: {
      line(board, text) {
        count.takeLine(board, parseLine(text));
        if (!isQuiet) view.line(board, text);
      },
      notice: (...said) => view.notice(...said),
      say: (...said) => view.say(...said),
    },
    async onBroker({ brokerURL: first, roots }) {
      const brokers = brokersOf(first, options);
      const files = options.credentials?.files;
      const onReading = (board: string, payload: string) => count.takeReading(board, payload);
      watcher = new FleetWatcher({ brokers, files, roots, onReading });
      try {
        await watcher.open();
        count.begin();
        whyNot = undefined;
      } catch (error) {
        whyNot = error instanceof Error ? error.message : String(error);
        view.say(
          "notice",
          `the report cannot see what arrives (${whyNot}); the boards start all the same`,
        );
      }
    },
    async onFinish() {
      stopProgress();
      const seconds = (performance.now() - start) / 1_000;
      count.end();
      const end = performance.now() + drainLimit;
      while (!count.isComplete && performance.now() < end) {
        await new Promise((done) => setTimeout(done, look));
      }
      const { totals } = count;
      const { boards } = options;
      for (const text of reportText(totals, { boards, seconds, whyNot })) view.say("report", text);
      if (options.json) view.say("totals", "the same in numbers", { boards, seconds, ...totals });
      await watcher?.close();
    },
  };
}

/** The first with its user, and those that the boards try after it. */
function brokersOf(first: URL, { settings }: SimOptions): URL[] {
  const [, ...others] = (settings?.["mqtt.broker"] ?? "").split(",");
  return [first, ...others.map(brokerURL)];
}

/** Says how many boards have come, until all have. */
function saysProgress(
  view: SimulationView,
  count: FleetCount,
  boards: number,
  start: number,
): () => void {
  let told = 0;
  const timer = setInterval(() => {
    const { connected } = count;
    if (connected === told) return;
    told = connected;
    const of = boards.toLocaleString("en");
    if (connected < boards) {
      view.say("progress", `${connected.toLocaleString("en")} of ${of} boards have connected`);
      return;
    }
    clearInterval(timer);
    const seconds = Math.round((performance.now() - start) / 1_000);
    view.say("progress", `All ${of} boards have connected, within ${seconds} s`);
  }, interval);
  timer.unref();
  return () => clearInterval(timer);
}

export interface ReportFacts {
  readonly boards: number;
  /** How long it went. */
  readonly seconds: number;
  /** Why nobody has seen what arrives; undefined: somebody has. */
  readonly whyNot: string | undefined;
}

/** The report for people, line by line. */
export function reportText(totals: FleetTotals, facts: ReportFacts): string[] {
  const number = (value: number) => value.toLocaleString("en");
  const { boards, seconds, whyNot } = facts;
  const { connected, sent, arrived, lost, doubled, dropped, reconnects } = totals;
  const head = `Report of ${seconds.toFixed(0)} s: ${number(connected)} of ${number(boards)} boards have connected`;
  const again = `reconnects   ${number(reconnects)}`;
  if (whyNot !== undefined) return [head, again, `messages     not counted: ${whyNot}`];
  const [median, most, longest] = [totals.median, totals.most, totals.longest].map(timeText);
  return [
    head,
    `messages     ${number(sent)} readings sent, ${number(arrived)} arrived`,
    `delay        median ${median}, 99 % within ${most}, longest ${longest}`,
    again,
    `lost         ${number(lost)}`,
    `doubled      ${number(doubled)}`,
    ...(dropped > 0
      ? [`dropped      ${number(dropped)}, by boards that had more waiting than mqtt.outbox keeps`]
      : []),
  ];
}

function timeText(ms: number | undefined): string {
  if (ms === undefined) return "–";
  if (ms < 10) return `${ms.toFixed(1)} ms`;
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
