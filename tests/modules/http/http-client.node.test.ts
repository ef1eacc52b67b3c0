// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import test from "node:test";
import { type HttpAddress, parseHttpAddress } from "../../../modules/http/http-address.ts";
import { type HttpAnswer, HttpClient } from "../../../modules/http/http-client.ts";
import type { HttpRequest } from "../../../modules/http/http-request.ts";
import { Certificates, derOf, withoutOpenSSL } from "../../support/certificates.ts";
import { nodeNetwork, nodeTimers } from "../../support/node-network.ts";

function ask(
  client: HttpClient,
  url: string,
  more: Partial<HttpRequest> = {},
): Promise<HttpAnswer> {
  const address = parseHttpAddress(url) as HttpAddress;
  return new Promise((httpAnswered, httpFailed) => {
    client.request({ method: "GET", headers: [], address, ...more }, { httpAnswered, httpFailed });
  });
}

/** Says what it got; in chunks, after a redirect, or before it hangs up. */
function serve(request: IncomingMessage, response: ServerResponse): void {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (piece) => {
    body += piece;
  });
  request.on("end", () => {
    if (request.url === "/moved") response.writeHead(307, { location: "/here" }).end();
    else if (request.url === "/gone") request.socket.destroy();
    else if (request.url === "/long") response.end("x".repeat(1_000_000));
    else {
      // Without a length Node sends chunks.
      response.writeHead(201, { "content-type": "text/plain" });
      response.write(`${request.method} ${request.url} `);
      response.end(body);
    }
  });
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return (server.address() as AddressInfo).port;
}

const body = { text: '{"room":"Küche"}', type: "application/json" };

test("a real server over TLS takes requests, on one connection, and is followed and left", {
  skip: withoutOpenSSL,
}, async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = certificates.authority("authority");
  const { certificate, key } = certificates.issue("server", { by: "authority" });
  const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, serve);
  let connections = 0;
  server.on("secureConnection", () => connections++);
  const port = await listening(server);
  t.after(() => server.close());
  const client = new HttpClient({
    network: nodeNetwork,
    timers: nodeTimers,
    secure: { certificateAuthorities: [derOf(authority)] },
  });
  t.after(() => client.close());
  const url = `https://localhost:${port}`;
  const first = await ask(client, `${url}/a?b=c`, { method: "POST", body });
  assert.deepEqual([first.status, first.text], [201, `POST /a?b=c ${body.text}`]);
  const second = await ask(client, `${url}/moved`, { method: "POST", body });
  assert.deepEqual([second.text, second.redirects], [`POST /here ${body.text}`, 1]);
  assert.equal(connections, 1);
  const long = await ask(client, `${url}/long`);
  assert.equal(long.text, "x".repeat(512));
  await assert.rejects(ask(client, `${url}/gone`), { code: "http/lost" });
  const last = await ask(client, `${url}/b`);
  assert.equal(last.text, "GET /b ");
});

test("a server that nobody vouches for gets nothing", { skip: withoutOpenSSL }, async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const authority = certificates.authority("authority");
  const { certificate, key } = certificates.issue("server", {});
  let requests = 0;
  const server = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    () => requests++,
  );
  const port = await listening(server);
  t.after(() => server.close());
  const secure = { certificateAuthorities: [derOf(authority)] };
  const client = new HttpClient({ network: nodeNetwork, timers: nodeTimers, secure });
  t.after(() => client.close());
  await assert.rejects(ask(client, `https://localhost:${port}/`), { code: "http/tls-failed" });
  assert.equal(requests, 0);
});

test("http to a port of TLS, and https to one without, say what is the matter", {
  skip: withoutOpenSSL,
}, async (t) => {
  const certificates = new Certificates();
  t.after(() => certificates.remove());
  const { certificate, key } = certificates.issue("server", {});
  const secure = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, serve);
  const plain = createPlainServer(serve);
  const [securePort, plainPort] = [await listening(secure), await listening(plain)];
  t.after(() => {
    secure.close();
    plain.close();
  });
  const client = new HttpClient({ network: nodeNetwork, timers: nodeTimers });
  t.after(() => client.close());
  await assert.rejects(ask(client, `https://localhost:${plainPort}/`), { code: "http/tls-failed" });
  await assert.rejects(ask(client, `http://localhost:${securePort}/`), (error: { code: string }) =>
    ["http/not-http", "http/lost"].includes(error.code),
  );
});
