// SPDX-License-Identifier: MIT

import uPlot from "uplot";
import { type Quantity, quantities, type Series } from "../board-view.ts";
import { el, setText } from "./dom.ts";
import { csvAddress, fetchSeries } from "./server.ts";
import { quantityTexts, valueText } from "./words.ts";

/** ms. */
export const ranges = [
  { text: "Hour", length: 3_600_000 },
  { text: "Day", length: 86_400_000 },
  { text: "30 days", length: 30 * 86_400_000 },
] as const;

/** From where on the air is moderate and poor: the bounds of modules/air-quality/air-index.ts. */
const bounds: Partial<Record<Quantity, readonly [number, number]>> = {
  co2: [1_200, 1_750],
  voc: [220, 660],
};
/** Smallest height of the scale, in the unit, so that noise does not look like weather. */
const leastSpan: Readonly<Record<Quantity, number>> = {
  co2: 200,
  voc: 50,
  temperature: 2,
  humidity: 10,
  pressure: 4,
};
const refresh = 2_000;
const height = 150;
/** Shortest time that is shown, ms. */
const shortest = 2 * 60_000;

type Table = [number[], ...(number | null)[][]];

/** Charts of one board, which share their time: mean, and lowest to highest as a band. */
export class Charts {
  readonly element = el("section", { class: "charts", "aria-label": "Charts" });
  readonly #id: string;
  readonly #now: () => number;
  readonly #figures = new Map<Quantity, { figure: HTMLElement; words: HTMLElement }>();
  readonly #plots = new Map<Quantity, uPlot>();
  readonly #state = el("p", { role: "status", class: "hint" });
  readonly #csv = el("a", { class: "button", download: true }, "Download CSV");
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #sizes = new ResizeObserver(() => this.resize());
  #length: number = ranges[0].length;
  /** Seconds since 1970; undefined: up to now. */
  #zoom: readonly [number, number] | undefined;
  #timer = 0;
  #isClosed = false;

