// SPDX-License-Identifier: MIT

// A TLS 1.2 server that does as it is told, also what no server may do: the same on Node and XS.

import { bytesOf, concat, equal } from "../../modules/tls/bytes.ts";
import { encodePoint } from "../../modules/tls/curve-point.ts";
import { P256 } from "../../modules/tls/curves.ts";
import { deriveKeys, expand } from "../../modules/tls/key-schedule.ts";
import { handshakeMessage, numberBytes, vector } from "../../modules/tls/message-types.ts";
import { RecordProtection, recordHead } from "../../modules/tls/record-protection.ts";
import { authority, makeCertificate, names, signWith, testKey } from "./certificate-maker.ts";
import { bytesOf as bytesOfHex } from "./hex.ts";
import type { MemoryLink } from "./memory-link.ts";
import { seededCrypto } from "./seeded-crypto.ts";

const crypto = seededCrypto(99);
const nothing = new Uint8Array(0);

export const rootKey = testKey(0x1001n);
export const leafKey = testKey(0x1002n);
const ownSecret = 0x123456789abcdef0123456789abcdefn;
export const serverRandom = new Uint8Array(32).fill(0x5e);

export const root = makeCertificate({
  subject: "root",
  issuer: "root",
  key: rootKey,
  signer: rootKey,
  extensions: [authority()],
});
export const leaf = makeCertificate({
  subject: "leaf",
  issuer: "root",
  key: leafKey,
  signer: rootKey,
  extensions: [names("localhost")],
});

export function record(type: number, contents: Uint8Array): Uint8Array {
  return concat(recordHead(type, contents.length), contents);
}

/** The body of a ServerHello; what is left out is what a good one has. */
export function helloBody(
  parts: { version?: number; session?: Uint8Array; suite?: number; extensions?: string } = {},
): Uint8Array {
  const { extensions = "00170000 ff01000100", session = nothing } = parts;
  return concat(
    numberBytes(parts.version ?? 0x0303, 2),
    serverRandom,
    vector(1, session),
    numberBytes(parts.suite ?? 0xc02b, 2),
    numberBytes(0, 1),
    vector(2, bytesOfHex(extensions)),
  );
}

/** The body of a Certificate message. */
export function certificateBody(...certificates: readonly Uint8Array[]): Uint8Array {
  return vector(3, ...certificates.map((bytes) => vector(3, bytes)));
}

/** The body of a ServerKeyExchange. */
export function keyExchangeBody(
  clientRandom: Uint8Array,
  parts: { point?: Uint8Array; curve?: string; algorithm?: string; signature?: Uint8Array } = {},
): Uint8Array {
  const own = crypto.multiply(P256, P256.G, ownSecret);
  const point = parts.point ?? (own ? encodePoint(P256, own) : nothing);
  const parameters = concat(bytesOfHex(parts.curve ?? "03 0017"), vector(1, point));
  const signature = parts.signature ?? signWith(leafKey, clientRandom, serverRandom, parameters);
  return concat(parameters, bytesOfHex(parts.algorithm ?? "0403"), vector(2, signature));
}

/** The parts of the first flight of a server, each a handshake message with its head. */
export interface Flight {
  hello: Uint8Array;
  certificate: Uint8Array;
  keyExchange: Uint8Array;
  done: Uint8Array;
}

export interface Script {
  /** The messages of the first flight; both ends count what is returned as said. */
  readonly messages?: (flight: Flight, clientRandom: Uint8Array) => readonly Uint8Array[];
  /** What is really sent for them; by default one record each. */
  readonly records?: (messages: readonly Uint8Array[]) => readonly Uint8Array[];
  /** What is sent when the client has finished; by default ChangeCipherSpec and Finished. */
  readonly end?: (server: ScriptedServer) => readonly Uint8Array[];
  /** False: the server does not know RFC 7627. Its hello has to fit. */
  readonly hasExtendedMasterSecret?: boolean;
}

/** Finished, and the record by which the keys change. */
export const changeCipherSpec = record(20, Uint8Array.of(1));

/** Plays the server at the other end of a connection in memory. */
export class ScriptedServer {
  readonly #link: MemoryLink;
  readonly #script: Script;
  #unread = nothing;
  #messages = nothing;
  #transcript = nothing;
  #clientRandom = nothing;
  #hasChanged = false;
  #secret = nothing;
  #receiving: RecordProtection | undefined;
  #sending: RecordProtection | undefined;
  /** Types of the handshake messages of the client. */
  readonly said: number[] = [];
  /** Alerts of the client: level and description. */
  readonly alerts: Uint8Array[] = [];
  /** Body of the client's Certificate message. */
  clientCertificate = nothing;
  /** What the client's CertificateVerify holds: its algorithm, and what was signed. */
  verify: { algorithm: number; signature: Uint8Array; signed: Uint8Array } | undefined;
  /** The server could not read a record, or found the client's Finished wrong. */
  isConfused = false;
  /** Application data of the client. */
  received = nothing;

