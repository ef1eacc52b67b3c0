// SPDX-License-Identifier: MIT

import Timer from "timer";
import { messageOf } from "../../../modules/base/app-error.ts";
import type { FrameSource, FrameSourceOptions } from "../../../modules/base/frame-source.ts";
import type { Faults } from "../../moddable/faults.ts";
import { FrameSourceError } from "./frame-source-error.ts";
import { closeFrames, missedFrames, openFrames, readFrame, tuneFrames } from "./frame-tap.js";

/** How often the ring of the C part is emptied, ms. It holds 128 frames, so 5,120 a second are kept. */
const interval = 25;
/** Frames of one turn, so that a busy channel does not keep the board from everything else. */
const mostFrames = 128;
/** Bytes of a header. */
const headerLength = 16;

/** Listens by the promiscuous mode of the ESP32's radio. One at a time: a second one is refused. */
export class ESP32FrameSource implements FrameSource {
  readonly #options: FrameSourceOptions;
  readonly #faults: Faults;
  readonly #header = new Uint8Array(headerLength);
  #timer: ReturnType<typeof Timer.repeat> | undefined;
  #isTuned = false;
  #missed = 0;

  constructor(options: FrameSourceOptions, faults: Faults) {
    this.#options = options;
    this.#faults = faults;
    try {
      openFrames();
    } catch (cause) {
      const what = "the radio cannot listen to other people's frames";
      throw new FrameSourceError({ code: "frames/no-radio", what, why: messageOf(cause), cause });
    }
    try {
      this.#isTuned = tuneFrames(options.channel);
      this.#timer = Timer.repeat(() => this.#drain(), interval);
    } catch (error) {
      closeFrames();
      throw error;
    }
  }

  get missed(): number {
    return this.#timer === undefined ? this.#missed : this.#countMissed();
  }

  /** Throws when the radio never came to the channel; it is as before all the same. */
  close(): void {
    if (this.#timer === undefined) return;
    this.#missed = this.#countMissed();
    Timer.clear(this.#timer);
    this.#timer = undefined;
    closeFrames();
    if (this.#isTuned) return;
    throw new FrameSourceError({
      code: "frames/no-channel",
      what: `channel ${this.#options.channel} was not listened to`,
      why: "the radio did not go there",
    });
  }

  #countMissed(): number {
    return this.#isTuned ? missedFrames() : 0;
  }

  #drain(): void {
    try {
      // A radio that is still leaving its network changes the channel a little later.
      this.#isTuned ||= tuneFrames(this.#options.channel);
      if (this.#isTuned) this.#handOn();
    } catch (error) {
      this.#faults.report("wifi", error);
    }
  }

  #handOn(): void {
    const { onFrame } = this.#options;
    for (let n = 0; n < mostFrames && this.#timer !== undefined; n++) {
      const RSSI = readFrame(this.#header);
      if (RSSI === undefined) return;
      onFrame(this.#header, RSSI);
    }
  }
}
