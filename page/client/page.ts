// SPDX-License-Identifier: MIT

import type { BoardView } from "../board-view.ts";
import { Card } from "./card.ts";
import { Details } from "./details.ts";
import { el, setText } from "./dom.ts";
import { PairLines, pairsOf } from "./pair-lines.ts";
import { Row, rowHead } from "./row.ts";
import { act, LiveBoards } from "./server.ts";
import { presenceOf } from "./words.ts";

/** From so many boards on the list comes first. */
const manyBoards = 9;

interface BoardElement {
  readonly element: HTMLElement;
  show(board: BoardView, now: number): void;
}

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

const [main, summary, notice, controls] = ["boards", "summary", "notice", "controls"].map(find) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
const live = new LiveBoards(() => schedule());
const lines = new PairLines();
const shown = new Map<string, BoardElement>();
let isList: boolean | undefined;
let chosen = localStorage.getItem("view");
let holder: HTMLElement = main;
let details: Details | undefined;
let isScheduled = false;

const viewButtons = (["cards", "list"] as const).map((name) => {
  const button = el("button", { type: "button" }, name === "cards" ? "Cards" : "List");
  button.addEventListener("click", () => {
    chosen = name;
    localStorage.setItem("view", name);
    schedule();
  });
  return { name, button };
});
const brokerButton = el("button", { type: "button" });
brokerButton.hidden = true;
brokerButton.addEventListener("click", () => {
  const isUp = live.simulation?.isBrokerUp === true;
  act({ kind: "broker", value: !isUp }).catch((error: Error) => setText(notice, error.message));
});
const views = el("span", { role: "group", "aria-label": "View" });
views.append(...viewButtons.map(({ button }) => button));
controls.append(brokerButton, views);

/** Draws with the next frame, however many messages come until then. */
function schedule(): void {
  if (isScheduled) return;
  isScheduled = true;
  requestAnimationFrame(() => {
    isScheduled = false;
    draw();
  });
}

function draw(): void {
  const boards = live.sorted;
  chooseView(boards.length);
  drawHeader(boards);
  for (const [index, board] of boards.entries()) {
    const part = shown.get(board.id) ?? addBoard(board.id, index);
    part.show(board, live.now);
    if (details?.id === board.id) details.show(board, boards, live);
  }
  for (const [id, part] of shown) {
    if (live.boards.has(id)) continue;
    part.element.remove();
    shown.delete(id);
  }
  drawPairs(boards);
}

function drawPairs(boards: readonly BoardView[]): void {
  const cards = new Map([...shown].map(([id, { element }]) => [id, element]));
  const pairs = pairsOf(boards);
  lines.show(isList ? undefined : holder, cards, pairs, live.now);
}

function chooseView(count: number): void {
  const wanted = chosen === null ? count >= manyBoards : chosen === "list";
  if (wanted === isList) return;
  isList = wanted;
  shown.clear();
  holder = wanted ? el("tbody") : el("div", { class: "cards" });
  const table = () => el("table", {}, el("caption", {}, "Boards"), rowHead(), holder);
  const scroller = () =>
    el(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "List of boards" },
      table(),
    );
  main.replaceChildren(wanted ? scroller() : holder);
  for (const { name, button } of viewButtons) {
    button.setAttribute("aria-pressed", String(wanted === (name === "list")));
  }
}

function addBoard(id: string, index: number): BoardElement {
  const open = () => openDetails(id);
  const part = isList ? new Row(id, open) : new Card(id, live.now, open);
  shown.set(id, part);
  holder.insertBefore(part.element, holder.children[index] ?? null);
  return part;
}

function openDetails(id: string): void {
  if (details) return;
  details = new Details(id, live, () => {
    details?.remove();
    details = undefined;
  });
  schedule();
}

function drawHeader(boards: readonly BoardView[]): void {
  const online = boards.filter((board) => presenceOf(board, live.now).state === "online").length;
  const count = boards.length === 1 ? "1 board" : `${boards.length} boards`;
  setText(summary, `${count}, ${online} online`);
  setText(notice, noticeOf(boards.length));
  const isUp = live.simulation?.isBrokerUp;
  brokerButton.hidden = isUp === undefined;
  setText(brokerButton, isUp ? "Stop the broker" : "Start the broker");
}

/** What stands between the page and the boards. */
function noticeOf(count: number): string {
  if (!live.isLive) {
    const { refusal } = live;
    if (refusal !== undefined) return `The page's server lets nobody in: ${refusal}.`;
    return "The page's server does not answer; trying again. Values are old.";
  }
  const { isConnected, reason } = live.broker;
  if (!isConnected) {
    const why = reason === undefined ? "" : ` (${reason})`;
    return `The broker is away${why}; trying again. Values are old.`;
  }
  return count === 0 ? "Connected. No board has been heard yet." : "";
}

// Ages go on without messages.
setInterval(schedule, 1_000);
schedule();
