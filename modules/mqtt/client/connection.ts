// SPDX-License-Identifier: MIT

import type { Clock, Timer, Timers } from "../../base/clock.ts";
import { frozen } from "../../base/frozen.ts";
import type {
  Bytes,
  ControlInfo,
  MQTTClient,
  ReadableInfo,
  WriteOptions,
} from "../../ecma-419/mqtt-client.ts";
import type { Decoder } from "../codec/decoder.ts";
import { type Ack, CONNACK, PUBACK, PUBCOMP, PUBREC, PUBREL, SUBACK } from "../codec/packet.ts";
import { connectionError, foreignError, refusalError } from "../connection-error.ts";
import { type MqttError, notAllowed } from "../mqtt-error.ts";
import { connectPacket, deadlineOf, type MqttClientOptions } from "./client-options.ts";
import { KeepAlive, type KeepAliveOwner } from "./keep-alive.ts";
import { PacketReader, type PacketReaderOptions, type PacketReaderOwner } from "./packet-reader.ts";
import { PacketWriter, type PacketWriterOwner } from "./packet-writer.ts";
import { SendBuffer } from "./send-buffer.ts";
import { Transport, type TransportOwner } from "./transport.ts";

/** How long after DISCONNECT the broker has to close the connection before we do, ms. */
const closingTime = 500;

type Reader = Pick<
  PacketReader,
  "bytes" | "unread" | "pump" | "read" | "readInto" | "skip" | "close"
>;

/** Before there is a socket. */
const noReader: Reader = frozen({
  bytes: new Uint8Array(0),
  unread: 0,
  pump() {},
  read: () => undefined,
  readInto: () => 0,
  skip() {},
  close() {},
});

type Callback<Value> = ((this: MQTTClient, value: Value) => void) | undefined;

/**
 * What is behind an `MqttClient`: transport, packets in, packets out, keepalive, and their order.
 * What the application's callbacks throw is contained and reported to `onFault`.
 */
