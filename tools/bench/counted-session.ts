// SPDX-License-Identifier: MIT

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundleFirmware } from "../../hosts/sim/node/engine/bundle.ts";
import type { Turn } from "../../hosts/sim/node/engine/machine.ts";
import { XsMachine } from "../../hosts/sim/node/engine/xs-machine.ts";
import { type ClientPacket, ClientStream } from "../../tests/support/broker-codec.ts";
import * as bytes from "../../tests/support/broker-packets.ts";
import { benchPayload, benchTopic, segment, steps } from "./bench-program.ts";

type QoS = 0 | 1 | 2;

export interface CountedSessionOptions {
  readonly source: string;
  /** The largest outbox and window instead of the default. */
  readonly large?: boolean;
  /** Subscribes with this QoS. */
  readonly subscribed?: QoS;
  /** The handler acknowledges only when told to. */
  readonly manualAck?: boolean;
  /** The session stays without a connection. */
  readonly offline?: boolean;
}

const folder = dirname(fileURLToPath(import.meta.url));

/** The program with one MQTT session. */
export async function bundleCountedSession(): Promise<string> {
  return (await bundleFirmware(join(folder, "xs", "counted-session.ts"))).source;
}

/** The program with one bare client. */
export async function bundleCountedClient(): Promise<string> {
  return (await bundleFirmware(join(folder, "xs", "counted-client.ts"))).source;
}

/**
 * The program with the bare client of the SDK that MODDABLE points at; undefined without it.
 */
export async function bundleSDKClient(): Promise<string | undefined> {
  const sdk = process.env.MODDABLE;
  if (!sdk) return undefined;
  const client = join(sdk, "examples/io/tcp/mqttclient/mqttclient.js");
  if (!existsSync(client)) throw new Error(`MODDABLE has no ${client}`);
  const { outputFiles } = await build({
    entryPoints: [join(folder, "xs", "counted-sdk-client.ts")],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2022",
    platform: "neutral",
    logLevel: "silent",
    alias: {
      "embedded:network/mqtt/client": client,
      timer: join(folder, "xs", "sdk-timer.ts"),
      time: join(folder, "xs", "sdk-time.ts"),
    },
  });
  return outputFiles[0]?.text;
}

/**
 * One session on an XS machine of its own, and its broker on this side. Counts what the turns cost:
 * compute units and slots, less those of as many turns that do nothing.
 */
export class CountedSession {
  readonly #machine: XsMachine;
  readonly #stream = new ClientStream();
  readonly #options: CountedSessionOptions;
  #nothing = 0;
  #lastId = 0;
  #failure: string | undefined;
  /** XS compute units since `reset`. */
  compute = 0;
  /** Turns since `reset`. */
  turns = 0;

