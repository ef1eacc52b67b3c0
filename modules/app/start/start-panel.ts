// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Host } from "../../base/host.ts";
import type { Log, LogLine } from "../../base/log.ts";
import { ledIn } from "../../base/pin-text.ts";
import type { Pairing, PairingState } from "../../pairing/pairing.ts";
import type { AnswerTaker } from "../../pairing/questions.ts";
import type { BoardPortal } from "../board-portal.ts";
import { BoardState, type BoardStateOptions } from "../panel/board-state.ts";
import { HeldButton } from "../panel/held-button.ts";
import { type LEDPattern, PatternLED } from "../panel/pattern-led.ts";
import type { BoardSettings } from "../setting-list.ts";
import { noPin, openPin, ownerOfPin, panelSettings, wantedPin } from "./pin-use.ts";

export interface PanelOptions extends Omit<BoardStateOptions, "clock"> {
  readonly settings: BoardSettings;
  readonly log: Log;
  /** Shows a line on the console that is not kept: whoever reads the log from afar must not see a code. */
  readonly console: { show(line: LogLine): void };
  /** Undefined: this board cannot be paired. */
  readonly pairing:
    | { readonly state: PairingState; open(): Pick<Pairing, "offer" | "giveUp"> }
    | undefined;
}

type PanelHost = Pick<Host, "board" | "timers" | "clock">;

/** The buttons and LEDs of the board, as far as the settings have them; undefined: they have none. */
export function startPanel(host: PanelHost, options: PanelOptions): Panel | undefined {
  const { settings } = options;
  const isWanted = panelSettings.some((name) => wantedPin(name, settings.get(name)));
  return isWanted ? new Panel(host, options) : undefined;
}

/**
 * The buttons and LEDs of a board. Held, the one for pairing makes a code, and withdraws it the next time; that
 * of the board does so while it is on its network, and otherwise opens the portal, or closes it.
 */
export class Panel implements AnswerTaker {
  readonly #host: PanelHost;
  readonly #options: PanelOptions;
  readonly #parts: { close(): void }[] = [];
  /** A code of a button is on offer. */
  #isOffering = false;
  /** Set when the board has one. */
  portal: Pick<BoardPortal, "open" | "close"> | undefined;

  constructor(host: PanelHost, options: PanelOptions) {
    this.#host = host;
    this.#options = options;
    for (const name of panelSettings) this.begin(name);
  }

  close(): void {
    for (const part of this.#parts.splice(0)) part.close();
  }

  // --- for the buttons

  buttonHeld(pin: number): void {
    const { wifi, pairing, settings, console } = this.#options;
    const canPair = pairing && wifi.state.kind === "online";
    try {
      if (!canPair && ownerOfPin(settings, pin) !== "pair.button") {
        if (!this.portal?.close()) this.portal?.open();
      } else if (this.#isOffering) {
        this.#isOffering = false;
        pairing?.open().giveUp();
        this.say("info", "withdrawn", "the code is withdrawn");
      } else {
        const code = pairing?.open().offer(this);
        this.#isOffering = true;
        const text = `on the other board, within 5 minutes: pair ${code}`;
        console.show({ level: "info", part: "pair", event: "code", text });
      }
    } catch (error) {
      this.say("warn", "no-code", messageOf(error));
    }
  }

  // --- for the LED of pairing

  get pattern(): LEDPattern {
    return patterns[this.#options.pairing?.state ?? "none"];
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

  private begin(name: (typeof panelSettings)[number]): void {
    const { settings, pairing } = this.#options;
    const { board, timers, clock } = this.#host;
    const text = settings.get(name);
    const wanted = wantedPin(name, text);
    if (!wanted) return;
    const { pin } = wanted;
    const isForPairing = name.startsWith("pair.");
    try {
      if (isForPairing && !pairing) {
        throw new Error("this board cannot be paired: no broker or cryptography, or safe mode");
      }
      const owner = ownerOfPin(settings, pin);
      if (owner !== name) throw new Error(`${owner} has it`);
      const led = ledIn(text);
      const output = openPin(board, pin, wanted.mode);
      if (wanted.mode !== "InputPullUp" && led) {
        const source = isForPairing ? this : new BoardState({ ...this.#options, clock });
        this.#parts.push(new PatternLED({ output, led, timers, source }));
        return;
      }
      // It is to be had; the button opens it in a way of its own.
      output.close();
      const io = board.digital?.io;
      if (io) this.#parts.push(new HeldButton({ io, pin, timers, owner: this }));
    } catch (error) {
      this.say("warn", "no-pin", `${name} ${noPin(pin, error)}; it is not used`);
    }
  }

  private say(level: "info" | "warn", event: string, text: string): void {
    this.#options.log({ level, part: "pair", event, text });
  }
}

/** A pair is being made; all peers are there; one is away. */
const patterns: Readonly<Record<PairingState, LEDPattern>> = Object.freeze({
  none: "off",
  waiting: "quick",
  here: "on",
  away: "slow",
});
