// SPDX-License-Identifier: MIT

import { remoteRefusal } from "../../modules/app/remote/remote-rules.ts";
import { settingList } from "../../modules/app/setting-list.ts";
import type { Setting } from "../../modules/base/setting.ts";
import type { BoardView } from "../board-view.ts";
import { Card } from "./card.ts";
import { Charts } from "./charts.ts";
import { el, setText } from "./dom.ts";
import { PairControls } from "./pair-controls.ts";
import { RoomControls } from "./room-controls.ts";
import { type LiveBoards, sendCommand } from "./server.ts";

/** Commands that are offered; any other can be typed. */
const offered = ["status", "readings", "ccs811", "stats", "log", "wifi status", "i2c scan", "help"];
/** Answers that are kept on the page. */
const mostAnswers = 20;

const settings = Object.entries(settingList as Readonly<Record<string, Setting>>).filter(
  ([name]) => remoteRefusal(`set ${name} x`) === undefined,
);

/** One board in full: charts, and what can be done. Closed with Escape or its button. */
export class Details {
  readonly id: string;
  readonly #dialog: HTMLDialogElement;
  readonly #card: Card;
  readonly #charts: Charts;
  readonly #room: RoomControls;
  readonly #pairs: PairControls;
  readonly #answers = el("ol", {
    class: "answers",
    "aria-live": "polite",
    "aria-label": "Answers",
  });
  readonly #stateButton: HTMLElement;

  constructor(id: string, live: LiveBoards, onClosed: () => void) {
    this.id = id;
    this.#card = new Card(id, live.now, () => {});
    this.#charts = new Charts(id, () => live.now);
    this.#room = new RoomControls(id, (error) => this.answer("simulation", error, false));
    this.#pairs = new PairControls(id, (...said) => this.answer(...said));
    this.#stateButton = this.stateButton();
    const close = el("button", { type: "button", onclick: () => this.#dialog.close() }, "Close");
    this.#dialog = el(
      "dialog",
      { class: "details", "aria-label": `Board ${id}`, onclose: onClosed },
      el("div", { class: "title" }, el("h2", {}, id), close),
      el(
        "div",
        { class: "columns" },
        el(
          "div",
          {},
          this.#card.element,
          this.#stateButton,
          this.#room.element,
          this.#pairs.element,
          this.commandForm(),
          this.#answers,
          this.settingForm(),
        ),
        this.#charts.element,
      ),
    );
    this.#card.element.querySelector(".head")?.remove();
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  /** `boards`: all there are, in their order. */
  show(board: BoardView, boards: readonly BoardView[], live: LiveBoards): void {
    const simulated = live.simulated(this.id);
    this.#card.show(board, live.now);
    this.#stateButton.hidden = board.sensor !== undefined;
    this.#room.show(simulated);
    this.#pairs.show(board, boards, live);
  }

  /** Takes it off the page. */
  remove(): void {
    this.#charts.close();
    this.#dialog.remove();
  }

  private stateButton(): HTMLElement {
    // The setting holds after the next start.
    const ask = async () => {
      if (await this.send("set publish.extended on")) await this.send("reboot");
    };
    const text = "Have it send the sensor's state";
    const button = el("button", { type: "button", onclick: () => void ask() }, text);
    return el("p", {}, button, el("span", { class: "hint" }, " The board starts again."));
  }

  private commandForm(): HTMLElement {
    const field = el("input", {
      id: "command",
      list: "commands",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      maxlength: "1000",
      required: true,
    });
    const options = offered.map((command) => el("option", { value: command }));
    return this.form(
      "Send",
      el("label", { for: "command" }, "Command"),
      [field, el("datalist", { id: "commands" }, ...options)],
      () => {
        const { value } = field;
        field.value = "";
        return value;
      },
    );
  }

  private settingForm(): HTMLElement {
    const hint = el("p", { class: "hint", id: "setting-hint" });
    const names = el("select", { id: "setting", onchange: () => describe() });
    for (const [name] of settings) names.append(el("option", {}, name));
    const value = el("input", {
      id: "value",
      list: "values",
      autocomplete: "off",
      autocapitalize: "off",
      "aria-describedby": "setting-hint",
    });
    const values = el("datalist", { id: "values" });
    const describe = () => {
      const setting = settings.find(([name]) => name === names.value)?.[1];
      if (!setting) return;
      setText(hint, helpOf(setting));
      const choices = setting.kind === "choice" ? setting.choices : [];
      values.replaceChildren(...choices.map((choice) => el("option", { value: choice })));
      value.value = "";
      value.placeholder = String(setting.default);
    };
    describe();
    const show = el(
      "button",
      { type: "button", onclick: () => void this.send(`get ${names.value}`) },
      "Show",
    );
    return this.form(
      "Set",
      el("label", { for: "setting" }, "Setting"),
      [names, el("label", { for: "value" }, "New value"), value, values, show, hint],
      () => `set ${names.value} ${value.value}`,
    );
  }

  private form(
    button: string,
    label: HTMLElement,
    parts: readonly HTMLElement[],
    commandOf: () => string,
  ): HTMLElement {
    const submit = (event: Event) => {
      event.preventDefault();
      void this.send(commandOf());
    };
    const act = el("button", {}, button);
    return el("form", { class: "act", onsubmit: submit }, el("h3", {}, label), ...parts, act);
  }

  /** True when the board has done it. */
  private async send(command: string): Promise<boolean> {
    try {
      const { ok, text } = await sendCommand(this.id, command);
      this.answer(command, text, ok);
      return ok;
    } catch (error) {
      this.answer(command, error instanceof Error ? error.message : String(error), false);
      return false;
    }
  }

  private answer(command: string, text: string, isGood: boolean): void {
    const state = isGood ? "good" : "bad";
    const words = el("pre", {}, text === "" ? "done" : text);
    const item = el("li", { "data-state": state }, el("code", {}, command), words);
    this.#answers.prepend(item);
    item.scrollIntoView({ block: "nearest" });
    while (this.#answers.children.length > mostAnswers) this.#answers.lastElementChild?.remove();
  }
}

function helpOf(setting: Setting): string {
  const unit = setting.unit === undefined ? "" : ` ${setting.unit}`;
  const when = setting.live ? "" : " (holds after the next start)";
  if (setting.kind === "number") {
    return `${setting.help}; ${setting.least} to ${setting.most}${unit}${when}`;
  }
  const values = setting.kind === "choice" ? `; ${setting.choices.join(" or ")}` : "";
  return `${setting.help}${values}${when}`;
}
