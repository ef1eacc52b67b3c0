// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { expectedLists, type ManifestPlan, plans, updatedManifest } from "../../tools/manifest.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const plan: ManifestPlan = {
  manifest: "hosts/toy/manifest.json",
  files: {},
  folders: ["hosts/toy", "parts"],
  notPreloaded: ["hosts/toy/start"],
};

/** Calls `action` with a folder that holds the given files. */
function withFiles(
  files: Readonly<Record<string, string>>,
  action: (folder: string) => void,
): void {
  const folder = mkdtempSync(join(tmpdir(), "manifest-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    action(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the manifests of the SDK list every folder and every module", () => {
  for (const each of plans) {
    const text = readFileSync(join(root, each.manifest), "utf8");
    assert.equal(updatedManifest(root, each), text, `${each.manifest}: run npm run manifest`);
  }
});

test("leaves types and the start module out of preload, and folders without sources out", () => {
  const files = {
    "hosts/toy/start.ts": "export default function start(): void {}",
    "hosts/toy/README.md": "",
    "parts/clock.ts": "export interface Clock { ticks(): number }",
    "parts/globals.d.ts": "declare const x: number;",
    "parts/wheel/wheel.ts": 'import type { Clock } from "../clock.ts"; export class Wheel {}',
    "parts/papers/notes.md": "",
  };
  withFiles(files, (folder) => {
    assert.deepEqual(expectedLists(folder, plan), {
      modules: {
        "hosts/toy/*": "./*",
        "parts/*": "../../parts/*",
        "parts/wheel/*": "../../parts/wheel/*",
      },
      preload: ["parts/wheel/wheel"],
    });
  });
});

test("keeps what comes from the SDK and all other keys of a manifest", () => {
  const manifest = {
    include: ["$(MODDABLE)/x.json"],
    modules: { sdk: "$(MODULES)/sdk", "gone/*": "./gone/*" },
    preload: ["gone/thing"],
  };
  const files = {
    "hosts/toy/manifest.json": JSON.stringify(manifest),
    "parts/wheel.ts": "export class Wheel {}",
  };
  withFiles(files, (folder) => {
    assert.deepEqual(JSON.parse(updatedManifest(folder, plan)), {
      include: ["$(MODDABLE)/x.json"],
      modules: { sdk: "$(MODULES)/sdk", "parts/*": "../../parts/*" },
      preload: ["parts/wheel"],
    });
  });
});

test("an updated manifest is up to date", () => {
  withFiles({}, (folder) => {
    for (const name of ["manifest.json", "drivers", "hosts", "modules"]) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    for (const each of plans) {
      const once = updatedManifest(folder, each);
      writeFileSync(join(folder, each.manifest), once);
      assert.equal(updatedManifest(folder, each), once);
    }
  });
});

test("leaves a folder with a manifest of its own to that manifest", () => {
  const files = {
    "hosts/toy/wheel.ts": "export class Wheel {}",
    "hosts/toy/option/manifest.json": "{}",
    "hosts/toy/option/horn.ts": "export class Horn {}",
  };
  withFiles(files, (folder) => {
    assert.deepEqual(expectedLists(folder, plan).preload, ["hosts/toy/wheel"]);
    const own = { ...plan, manifest: "hosts/toy/option/manifest.json" };
    assert.deepEqual(expectedLists(folder, { ...own, folders: ["hosts/toy/option"] }), {
      modules: { "hosts/toy/option/*": "./*" },
      preload: ["hosts/toy/option/horn"],
    });
  });
});
