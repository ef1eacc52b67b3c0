// SPDX-License-Identifier: MIT

/** A part of a board's flash memory; offset and size in bytes. */
export interface Partition {
  readonly name: string;
  /** 0: firmware, 1: data. */
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
}

const entryLength = 32;
const magic = 0x50aa;

/** Types and subtypes of ESP-IDF, as far as boards have them. */
export const partitionKinds = Object.freeze({
  app: 0,
  data: 1,
  firstSlot: 0x10,
  lastSlot: 0x1f,
  otadata: 0,
});

/** The partitions in a table as ESP-IDF writes it. Throws an Error when it is none. */
export function readPartitionTable(table: Uint8Array): Partition[] {
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const partitions: Partition[] = [];
  for (let at = 0; at + entryLength <= table.length; at += entryLength) {
    if (view.getUint16(at, true) !== magic) break;
    const label = table.subarray(at + 12, at + 28);
    const end = label.indexOf(0);
    partitions.push({
      name: new TextDecoder().decode(end < 0 ? label : label.subarray(0, end)),
      type: view.getUint8(at + 2),
      subtype: view.getUint8(at + 3),
      offset: view.getUint32(at + 4, true),
      size: view.getUint32(at + 8, true),
    });
  }
  if (partitions.length === 0) throw new Error("the partition table has no entry");
  return partitions;
}