export class Connection
  implements TransportOwner, PacketReaderOwner, PacketWriterOwner, KeepAliveOwner
{
  readonly #client: MQTTClient;
  readonly #onReadable: MqttClientOptions["onReadable"];
  readonly #onWritable: MqttClientOptions["onWritable"];
  readonly #onControl: MqttClientOptions["onControl"];
  readonly #onAck: MqttClientOptions["onAck"];
  readonly #onClose: MqttClientOptions["onClose"];
  readonly #onError: MqttClientOptions["onError"];
  readonly #onSkipped: MqttClientOptions["onSkipped"];
  readonly #onStage: MqttClientOptions["onStage"];
  readonly #onFault: MqttClientOptions["onFault"];
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** ms; 0 for none */
  readonly #keepAliveInterval: number;
  /** ms */
  readonly #connackDeadline: number;
  /** The application acknowledges, not the client. */
  readonly #isAckOfApplication: boolean;
  readonly #writer: PacketWriter;
  readonly #out: SendBuffer;
  readonly #transport: Transport;
  /** What the reader needs, until there is a socket to read from. */
  #reading: PacketReaderOptions | undefined;
  #reader: Reader = noReader;
  #keepAlive: KeepAlive | undefined;
  /** For CONNACK, then for going on with reading, then for the end after DISCONNECT. */
  #timer: Timer | undefined;
  #connackTimer: Timer | undefined;
  #state: "opening" | "handshaking" | "online" | "closing" | "closed" = "opening";
  #sessionPresent = false;
  #returnCode: number | undefined;
  /** A callback has asked for room or used some, before all was sent: it is to hear of more. */
  #isShort = false;
  /** Callbacks that are running: what they write is sent when they have returned. */
  #inside = 0;
  #isPaused = false;
  #onResume: (() => void) | undefined;

  constructor(options: MqttClientOptions, client: MQTTClient) {
    this.#client = client;
    this.#onReadable = options.onReadable;
    this.#onWritable = options.onWritable;
    this.#onControl = options.onControl;
    this.#onAck = options.onAck;
    this.#onClose = options.onClose;
    this.#onError = options.onError;
    this.#onSkipped = options.onSkipped;
    this.#onStage = options.onStage;
    this.#onFault = options.onFault;
    this.#clock = options.clock;
    this.#timers = options.timers;
    this.#keepAliveInterval = options.keepAlive ?? 60_000;
    this.#connackDeadline = deadlineOf("connack", options.deadlines);
    this.#isAckOfApplication = options.acknowledge === "application";
    const out = new SendBuffer(options.sendBuffer ?? 1024);
    this.#out = out;
    this.#writer = new PacketWriter(out, this);
    // It waits there for the socket, and throws when it is illegal or does not fit.
    if (options.connect) out.put(options.connect);
    else this.#writer.connect(connectPacket(options));
    const transport = new Transport(options, this);
    this.#transport = transport;
    const { receiveBuffer = 512, longestTopic = 256 } = options;
    const largestPacket = options.largestPacket ?? Number.MAX_SAFE_INTEGER;
    this.#reading = { source: transport, receiveBuffer, longestTopic, largestPacket };
  }

  /** The broker kept our session. */
  get sessionPresent(): boolean {
    return this.#sessionPresent;
  }

  /** Undefined before CONNACK. */
  get returnCode(): number | undefined {
    return this.#returnCode;
  }

  get lastId(): number {
    return this.#writer.lastId;
  }

  get writable(): number {
    if (this.#state !== "online" || this.#transport.isClosed) return 0;
    if (this.#inside > 0) this.#isShort = true;
    return this.#writer.room;
  }

  /** When the broker has last shown life, ticks; undefined without keepalive. */
  get heard(): number | undefined {
    return this.#keepAlive?.heard;
  }

  get isResolving(): boolean {
    return this.#transport.isResolving;
  }

  /** At most so many bytes of the current message, by default all that were announced. */
  read(count: number | undefined): ArrayBuffer | undefined {
    return this.#reader.read(count);
  }

  /** Fills the target with what is there of the current message. */
  readInto(target: Uint8Array): number {
    return this.#reader.readInto(target);
  }

  skip(acknowledge: boolean): void {
    if (this.#state === "online") this.#reader.skip(acknowledge);
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#keepAlive?.hold(isPaused);
    if (!isPaused) this.resumeLater();
  }

  write(data: Bytes | null | undefined, options: WriteOptions | undefined): number {
    const transport = this.#transport;
    if (this.#state !== "online" || transport.isClosed) throw this.refusal();
    const writer = this.#writer;
    writer.write(data, options);
    this.#keepAlive?.sent();
    if (this.#inside === 0) transport.flush(this.#out);
    else this.#isShort = true;
    return transport.isClosed ? 0 : writer.room;
  }

  /** False when there is no room. An acknowledgement is of no use to a connection that has failed. */
  acknowledge(operation: Ack, id: number): boolean {
    if (this.#state !== "online" || this.#transport.isClosed) return true;
    if (!this.#out.acknowledge(operation, id)) {
      this.#isShort = true;
      return false;
    }
    this.#keepAlive?.sent();
    if (this.#inside === 0) this.flush();
    return true;
  }

  close(): void {
    const out = this.#out;
    const isUsable = this.#state === "online" && !this.#transport.isClosed && out.unfinished === 0;
    if (isUsable && out.end()) this.flush();
    this.abort();
  }

  /** Ends it without DISCONNECT. */
  abort(): void {
    this.#state = "closed";
    this.#reader.close();
    this.#transport.close();
    this.#keepAlive?.close();
    this.#timers.clear(this.#connackTimer);
    this.#connackTimer = undefined;
    this.#timers.clear(this.#timer);
    this.#timer = undefined;
  }

  // --- the transport

  transportOpening(): void {
    if (this.#reading) this.#reader = new PacketReader(this.#reading, this);
    this.#reading = undefined;
  }

  transportConnecting(): void {
    this.notify(this.#onStage, "connecting");
  }

  transportOpened(): void {
    this.#state = "handshaking";
    const onTimer = () => this.#transport.fail(connectionError("mqtt/connack-deadline"));
    this.#connackTimer = this.#timers.set(onTimer, this.#connackDeadline);
    this.notify(this.#onStage, "handshaking");
    this.flush();
  }

  transportReadable(count: number): void {
    this.#keepAlive?.alive();
    this.#reader.unread = count;
    this.pump();
  }

  get isAnswered(): boolean {
    return this.#returnCode !== undefined;
  }

  get wantsRoom(): boolean {
    const out = this.#out;
    return out.unfinished > 0 || !out.isIdle;
  }

  transportWritable(): void {
    const out = this.#out;
    const isUnfinished = out.unfinished > 0;
    if (isUnfinished) this.#keepAlive?.alive();
    if (this.flush() === 0 && !isUnfinished) return;
    this.notifyWritable();
    // Acknowledgements have found room: packets that need some can be taken again.
    this.pump();
  }

  transportFailed(error: MqttError): void {
    const isExpected = this.#state === "closing";
    this.abort();
    if (isExpected) this.notify(this.#onClose as Callback<undefined>, undefined);
    else this.notify(this.#onError, error);
  }

  // --- packets out

  get socketRoom(): number {
    return this.#transport.room;
  }

  writeThrough(bytes: Uint8Array): void {
    this.flush();
    this.#transport.write(bytes);
  }

  disconnecting(): void {
    this.#state = "closing";
    this.#keepAlive?.close();
    this.#timers.clear(this.#timer);
    const onTimer = () => this.transportFailed(connectionError("mqtt/lost"));
    this.#timer = this.#timers.set(onTimer, closingTime);
  }

  pingDue(): void {
    this.#out.requestPing();
    this.flush();
  }

  linkDead(): void {
    this.#transport.fail(connectionError("mqtt/dead-link"));
  }

  // --- packets in

  get isReadyForPackets(): boolean {
    return !this.#isPaused && !this.#transport.isClosed && !this.#out.isFull;
  }

  messageReadable(count: number, info: ReadableInfo): void {
    const callback = this.#onReadable;
    if (callback !== undefined && this.#state === "online") {
      try {
        callback.call(this.#client, count, info);
        return;
      } catch (error) {
        this.notifyFault(error);
      }
    }
    this.#reader.skip(true);
  }

  messageEnded(decoder: Decoder, acknowledge: boolean): void {
    if (this.#state !== "online") return;
    const { QoS } = decoder;
    if (decoder.oversize) this.notify(this.#onSkipped, decoder.byteLength);
    if (QoS === 0 || (this.#isAckOfApplication && !acknowledge)) return;
    this.ack(QoS === 1 ? PUBACK : PUBREC, decoder.id);
  }

  packetReceived(operation: number, decoder: Decoder): void {
    if (operation === CONNACK) this.accepted(decoder);
    else if (this.#state === "online") {
      const { id } = decoder;
      this.notifyControl(
        operation === SUBACK ? { operation, id, payload: codesOf(decoder) } : { operation, id },
      );
    }
  }

  ackReceived(operation: Ack, id: number): void {
    if (this.#state !== "online") return;
    if (!this.#isAckOfApplication) {
      if (operation === PUBREC) this.ack(PUBREL, id);
      else if (operation === PUBREL) this.ack(PUBCOMP, id);
    }
    const callback = this.#onAck;
    if (callback === undefined) {
      this.notifyControl({ operation, id });
      return;
    }
    try {
      callback.call(this.#client, operation, id);
    } catch (error) {
      this.notifyFault(error);
    }
  }

  readingFailed(error: MqttError): void {
    const isForeign = this.#returnCode === undefined;
    this.#transport.fail(isForeign ? foreignError(this.#reader.bytes, error) : error);
  }

  readingHeld(isHeld: boolean): void {
    this.#keepAlive?.hold(isHeld);
    // Not from inside `read`, which the application calls.
    if (!isHeld) this.resumeLater();
  }

  private accepted(decoder: Decoder): void {
    this.#timers.clear(this.#connackTimer);
    this.#connackTimer = undefined;
    const { returnCode, sessionPresent } = decoder;
    this.#returnCode = returnCode;
    this.#sessionPresent = sessionPresent;
    if (returnCode !== 0) {
      this.#transport.fail(refusalError(returnCode));
      return;
    }
    this.#state = "online";
    const interval = this.#keepAliveInterval;
    if (interval > 0) {
      this.#keepAlive = new KeepAlive({ clock: this.#clock, timers: this.#timers, interval }, this);
    }
    this.notifyControl({ operation: CONNACK, id: 0, sessionPresent });
    this.notifyWritable();
  }

  private ack(operation: Ack, id: number): void {
    // There is room: nothing is read while there is none.
    this.#out.acknowledge(operation, id);
    this.#keepAlive?.sent();
  }

  // --- the order of things

  private pump(): void {
    const transport = this.#transport;
    const before = transport.room;
    const inside = this.#inside;
    this.#inside = inside + 1;
    this.#reader.pump();
    this.#inside = inside;
    if (inside > 0) return;
    if (!this.#out.isIdle) transport.flush(this.#out);
    if (this.#isShort && transport.room < before) this.notifyWritable();
  }

  private resumeLater(): void {
    if (this.#inside > 0 || this.#timer !== undefined || this.#state === "closed") return;
    this.#onResume ??= () => {
      this.#timer = undefined;
      this.pump();
    };
    this.#timer = this.#timers.set(this.#onResume, 0);
  }

  private flush(): number {
    return this.#out.isIdle ? 0 : this.#transport.flush(this.#out);
  }

  private refusal(): MqttError {
    const isOnline = this.#state === "online";
    const why = isOnline ? "the connection has failed" : `it is ${this.#state}`;
    return notAllowed("nothing can be written", why);
  }

  // --- the application

  private notifyWritable(): void {
    const callback = this.#onWritable;
    if (callback === undefined) return;
    // Again while the network takes what was written: else nobody would say that there is room.
    for (;;) {
      this.#isShort = false;
      const count = this.writable;
      if (count === 0) return;
      const { room } = this.#transport;
      this.#inside++;
      try {
        callback.call(this.#client, count);
      } catch (error) {
        this.notifyFault(error);
      }
      this.#inside--;
      if (this.#inside > 0) return;
      this.flush();
      if (this.#transport.room >= room) return;
    }
  }

  private notifyControl(info: ControlInfo): void {
    try {
      this.#onControl?.call(this.#client, info.operation, info);
    } catch (error) {
      this.notifyFault(error);
    }
  }

  private notify<Value>(callback: Callback<Value>, value: Value): void {
    try {
      callback?.call(this.#client, value);
    } catch (error) {
      this.notifyFault(error);
    }
  }

  private notifyFault(error: unknown): void {
    try {
      this.#onFault?.call(this.#client, error);
    } catch {
      // Whoever throws while a throw is reported to it is not called again.
    }
  }
}

function codesOf(decoder: Decoder): Uint8Array {
  const codes = new Uint8Array(decoder.codeCount);
  for (let i = 0; i < codes.length; i++) codes[i] = decoder.code(i);
  return codes;
}
