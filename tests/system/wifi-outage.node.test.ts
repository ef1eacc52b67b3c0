// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { SimBoard } from "../../hosts/sim/node/board/board.ts";
import { StorageFile } from "../../hosts/sim/node/board/storage-file.ts";
import { createHardware } from "../../hosts/sim/node/board/virtual-hardware.ts";
import { bundleFirmware } from "../../hosts/sim/node/engine/bundle.ts";
import { SimClock } from "../../hosts/sim/node/engine/sim-clock.ts";
import { AccessPoint } from "../../hosts/virtual/access-point.ts";
import { AccessPoints } from "../../hosts/virtual/access-points.ts";
import { OwnNetwork } from "../../hosts/virtual/own-network.ts";
import { createSniffer } from "../../hosts/virtual/sniffer.ts";
import { createWiFi } from "../../hosts/virtual/wifi.ts";

const MAC = "02AA000000A1";
const seed = 1;
/** Longest wait for a line, ms: it bounds what hangs, also on a machine with much to do. */
const limit = 240_000;

/** `part text` of a console line. */
function plain({ part, text }: { readonly part: string; readonly text: string }): string {
  return `${part} ${text}`;
}

/** One whole board on XS, a thousand times as fast as real time, near an access point of the test. */
async function startBoard(settings: Readonly<Record<string, unknown>>) {
  const folder = mkdtempSync(join(tmpdir(), "airpair-outage-"));
  const clock = new SimClock({ speed: 1_000 });
  const accessPoints = new AccessPoints();
  const lab = accessPoints.add(new AccessPoint({ SSID: "lab", channel: 6, RSSI: -50 }));
  const WiFi = createWiFi({ accessPoints, time: clock, timers: clock, MAC, seed });
  const Frames = createSniffer({ accessPoints, time: clock, timers: clock });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const note = (line: string) => {
    lines.push(line.startsWith("{") ? plain(JSON.parse(line)) : line);
    for (const check of waiting) check();
  };
  const board = new SimBoard({
    id: "board-a",
    firmware: await bundleFirmware(),
    engine: "xs",
    clock,
    storage: new StorageFile(folder),
    hardware: {
      ...createHardware({ seed, MAC, clock }),
      openWiFi: (onChanged) => new WiFi({ onChanged }),
      ownNetwork: new OwnNetwork(),
      openFrames: (channel, onFrame) => new Frames({ channel, onFrame }),
    },
    boot: { MAC, seed, settings: { "wifi.ssid": "lab", "console.format": "json", ...settings } },
    onLine: note,
    onNotice: note,
    onCrash: (reason) => note(`crashed: ${reason}`),
  });
  /** Waits for a line after those that were there when the last wait ended. */
  let from = 0;
  const until = (pattern: RegExp) =>
    new Promise<string>((done, fail) => {
      const timer = setTimeout(() => {
        waiting.delete(check);
        fail(new Error(`no ${pattern} in:\n${lines.slice(-20).join("\n")}`));
      }, limit);
      const check = () => {
        const index = lines.findIndex((line, n) => n >= from && pattern.test(line));
        if (index < 0) return;
        clearTimeout(timer);
        waiting.delete(check);
        from = index + 1;
        done(lines[index] ?? "");
      };
      waiting.add(check);
      check();
    });
  const stop = async () => {
    await board.stop();
    rmSync(folder, { recursive: true });
  };
  return { board, lab, lines, until, stop };
}

test("a whole board on XS loses its network, resets the radio, and is back when the network is", async () => {
  const { board, lab, lines, until, stop } = await startBoard({});
  try {
    await until(/^wifi connected to "lab"/);
    lab.isUp = false;
    await until(/^wifi connection lost; next try in/);
    await until(/^wifi network not found/);
    await until(/^wifi resetting the radio/);
    board.type("wifi status\n");
    await until(/^command last trouble: /);
    lab.isUp = true;
    await until(/^wifi connected to "lab"/);
    board.type("wifi list\n");
    await until(/^command \* 1 {2}lab {2}open/);
    assert.equal(
      lines.some((line) => line.startsWith("crashed") || line.includes("uncaught")),
      false,
    );
  } finally {
    await stop();
  }
});

test("a whole board listens to the frames around it, and is back on its network afterwards", async () => {
  const { board, lab, until, stop } = await startBoard({});
  try {
    await until(/^wifi connected to "lab"/);
    board.type("wifi sniff 6 5\n");
    await until(/^command listening for 5 s; Wi-Fi is off meanwhile/);
    await until(/^command channel 6: \d\d+ frames/);
    await until(
      new RegExp(`^command +${lab.BSSID.replaceAll(":", "")}  -\\d+ dBm  channel 6  \\d\\d`),
    );
    await until(/^wifi connected to "lab"/);
  } finally {
    await stop();
  }
});

test("a board that may start again does so as the last step, and tells why afterwards", async () => {
  const { lab, until, stop } = await startBoard({ "wifi.reboot": 20 });
  try {
    lab.isUp = false;
    await until(/^restarting: no network for 2\d min: network not found/);
    await until(/^boot airpair/);
    await until(/^wifi restarted after 2\d min without a network .* restarts so far: 1/);
    lab.isUp = true;
    await until(/^wifi connected to "lab"/);
  } finally {
    await stop();
  }
});