  constructor(id: string, now: () => number) {
    this.#id = id;
    this.#now = now;
    this.#buttons = ranges.map(({ text, length }) =>
      el("button", { type: "button", onclick: () => this.choose(length) }, text),
    );
    const whole = el(
      "button",
      { type: "button", onclick: () => this.choose(this.#length) },
      "Live",
    );
    const bar = el("div", { class: "bar", role: "group", "aria-label": "Time shown" });
    bar.append(...this.#buttons, whole, this.#csv);
    const hint = "Drag over a chart to zoom; double-click, or Live, to return.";
    this.element.append(bar, el("p", { class: "hint" }, hint), this.#state);
    for (const quantity of quantities) this.element.append(this.figureOf(quantity));
    this.#sizes.observe(this.element);
    this.choose(this.#length);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#sizes.disconnect();
    for (const plot of this.#plots.values()) plot.destroy();
  }

  private figureOf(quantity: Quantity): HTMLElement {
    const { name, unit } = quantityTexts[quantity];
    const words = el("figcaption", {}, `${name}, ${unit}`);
    const figure = el("figure", {}, words);
    this.#figures.set(quantity, { figure, words });
    return figure;
  }

  private choose(length: number): void {
    this.#length = length;
    this.#zoom = undefined;
    for (const [index, button] of this.#buttons.entries()) {
      button.setAttribute("aria-pressed", String(ranges[index]?.length === length));
    }
    void this.load();
  }

  private zoomTo(from: number, to: number): void {
    if (to - from < 10) return;
    this.#zoom = [from, to];
    void this.load();
  }

  private async load(): Promise<void> {
    clearTimeout(this.#timer);
    const now = this.#now();
    const [from, to] = this.#zoom?.map((s) => s * 1_000) ?? [now - this.#length, now];
    if (from === undefined || to === undefined) return;
    this.#csv.href = csvAddress(this.#id, from, to);
    try {
      const series = await fetchSeries(this.#id, from, to);
      if (this.#isClosed) return;
      setText(this.#state, series.times.length === 0 ? "No readings in this time yet." : "");
      const start = this.#zoom ? from : startOf(series, from, to);
      for (const quantity of quantities) this.draw(quantity, series, start / 1_000, to / 1_000);
    } catch (error) {
      setText(this.#state, `No charts: ${error instanceof Error ? error.message : String(error)}`);
    }
    const pause = this.#length > 3_600_000 ? 30_000 : refresh;
    if (!this.#zoom && !this.#isClosed) this.#timer = setTimeout(() => void this.load(), pause);
  }

  private draw(quantity: Quantity, series: Series, from: number, to: number): void {
    const { mean, low, high } = series.columns[quantity];
    const table: Table = [series.times.map((ms) => ms / 1_000), [...mean], [...low], [...high]];
    this.describe(quantity, mean, low, high);
    const there = this.#plots.get(quantity);
    const plot = there ?? this.plotOf(quantity);
    plot.batch(() => {
      plot.setData(table, false);
      plot.setScale("x", { min: from, max: to });
    });
  }

  private describe(
    quantity: Quantity,
    mean: readonly (number | null)[],
    low: readonly (number | null)[],
    high: readonly (number | null)[],
  ): void {
    const figure = this.#figures.get(quantity);
    if (!figure) return;
    const { name, unit } = quantityTexts[quantity];
    const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
    const last = known(mean).at(-1);
    const text = (value: number | undefined) => valueText(quantity, value);
    const range = `${text(known(low).reduce(least, Infinity))} to ${text(known(high).reduce(most, -Infinity))}`;
    const words = last === undefined ? "none" : `${text(last)} ${unit}, in this time ${range}`;
    setText(figure.words, `${name}: ${words}`);
  }

  private plotOf(quantity: Quantity): uPlot {
    const holder = el("div", { "aria-hidden": "true" });
    this.#figures.get(quantity)?.figure.append(holder);
    const plot = new uPlot(this.optionsOf(quantity), [[], [], [], []], holder);
    this.#plots.set(quantity, plot);
    return plot;
  }

  private optionsOf(quantity: Quantity): uPlot.Options {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const axis: uPlot.Axis = {
      stroke: colour("--quiet"),
      grid: { stroke: colour("--line"), width: 1 },
      font: "12px system-ui, sans-serif",
    };
    const timeAxis: uPlot.Axis = { ...axis, values: (_, splits) => timeTexts(splits), space: 70 };
    const edge = { width: 0, points: { show: false } };
    const line = colour("--accent");
    return {
      width: this.width,
      height,
      legend: { show: false },
      cursor: { sync: { key: "board" }, drag: { x: true, y: false, setScale: false } },
      scales: { y: { range: (_, low, high) => scaleOf(low, high, leastSpan[quantity]) } },
      axes: [timeAxis, { ...axis, size: 56 }],
      series: [
        {},
        { stroke: line, width: 1.5, points: { show: false } },
        { ...edge, stroke: line },
        { ...edge, stroke: line },
      ],
      bands: [{ series: [3, 2], fill: colour("--band") }],
      hooks: {
        drawClear: [(plot) => drawBounds(plot, bounds[quantity], colour)],
        setSelect: [
          (plot) => {
            const { left, width } = plot.select;
            if (width < 5) return;
            this.zoomTo(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
        ready: [(plot) => plot.over.addEventListener("dblclick", () => this.choose(this.#length))],
      },
    };
  }

  private get width(): number {
    const figure = this.#figures.get("co2")?.figure;
    return Math.max(200, figure?.clientWidth ?? 0);
  }

  private resize(): void {
    for (const plot of this.#plots.values()) plot.setSize({ width: this.width, height });
  }
}

/** Where the axis begins: with the first reading, when that came late, so that a young chart has room. */
function startOf({ times }: Series, from: number, to: number): number {
  const first = times[0] ?? from;
  return Math.max(from, Math.min(first, to - shortest));
}

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const date = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** Times of the axis, as fine as their distance asks for. */
function timeTexts(splits: readonly number[]): string[] {
  const [first = 0, second = first + 60] = splits;
  const step = second - first;
  const format = step < 60 ? exact : clock;
  return splits.map((s) => {
    const moment = new Date(s * 1_000);
    const isMidnight = moment.getHours() === 0 && moment.getMinutes() === 0;
    return step >= 86_400 || (isMidnight && step >= 3_600)
      ? date.format(moment)
      : format.format(moment);
  });
}

const least = (a: number, b: number) => Math.min(a, b);
const most = (a: number, b: number) => Math.max(a, b);

function scaleOf(low: number | null, high: number | null, span: number): [number, number] {
  if (low === null || high === null || !Number.isFinite(low)) return [0, span];
  const missing = Math.max(0, span - (high - low)) / 2;
  const margin = (high - low) * 0.08;
  return [low - missing - margin, high + missing + margin];
}

/** Moderate air and poor air are tinted; a chart that has none of it stays plain. */
function drawBounds(
  plot: uPlot,
  bound: readonly [number, number] | undefined,
  colour: (name: string) => string,
): void {
  if (!bound) return;
  const { left, top, width, height: high } = plot.bbox;
  const [moderate, poor] = bound.map((value) =>
    Math.min(top + high, Math.max(top, plot.valToPos(value, "y", true))),
  );
  if (moderate === undefined || poor === undefined) return;
  plot.ctx.save();
  plot.ctx.fillStyle = colour("--moderate-tint");
  plot.ctx.fillRect(left, poor, width, moderate - poor);
  plot.ctx.fillStyle = colour("--poor-tint");
  plot.ctx.fillRect(left, top, width, poor - top);
  plot.ctx.restore();
}
