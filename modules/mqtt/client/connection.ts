// SPDX-License-Identifier: MIT

import type { Timer } from "../../base/clock.ts";
import { notAllowed } from "../client-error.ts";
import type { Decoder } from "../codec/decoder.ts";
import { CONNACK, DISCONNECT } from "../codec/packet.ts";
import { connectionError } from "../connection-error.ts";
import type { MqttError } from "../mqtt-error.ts";
import type { Bytes } from "./byte-buffer.ts";
import { ClientCallbacks } from "./client-callbacks.ts";
import {
  connectPacket,
  type MqttClientOptions,
  type ReadableInfo,
  type WriteOptions,
} from "./client-options.ts";
import { Handshake } from "./handshake.ts";
import { KeepAlive } from "./keep-alive.ts";
import type { MqttClient } from "./mqtt-client.ts";
import { Link, type LinkOwner } from "./network-link.ts";
import { Inbound, type InboundOwner } from "./packet-reader.ts";
import { PacketReceiver } from "./packet-receiver.ts";
import { ClientWriter } from "./packet-writer.ts";

/** How long after DISCONNECT the broker has to close the connection before we do, ms. */
const CLOSING = 500;

/** What is behind an `MqttClient`: link, packets in, packets out, keepalive, and their order. */
export class ClientConnection implements LinkOwner, InboundOwner {
  readonly #options: MqttClientOptions;
  readonly #callbacks: ClientCallbacks;
  readonly #writer: ClientWriter;
  readonly #inbound: Inbound;
  readonly #receiver: PacketReceiver;
  readonly handshake: Handshake;
  readonly #link: Link;
  #keepAlive: KeepAlive | undefined;
  #timer: Timer | undefined;
  #state: "opening" | "handshaking" | "online" | "closing" | "closed" = "opening";
  #inside = 0;
  #paused = false;

  constructor(options: MqttClientOptions, client: MqttClient) {
    this.#options = options;
    this.#callbacks = new ClientCallbacks(options, client);
    this.#writer = new ClientWriter(options.sendBuffer ?? 1024);
    connectPacket(options, this.#writer.room);
    this.#receiver = new PacketReceiver({
      callbacks: this.#callbacks,
      out: this.#writer.out,
      acknowledges: options.acknowledge !== "application",
      onAck: () => this.#keepAlive?.sent(),
    });
    const { receiveBuffer = 512, longestTopic = 256 } = options;
    const largestPacket = options.largestPacket ?? Number.MAX_SAFE_INTEGER;
    this.#inbound = new Inbound({ receiveBuffer, longestTopic, largestPacket }, this);
    this.handshake = new Handshake(options, (error) => this.#link.fail(error));
    const port = options.port ?? ("secure" in options.socket ? 8883 : 1883);
    this.#link = new Link({ ...options, port }, this);
  }

  get lastId(): number {
    return this.#writer.lastId;
  }

  get writable(): number {
    return this.#state === "online" && !this.#link.closed ? this.#writer.room : 0;
  }

  get resolving(): boolean {
    return this.#link.resolving;
  }

  get available(): number {
    return this.#state === "closed" ? 0 : this.#inbound.available;
  }

  read(target: Uint8Array): number {
    return this.#state === "closed" ? 0 : this.#inbound.read(target);
  }

