// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log } from "../../base/log.ts";
import { outputPinIn } from "../../base/pin-text.ts";
import { PairButton } from "../../pairing/pair-button.ts";
import { PairLED } from "../../pairing/pair-led.ts";
import type { Pairing, PairingState } from "../../pairing/pairing.ts";
import type { AnswerTaker } from "../../pairing/questions.ts";
import type { BoardSettings } from "../setting-list.ts";
import { openPin, ownerOfPin, wantedPin } from "./pin-use.ts";

export interface PairPanelOptions {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Shows a line on the console that is not kept: whoever reads the log from afar must not see a code. */
  readonly show: Log;
  /** Undefined: this board cannot be paired. */
  readonly pairing:
    | { readonly state: PairingState; open(): Pick<Pairing, "offer" | "giveUp"> }
    | undefined;
}

type PanelHost = Pick<Host, "board" | "timers">;

/** The button and the LED of pairing, as far as the settings have them; undefined: they have none. */
export function startPairPanel(host: PanelHost, options: PairPanelOptions): PairPanel | undefined {
  const { settings } = options;
  const isWanted = settings.get("pair.button") !== "" || settings.get("pair.led") !== "";
  return isWanted ? new PairPanel(host, options) : undefined;
}

/** A button that makes a code when it is held, and withdraws it the next time, and an LED. */
export class PairPanel implements AnswerTaker {
  readonly #options: PairPanelOptions;
  #button: PairButton | undefined;
  #led: PairLED | undefined;
  /** A code of this button is on offer. */
  #isOffering = false;

  constructor(host: PanelHost, options: PairPanelOptions) {
    this.#options = options;
    this.begin("pair.button", host);
    this.begin("pair.led", host);
  }

  close(): void {
    this.#button?.close();
    this.#led?.close();
    this.#button = undefined;
    this.#led = undefined;
  }

  // --- for the button

  buttonHeld(): void {
    try {
      const pairing = this.#options.pairing?.open();
      if (this.#isOffering) {
        this.#isOffering = false;
        pairing?.giveUp();
        this.say("info", "withdrawn", "the code is withdrawn");
        return;
      }
      const code = pairing?.offer(this);
      this.#isOffering = true;
      const text = `on the other board, within 5 minutes: pair ${code}`;
      this.#options.show({ level: "info", part: "pair", event: "code", text });
    } catch (error) {
      this.say("warn", "no-code", messageOf(error));
    }
  }

  // --- for the offer

  add(text: string): void {
    this.say("info", "paired", text);
  }

  end(): void {
    this.#isOffering = false;
  }

  fail(error: unknown): void {
    this.#isOffering = false;
    this.say("warn", "not-paired", messageOf(error));
  }

  private begin(name: "pair.button" | "pair.led", { board, timers }: PanelHost): void {
    const { settings, pairing } = this.#options;
    const text = settings.get(name);
    const wanted = wantedPin(name, text);
    if (!wanted) return;
    const { pin, mode } = wanted;
    try {
      if (!pairing) throw new Error("this board cannot be paired: no broker, or no cryptography");
      const owner = ownerOfPin(settings, pin);
      if (owner !== name) throw new Error(`${owner} has it`);
      const opened = openPin(board, pin, mode);
      if (mode === "Output") {
        const activeLow = outputPinIn(text)?.activeLow === true;
        opened.write(activeLow ? 1 : 0);
        this.#led = new PairLED({ output: opened, activeLow, timers, pairing });
        return;
      }
      // It is to be had; the button opens it in a way of its own.
      opened.close();
      const io = board.digital?.io;
      if (io) this.#button = new PairButton({ io, pin, timers, owner: this });
    } catch (error) {
      const why = `cannot have pin ${pin}: ${messageOf(error)}`;
      this.say("warn", "no-pin", `${name} ${why}; it is not used`);
    }
  }

  private say(level: "info" | "warn", event: string, text: string): void {
    this.#options.log({ level, part: "pair", event, text });
  }
}
