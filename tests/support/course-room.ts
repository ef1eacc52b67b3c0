// SPDX-License-Identifier: MIT

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ConsoleView } from "../../hosts/sim/node/cli/console-view.ts";
import { FleetControls } from "../../hosts/sim/node/cli/screen/fleet-controls.ts";
import { loadFirmware } from "../../hosts/sim/node/engine/firmware-cache.ts";
import { Simulation } from "../../hosts/sim/node/simulation.ts";
import { commandsOf, type Step } from "./course-text.ts";
import { nodeCommand } from "./test-process.ts";

/** So long nothing may come where a chapter says that nothing comes, ms. */
const silence = 700;
/** A line of the shell has so long until it has ended, or has begun to work, ms. */
const settling = 10_000;
/** Boards live so much faster. */
const speed = 10;

/** Ports of the chapters, which others on this PC may have. */
const portNames = ["1883", "1884", "1885", "8090"] as const;

interface SeenLine {
  readonly text: string;
  /** The board whose log it is in: its lines are looked for in order. */
  readonly board: string | undefined;
  isTaken: boolean;
}

/** A room in which the chapters of the course are worked through: two boards, a broker, a shell. */
export class CourseRoom {
  readonly #folder = mkdtempSync(join(tmpdir(), "airpair-course-"));
  readonly #lines: SeenLine[] = [];
  readonly #children = new Set<ChildProcess>();
  readonly #ports = new Map<string, number>();
  readonly #names = new Map<string, string>();
  /** The last line of each board that a chapter has shown. */
  readonly #seen = new Map<string, number>();
  readonly #patience: number;
  #simulation: Simulation | undefined;
  #controls: FleetControls | undefined;
  /** Lines before it belong to earlier commands. */
  #since = 0;
  #waiting: (() => void) | undefined;

  /** `patience`: longest wait for a line that a chapter shows, ms of the PC. */
  constructor(patience = 20_000) {
    this.#patience = patience;
  }

  /** Starts the two boards that `npm start` starts. */
  async open(): Promise<void> {
    for (const name of portNames.slice(1)) this.#ports.set(name, await freePort());
    const view = new ConsoleView({
      write: (text) => {
        for (const line of text.trimEnd().split("\n")) this.saw(line);
      },
      json: false,
      colour: false,
      repeats: false,
      boards: ["board-a", "board-b"],
    });
    const simulation = new Simulation({
      options: {
        boards: 2,
        id: "board",
        engine: "xs",
        speed,
        seed: 1,
        json: false,
        settings: {},
        broker: undefined,
        duration: undefined,
      },
      view,
      firmware: await loadFirmware(),
      folder: this.#folder,
      onAllCrashed: () => this.saw("all boards have crashed"),
    });
    this.#simulation = simulation;
    await simulation.start();
    this.#ports.set("1883", Number(simulation.brokerURL.port));
    this.#controls = new FleetControls(simulation, (_board, text) => this.saw(text));
  }

