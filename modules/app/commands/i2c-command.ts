// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import type { I2CAccess } from "../i2c/i2c-access.ts";
import { addressText, firstAddress, lastAddress } from "../i2c/i2c-probe.ts";
import type { RunningClimate } from "../start/start-climate.ts";

/** What the command looks at and acts on. */
export interface I2CView {
  readonly sensors: {
    readonly i2c: Pick<I2CAccess, "read" | "write">;
    readonly climate: Pick<RunningClimate, "scan" | "driverAt">;
  };
}

/** Bytes in one transaction. */
const maxBytes = 32;
const bytesPerLine = 16;
/** Longest scan, ms: 112 addresses, one in a turn. */
const scanLimit = 30_000;
/** The word that writes to a device in spite of its driver. */
const force = "force";

/** The `i2c` command. */
export const i2cCommand: Command<I2CView> = frozen({
  name: "i2c",
  help: "the devices on the I2C bus",
  usage: ["scan", "read ADDRESS REGISTER COUNT", "write ADDRESS BYTE... [force]"],
  details: [
    "scan   looks for what is on the bus, and shows it; a chip has its name when it has answered as one",
    "read   shows COUNT bytes, 1-32, from a register of 1 or 2 bytes; - reads without one.",
    "       Of a sensor that is in use, a value that is read here may be missing in the readings",
    "write  writes 1-32 bytes, the register first; force: also to a sensor that is in use",
    "ADDRESS, REGISTER, BYTE and what is shown are hex: i2c read 76 d0 1",
  ].join("\n"),
  run: (words, { sensors }) => {
    const [what, ...more] = words;
    switch (what) {
      case "scan":
        checkCount(more, 0);
        return {
          text: "scanning",
          limit: scanLimit,
          start: (reply) => sensors.climate.scan(reply),
        };
      case "read":
        return read(sensors, more);
      case "write":
        return write(sensors, more);
      default:
        throw new UsageError(
          what === undefined
            ? "i2c takes scan, read or write"
            : `i2c does not know ${JSON.stringify(what)}`,
        );
    }
  },
  complete: (words) => (words.length === 0 ? ["scan", "read", "write"] : []),
});

function read({ i2c }: I2CView["sensors"], words: readonly string[]): string {
  checkCount(words, 3);
  const [where, register, count] = words;
  if (count === undefined)
    throw new UsageError("i2c read needs an address, a register and a count");
  const address = addressIn(where);
  const select = registerIn(register);
  const bytes = i2c.read(address, select, countIn(count));
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += bytesPerLine) {
    lines.push(hexOf(bytes.subarray(at, at + bytesPerLine)));
  }
  return lines.join("\n");
}

function write({ i2c, climate }: I2CView["sensors"], words: readonly string[]): string {
  const isForced = words.at(-1) === force;
  const [where, ...data] = isForced ? words.slice(0, -1) : words;
  if (data.length === 0) throw new UsageError("i2c write needs an address and at least one byte");
  if (data.length > maxBytes) throw new UsageError(`i2c write takes at most ${maxBytes} bytes`);
  const address = addressIn(where);
  const bytes = Uint8Array.from(data, byteIn);
  const driver = climate.driverAt(address);
  if (driver !== undefined && !isForced) {
    throw new CommandError({
      code: "i2c/in-use",
      what: `the ${driver} at ${addressText(address)} is in use, and a write can upset it`,
      todo: `nothing is written without ${force} behind the bytes`,
    });
  }
  i2c.write(address, bytes);
  const done = `written to ${addressText(address)}: ${hexOf(bytes)}`;
  return driver === undefined ? done : `${done}; the driver of the ${driver} does not know of it`;
}

function addressIn(text = ""): number {
  const address = hexIn(text, 2);
  if (address >= firstAddress && address <= lastAddress) return address;
  const range = `${addressText(firstAddress)} to ${addressText(lastAddress)}`;
  throw new UsageError(`${JSON.stringify(text)} is not an address in hex, ${range}`);
}

function registerIn(text = ""): Uint8Array {
  if (text === "-") return new Uint8Array(0);
  const register = hexIn(text, 4);
  if (Number.isNaN(register)) {
    throw new UsageError(
      `${JSON.stringify(text)} is not a register in hex, 00 to ff or 0000 to ffff`,
    );
  }
  const isWide = text.replace(/^0x/i, "").length > 2;
  return Uint8Array.from(isWide ? [register >> 8, register & 0xff] : [register]);
}

function byteIn(text: string): number {
  const byte = hexIn(text, 2);
  if (Number.isNaN(byte))
    throw new UsageError(`${JSON.stringify(text)} is not a byte in hex, 00 to ff`);
  return byte;
}

function countIn(text: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= maxBytes) return count;
  throw new UsageError(`${JSON.stringify(text)} is not a count from 1 to ${maxBytes}`);
}

/** The number in `text`, with or without 0x in front; NaN when it is none of that many digits. */
function hexIn(text: string, digits: number): number {
  const [, number = ""] = /^(?:0x)?([0-9a-f]+)$/i.exec(text) ?? [];
  return number.length > digits ? Number.NaN : Number.parseInt(number, 16);
}

function hexOf(bytes: Uint8Array): string {
  const texts: string[] = [];
  for (const byte of bytes) texts.push(byte.toString(16).padStart(2, "0"));
  return texts.join(" ");
}