  skip(acknowledge: boolean): void {
    if (this.#state === "online") this.#inbound.skip(acknowledge);
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#keepAlive?.hold(paused);
    if (!paused) this.#resume();
  }

  write(data: Bytes | null | undefined, options: WriteOptions | undefined): number {
    if (this.#state !== "online")
      throw notAllowed("nothing can be written", `it is ${this.#state}`);
    if (this.#link.closed) throw notAllowed("nothing can be written", "the connection has failed");
    this.#writer.write(data, options);
    this.#keepAlive?.sent();
    if (options?.operation === DISCONNECT) this.#disconnecting();
    if (this.#inside === 0) this.#flush();
    return this.writable;
  }

  close(): void {
    const { out } = this.#writer;
    const isUsable = this.#state === "online" && !this.#link.closed && out.unfinished === 0;
    if (isUsable && out.disconnect()) this.#flush();
    this.abort();
  }

  // --- the link

  linkConnecting(): void {
    this.#callbacks.stage("connecting");
  }

  linkOpened(): void {
    this.#state = "handshaking";
    this.handshake.begin(this.#writer);
    this.#callbacks.stage("handshaking");
    this.#flush();
  }

  linkReadable(): void {
    this.#keepAlive?.alive();
    this.#pump();
  }

  linkWritable(): void {
    if (this.#writer.out.unfinished > 0) this.#keepAlive?.alive();
    if (this.#flush() > 0) this.#tellWritable();
    // Acknowledgements may have found room: packets that need some can be taken again.
    this.#pump();
  }

  linkFailed(error: MqttError): void {
    const expected = this.#state === "closing";
    this.abort();
    if (expected) this.#callbacks.closed();
    else this.#callbacks.failed(error);
  }

  // --- packets in

  inboundRead(buffer: Uint8Array): number {
    return this.#link.read(buffer);
  }

  inboundReady(): boolean {
    return (
      this.#state !== "closed" && !this.#paused && !this.#link.closed && !this.#writer.out.full
    );
  }

  inboundMessage(count: number, info: ReadableInfo): void {
    if (this.#state === "online" && this.#callbacks.readable(count, info)) return;
    this.#inbound.skip(true);
  }

  inboundMessageEnd(decoder: Decoder, acknowledge: boolean): void {
    if (this.#state === "online") this.#receiver.messageEnd(decoder, acknowledge);
  }

  inboundPacket(operation: number, decoder: Decoder): void {
    if (operation === CONNACK) this.#accepted(decoder);
    else if (this.#state === "online") this.#receiver.packet(operation, decoder);
  }

  inboundFailed(error: MqttError): void {
    this.#link.fail(error);
  }

  inboundHeld(held: boolean): void {
    this.#keepAlive?.hold(held);
    // Not from inside `read`, which the application calls.
    if (!held) this.#resume();
  }

  #accepted(decoder: Decoder): void {
    if (!this.handshake.end(decoder)) return;
    this.#state = "online";
    this.#startKeepAlive();
    const { sessionPresent } = this.handshake;
    this.#callbacks.control({ operation: CONNACK, id: 0, sessionPresent });
    this.#tellWritable();
  }

  #startKeepAlive(): void {
    const { clock, timers, keepAlive: interval = 60_000 } = this.#options;
    if (interval === 0) return;
    this.#keepAlive = new KeepAlive({
      clock,
      timers,
      interval,
      onPing: () => {
        this.#writer.out.ping();
        this.#flush();
      },
      onDead: () => this.#link.fail(connectionError("mqtt/dead-link")),
    });
  }

  #pump(): void {
    this.#inside++;
    this.#inbound.pump();
    this.#inside--;
    if (this.#inside === 0 && this.#flush() > 0) this.#tellWritable();
  }

  #resume(): void {
    if (this.#inside > 0 || this.#timer !== undefined) return;
    this.#timer = this.#options.timers.set(() => {
      this.#timer = undefined;
      this.#pump();
    }, 0);
  }

  #flush(): number {
    return this.#state === "closed" ? 0 : this.#link.flush(this.#writer.out);
  }

  #tellWritable(): void {
    // Again while the network takes what was written: else nobody would say that there is room.
    do {
      const count = this.writable;
      if (count === 0) return;
      this.#inside++;
      this.#callbacks.writable(count);
      this.#inside--;
    } while (this.#inside === 0 && this.#flush() > 0);
  }

  #disconnecting(): void {
    this.#state = "closing";
    this.#keepAlive?.close();
    const end = () => this.linkFailed(connectionError("mqtt/lost"));
    this.#options.timers.clear(this.#timer);
    this.#timer = this.#options.timers.set(end, CLOSING);
  }

  /** Ends it without DISCONNECT. */
  abort(): void {
    this.#state = "closed";
    this.#inbound.close();
    this.#link.close();
    this.handshake.close();
    this.#keepAlive?.close();
    this.#options.timers.clear(this.#timer);
    this.#timer = undefined;
  }
}
