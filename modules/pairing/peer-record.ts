// SPDX-License-Identifier: MIT

import { checksumAround } from "../base/crc16.ts";
import { decodeUtf8 } from "../base/utf8.ts";

/** What a pair is, at one end. */
export type PeerState =
  /** The peer has the secret, but has not said so with it yet. */
  | "unconfirmed"
  | "paired"
  /** The pair is over, which the peer is to be told. */
  | "ending";

/** A peer, as it is stored. */
export interface PeerRecord {
  readonly name: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
  /** This board joined: it begins the exchanges of keys. */
  readonly isInitiator: boolean;
  readonly state: PeerState;
}

/** Peers of one end, as one value of the storage. */
export interface PeersRecord {
  /** Of two records the one with the higher number is newer. */
  readonly writes: number;
  readonly peers: readonly PeerRecord[];
}

const format = 1;
const states: readonly PeerState[] = Object.freeze(["unconfirmed", "paired", "ending"]);
const secretLength = 32;
// Format, writes, checksum; then for each peer: state and role, secret, length of the name, name.
const offset = Object.freeze({ format: 0, writes: 1, checksum: 5, body: 7 });
const nameAt = 1 + secretLength + 1;

/** The bytes to store. */
export function encodePeers({ writes, peers }: PeersRecord): Uint8Array {
  const names = peers.map(({ name }) => new TextEncoder().encode(name));
  const length = names.reduce((sum, name) => sum + nameAt + name.length, offset.body as number);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes[offset.format] = format;
  view.setUint32(offset.writes, writes);
  let at: number = offset.body;
  for (const [index, { secret, isInitiator, state }] of peers.entries()) {
    const name = names[index] as Uint8Array;
    bytes[at] = states.indexOf(state) | (isInitiator ? 0x80 : 0);
    bytes.set(secret, at + 1);
    bytes[at + nameAt - 1] = name.length;
    bytes.set(name, at + nameAt);
    at += nameAt + name.length;
  }
  view.setUint16(offset.checksum, checksumAround(bytes, offset.checksum));
  return bytes;
}

/** Reads stored bytes; undefined: they are damaged, or of a later firmware. Never throws. */
export function decodePeers(stored: ArrayBuffer): PeersRecord | undefined {
  const bytes = new Uint8Array(stored);
  if (bytes.length < offset.body || bytes[offset.format] !== format) return undefined;
  const view = new DataView(stored);
  if (view.getUint16(offset.checksum) !== checksumAround(bytes, offset.checksum)) return undefined;
  const peers: PeerRecord[] = [];
  for (let at: number = offset.body; at < bytes.length; ) {
    const peer = peerAt(bytes, at);
    if (!peer) return undefined;
    peers.push(peer);
    at += nameAt + (bytes[at + nameAt - 1] as number);
  }
  return { writes: view.getUint32(offset.writes), peers };
}

function peerAt(bytes: Uint8Array, at: number): PeerRecord | undefined {
  const head = bytes[at] as number;
  const state = states[head & 0x7f];
  const end = at + nameAt + (bytes[at + nameAt - 1] ?? 0);
  const name = end > bytes.length ? undefined : decodeUtf8(bytes.subarray(at + nameAt, end));
  if (state === undefined || name === undefined) return undefined;
  const secret = bytes.slice(at + 1, at + 1 + secretLength);
  return { name, secret, isInitiator: (head & 0x80) !== 0, state };
}
