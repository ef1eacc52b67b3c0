// SPDX-License-Identifier: MIT

import { fetchSeries } from "./server.ts";

const namespace = "http://www.w3.org/2000/svg";
const [width, height] = [120, 32];
const hour = 3_600_000;
const points = 90;
/** Between two points, and between two drawings, ms. */
const pause = 5_000;
/** Shortest time that is shown, ms. */
const shortest = 2 * 60_000;

/** The CO2 of the last hour as a small line; for the eye only, the charts have words. */
export class Sparkline {
  readonly element = document.createElementNS(namespace, "svg");
  readonly #line = document.createElementNS(namespace, "polyline");
  #values: { at: number; value: number }[] = [];
  #drawnAt = 0;

  constructor(id: string, now: number) {
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.setAttribute("preserveAspectRatio", "none");
    this.element.setAttribute("aria-hidden", "true");
    this.element.setAttribute("class", "sparkline");
    this.element.append(this.#line);
    fetchSeries(id, now - hour, now, points).then(
      ({ times, columns }) => {
        const earlier = times.map((at, row) => ({ at, value: columns.co2.mean[row] }));
        const known = earlier.filter((point): point is { at: number; value: number } =>
          Number.isFinite(point.value),
        );
        this.#values = [...known, ...this.#values];
        this.draw(now);
      },
      () => {},
    );
  }

  add(at: number, value: number, now: number): void {
    const last = this.#values.at(-1);
    if (last && at - last.at < pause) {
      if (at <= last.at || now - this.#drawnAt < pause) return;
      last.value = value;
    } else this.#values.push({ at, value });
    if (now - this.#drawnAt >= pause) this.draw(now);
  }

  private draw(now: number): void {
    this.#drawnAt = now;
    this.#values = this.#values.filter(({ at }) => at > now - hour);
    const numbers = this.#values.map(({ value }) => value);
    const start = Math.max(now - hour, Math.min(this.#values[0]?.at ?? 0, now - shortest));
    const low = Math.min(...numbers, 400);
    const high = Math.max(...numbers, 1_000);
    const text = this.#values.map(({ at, value }) => {
      const x = ((at - start) / (now - start)) * width;
      const y = height - 2 - ((value - low) / (high - low)) * (height - 4);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    });
    this.#line.setAttribute("points", text.join(" "));
  }
}
