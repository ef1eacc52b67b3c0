// SPDX-License-Identifier: MIT

import type { TCP } from "../ecma-419/tcp.ts";
import { Handshake, type HandshakeOptions } from "./handshake.ts";
import { HandshakeJoiner } from "./handshake-joiner.ts";
import type { WriteKeys } from "./key-schedule.ts";
import { broken } from "./message-reader.ts";
import { alerts, recordTypes } from "./message-types.ts";
import type { OpenedRecord, RecordLayer } from "./record-layer.ts";
import type { RecordSender } from "./record-sender.ts";

/** Runs a handshake over records: parts them into messages, and changes to the keys in time. */
export class HandshakeRunner {
  readonly #handshake: Handshake;
  readonly #records: RecordLayer;
  readonly #sender: RecordSender;
  readonly #joiner = new HandshakeJoiner();
  #serverKeys: WriteKeys | undefined;

  constructor(options: HandshakeOptions, records: RecordLayer, sender: RecordSender) {
    this.#handshake = new Handshake(options);
    this.#records = records;
    this.#sender = sender;
  }

  /** True when both ends have proved that they know the keys. */
  get isDone(): boolean {
    return this.#handshake.isDone;
  }

  start(tcp: TCP): void {
    this.#sender.send(tcp, recordTypes.handshake, this.#handshake.start());
  }

  /** A record that is no alert. Throws TLSError when it is not its time. */
  takeRecord({ type, contents }: OpenedRecord): void {
    if (type === recordTypes.handshake) this.#joiner.add(contents);
    else if (type === recordTypes.changeCipherSpec) this.#change(contents);
    else throw broken("data before the end of the handshake", alerts.unexpectedMessage);
  }

  /** Works on one message that has come whole; false when there is none. Throws TLSError. */
  takeMessage(tcp: TCP): boolean {
    const message = this.#joiner.next();
    if (!message) return false;
    const flight = this.#handshake.receive(message);
    if (!flight && !this.isDone) return true;
    // Whatever follows in the same record would belong to other keys, or to no handshake.
    if (!this.#joiner.isEmpty) throw broken("a message out of turn", alerts.unexpectedMessage);
    if (!flight) return true;
    const { handshake, changeCipherSpec } = recordTypes;
    this.#sender.add(handshake, flight.messages);
    this.#sender.add(changeCipherSpec, Uint8Array.of(1));
    this.#records.protectSending(flight.client);
    this.#sender.add(handshake, flight.finished);
    // In one piece: a server that ends the connection meanwhile has room to say why.
    this.#sender.flush(tcp);
    this.#serverKeys = flight.server;
    return true;
  }

  #change(contents: Uint8Array): void {
    if (!this.#joiner.isEmpty || !this.#serverKeys) {
      throw broken("a change of keys too early", alerts.unexpectedMessage);
    }
    this.#handshake.change(contents);
    this.#records.protectReceiving(this.#serverKeys);
    this.#serverKeys = undefined;
  }
}
