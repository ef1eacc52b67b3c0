// SPDX-License-Identifier: MIT

import { SimI2C } from "./i2c.ts";

/** ECMA-419 SMBus: registers over the simulated I2C bus. */
export class SimSMBus extends SimI2C {
  readUint8(register: number): number {
    return this.readRegister(register, 1).getUint8(0);
  }

  readUint16(register: number, bigEndian = false): number {
    return this.readRegister(register, 2).getUint16(0, !bigEndian);
  }

  readBuffer(register: number, byteLength: number): ArrayBuffer;
  readBuffer(register: number, buffer: Uint8Array): number;
  readBuffer(register: number, wanted: number | Uint8Array): ArrayBuffer | number {
    const select = Uint8Array.of(register);
    return typeof wanted === "number"
      ? this.writeRead(select, wanted)
      : this.writeRead(select, wanted);
  }

  writeUint8(register: number, value: number): void {
    this.write(Uint8Array.of(register, value));
  }

  writeUint16(register: number, value: number, bigEndian = false): void {
    const [high, low] = [value >> 8, value & 0xff];
    this.write(bigEndian ? Uint8Array.of(register, high, low) : Uint8Array.of(register, low, high));
  }

  writeBuffer(register: number, buffer: Uint8Array): void {
    const bytes = new Uint8Array(1 + buffer.length);
    bytes[0] = register;
    bytes.set(buffer, 1);
    this.write(bytes);
  }

  receiveByte(): number {
    return new Uint8Array(this.read(1))[0] ?? 0;
  }

  sendByte(command: number): void {
    this.write(Uint8Array.of(command));
  }

  writeQuick(): void {
    this.write(new Uint8Array());
  }

  private readRegister(register: number, byteLength: number): DataView {
    return new DataView(this.readBuffer(register, byteLength));
  }
}
