// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import type { AddressInfo } from "node:net";
import test from "node:test";
import { createEcho, parseEchoOptions } from "../../tools/echo.ts";

test("the echo server shows what came and answers as it was told", async (t) => {
  const shown: string[] = [];
  const options = { port: 0, host: "127.0.0.1", status: 503, retryAfter: 7 };
  const server = createEcho(options, (text) => shown.push(text));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const headers = { "X-Key": "1", Connection: "close" };
  const body = '{"co2":612}\u001b[2J';
  const response = await fetch(`http://127.0.0.1:${port}/a?b=c`, { method: "POST", headers, body });
  assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "7"]);
  assert.deepEqual(await response.json(), { ok: false, bytes: 15 });
  assert.match(shown[0] ?? "", /^POST \/a\?b=c\n[\s\S]*X-Key: 1\n[\s\S]*\n\n\{"co2":612\}\?\[2J$/i);
});

test("an option of the echo server that cannot be used is told with what it takes", () => {
  assert.deepEqual(parseEchoOptions([]), {
    port: 8080,
    host: "127.0.0.1",
    status: 200,
    retryAfter: undefined,
  });
  const wrong: [string[], RegExp][] = [
    [["--port", "0"], /--port takes a whole number from 1 to 65535/],
    [["--status", "99"], /--status takes a whole number from 200 to 599/],
    [["--retry-after", "soon"], /--retry-after takes a whole number/],
    [["--tls"], /Unknown option '--tls'/],
  ];
  for (const [args, why] of wrong) assert.throws(() => parseEchoOptions(args), why);
});
