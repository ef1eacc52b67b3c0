// SPDX-License-Identifier: MIT

import { createServer, type Server } from "node:http";

/** A web server for one file, which knows ranges; `show` gets a line for each request. */
export function serveImage(bytes: Uint8Array, path: string, show: (text: string) => void): Server {
  return createServer((request, response) => {
    if (request.url !== path) {
      response.writeHead(404, { "content-length": 0 }).end();
      return;
    }
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
    const isPart = start > 0 && start < bytes.length;
    const from = isPart ? start : 0;
    show(`${request.socket.remoteAddress} fetches it${isPart ? ` from byte ${start} on` : ""}`);
    response.writeHead(isPart ? 206 : 200, {
      "content-type": "application/octet-stream",
      "content-length": bytes.length - from,
      ...(isPart && { "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.end(bytes.subarray(from));
  });
}
