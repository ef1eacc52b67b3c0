// SPDX-License-Identifier: MIT

import { concat, equal } from "./bytes.ts";
import type { Certificate } from "./certificate.ts";
import { checkChain } from "./certificate-chain.ts";
import { encodeClientHello, hasServerName } from "./client-hello.ts";
import type { ClientIdentity } from "./client-identity.ts";
import { agree } from "./key-agreement.ts";
import { deriveKeys, expand, type WriteKeys } from "./key-schedule.ts";
import { broken } from "./message-reader.ts";
import { alerts, handshakeMessage, messageTypes, numberBytes, vector } from "./message-types.ts";
import type { PublicKey } from "./public-key.ts";
import { parseCertificateRequest, parseCertificates } from "./server-certificates.ts";
import { parseServerHello, type ServerHello } from "./server-hello.ts";
import { parseServerKeyExchange, type ServerShare } from "./server-key-exchange.ts";
import type { Hash, TLSCrypto } from "./tls-crypto.ts";
import { TLSError } from "./tls-error.ts";

export interface HandshakeOptions {
  readonly crypto: TLSCrypto;
  readonly host: string;
  readonly authorities: readonly Certificate[];
  readonly identity: ClientIdentity | undefined;
  readonly protocols: readonly string[];
  /** Wall clock, ms since 1970 UTC. */
  readonly now: number;
}

/** What we send when the server has said everything: the last message is the first protected one. */
export interface Flight {
  readonly messages: Uint8Array;
  readonly finished: Uint8Array;
  readonly client: WriteKeys;
  readonly server: WriteKeys;
}

/** What has to come next. "change": the server's ChangeCipherSpec, which is no message. */
type Awaited =
  | "hello"
  | "certificate"
  | "key"
  | "request"
  | "done"
  | "change"
  | "finished"
  | "none";

const verifyLength = 12;

/**
 * A client's handshake of TLS 1.2 (RFC 5246, 7.3) with ECDHE and a server certificate, always; no
 * resumption, no renegotiation. Every message has its place; one that is missing, or comes at
 * another time, ends the handshake, as does a certificate or signature that is not right.
 */
export class Handshake {
  readonly #options: HandshakeOptions;
  readonly #transcript: Hash;
  readonly #random: Uint8Array;
  #awaited: Awaited = "hello";
  #hello: ServerHello | undefined;
  #key: PublicKey | undefined;
  #share: ServerShare | undefined;
  #isAsked = false;
  #secret = new Uint8Array(0);

  constructor(options: HandshakeOptions) {
    this.#options = options;
    this.#transcript = options.crypto.createHash("SHA-256");
    this.#random = options.crypto.random(32).slice();
  }

  /** True when both ends have proved that they know the keys. */
  get isDone(): boolean {
    return this.#awaited === "none";
  }

  /** The first message. */
  start(): Uint8Array {
    const { host, protocols } = this.#options;
    const message = encodeClientHello({ random: this.#random, host, protocols });
    this.#transcript.update(message);
    return message;
  }

  /** A message of the server, with its head; returns what to answer. Throws TLSError. */
  receive(message: Uint8Array): Flight | undefined {
    const body = message.subarray(4);
    const [type = -1] = message;
    const isLast = this.#check(type, body);
    this.#transcript.update(message);
    return isLast ? this.#answer() : undefined;
  }

  /** The server's ChangeCipherSpec. Throws TLSError when it is not its time. */
  change(contents: Uint8Array): void {
    if (this.#awaited !== "change" || contents.length !== 1 || contents[0] !== 1) {
      throw broken("a change of keys that was not due", alerts.unexpectedMessage);
    }
    this.#awaited = "finished";
  }

  /** Checks a message and moves on; true when the server has said all that it has to say. */
  #check(type: number, body: Uint8Array): boolean {
    const { serverHello, certificate, serverKeyExchange } = messageTypes;
    const { certificateRequest, serverHelloDone, finished } = messageTypes;
    const awaited = this.#awaited;
    if (awaited === "hello" && type === serverHello) this.#takeHello(body);
    else if (awaited === "certificate" && type === certificate) this.#takeCertificate(body);
    else if (awaited === "key" && type === serverKeyExchange) this.#takeKeyExchange(body);
    else if (awaited === "request" && type === certificateRequest) this.#takeRequest(body);
    else if (awaited === "finished" && type === finished) this.#takeFinished(body);
    else if ((awaited === "request" || awaited === "done") && type === serverHelloDone) {
      if (body.length > 0) throw broken("a message is too long", alerts.decodeError);
      this.#awaited = "change";
      return true;
    } else throw broken(`message ${type} out of turn`, alerts.unexpectedMessage);
    return false;
  }

  #takeHello(body: Uint8Array): void {
    const { host, protocols } = this.#options;
    const hello = parseServerHello(body, { protocols, hasName: hasServerName(host) });
    this.#hello = { ...hello, random: hello.random.slice() };
    this.#awaited = "certificate";
  }