  constructor(link: MemoryLink, script: Script) {
    this.#link = link;
    this.#script = script;
    link.onData = (bytes) => this.#take(bytes);
  }

  /** Sends bytes as they are. */
  raw(...parts: readonly Uint8Array[]): void {
    this.#link.send(concat(...parts));
  }

  /** A protected record. */
  protect(type: number, contents: Uint8Array): Uint8Array {
    if (!this.#sending) throw new Error("no keys yet");
    return this.#sending.seal(type, contents);
  }

  /** The server's Finished; `label` as the server's should be. */
  finished(label = "server finished"): Uint8Array {
    return handshakeMessage(20, this.#verifyData(label));
  }

  #verifyData(label: string): Uint8Array {
    const seed = this.#hash();
    return expand(crypto, { secret: this.#secret, label, seed, length: 12 });
  }

  #hash(): Uint8Array {
    const hash = crypto.createHash("SHA-256");
    hash.update(this.#transcript);
    return hash.digest();
  }

  #take(bytes: Uint8Array): void {
    this.#unread = concat(this.#unread, bytes);
    for (;;) {
      const [type = 0, , , high = 0, low = 0] = this.#unread;
      const end = 5 + high * 256 + low;
      if (this.#unread.length < 5 || this.#unread.length < end) return;
      const body = this.#unread.subarray(5, end);
      this.#unread = this.#unread.slice(end);
      this.#takeRecord(type, this.#hasChanged ? this.#receiving?.open(type, body) : body);
    }
  }

  #takeRecord(type: number, contents: Uint8Array | undefined): void {
    if (!contents) this.#giveUp();
    else if (type === 20) this.#hasChanged = true;
    else if (type === 21) this.alerts.push(contents.slice());
    else if (type === 23) this.received = concat(this.received, contents);
    else this.#takeHandshake(contents);
  }

  /** The client knows other keys, or has heard something else than was said. */
  #giveUp(): void {
    this.isConfused = true;
    this.#link.shut();
  }

  #takeHandshake(contents: Uint8Array): void {
    this.#messages = concat(this.#messages, contents);
    for (;;) {
      const [type = 0, , high = 0, low = 0] = this.#messages;
      const end = 4 + high * 256 + low;
      if (this.#messages.length < 4 || this.#messages.length < end) return;
      const message = this.#messages.slice(0, end);
      this.#messages = this.#messages.slice(end);
      this.said.push(type);
      this.#takeMessage(type, message);
    }
  }

  #takeMessage(type: number, message: Uint8Array): void {
    if (type === 11) this.clientCertificate = message.slice(4);
    if (type === 15) this.#checkVerify(message);
    const expected = type === 20 ? this.#verifyData("client finished") : nothing;
    this.#transcript = concat(this.#transcript, message);
    if (type === 1) this.#answer(message);
    else if (type === 16) this.#agree(message.subarray(5));
    else if (type === 20) {
      if (!equal(message.subarray(4), expected)) {
        this.#giveUp();
        return;
      }
      const { end } = this.#script;
      const records = end?.(this) ?? [changeCipherSpec, this.protect(22, this.finished())];
      if (records.length > 0) this.raw(...records);
    }
  }

  #checkVerify(message: Uint8Array): void {
    const [, , , , high = 0, low = 0] = message;
    const signature = message.slice(8);
    this.verify = { algorithm: high * 256 + low, signature, signed: this.#transcript };
  }

  #answer(message: Uint8Array): void {
    this.#clientRandom = message.slice(6, 38);
    const { messages, records } = this.#script;
    const flight = {
      hello: handshakeMessage(2, helloBody()),
      certificate: handshakeMessage(11, certificateBody(leaf)),
      keyExchange: handshakeMessage(12, keyExchangeBody(this.#clientRandom)),
      done: handshakeMessage(14),
    };
    const said = messages?.(flight, this.#clientRandom) ?? Object.values(flight);
    this.#transcript = concat(this.#transcript, ...said);
    const sent = records?.(said) ?? said.map((part) => record(22, part));
    if (sent.length > 0) this.raw(...sent);
  }

  #agree(share: Uint8Array): void {
    const coordinate = (at: number) => BigInt(`0x${hex(share.subarray(at, at + 32))}`);
    const point = { x: coordinate(1), y: coordinate(33) };
    const common = crypto.multiply(P256, point, ownSecret);
    const isExtended = this.#script.hasExtendedMasterSecret ?? true;
    this.#secret = concat(
      expand(crypto, {
        secret: bytesOf(common?.x ?? 0n, 32),
        label: isExtended ? "extended master secret" : "master secret",
        seed: isExtended ? this.#hash() : concat(this.#clientRandom, serverRandom),
        length: 48,
      }),
    );
    const keys = deriveKeys(crypto, this.#secret, concat(serverRandom, this.#clientRandom));
    this.#receiving = new RecordProtection(crypto, keys.client);
    this.#sending = new RecordProtection(crypto, keys.server);
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