  async close(): Promise<void> {
    this.endShells();
    await this.#simulation?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Ends what the shell has begun: a chapter is over. */
  endShells(): void {
    for (const { pid } of this.#children) {
      try {
        // With all that the line has started.
        if (pid !== undefined) process.kill(-pid, "SIGKILL");
      } catch {
        // It has ended by itself, which is not known yet.
      }
    }
    this.#children.clear();
  }

  /** Does what stands in a chapter. Rejects with the line that was not seen. */
  async work(step: Step): Promise<void> {
    for (const { kind, text } of commandsOf(step)) {
      if (kind === "shown") await this.see(text);
      else {
        this.#since = this.#lines.length;
        if (kind === "key") this.#controls?.act(text, undefined);
        else if (kind === "power") this.#simulation?.switchPower(this.indexOf(text));
        else if (kind === "shell") await this.run(text);
        else this.type(kind.board, this.filled(text));
      }
    }
  }

  private type(board: string, line: string): void {
    this.#simulation?.boards[this.indexOf(board)]?.type(`${line}\n`);
  }

  private indexOf(board: string): number {
    const index = this.#simulation?.boards.findIndex(({ id }) => id === board) ?? -1;
    if (index < 0) throw new Error(`there is no ${board}`);
    return index;
  }

  /** Runs a line of the shell; it may go on. */
  private async run(line: string): Promise<void> {
    // What the room has started already.
    if (/^npm start\b/.test(line)) {
      this.#since = 0;
      return;
    }
    const child = spawn("/bin/sh", ["-c", this.shellLine(line)], {
      cwd: this.#folder,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH },
    });
    this.#children.add(child);
    let isOver = false;
    let isAtWork = false;
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop() ?? "";
        for (const each of lines) {
          // A subscriber is at work when the broker has confirmed it; what tells so is not shown.
          if (/^(Client |Subscribed )/.test(each)) isAtWork ||= each.startsWith("Subscribed ");
          else this.saw(each);
        }
        isAtWork ||= !/\bmosquitto_(sub|pub) /.test(line);
        this.#waiting?.();
      });
    }
    child.on("close", () => {
      isOver = true;
      this.#children.delete(child);
      this.#waiting?.();
    });
    await this.until(() => isOver || isAtWork, settling);
  }

  private shellLine(line: string): string {
    const [, script, args = ""] = /^npm run (\w+)(?: --(.*))?$/.exec(line) ?? [];
    const file = script === "echo" ? "tools/echo.ts" : undefined;
    const own = file ? [...nodeCommand(file), args].join(" ") : line;
    // Where it listens when nothing is said, and in this room somewhere else.
    if (file) return this.filled(`${own} --port ${/--platform/.test(own) ? "1884" : "8090"}`);
    const port = / -p /.test(own) ? "" : "-p 1883";
    // Alone it tells of its subscription, and at once.
    const watch = own.includes("|") ? "mosquitto_sub" : "stdbuf -oL mosquitto_sub -d";
    const clients = own
      .replaceAll(/\bmosquitto_sub\b/g, `${watch} ${port}`)
      .replaceAll(/\bmosquitto_pub\b/g, `mosquitto_pub ${port}`);
    return this.filled(clients);
  }

  /** With the ports of this room, and what earlier lines have shown for names in angles. */
  private filled(line: string): string {
    let text = line;
    for (const [name, port] of this.#ports) {
      text = text.replaceAll(new RegExp(`(?<![\\d.])${name}(?!\\d)`, "g"), String(port));
    }
    for (const [name, value] of this.#names) text = text.replaceAll(`<${name}>`, value);
    return text;
  }

  /** Waits for a line that a chapter shows. */
  private async see(wanted: string): Promise<void> {
    if (wanted === "(nothing)") {
      const before = this.#lines.length;
      await this.until(() => this.unasked(before).length > 0, silence);
      const more = this.unasked(before);
      if (more.length > 0) throw new Error(`something came: ${more.join("\n")}`);
      return;
    }
    const pattern = patternOf(wanted);
    const find = () =>
      this.#lines.find(
        (line, at) => at >= this.firstFor(line) && !line.isTaken && pattern.test(formOf(line.text)),
      );
    await this.until(() => find() !== undefined, this.#patience);
    const found = find();
    if (!found) {
      const seen = this.#lines
        .slice(this.#since)
        .map(({ text }) => text)
        .filter((text) => !/^board-. \| reading /.test(text));
      throw new Error(`not seen: ${wanted}\nbut:\n${seen.join("\n")}`);
    }
    found.isTaken = true;
    if (found.board !== undefined) this.#seen.set(found.board, this.#lines.indexOf(found));
    const [, name] = /<(\w+)>/.exec(wanted) ?? [];
    const value = /[0-9A-Z]{4}(-[0-9A-Z]{4}){2}/.exec(found.text)?.[0];
    if (name !== undefined && value !== undefined) this.#names.set(name, value);
  }

  /** Where lines begin among which that one may be looked for. */
  private firstFor({ board }: SeenLine): number {
    const seen = board === undefined ? -1 : (this.#seen.get(board) ?? -1);
    return Math.max(this.#since, seen + 1);
  }

  /** Lines from there on that are of the shell, or answers. */
  private unasked(at: number): string[] {
    return this.#lines
      .slice(at)
      .map(({ text }) => text)
      .filter((text) => !/^board-. [|*]/.test(text));
  }

  private saw(text: string): void {
    const [, board] = /^(board-.) \|/.exec(text) ?? [];
    this.#lines.push({ text, board, isTaken: false });
    this.#waiting?.();
  }

  /** Settles when `test` is true, or after `limit` ms. */
  private until(test: () => boolean, limit: number): Promise<void> {
    return new Promise((done) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting = undefined;
        done();
      };
      const timer = setTimeout(end, limit);
      this.#waiting = () => {
        if (test()) end();
      };
      this.#waiting();
    });
  }

  /** All that was seen, for whoever writes a chapter. */
  get lines(): string[] {
    return this.#lines.map(({ text }) => text);
  }
}

/** A line without what differs between runs: numbers, codes, and the name of whoever speaks. */
function formOf(line: string): string {
  return line
    .replace(/^board-. \| command\s+/, "")
    .replaceAll(/[0-9A-Z]{4}(-[0-9A-Z]{4}){2}/g, "CODE")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/-?\d+(\.\d+)?/g, "0")
    .replaceAll(/\s+/g, " ")
    .trim();
}

function patternOf(wanted: string): RegExp {
  const form = formOf(wanted.replaceAll(/<\w+>/g, "AAAA-AAAA-AAAA"));
  const parts = form.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // What stands in a chapter without the part that says it may be shown with it.
  return new RegExp(`^(?:board-. [|*] )?${parts.join(".*")}$`);
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