  #takeCertificate(body: Uint8Array): void {
    const { key } = checkChain(parseCertificates(body), this.#options);
    if (key.kind !== this.#hello?.signs) {
      throw broken("a certificate for another cipher suite", alerts.illegalParameter);
    }
    this.#key = key;
    this.#awaited = "key";
  }

  #takeKeyExchange(body: Uint8Array): void {
    const [key, hello] = [this.#key, this.#hello];
    if (!key || !hello) throw new Error("a key exchange without a certificate");
    this.#share = parseServerKeyExchange(body, {
      crypto: this.#options.crypto,
      key,
      clientRandom: this.#random,
      serverRandom: hello.random,
    });
    this.#awaited = "request";
  }

  #takeRequest(body: Uint8Array): void {
    const algorithms = parseCertificateRequest(body);
    const { identity } = this.#options;
    if (identity && !algorithms.includes(identity.algorithmId)) {
      const text = "the server takes no signature that our key could make";
      throw new TLSError("tls/unsupported", text, alerts.handshakeFailure);
    }
    this.#isAsked = true;
    this.#awaited = "done";
  }

  #takeFinished(body: Uint8Array): void {
    if (!equal(body, this.#verifyData("server finished"))) {
      throw broken("the handshake was changed on its way", alerts.decryptError);
    }
    this.#secret.fill(0);
    this.#awaited = "none";
  }

  #answer(): Flight {
    const { crypto, identity } = this.#options;
    const [share, hello] = [this.#share, this.#hello];
    if (!share || !hello) throw new Error("a handshake without a key exchange");
    const messages: Uint8Array[] = [];
    const add = (type: number, ...parts: readonly Uint8Array[]) => {
      const message = handshakeMessage(type, ...parts);
      this.#transcript.update(message);
      messages.push(message);
      return message;
    };
    const own = this.#isAsked ? identity : undefined;
    if (this.#isAsked) {
      const certificates = own ? vector(3, own.certificate) : new Uint8Array(0);
      add(messageTypes.certificate, vector(3, certificates));
    }
    const { share: ownShare, secret } = agree(crypto, share);
    add(messageTypes.clientKeyExchange, vector(1, ownShare));
    this.#deriveSecret(hello, secret);
    if (own) {
      const signature = own.sign(this.#transcript.digest());
      const id = numberBytes(own.algorithmId, 2);
      add(messageTypes.certificateVerify, id, vector(2, signature));
    }
    const flight = concat(...messages);
    const finished = add(messageTypes.finished, this.#verifyData("client finished"));
    const keys = deriveKeys(crypto, this.#secret, concat(hello.random, this.#random));
    return { messages: flight, finished, ...keys };
  }

  /** The master secret (RFC 5246, 8.1, or RFC 7627 when the server knows it). */
  #deriveSecret({ hasExtendedMasterSecret, random }: ServerHello, secret: Uint8Array): void {
    const label = hasExtendedMasterSecret ? "extended master secret" : "master secret";
    const seed = hasExtendedMasterSecret ? this.#transcript.digest() : concat(this.#random, random);
    this.#secret = concat(expand(this.#options.crypto, { secret, label, seed, length: 48 }));
    secret.fill(0);
  }

  #verifyData(label: string): Uint8Array {
    const seed = this.#transcript.digest();
    const length = verifyLength;
    return expand(this.#options.crypto, { secret: this.#secret, label, seed, length });
  }
}
