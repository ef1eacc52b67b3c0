// SPDX-License-Identifier: MIT

import type { Clock, Random, Timers } from "../base/clock.ts";
import type { HostCrypto } from "../base/host-crypto.ts";
import type { Log } from "../base/log.ts";
import type { TLSSecureOptions } from "../ecma-419/tcp.ts";
import { connectionError } from "../mqtt/connection-error.ts";
import { type BrokerAddress, parseBrokerAddress } from "../mqtt/session/broker-address.ts";
import { parseCredentials } from "../mqtt/session/tls-credentials.ts";
import { MqttSession, type MqttSessionOptions } from "../mqtt/session.ts";
import type { Carrier, CarrierOwner, Delivered, Parcel, Wanted } from "./carrier.ts";
import type { Answers, CloudBoard, OwnBroker } from "./cloud-board.ts";
import { CloudError } from "./cloud-error.ts";
import { CloudRetry } from "./cloud-retry.ts";
import type { MqttPart, Profile } from "./profile.ts";
import { sasToken } from "./sas-token.ts";
import { connectionOf, sendBy, stateText, subscribe } from "./session-carrier.ts";
import { fillText, type Scope } from "./template.ts";

export interface MqttCarrierOptions {
  readonly profile: Profile;
  /** Of the profile. */
  readonly mqtt: MqttPart;
  readonly answers: Answers;
  readonly scope: Scope;
  /** Asked at each start, so that nobody holds it. */
  readonly downlinks: { readonly wanted: readonly Wanted[] };
  readonly board: CloudBoard;
  readonly network: MqttSessionOptions["network"];
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly crypto: HostCrypto | undefined;
  readonly log: Log;
}

/** Bounds of a session beside the one to the own broker, which has most of the heap. */
const limits = Object.freeze({ outboxCount: 40, filters: 8, window: 4 });
/** Of the life of a token this part is used. */
const usedPart = 0.8;
/** A token that was refused is made anew when it is as old as this, ms. */
const doubtfulAge = 300_000;
/** Redirects that are followed without a day between them. */
const maxRedirects = 3;
const day = 86_400_000;

/** A connection of its own, made as the profile says. */
export class MqttCarrier implements Carrier {
  readonly #options: MqttCarrierOptions;
  readonly #owner: CarrierOwner;
  readonly #place: OwnBroker;
  #session: MqttSession | undefined;
  /** A token that was just made. */
  #token: string | undefined;
  /** When it was made, and until when it is used, ticks. */
  #made = 0;
  #renewal = Number.POSITIVE_INFINITY;
  /** Since when there is no network, ticks. */
  #suspended: number | undefined;
  #address: BrokerAddress | undefined;
  #redirects = 0;
  #redirected = 0;
  #isClosed = false;

  /** Throws when it cannot be used as it is set. */
  constructor(options: MqttCarrierOptions, owner: CarrierOwner) {
    this.#options = options;
    this.#owner = owner;
    this.#place = placeOf(options);
    if (this.isSecure && !options.network.tls) throw connectionError("mqtt/no-tls");
  }

  get connection(): number | undefined {
    return this.#session && connectionOf(this.#session.state);
  }

  get isBehind(): boolean {
    return this.#session?.behind ?? true;
  }

