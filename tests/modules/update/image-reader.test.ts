// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { virtualBoard, virtualChip } from "../../../hosts/virtual/firmware-slots.ts";
import { blockLength } from "../../../modules/update/image-header.ts";
import { ImageReader } from "../../../modules/update/image-reader.ts";
import { publicKeyP256 } from "../../support/p256.ts";
import { signedImage, testKey } from "../../support/signed-images.ts";
import { testCrypto } from "../../support/test-crypto.ts";

const prefix = 160;

class ReaderBench {
  readonly written: number[] = [];
  /** Lengths of what was written at a time. */
  readonly pieces: number[] = [];
  calls = "";
  /** The write with this number throws. */
  failAt = Number.POSITIVE_INFINITY;
  readonly reader: ImageReader;

  constructor({ key = testKey, isForced = false, size = 100_000, version = "1.0.0" } = {}) {
    const slots = {
      chip: virtualChip,
      board: virtualBoard,
      version,
      size,
      open: (byteLength: number) => {
        this.calls += `open ${byteLength} `;
        return {
          write: (bytes: Uint8Array) => {
            if (this.pieces.length === this.failAt) throw new Error("flash is worn out");
            this.pieces.push(bytes.length);
            for (const byte of bytes) this.written.push(byte);
          },
          complete: () => {
            this.calls += "complete ";
          },
          close: () => {
            this.calls += "close ";
          },
        };
      },
    };
    this.reader = new ImageReader({ slots, crypto: testCrypto(), key, isForced });
  }

  /** Gives it all in pieces of so many bytes. */
  take(bytes: Uint8Array, size: number): this {
    for (let at = 0; at < bytes.length; at += size) this.reader.take(bytes.subarray(at, at + size));
    return this;
  }
}

test("an image is written block by block, whatever the pieces in which it comes", () => {
  for (const length of [1, blockLength - 1, blockLength, blockLength + 1, 10_000]) {
    const bytes = signedImage({ length });
    for (const size of [1, 7, 159, 160, 161, 512, 4_096, 20_000]) {
      if (size === 1 && length > 1) continue;
      const bench = new ReaderBench().take(bytes, size);
      bench.reader.complete();
      assert.equal(bench.calls, `open ${length} complete `);
      assert.deepEqual(Uint8Array.from(bench.written), bytes.subarray(prefix));
      assert.ok(bench.pieces.every((piece) => piece <= blockLength));
      assert.equal(bench.reader.received, bytes.length);
    }
  }
});

test("nothing is written of an image that is not for this board, or not signed by its key", () => {
  const other = publicKeyP256(5n);
  const plain = new Uint8Array(500);
  plain[0] = 0xe9;
  const cases: [Uint8Array, ConstructorParameters<typeof ReaderBench>[0], string][] = [
    [plain, {}, "update/unsigned"],
    [new Uint8Array(500), {}, "update/unsigned"],
    [signedImage(), { key: other }, "update/wrong-key"],
    [signedImage({ isForeign: true }), {}, "update/wrong-key"],
    [signedImage({ chip: 0 }), {}, "update/chip"],
    [signedImage({ board: "esp32-devkit" }), {}, "update/board"],
    [signedImage(), { size: 9_999 }, "update/too-large"],
    [signedImage({ length: 0 }), {}, "update/too-large"],
    [signedImage({ version: "1.0.0" }), {}, "update/older"],
    [signedImage({ version: "0.9.9" }), {}, "update/older"],
  ];
  for (const [bytes, options, code] of cases) {
    const bench = new ReaderBench(options);
    assert.throws(() => bench.take(bytes, 64), { code });
    assert.equal(bench.calls, "");
  }
  const header = signedImage();
  for (let at = 0; at < prefix; at += 13) {
    const changed = header.slice();
    changed[at] = (changed[at] as number) ^ 1;
    const bench = new ReaderBench();
    assert.throws(() => bench.take(changed, 64), /image/);
    assert.equal(bench.calls, "", `byte ${at}`);
  }
});

test("what is no newer is taken by force", () => {
  const bench = new ReaderBench({ isForced: true }).take(signedImage({ version: "0.1.0" }), 512);
  bench.reader.complete();
  assert.equal(bench.calls, "open 10000 complete ");
});

test("an image that is cut, changed or longer than it says never becomes the next start", () => {
  const bytes = signedImage();
  for (const [length, code] of [
    [0, "update/unsigned"],
    [prefix - 1, "update/unsigned"],
    [prefix, "update/truncated"],
    [bytes.length - 1, "update/truncated"],
    [prefix + blockLength, "update/truncated"],
  ] as const) {
    const bench = new ReaderBench().take(bytes.subarray(0, length), 512);
    assert.throws(() => bench.reader.complete(), { code });
    assert.ok(!bench.calls.includes("complete"));
  }
  for (let at = prefix; at < bytes.length; at += 1_231) {
    const changed = bytes.slice();
    changed[at] = (changed[at] as number) ^ 0x80;
    const bench = new ReaderBench().take(changed, 512);
    assert.throws(() => bench.reader.complete(), { code: "update/damaged" });
    assert.ok(!bench.calls.includes("complete"));
  }
  const bench = new ReaderBench().take(bytes, 512);
  assert.throws(() => bench.reader.take(new Uint8Array(1)), { code: "update/damaged" });
});

test("flash that takes nothing is an error with what it says", () => {
  const bench = new ReaderBench();
  bench.failAt = 1;
  assert.throws(() => bench.take(signedImage(), 512), {
    code: "update/flash",
    message: /flash is worn out/,
  });
  bench.reader.close();
  assert.equal(bench.calls, "open 10000 close ");
});
