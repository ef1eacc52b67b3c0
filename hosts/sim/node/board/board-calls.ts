// SPDX-License-Identifier: MIT

import { splitPayload } from "../../payload.ts";
import { channels, type Frame, operations, readFrames } from "../../protocol.ts";
import { answerCrypto } from "./crypto-calls.ts";
import type { RetainedBytes } from "./retained-bytes.ts";
import type { StorageFile } from "./storage-file.ts";

/** The simulated I2C bus, as far as calls need it. */
export interface CallBus {
  transfer(
    address: number,
    write: Uint8Array | undefined,
    readLength: number,
  ): { readonly fault: unknown; readonly bytes: Uint8Array };
}

/** The pins, as far as calls need them. */
export interface CallPins {
  read(pin: number): number;
  write(pin: number, level: number): void;
}

export interface BoardCallsOptions {
  readonly storage: StorageFile;
  readonly bus: CallBus;
  readonly pins: CallPins;
  readonly retained: Pick<RetainedBytes, "read" | "write">;
  /** Slots of the firmware's heap; undefined where nobody has counted. */
  readonly slots: () => number | undefined;
}

/** Answers what a board's firmware must know at once: I2C transfers, what is stored, its heap. */
export class BoardCalls {
  readonly #options: BoardCallsOptions;

  constructor(options: BoardCallsOptions) {
    this.#options = options;
  }

  /** A byte 0 and the answer, or a byte 1 and the text of an error. */
  answer(command: Uint8Array): Uint8Array {
    let answer: Uint8Array = new Uint8Array();
    try {
      readFrames(command, 0, (frame) => {
        answer = this.answerFrame(frame);
      });
      return Buffer.concat([Buffer.from([0]), answer]);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return Buffer.concat([Buffer.from([1]), Buffer.from(text)]);
    }
  }

  private answerFrame({ channel, operation, payload }: Frame): Uint8Array {
    if (channel === channels.i2c) return this.transfer(payload);
    if (channel === channels.digital) return this.usePin(operation, payload);
    if (channel === channels.storage) return this.store(operation, payload);
    if (channel === channels.retained) return this.retain(operation, payload);
    if (channel === channels.crypto) return answerCrypto(operation, payload);
    if (channel === channels.system) return this.countSlots();
    throw new Error(`nobody answers calls on channel ${channel}`);
  }

  private countSlots(): Uint8Array {
    return Buffer.from(JSON.stringify(this.#options.slots() ?? null));
  }

  private transfer(payload: Uint8Array): Uint8Array {
    const [address = 0, high = 0, low = 0, hasWrite = 0] = payload;
    const write = hasWrite === 1 ? payload.slice(4) : undefined;
    const { fault, bytes } = this.#options.bus.transfer(address, write, (high << 8) | low);
    if (fault === undefined) return bytes;
    // The ESP32's driver tells no more than that either.
    throw new Error(`${write ? "write" : "read"} failed`);
  }

  private usePin(operation: number, [pin = 0, level = 0]: Uint8Array): Uint8Array {
    const { pins } = this.#options;
    if (operation === operations.digitalRead) return Uint8Array.of(pins.read(pin));
    pins.write(pin, level);
    return new Uint8Array();
  }

  private retain(operation: number, payload: Uint8Array): Uint8Array {
    const [low = 0, high = 0, shorter = 0, longer = 0] = payload;
    const position = low | (high << 8);
    const { retained } = this.#options;
    if (operation === operations.retainedRead) {
      return retained.read(position, shorter | (longer << 8));
    }
    retained.write(position, payload.subarray(2));
    return new Uint8Array();
  }

  private store(operation: number, payload: Uint8Array): Uint8Array {
    const { head, rest } = splitPayload(payload);
    const { path, key } = head as { path: string; key: string };
    const { storage } = this.#options;
    switch (operation) {
      case operations.storageRead: {
        const value = storage.read(path, key);
        return value ? Buffer.concat([Buffer.from([1]), value]) : Buffer.from([0]);
      }
      case operations.storageWrite:
        storage.write(path, key, rest);
        break;
      case operations.storageDelete:
        storage.delete(path, key);
        break;
      case operations.storageList:
        return Buffer.from(JSON.stringify(storage.list(path)));
    }
    return new Uint8Array();
  }
}
