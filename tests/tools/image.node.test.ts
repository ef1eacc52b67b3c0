// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { nodeCrypto } from "../../hosts/sim/node/board/node-crypto.ts";
import { serveImage } from "../../hosts/sim/node/update/image-server.ts";
import { publicText } from "../../hosts/sim/node/update/simulated-image.ts";
import { ImageReader } from "../../modules/update/image-reader.ts";
import { updateKeyOf } from "../../modules/update/update-settings.ts";
import { boardLine, makeImage, parseImageOptions } from "../../tools/image.ts";
import { keyFile, makeKey, readKey } from "../../tools/update-key.ts";

function folder(t: { after(action: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), "airpair-test-"));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

/** What a board writes of these bytes. */
function taken(bytes: Uint8Array, key: Uint8Array, chip: number, board: string): Buffer {
  const written: Buffer[] = [];
  const slots = {
    chip,
    board,
    version: "0.0.1",
    size: 2_000_000,
    open: () => ({
      write: (piece: Uint8Array) => written.push(Buffer.from(piece)),
      complete: () => {},
      close: () => {},
    }),
  };
  const reader = new ImageReader({ slots, crypto: nodeCrypto, key, isForced: false });
  reader.take(bytes);
  reader.complete();
  return Buffer.concat(written);
}

test("a key is made once, for nobody else to read, and its public half is what boards take", (t) => {
  const root = folder(t);
  assert.throws(() => readKey(root), /there is no key .*: npm run keys makes one/);
  assert.equal(makeKey(root), true);
  const text = publicText(readKey(root));
  assert.equal(makeKey(root), false);
  assert.equal(publicText(readKey(root)), text);
  assert.equal(statSync(join(root, keyFile)).mode & 0o777, 0o600);
  assert.equal(updateKeyOf(text)?.length, 65);
});

test("an image that is signed with the key is taken by a board, and what is no image is refused", (t) => {
  const root = folder(t);
  makeKey(root);
  const key = readKey(root);
  const publicKey = updateKeyOf(publicText(key)) as Uint8Array;
  const file = join(root, "firmware.bin");
  const image = Buffer.alloc(9_000, 3);
  image.set([0xe9, 3, 0, 0x20]);
  image.set([9, 0], 12);
  image[23] = 1;
  writeFileSync(file, image);
  const options = parseImageOptions([file, "--version", "0.2.0", "--board", "esp32-s3-devkit"]);
  assert.equal(options.out, join(root, "firmware.airpair"));
  assert.deepEqual(taken(makeImage(options, key), publicKey, 9, "esp32-s3-devkit"), image);
  assert.throws(
    () => makeImage(parseImageOptions([file, "--board", "pycom"]), key),
    /firmware\.bin is for another chip than the ESP32 of pycom; --board names its board$/,
  );
  image[0] = 0xff;
  writeFileSync(file, image);
  assert.throws(() => makeImage(options, key), /is a merged image: take xs_esp32\.bin/);
  image[0] = 0;
  writeFileSync(file, image);
  assert.throws(() => makeImage(options, key), /is no image of a chip/);
});

test("a served image is given whole, and from the byte on that is asked for", async (t) => {
  const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => i & 0xff);
  const shown: string[] = [];
  const server = serveImage(bytes, "/a.airpair", (text) => shown.push(text));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.airpair`;
  const close = { Connection: "close" };
  const whole = await fetch(url, { headers: close });
  assert.deepEqual(new Uint8Array(await whole.arrayBuffer()), bytes);
  const part = await fetch(url, { headers: { ...close, Range: "bytes=900-" } });
  assert.deepEqual([part.status, part.headers.get("content-range")], [206, "bytes 900-999/1000"]);
  assert.deepEqual(new Uint8Array(await part.arrayBuffer()), bytes.subarray(900));
  assert.equal((await fetch(`${url}x`, { headers: close })).status, 404);
  assert.match(shown.join("\n"), /fetches it\n.*fetches it from byte 900 on$/);
});

test("the line for a board names an address that a board can reach", () => {
  const others = { lo: [address("127.0.0.1", true)], eth0: [address("192.0.2.7", false)] };
  const line = (host: string, interfaces = {}) =>
    boardLine({ host, port: 8_070, path: "/a" }, interfaces);
  assert.match(line("0.0.0.0", others), /update http:\/\/192\.0\.2\.7:8070\/a /);
  assert.match(line("0.0.0.0", { lo: others.lo }), /update http:\/\/ADDRESS-OF-THIS-PC:8070\/a /);
  assert.match(line("127.0.0.1", others), /update http:\/\/127\.0\.0\.1:8070\/a /);
});

function address(text: string, internal: boolean) {
  return { family: "IPv4", address: text, internal };
}

test("an option of the image tool that cannot be used is told with what it takes", () => {
  const wrong: [string[], RegExp][] = [
    [[], /one image is signed at a time/],
    [["a", "b"], /one image is signed at a time/],
    [["a", "--version", "new"], /--version takes up to 16 characters/],
    [["a", "--board", "esp32"], /esp32 is no board .* there is esp32-devkit, /],
    [["a", "--port", "x"], /--port takes a whole number/],
    [["a", "--broken"], /--broken is for sim/],
  ];
  for (const [args, why] of wrong) assert.throws(() => parseImageOptions(args), why);
});
