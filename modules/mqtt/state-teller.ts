// SPDX-License-Identifier: MIT

import type { Timer } from "../base/clock.ts";
import type { MqttSessionOptions } from "./session/session-options.ts";
import { nextState, type SessionEvent, type SessionState } from "./session/session-state.ts";

/** Keeps a session's state and tells the application of every change. */
export class StateTeller {
  readonly #options: MqttSessionOptions;
  readonly #onFault: (error: unknown) => void;
  #state: SessionState = { kind: "idle" };
  #notice: Timer | undefined;

  /** `onFault`: the application has thrown. */
  constructor(options: MqttSessionOptions, onFault: (error: unknown) => void) {
    this.#options = options;
    this.#onFault = onFault;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Something has happened. With `later`, for events inside a public call, it is told later. */
  event(event: SessionEvent, later = false): void {
    const next = nextState(this.#state, event, this.#options.clock.ticks());
    if (next === this.#state) return;
    this.#state = next;
    if (!later) this.#tell();
    else this.#notice ??= this.#options.timers.set(() => this.#tell(), 0);
  }

  #tell(): void {
    this.#options.timers.clear(this.#notice);
    this.#notice = undefined;
    try {
      this.#options.onState?.(this.#state);
    } catch (error) {
      this.#onFault(error);
    }
  }
}