  constructor(options: CountedSessionOptions) {
    this.#options = options;
    this.#machine = new XsMachine({
      source: options.source,
      onCall: () => new Uint8Array(),
      onPrint: () => {},
      onExit: (reason) => {
        this.#failure = reason;
      },
    });
  }

  /** Connects and subscribes; then the session rests. */
  async open(): Promise<void> {
    const { large, offline, subscribed, manualAck } = this.#options;
    // Twice: the first time, XS fills the caches of its properties.
    for (let i = 0; i < 2; i++) {
      this.reset();
      await this.turn(steps.nothing);
    }
    this.#nothing = this.compute;
    await this.turn(steps.open, large ? 1 : 0);
    if (offline) return;
    await this.exchange(await this.turn(steps.writable));
    await this.turn(steps.time, 1);
    if (subscribed === undefined) return;
    await this.exchange(await this.turn(steps.subscribe, subscribed, manualAck ? 1 : 0));
  }

  reset(): void {
    this.compute = 0;
    this.turns = 0;
  }

  /** Slots in use without garbage. */
  async livingSlots(): Promise<number> {
    return (await this.#machine.turn(new Uint8Array())).heapCount;
  }

  /** Slots in use, garbage included. */
  async slots(): Promise<number> {
    return (await this.#run(Uint8Array.of(steps.nothing))).heapCount;
  }

  /** A turn in which nothing happens. */
  async idle(): Promise<void> {
    await this.turn(steps.nothing);
  }

  /** Publishes and plays the broker until everything has been confirmed. */
  async publish(QoS: QoS, count: number): Promise<void> {
    await this.exchange(await this.turn(steps.publish, QoS, count));
  }

  /** Publishes and lets the broker be silent. */
  async publishOnly(QoS: QoS, count: number): Promise<void> {
    await this.turn(steps.publish, QoS, count);
  }

  /** Sends messages to the session and plays the broker until it has confirmed them. */
  async receive(QoS: QoS, count: number): Promise<void> {
    await this.exchange(await this.receiveOnly(QoS, count));
  }

  /** Sends messages to the session; returns what it answers. */
  receiveOnly(QoS: QoS, count: number): Promise<ClientPacket[]> {
    const messages: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      this.#lastId = (this.#lastId % 65_535) + 1;
      const id = QoS === 0 ? 0 : this.#lastId;
      messages.push(bytes.publishBytes(benchTopic, { payload: benchPayload, QoS, id }));
    }
    return this.#arrive(messages);
  }

  /** One turn; returns the packets that the session has written. */
  async turn(step: number, first = 0, second = 0): Promise<ClientPacket[]> {
    return this.#take(await this.#run(Uint8Array.of(step, first, second)));
  }

  /** Answers packets, and those that come of it, until there are none; makes room each time. */
  async exchange(packets: readonly ClientPacket[]): Promise<void> {
    let written = packets;
    while (written.length > 0) {
      const answers = written.map(answerTo).filter((answer) => answer.length > 0);
      written = [
        ...(await this.turn(steps.writable)),
        ...(answers.length > 0 ? await this.#arrive(answers) : []),
      ];
    }
  }

  /** Publishes one payload of so many bytes with QoS 0; the socket's own part is taken off. */
  async send(size: number): Promise<void> {
    let length = 0;
    for (let turn = await this.#run(commandOf(steps.send, size)); ; ) {
      if (turn.reply.length === 0) break;
      length += turn.reply.length;
      await this.#without(commandOf(steps.socketWrite, turn.reply.length));
      turn = await this.#run(Uint8Array.of(steps.writable));
    }
    if (length < size) throw new Error(`${length} bytes sent, not ${size}`);
  }

  /** Receives one payload of so many bytes with QoS 0; the socket's own part is taken off. */
  async receiveSize(size: number): Promise<void> {
    const packet = bytes.publishBytes(benchTopic, { payload: new Uint8Array(size) });
    for (let at = 0; at < packet.length; at += segment) {
      const part = packet.subarray(at, at + segment);
      await this.#run(Buffer.concat([Uint8Array.of(steps.arrive), part]));
      await this.#without(Buffer.concat([Uint8Array.of(steps.socketRead), part]));
    }
  }

  async close(): Promise<void> {
    await this.#machine.close();
  }

  async #arrive(packets: readonly Uint8Array[]): Promise<ClientPacket[]> {
    return this.#take(await this.#run(Buffer.concat([Uint8Array.of(steps.arrive), ...packets])));
  }

  async #run(command: Uint8Array): Promise<Turn> {
    try {
      const turn = await this.#machine.turn(command);
      this.compute += turn.compute - this.#nothing;
      this.turns++;
      return turn;
    } catch (error) {
      throw new Error(`the counted session has failed: ${this.#failure ?? error}`);
    }
  }

  /** A turn whose cost is taken off what has been counted. */
  async #without(command: Uint8Array): Promise<void> {
    const before = this.compute;
    await this.#run(command);
    this.compute = before - (this.compute - before);
    this.turns--;
  }

  #take({ reply }: Turn): ClientPacket[] {
    return reply.length === 0 ? [] : this.#stream.push(reply);
  }
}

/** A command with a number of three bytes. */
function commandOf(step: number, size: number): Uint8Array {
  return Uint8Array.of(step, size >> 16, size >> 8, size);
}

/** What a broker answers; nothing to a final acknowledgement. */
function answerTo(packet: ClientPacket): Uint8Array {
  switch (packet.type) {
    case "CONNECT":
      return bytes.connackBytes();
    case "SUBSCRIBE":
      return bytes.subackBytes(
        packet.id,
        packet.requests.map(({ QoS }) => QoS),
      );
    case "PUBLISH":
      if (packet.QoS === 0) return new Uint8Array();
      return packet.QoS === 1 ? bytes.pubackBytes(packet.id) : bytes.pubrecBytes(packet.id);
    case "PUBREC":
      return bytes.pubrelBytes(packet.id);
    case "PUBREL":
      return bytes.pubcompBytes(packet.id);
    case "PINGREQ":
      return bytes.pingrespBytes();
    default:
      return new Uint8Array();
  }
}
