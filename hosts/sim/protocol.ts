// SPDX-License-Identifier: MIT

import type { HostReset } from "../../modules/base/host.ts";

// What the two sides of a simulated board say to each other. The Node side sends turns: the clock
// and any number of frames (what has happened). The XS side answers each turn with frames (what it
// wants done). What cannot wait for the end of a turn, such as an I2C transfer, is a call: one
// frame there, one reply back, while the turn is going on.

/** Whom a frame is for. */
export const channels = Object.freeze({
  system: 0,
  timer: 1,
  tcp: 2,
  dns: 3,
  serial: 4,
  wifi: 5,
  storage: 6,
  i2c: 7,
  digital: 8,
  pulses: 9,
  udp: 10,
  listener: 11,
  frames: 12,
  retained: 13,
  crypto: 14,
  accessPoint: 15,
});

/** Operations, by channel; odd numbers go to the XS side, even ones to the Node side. */
export const operations = Object.freeze({
  /** JSON: BootOptions. The first frame of the first turn. */
  boot: 1,
  /** Say goodbye and exit. */
  stop: 3,
  /** The firmware has said goodbye. */
  exited: 2,
  /** Text: the reason. */
  restart: 4,
  /** Text: an exception that reached the border of the firmware. */
  fault: 6,
  /** The user leaves the console. */
  quit: 8,
  /** f64 ms, then u8: the pin that ends it, 255 for none. */
  sleep: 12,
  /** Call; answer: a number of slots as JSON, or null. */
  heap: 10,

  /** A timer is due. */
  timerDue: 1,
  /** f64 delay, f64 interval (0: once), ms. */
  timerSet: 2,
  timerClear: 4,

  /** u32: bytes that may be written. */
  tcpWritable: 1,
  /** Bytes received. */
  tcpData: 3,
  /** Text: the reason. */
  tcpClosed: 5,
  /** JSON: TCPTarget. */
  tcpOpen: 2,
  tcpWrite: 4,
  tcpClose: 6,
  /** Bytes that a TLS session can be resumed with. */
  tcpSession: 7,
  /** u32: bytes that the firmware has read; only then more are sent. */
  tcpConsumed: 8,

  /** Text: the address. */
  dnsResolved: 1,
  dnsFailed: 3,
  /** Text: the name. */
  dnsResolve: 2,

  /** Bytes typed. */
  serialData: 1,
  /** u32: bytes that may be written. */
  serialWritable: 3,
  /** Bytes written. */
  serialWrite: 2,

  /** JSON: WiFiStatus. */
  wifiStatus: 1,
  /** JSON: a scan result. */
  wifiFound: 3,
  wifiScanned: 5,
  /** JSON: { channel? }. */
  wifiScan: 2,
  /** JSON: { SSID, password? }. */
  wifiConnect: 4,
  wifiDisconnect: 6,
  /** JSON: configure options. */
  wifiConfigure: 8,
  /** The interface has been opened and wants to know its status. */
  wifiOpen: 10,

  /** Calls; payload: the domain and key as JSON text, a zero byte, then the value. */
  storageRead: 2,
  storageWrite: 4,
  storageDelete: 6,
  storageList: 8,

  /** Call; payload: address u8, read length u16, 1 or 0: there is a write part, its bytes. */
  i2cTransfer: 2,

  /** The pin has fallen. */
  digitalFallen: 1,
  /** Calls; payload: pin u8 (, value u8). */
  digitalRead: 2,
  digitalWrite: 4,
  /** u8: a pin whose falling edges are to be told. */
  digitalWatch: 6,
  digitalUnwatch: 8,

  /** u16 widths; no bytes: nothing answered. */
  pulsesCaptured: 1,
  /** pin u8, f64 start signal, ms. */
  pulsesCapture: 2,

  /** JSON: { address, port } then a zero byte and the bytes. */
  udpData: 1,
  /** u32: the port, 0 for any. */
  udpOpen: 2,
  /** JSON: { address, port } then a zero byte and the bytes. */
  udpSend: 4,
  udpClose: 6,

  /** u32: the port. */
  listenerOpened: 1,
  /** Text: the reason. */
  listenerFailed: 3,
  /** u32: the TCP handle of a new connection. */
  listenerAccepted: 5,
  /** u32: the port, 0 for any. */
  listenerOpen: 2,
  listenerClose: 4,

  /** JSON: { SSID, password? }. */
  accessPointOpen: 2,
  accessPointClose: 4,

  /** i8 dBm, then the begin of the MAC header. */
  framesHeard: 1,
  /** u8: the channel. */
  framesOpen: 2,
  framesClose: 4,

  /** Calls; payload: position u16, then length u16, or the bytes; the low byte first. */
  retainedRead: 2,
  retainedWrite: 4,

  /** Calls; payload: parts, each behind its length, u16. */
  cryptoRandom: 2,
  cryptoSHA256: 4,
  cryptoSHA512: 6,
  cryptoHMAC: 8,
  /** Answer of these two: a byte 1 and the bytes, or a byte 0. */
  cryptoX25519: 10,
  cryptoOpen: 12,
  cryptoSeal: 14,
  cryptoVerifyP256: 16,
});

