// SPDX-License-Identifier: MIT

import type { SimEvent } from "../../tests/support/simulator.ts";
import { nodeCommand, TestProcess } from "../../tests/support/test-process.ts";

/** Simulated time runs so much faster than that of the PC. */
export const speed = 10;

export interface BoardProcessOptions {
  readonly id: string;
  readonly broker: string;
  /** `name=value` each. */
  readonly settings?: readonly string[];
  /** The board goes on with what one of that id has stored there. */
  readonly folder?: string;
}

/** `npm run board -- --json …` as a process, whose console is typed at and listened to. */
export class BoardProcess extends TestProcess {
  readonly events: SimEvent[] = [];
  readonly #id: string;
  #rest = "";

  constructor({ id, broker, settings = [], folder }: BoardProcessOptions) {
    const [file, ...rest] = nodeCommand("hosts/sim/node/cli/board-cli.ts");
    const options = ["--json", "--id", id, "--broker", broker, "--speed", String(speed)];
    const set = settings.flatMap((setting) => ["--set", setting]);
    super({ file, args: [...rest, ...options, ...set], folder, life: 600_000 });
    this.#id = id;
  }

  /** The first event from index `from` on that `test` is true of; rejects after `limit` ms. */
  async until(test: (event: SimEvent) => boolean, limit: number, from = 0): Promise<SimEvent> {
    const wanted = `${this.#id} had shown what was waited for`;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_done, fail) => {
      timer = setTimeout(() => fail(new Error(`${limit} ms passed before ${wanted}`)), limit);
    });
    const found = this.waitFor(
      () => this.events.slice(from).find(test),
      wanted,
      () => "",
    );
    try {
      return await Promise.race([found, late]);
    } finally {
      clearTimeout(timer);
      found.catch(() => {});
    }
  }

  /** Types a line and returns the first line of its answer that `pattern` matches. */
  async ask(line: string, pattern: RegExp): Promise<string> {
    const from = this.events.length;
    this.type(`${line}\n`);
    const isAnswer = ({ part, text = "" }: SimEvent) => part === "command" && pattern.test(text);
    return (await this.until(isAnswer, 10_000, from)).text ?? "";
  }

  /** The counters of its session, by name. */
  async counters(): Promise<Readonly<Record<string, number>>> {
    const text = await this.ask("stats", /^mqtt /);
    const pairs = text.slice("mqtt ".length).split(", ");
    return Object.fromEntries(
      pairs.map((pair) => [pair.split(" ")[0], Number(pair.split(" ")[1])]),
    );
  }

  async stop(): Promise<void> {
    this.end();
    await this.ended;
  }

  protected override take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.events.push(JSON.parse(line) as SimEvent);
  }
}
