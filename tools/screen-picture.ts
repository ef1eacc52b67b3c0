// SPDX-License-Identifier: MIT

// npm run picture: runs two boards for some seconds and draws what the screen of `npm start` shows then
// into docs/screen.svg.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FleetScreen } from "../hosts/sim/node/cli/screen/fleet-screen.ts";
import { loadFirmware } from "../hosts/sim/node/engine/firmware-cache.ts";
import { Simulation } from "../hosts/sim/node/simulation.ts";
import { readToolOptions } from "./tool-options.ts";

readToolOptions({
  command: "npm run picture",
  purpose:
    "Runs two boards for some seconds and draws the screen of npm start into docs/screen.svg.",
});

const size = { columns: 104, rows: 24 };
/** ms until the sensors have warmed up and something was done to them. */
const [warm, shown] = [4_000, 6_000];
/** px; a character of a monospaced font is 0.6 of its height wide. */
const [cellWidth, cellHeight, margin] = [8.4, 18, 14];
/** By the parameter of Select Graphic Rendition. */
const classes: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "7": "bold",
  "31": "bad",
  "32": "good",
  "33": "doubtful",
};
const style = `text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d6d9de; white-space: pre }
.bold { font-weight: bold; fill: #ffffff } .dim { fill: #8b929c } .good { fill: #6cc36c } .doubtful { fill: #e0b050 } .bad { fill: #f07070 }`;

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** The text of one row with its colours, at its place. */
function rowOf(row: number, text: string): string {
  let column = 0;
  const spans: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with Esc
  for (const [, code = "", words = ""] of `\x1b[0m${text}`.matchAll(/\x1b\[([\d;]*)m([^\x1b]*)/g)) {
    const name = classes[code];
    const indent = words.length - words.trimStart().length;
    const x = (margin + (column + indent) * cellWidth).toFixed(1);
    const width = ([...words.trim()].length * cellWidth).toFixed(1);
    column += [...words].length;
    if (words.trim() === "") continue;
    const kind = name === undefined ? "" : ` class="${name}"`;
    spans.push(`<tspan x="${x}" textLength="${width}"${kind}>${escaped(words.trim())}</tspan>`);
  }
  return `<text xml:space="preserve" y="${margin + (row + 0.75) * cellHeight}">${spans.join("")}</text>`;
}

/** What was written to a terminal for one whole frame, as a picture. */
function pictureOf(written: string): string {
  const width = 2 * margin + size.columns * cellWidth;
  const height = 2 * margin + size.rows * cellHeight;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with Esc
  const places = written.matchAll(/\x1b\[(\d+);1H((?:(?!\x1b\[\d+;\d+H)[\s\S])*)/g);
  const rows = [...places].map(([, row, text = ""]) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: sequences begin with Esc
    rowOf(Number(row) - 1, text.replace(/\x1b\[[?\d]*[Khl]/g, "")),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" role="img">`,
    "<title>The screen of npm start with two boards</title>",
    `<style>${style}</style>`,
    '<rect width="100%" height="100%" rx="8" fill="#16191d"/>',
    ...rows,
    "</svg>\n",
  ].join("\n");
}

async function wait(ms: number): Promise<void> {
  await new Promise((done) => setTimeout(done, ms));
}

const folder = mkdtempSync(join(tmpdir(), "airpair-picture-"));
const [id, boards, speed] = ["board", 2, 5];
let written = "";
const screen = new FleetScreen({
  write: (text) => {
    written = text;
  },
  size: () => size,
  boards: ["board-a", "board-b"],
  title: `${boards} boards on the XS engine`,
  speed,
  onQuit: () => {},
});
const simulation = new Simulation({
  options: {
    ...{ boards, id, speed, seed: 1, engine: "xs", json: false },
    ...{ broker: undefined, duration: undefined },
  },
  view: screen,
  firmware: await loadFirmware(),
  folder,
  onAllCrashed: () => {},
});
await simulation.start();
screen.use(simulation);
await wait(warm);
screen.type(new TextEncoder().encode("\x1b[B\x1b[Bu\x1b"));
await wait(shown - warm);
screen.redraw();
const picture = pictureOf(written);
screen.close();
await simulation.stop();
rmSync(folder, { recursive: true });
writeFileSync("docs/screen.svg", picture);
process.exit(0);