  get text(): string {
    if (this.#session) return stateText(this.#session.state);
    if (!this.#options.board.isOnline) return "waiting for the network";
    return this.isReachable ? "connecting" : "waiting for the time";
  }

  tick(): void {
    if (this.#isClosed) return;
    const now = this.#options.clock.ticks();
    const session = this.#session;
    if (session === undefined) {
      // Each of them takes its time: in two turns.
      if (this.isReachable && !this.makesToken(now)) this.start();
    } else if (!this.#options.board.isOnline) {
      if (this.#suspended === undefined) session.suspend();
      this.#suspended ??= now;
    } else if (this.#suspended !== undefined) {
      // Never sooner again than the platform allows.
      if (now - this.#suspended < this.pause) return;
      this.#suspended = undefined;
      session.resume();
    } else if (now >= this.#renewal || this.isDoubtful(session, now)) this.restart();
  }

  send(parcel: Parcel, onDone: (delivered: Delivered) => void): boolean {
    return this.#session !== undefined && sendBy(this.#session, parcel, onDone);
  }

  redirect(text: string): boolean {
    const now = this.#options.clock.ticks();
    if (now - this.#redirected > day) this.#redirects = 0;
    const address = parseBrokerAddress(text);
    // Never without encryption what was asked for with it.
    if (this.#redirects >= maxRedirects || (this.isSecure && !address.secure)) return false;
    const { host, port, secure, path } = address;
    this.#redirects++;
    this.#redirected = now;
    this.#address = path === undefined ? { host, port, secure } : { host, port, secure, path };
    this.restart();
    return true;
  }

  close(onClosed: () => void): void {
    this.#isClosed = true;
    const session = this.#session;
    this.#session = undefined;
    if (session) session.stop(onClosed);
    else onClosed();
  }

  private get isSecure(): boolean {
    return this.#place.brokers.some(({ secure }) => secure);
  }

  private get pause(): number {
    return this.#options.mqtt.pause * 1_000;
  }

  private get isReachable(): boolean {
    const { board, clock, mqtt } = this.#options;
    const needsTime = this.isSecure || typeof mqtt.password === "object";
    return board.isOnline && (!needsTime || clock.now() !== undefined);
  }

  /** A token may have been refused because the clock was wrong when it was made. */
  private isDoubtful({ state }: MqttSession, now: number): boolean {
    if (this.#renewal === Number.POSITIVE_INFINITY || state.kind !== "waiting") return false;
    return state.reason.startsWith("mqtt/refused") && now - this.#made >= doubtfulAge;
  }

  private restart(): void {
    const session = this.#session;
    this.#session = undefined;
    this.#token = undefined;
    this.#renewal = Number.POSITIVE_INFINITY;
    session?.stop();
  }

  private start(): void {
    const { mqtt, scope, downlinks, network, clock, timers, random, log } = this.#options;
    const { will, birth, goodbye } = mqtt;
    const place = this.#place;
    const user = (mqtt.user === undefined ? place.user : fillText(mqtt.user, scope)) ?? "";
    const password = this.password ?? place.password ?? "";
    this.#token = undefined;
    const session = new MqttSession({
      brokers: this.#address ? [this.#address] : place.brokers,
      id: fillText(mqtt.id, scope),
      // A password may stand alone: the user is empty then, and sent.
      ...((user !== "" || password !== "") && { user }),
      ...(password !== "" && { password }),
      clean: mqtt.clean,
      keepAlive: mqtt.keepAlive * 1_000,
      ...(will && {
        will: {
          topic: fillText(will.topic, scope),
          message: will.text,
          QoS: 1,
          retain: will.retain,
        },
      }),
      ...(birth && { birth: { topic: fillText(birth.topic, scope), payload: birth.text } }),
      ...(goodbye && { goodbye: { topic: fillText(goodbye.topic, scope), payload: goodbye.text } }),
      guardBirth: birth !== undefined,
      network,
      ...(place.secure && { secure: place.secure }),
      clock,
      timers,
      random,
      log,
      limits,
      retryPlan: new CloudRetry(this.pause, random),
    });
    for (const each of downlinks.wanted) subscribe(session, each, this.#owner);
    this.#session = session;
    session.start();
  }

  /** Undefined: none of its own. */
  private get password(): string | undefined {
    const { mqtt, scope } = this.#options;
    const { password } = mqtt;
    if (typeof password === "object") return this.#token;
    return password === undefined ? undefined : fillText(password, scope);
  }

  /** Makes a token where one is needed; false: there is one, or there need not be. */
  private makesToken(now: number): boolean {
    const { mqtt, scope, clock, crypto } = this.#options;
    const { password } = mqtt;
    if (typeof password !== "object" || this.#token !== undefined) return false;
    const seconds = Math.floor((clock.now() ?? 0) / 1_000);
    const [host = "", device = "", key = ""] = ["server", "device", "key"].map((name) => {
      return String(scope.valueOf(name));
    });
    const expiry = seconds + password.lifetime;
    this.#token = (crypto && sasToken({ host, device, key, expiry, crypto })) ?? "";
    this.#made = now;
    this.#renewal = now + usedPart * password.lifetime * 1_000;
    return true;
  }
}

/** Where it leads, and with which certificates. Throws when that cannot be. */
function placeOf(options: MqttCarrierOptions): OwnBroker {
  const { profile, mqtt, answers, scope, board, crypto } = options;
  if (typeof mqtt.password === "object" && !crypto) {
    throw new CloudError({
      code: "cloud/no-crypto",
      what: `${profile.title} cannot be used`,
      why: "this build has no cryptography, which its password needs",
    });
  }
  if (mqtt.scheme === undefined) return board.ownBroker();
  const host = String(scope.valueOf("host"));
  const broker = parseBrokerAddress(host.includes("://") ? host : `${mqtt.scheme}://${host}`);
  if (mqtt.mustBeSecure && !broker.secure) {
    throw new CloudError({
      code: "cloud/plain",
      what: `${profile.title} cannot be used without TLS`,
      todo: "write its server without mqtt://",
    });
  }
  return { brokers: [broker], ...(broker.secure && { secure: secureOf(mqtt, answers, broker) }) };
}

function secureOf(mqtt: MqttPart, answers: Answers, { port }: BrokerAddress): TLSSecureOptions {
  if ((answers.cert === "") !== (answers["cert-key"] === "")) {
    throw new CloudError({
      code: "cloud/certificate",
      what: "the platform cannot be used",
      why: "a certificate and its private key belong together, and one of them is not set",
      todo: "set platform.1.cert and platform.1.cert-key, or of platform.2",
    });
  }
  const credentials = parseCredentials({
    authorities: answers.ca,
    certificate: answers.cert,
    key: answers["cert-key"],
  });
  const { ALPN } = mqtt;
  if (ALPN?.port !== port) return credentials;
  return { ...credentials, applicationLayerProtocols: [ALPN.protocol] };
}
