// SPDX-License-Identifier: MIT

import { encode } from "uqr";
import { brokerPorts, type ClassNetwork, consoleLines, ownSettings } from "./board-settings.ts";
import type { ClassBoard, ClassList } from "./class-list.ts";

export interface SheetOptions {
  readonly list: ClassList;
  readonly network: ClassNetwork;
  /** The folder of the class, as it is typed. */
  readonly folder: string;
}

/** A page for the teacher, and a card for each board, to be printed and cut. */
export function sheetHTML({ list, network, folder }: SheetOptions): string {
  const { boards } = list;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>airpair: ${boards.length} boards</title>
<style>${style}</style>
</head>
<body>
<section class="teacher">
<h1>${counted(boards.length)} at ${escaped(network.host)}</h1>
<p>This page is the teacher's: it holds all passwords. A card below is for who has that board.</p>
<p>To watch them all: <code>${escaped(watchLine(network, folder))}</code></p>
<p>Its password: <code>${escaped(list.people.teacher)}</code></p>
<table>
<tr><th>Board</th><th>Password</th><th>Peer</th><th>Code of the pair</th></tr>
${boards.map(row).join("\n")}
</table>
</section>
${boards.map((board) => card(board, network)).join("\n")}
</body>
</html>
`;
}

function counted(count: number): string {
  return count === 1 ? "1 board" : `${count} boards`;
}

/** Shows what all boards send; the password is asked from the shell, so that it is not shown. */
export function watchLine({ host }: Pick<ClassNetwork, "host">, folder: string): string {
  const authority = `${folder}/config/tls/authority.pem`;
  const file = /^[\w./+-]+$/.test(authority)
    ? authority
    : `'${authority.replaceAll("'", "'\\''")}'`;
  const broker = `-h ${host} -p ${brokerPorts.people} --cafile ${file}`;
  return `mosquitto_sub ${broker} -u teacher -P "$PASSWORD" -t airpair/+/+ -v`;
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w./@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function row({ id, password, peer = "", code = "" }: ClassBoard): string {
  const cells = [id, password, peer, code].map((text) => `<td>${escaped(text)}</td>`);
  return `<tr>${cells.join("")}</tr>`;
}

function card(board: ClassBoard, network: ClassNetwork): string {
  const broker = ownSettings(board, network)["mqtt.broker"] ?? "";
  const pair =
    board.peer === undefined || board.code === undefined
      ? ""
      : `<dt>Paired with</dt><dd>${escaped(board.peer)}</dd>
<dt>Code of the pair</dt><dd><code>${escaped(board.code)}</code></dd>`;
  return `<section class="card">
<h2>${escaped(board.id)}</h2>
<dl>
<dt>Broker</dt><dd><code>${escaped(broker)}</code></dd>
<dt>User</dt><dd><code>${escaped(board.id)}</code></dd>
<dt>Password</dt><dd><code>${escaped(board.password)}</code></dd>
${pair}
</dl>
${qrPicture(`${consoleLines(board, network).join("\n")}\n`)}
<p>The picture holds the lines for the board's console, which set all this: scan it, and paste them there.</p>
</section>`;
}

/** A QR code as a picture; squares beside each other are one bar, which keeps it small. */
function qrPicture(text: string): string {
  const { data, size } = encode(text, { ecc: "L", border: 4 });
  let bars = "";
  data.forEach((row, y) => {
    for (let x = row.indexOf(true); x >= 0; x = row.indexOf(true, x)) {
      const end = row.indexOf(false, x);
      const width = (end < 0 ? size : end) - x;
      bars += `M${x},${y}h${width}v1h-${width}z`;
      x += width;
    }
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path d="${bars}"/></svg>`;
}

function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (character) => names[character] ?? "");
}

const style = `
@page { margin: 12mm; }
body { font: 11pt/1.4 sans-serif; color: #000; background: #fff; margin: 0 auto; max-width: 186mm; }
h1 { font-size: 18pt; }
h2 { font-size: 20pt; margin: 0 0 4mm; }
code { font: 10.5pt monospace; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #999; padding: 0.6mm 2mm; text-align: left; font-size: 9.5pt; }
td { font-family: monospace; }
tr { break-inside: avoid; }
.teacher { break-after: page; }
.card { border: 1px dashed #999; padding: 6mm; overflow: hidden; break-inside: avoid; }
.card svg { width: 78mm; height: 78mm; float: right; }
.card p { clear: left; width: 80mm; font-size: 9pt; }
dl { margin: 0; float: left; width: 84mm; }
dt { font-size: 9pt; }
dd { margin: 0 0 2mm; }
`;