/** In place of a pin: there is none. */
export const noPin = 255;

/** What the firmware of a simulated board is started with. */
export interface BootOptions {
  readonly MAC: string;
  readonly seed: number;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The engine's slots are counted; set by the board, which has chosen the engine. */
  readonly hasSlots?: boolean;
  /** The board has no sensor on a wire for pulses; set by the board. */
  readonly withoutPulses?: boolean;
  /** Set by the board. */
  readonly reset?: HostReset;
}

/** Where a TCP or TLS socket is to go. Byte strings are base64. */
export interface TCPTarget {
  readonly address: string;
  readonly port: number;
  readonly noDelay: boolean;
  readonly tls?: {
    readonly host: string;
    readonly certificateAuthorities: readonly string[];
    /** The client's first, then its intermediates; none: the client has no certificate. */
    readonly clientCertificates: readonly string[];
    readonly clientKey?: string;
    readonly applicationLayerProtocols: readonly string[];
    /** What `tcpSession` gave for an earlier connection. */
    readonly session?: string;
  };
}

/** The readable properties of the Wi-Fi interface; sent whenever one of them has changed. */
export interface WiFiStatus {
  readonly connection: number;
  readonly address?: string;
  readonly MAC: string;
  readonly SSID?: string;
  readonly RSSI?: number;
  readonly channel?: number;
  readonly BSSID?: string;
  readonly security?: string;
  readonly reason?: string;
}

/** Length of channel, operation, handle and payload length. */
const headLength = 10;
/** Length of the clock in front of a turn's frames: ticks and wall time, ms, f64 each. */
export const turnHeadLength = 16;

/** One message; `payload` is a view of the buffer that it was read from. */
export interface Frame {
  readonly channel: number;
  readonly operation: number;
  /** Which timer, socket, … of the channel; 0 where there is only one. */
  readonly handle: number;
  readonly payload: Uint8Array;
}

/** One frame of handle 0 by itself; `rest` is the end of its payload. */
export function frameOf(
  channel: number,
  operation: number,
  payload: Uint8Array,
  rest?: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const size = payload.length + (rest === undefined ? 0 : rest.length);
  const frame = new Uint8Array(headLength + size);
  frame[0] = channel;
  frame[1] = operation;
  new DataView(frame.buffer).setUint32(6, size);
  frame.set(payload, headLength);
  if (rest !== undefined) frame.set(rest, headLength + payload.length);
  return frame;
}

/** Collects frames in one growing buffer. */
export class FrameWriter {
  #buffer = new Uint8Array(1_024);
  #length: number;
  readonly #head: number;

  /** `head` bytes are left free in front. */
  constructor(head = 0) {
    this.#head = head;
    this.#length = head;
  }

  get isEmpty(): boolean {
    return this.#length === this.#head;
  }

  add(channel: number, operation: number, handle: number, payload?: Uint8Array): void {
    const size = payload?.length ?? 0;
    this.reserve(headLength + size);
    const view = new DataView(this.#buffer.buffer, this.#length);
    view.setUint8(0, channel);
    view.setUint8(1, operation);
    view.setUint32(2, handle);
    view.setUint32(6, size);
    if (payload) this.#buffer.set(payload, this.#length + headLength);
    this.#length += headLength + size;
  }

  /** A copy of all frames with their head, and starts anew. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = this.#buffer.slice(0, this.#length);
    this.#length = this.#head;
    return bytes;
  }

  private reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#buffer.length) return;
    const larger = new Uint8Array(Math.max(needed, 2 * this.#buffer.length));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}

/** Calls back for each frame behind the first `head` bytes. */
export function readFrames(bytes: Uint8Array, head: number, onFrame: (frame: Frame) => void): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = head; at + headLength <= bytes.length; ) {
    const length = view.getUint32(at + 6);
    const start = at + headLength;
    onFrame({
      channel: view.getUint8(at),
      operation: view.getUint8(at + 1),
      handle: view.getUint32(at + 2),
      payload: bytes.subarray(start, start + length),
    });
    at = start + length;
  }
}
