// SPDX-License-Identifier: MIT

// npm run bench:sensor: how much noise on the bus costs the gas sensor, over two simulated hours at
// each rate; writes the table into docs/ccs811.md. It repeats exactly.

import { readFileSync, writeFileSync } from "node:fs";
import { type NoiseResult, runNoise } from "../tests/drivers/ccs811/noise.ts";
import { readToolOptions } from "./tool-options.ts";

const file = "docs/ccs811.md";
readToolOptions({
  command: "npm run bench:sensor",
  purpose: `Counts what noise on the bus costs readings of the CCS811, on simulated time, and writes ${file}.`,
});
const [begin, end] = ["<!-- noise -->", "<!-- end of noise -->"];
const rates = [0.01, 0.02, 0.03, 0.05, 0.1] as const;
const minutes = 120;
const seed = 811;

function rowOf(rate: number, { samples, resets, readyAfter }: NoiseResult, all: number): string {
  const part = `${((100 * samples) / all).toFixed(2)} %`;
  const ready = readyAfter === undefined ? "never" : `${readyAfter.toFixed(1)} min`;
  return `| ${100 * rate} % | ${samples} | ${part} | ${resets} | ${ready} |`;
}

function table(): string {
  const quiet = runNoise({ noise: "NACK", rate: 0, minutes, seed });
  const rows = [0, ...rates].map((rate) => {
    return rowOf(rate, runNoise({ noise: "NACK", rate, minutes, seed }), quiet.samples);
  });
  return [
    "| NACKs | Readings in two hours | Of those without noise | Resets | Ready after |",
    "|---:|---:|---:|---:|---:|",
    ...rows,
  ].join("\n");
}

const text = readFileSync(file, "utf8");
const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
if (start < 0 || stop < start) throw new Error(`${file} has no place for the table of noise`);
const lines = table();
writeFileSync(file, `${text.slice(0, start + begin.length)}\n\n${lines}\n\n${text.slice(stop)}`);
process.stdout.write(`${lines}\nwritten to ${file}\n`);
