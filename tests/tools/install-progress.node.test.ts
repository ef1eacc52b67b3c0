// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { resolve } from "node:path";
import test from "node:test";

interface Progress {
  readonly step: string;
  take(text: string): void;
  text(seconds: number): string;
}

const file = resolve(import.meta.dirname, "../../tools/install-progress.mjs");
const { InstallProgress } = (await import(file)) as { InstallProgress: new () => Progress };

test("a first start says which step it is in, how far it is, and what is usual", () => {
  const progress = new InstallProgress();
  assert.equal(progress.text(3.9), "step 1 of 2: fetching packages, 3 s (usually 5 to 30 s)");
  progress.take("\n> @agoric/xsnap@0.15.0 postinst");
  assert.equal(progress.step, "packages");
  progress.take("all\n> npm run build:from-env\n\n# xsnap-worker release : cc xsAll.c\n");
  assert.equal(progress.step, "engine");
  for (let n = 1; n < 52; n++) progress.take("# xsnap-worker release : cc xsAPI.c\n");
  const text = (part: number) =>
    `step 2 of 2: compiling XS, ${part} %, 30 s (usually a minute in all)`;
  assert.equal(progress.text(30), text(50));
  for (let n = 0; n < 200; n++) progress.take("# xsnap-worker debug : cc xsAPI.c\n");
  assert.equal(progress.text(30), text(99));
});
