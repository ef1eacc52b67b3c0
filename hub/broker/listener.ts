// SPDX-License-Identifier: MIT

import { createServer as createHTTP } from "node:http";
import { createServer as createTCP, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer as createTLS } from "node:tls";
import { createWebSocketStream, WebSocketServer } from "ws";
import { longestPacket } from "./client.ts";

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  /** Certificate and key, PEM; undefined: without TLS. */
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly onStream: (stream: Duplex, address: string) => void;
  /** TLS has failed, and why. */
  readonly onTrouble: (text: string) => void;
}

/** Time for TLS and the first byte, or the way to WebSocket, ms; a board's handshake takes some seconds. */
const patience = 30_000;
/** Connections to one port. */
const mostConnections = 4_000;

/**
 * A port that takes MQTT and MQTT over WebSocket: what comes first says which of them, as a CONNECT
 * begins with another byte than an HTTP request.
 */
export class Listener {
  readonly #server: Server;
  readonly #open = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Rejects with an Error with one line when the port cannot be had. */
  static async open({ host, port, tls, onStream, onTrouble }: ListenerOptions): Promise<Listener> {
    const limits = new WeakMap<Duplex, NodeJS.Timeout>();
    const web = webServer((stream, socket) => {
      clearTimeout(limits.get(socket));
      onStream(stream, socket.remoteAddress ?? "");
    });
    const onSocket = (socket: Socket) => {
      const limit = setTimeout(() => socket.destroy(), patience);
      limits.set(socket, limit);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => clearTimeout(limit));
      socket.setNoDelay(true);
      socket.once("data", (bytes: Buffer) => {
        socket.pause();
        socket.unshift(bytes);
        if (isLetter(bytes[0] ?? 0)) web.emit("connection", socket);
        else {
          clearTimeout(limit);
          onStream(socket, socket.remoteAddress ?? "");
        }
        process.nextTick(() => socket.resume());
      });
    };
    const server = tls
      ? createTLS({ ...tls, minVersion: "TLSv1.2", handshakeTimeout: patience }, onSocket)
      : createTCP(onSocket);
    const listener = new Listener(server);
    server.maxConnections = mostConnections;
    server.on("tlsClientError", ({ code }: NodeJS.ErrnoException, { remoteAddress }: Socket) => {
      const why = troubles[code ?? ""];
      if (why !== undefined) onTrouble(`${remoteAddress ?? "somebody"} ${why}`);
    });
    server.on("connection", (socket: Socket) => {
      listener.#open.add(socket);
      socket.on("close", () => listener.#open.delete(socket));
      // Until TLS has it, nobody else hears of its end.
      socket.on("error", () => socket.destroy());
    });
    await new Promise<void>((done, fail) => {
      server.once("error", (error: NodeJS.ErrnoException) => fail(whyNot(error, host, port)));
      server.listen(port, host, done);
    });
    return listener;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address ? address.port : 0;
  }

  close(): Promise<void> {
    const closed = new Promise<void>((done) => this.#server.close(() => done()));
    for (const socket of this.#open) socket.destroy();
    return closed;
  }
}

/** What a board or a person may have done wrong, by OpenSSL's code; other ends have no cause to look for. */
const troubles: Readonly<Record<string, string>> = Object.freeze({
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA:
    "does not trust the certificate: it was given the authority of another class",
  // Who closes at once after that takes its word for it back, and the end of the connection is all that comes.
  ECONNRESET:
    "has ended the connection at the certificate: was it given the authority of another class?",
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE:
    "does not take the certificate: is its clock right, and is this the address it was given?",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    "does not take the certificate: is its clock right, and is this the address it was given?",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    "takes the certificate for one that has run out: is its clock right?",
  ERR_SSL_WRONG_VERSION_NUMBER: "speaks without TLS at a port with TLS",
  ERR_SSL_HTTP_REQUEST: "speaks without TLS at a port with TLS",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "speaks only versions of TLS before 1.2",
});

/** A method of HTTP begins with one; CONNECT of MQTT is 0x10. */
function isLetter(byte: number): boolean {
  return byte >= 0x41 && byte <= 0x5a;
}

function whyNot({ code, message }: NodeJS.ErrnoException, host: string, port: number): Error {
  const where = `${host}, port ${port}`;
  if (code === "EADDRINUSE") {
    return new Error(
      `${where} is in use: end what listens there, such as Mosquitto or another hub`,
    );
  }
  return new Error(`the hub cannot listen at ${where} (${code ?? message})`);
}

/** Takes upgrades to WebSocket with the subprotocol "mqtt" on any path, and answers nothing else. */
function webServer(onStream: (stream: Duplex, socket: Socket) => void) {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: longestPacket,
    // [MQTT-6.0.0-4]
    handleProtocols: (names) => (names.has("mqtt") ? "mqtt" : false),
  });
  const server = createHTTP((_, response) => {
    response.writeHead(426, { upgrade: "websocket", connection: "close" });
    response.end("MQTT is spoken here, also over WebSocket.\n");
  });
  server.on("upgrade", (request, socket: Socket, head) => {
    const offered = (request.headers["sec-websocket-protocol"] ?? "").split(",");
    if (!offered.some((name) => name.trim() === "mqtt")) {
      socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      onStream(createWebSocketStream(ws), socket);
    });
  });
  return server;
}
