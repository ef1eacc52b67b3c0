// SPDX-License-Identifier: MIT

import { toBase64 } from "../../base/base64.ts";
import { asciiBytes } from "../../base/bytes.ts";
import type { Random } from "../../base/clock.ts";
import { sha1 } from "../../base/sha1.ts";
import { WebSocketError } from "./web-socket-error.ts";

export interface UpgradeOptions {
  /** For the Host header: name or address, with the port when it is not the usual one. */
  readonly authority: string;
  /** Path of the address, with its slash. */
  readonly path: string;
  readonly random: Random;
}

/** What every server hashes together with the key (RFC 6455 section 1.3). */
const serverGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** The sub-protocol that MQTT asks for [MQTT-6.0.0-3]. */
const protocol = "mqtt";
/** The longest status line that is shown. */
const maxShown = 80;

/** The request that makes an HTTP connection a WebSocket (RFC 6455 section 4), and its answer. */
export class Upgrade {
  /** The request. */
  readonly request: Uint8Array;
  readonly #accept: string;
  #isStatusRead = false;
  #isUpgraded = false;
  #isAccepted = false;

  constructor({ authority, path, random }: UpgradeOptions) {
    const key = toBase64(randomBytes(16, random));
    this.#accept = toBase64(sha1(asciiBytes(key + serverGUID)));
    this.request = asciiBytes(
      `GET ${path} HTTP/1.1\r\nHost: ${authority}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n` +
        `Sec-WebSocket-Protocol: ${protocol}\r\n\r\n`,
    );
  }

  /**
   * Takes the next line of the answer, without its end. Returns true after the last one.
   * @throws WebSocketError when the server does not open a WebSocket for MQTT
   */
  takeLine(line: string): boolean {
    if (!this.#isStatusRead) this.takeStatus(line);
    else if (line === "") return this.finish();
    else this.takeHeader(line);
    return false;
  }

  private takeStatus(line: string): void {
    this.#isStatusRead = true;
    const status = /^HTTP\/1\.[0-9] ([0-9]{3})(?: |$)/.exec(line)?.[1];
    if (status === "101") return;
    const shown = line.slice(0, maxShown).replace(/[^ -~]/g, "?");
    throw refused(status ? `the server answered "${shown}"` : `no HTTP answer, but "${shown}"`);
  }

  private takeHeader(line: string): void {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, Math.max(0, colon)).toLowerCase()) {
      case "upgrade":
        this.#isUpgraded = value.toLowerCase() === "websocket";
        break;
      case "sec-websocket-accept":
        this.#isAccepted = value === this.#accept;
        break;
      case "sec-websocket-protocol":
        if (value !== protocol) throw refused("the server chose another protocol than mqtt");
        break;
      case "sec-websocket-extensions":
        if (value !== "") throw refused("the server chose an extension that nobody asked for");
        break;
    }
  }

  private finish(): boolean {
    if (!this.#isUpgraded) throw refused("the server did not change to WebSocket");
    if (!this.#isAccepted) throw refused("the server's proof (Sec-WebSocket-Accept) is wrong");
    return true;
  }
}

function refused(why: string): WebSocketError {
  return new WebSocketError("ws/refused", why);
}

/** Bytes for keys and masks, which protect against proxies that take frames for HTTP. */
export function randomBytes(count: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: count }, () => Math.floor(random() * 256));
}
