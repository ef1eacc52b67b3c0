// SPDX-License-Identifier: MIT

// npm run bench:hub: what boards at one reading a second cost the hub, and how long a reading takes. The
// boards are sessions of the firmware in this process, the broker is in one of its own. Prints the table
// of docs/hub.md.

import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import mqtt from "mqtt";
import { certificatesOf } from "../hosts/sim/node/credentials.ts";
import { readClassFolder } from "../hub/class-folder.ts";
import { type HubServer, startHubServer } from "../hub/hub-server.ts";
import type { MqttSession } from "../modules/mqtt/session.ts";
import { nodeSession, stopAll, until } from "../tests/support/node-network.ts";
import { brokerFiles } from "./class/broker-files.ts";
import { certificateFiles, makeCertificate } from "./class/certificates.ts";
import { type ClassList, encodeClassList, makeClassList } from "./class/class-list.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const interval = 1_000;

/** What the process of the broker tells when it is asked. */
interface Costs {
  /** Of the processor, ms since its start. */
  readonly processor: number;
  /** Bytes. */
  readonly memory: number;
  /** What its loop was late for 99 of 100 times at most, ms. */
  readonly late: number;
}

/** A class of any size; the sheet, which takes longest, is left out. */
function writeFolder(folder: string, count: number, isPlain: boolean): ClassList {
  const list = makeClassList(count, "board");
  const template = (path: string) => readFileSync(join(root, "deploy/mosquitto", path), "utf8");
  mkdirSync(join(folder, "config/tls"), { recursive: true });
  makeCertificate(folder, "127.0.0.1");
  const files = brokerFiles({ list, network: { isPlain }, folder, owner: "0:0", template });
  for (const [path, text] of Object.entries({ ...files, "class.json": encodeClassList(list) })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return list;
}

/** The broker, as the child of the bench. */
async function serve(folder: string): Promise<void> {
  const server: HubServer = await startHubServer({
    folder,
    class: readClassFolder(folder),
    host: "127.0.0.1",
    ports: { boards: 0, people: 0 },
    notice: (text) => process.stderr.write(`${text}\n`),
    onFailure: (error) => {
      throw error;
    },
  });
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  const tell = (message: unknown) => void process.send?.(message);
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    const late = loop.percentile(99) / 1e6;
    loop.reset();
    const processor = (user + system) / 1_000;
    tell({ processor, memory: process.memoryUsage.rss(), late } satisfies Costs);
  });
  process.on("disconnect", () => process.exit(0));
  tell(server.ports);
}

interface Run {
  readonly boards: number;
  readonly isPlain: boolean;
  readonly seconds: number;
}

async function measure({ boards, isPlain, seconds }: Run): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "airpair-hub-bench-"));
  const list = writeFolder(folder, boards, isPlain);
  const child = fork(fileURLToPath(import.meta.url), ["serve", folder], {
    execArgv: ["--import", import.meta.resolve("tsx")],
  });
  const answer = <T>() =>
    new Promise<T>((done) => child.once("message", (told) => done(told as T)));
  const costs = async () => {
    const told = answer<Costs>();
    child.send("costs");
    return told;
  };
  const sessions: MqttSession[] = [];
  try {
    const ports = await answer<HubServer["ports"]>();
    const authority = readFileSync(certificateFiles(folder).authority);
    const delays: number[] = [];
    const watcher = await mqtt.connectAsync(`mqtts://127.0.0.1:${ports.people}`, {
      ca: authority,
      username: "teacher",
      password: list.people.teacher,
    });
    let isCounted = false;
    watcher.on("message", (_, payload) => {
      const { at, counts } = JSON.parse(payload.toString()) as { at: number; counts: boolean };
      if (counts) delays.push(performance.now() - at);
    });
    await watcher.subscribeAsync("airpair/+/reading", { qos: 0 });
    const secure = {
      certificateAuthorities: [new Uint8Array(Buffer.from(certificatesOf(authority), "base64"))],
    };
    const begin = performance.now();
    for (const { id, password } of list.boards) {
      const session = nodeSession(ports.boards, id, {
        brokers: [{ host: "127.0.0.1", port: ports.boards, secure: !isPlain }],
        user: id,
        password,
        ...(!isPlain && { secure }),
        reconnect: { first: 1_000, cap: 10_000 },
      });
      sessions.push(session);
      session.start();
      session.subscribe(`airpair/${id}/command`, { QoS: 1, onMessage: () => {} });
    }
    await until(() => sessions.every(({ state }) => state.kind === "online"), 300_000);
    const comes = (performance.now() - begin) / 1_000;
    let sent = 0;
    const timers: NodeJS.Timeout[] = [];
    const publish = (session: MqttSession, id: string) => {
      const reading = { co2: 612, voc: 85, "bmp P": 1_010.6, "dht temp": 21.9, "dht RH": 41 };
      const text = JSON.stringify({
        office_sensor: reading,
        at: performance.now(),
        counts: isCounted,
      });
      if (isCounted) sent += 1;
      session.publish(`airpair/${id}/reading`, text, { QoS: 1 });
    };
    for (const [at, session] of sessions.entries()) {
      const { id = "" } = list.boards[at] ?? {};
      // Spread over the second, as boards are.
      const first = setTimeout(
        () => timers.push(setInterval(() => publish(session, id), interval)),
        (at * interval) / boards,
      );
      timers.push(first);
    }
    const wait = (span: number) => new Promise((done) => setTimeout(done, span));
    await wait(5_000);
    isCounted = true;
    const before = await costs();
    const beginning = process.cpuUsage();
    const start = performance.now();
    await wait(seconds * 1_000);
    const span = performance.now() - start;
    const after = await costs();
    const own = process.cpuUsage(beginning);
    isCounted = false;
    await wait(5_000);
    for (const timer of timers) clearInterval(timer);
    await watcher.endAsync(true);
    const share = ((after.processor - before.processor) / span) * 100;
    const load = ((own.user + own.system) / 1_000 / span) * 100;
    const { memory, late } = after;
    return row({ boards, isPlain, comes, share, load, memory, late, delays, sent });
  } finally {
    await stopAll(...sessions);
    child.disconnect();
    rmSync(folder, { recursive: true });
  }
}

interface Row {
  readonly boards: number;
  readonly isPlain: boolean;
  readonly comes: number;
  /** Of a processor, percent: the hub, and the boards. */
  readonly share: number;
  readonly load: number;
  readonly late: number;
  readonly memory: number;
  readonly delays: number[];
  readonly sent: number;
}

function row({ boards, isPlain, comes, share, load, memory, late, delays, sent }: Row): string {
  delays.sort((a, b) => a - b);
  const quantile = (part: number) => delays[Math.floor((delays.length - 1) * part)] ?? Number.NaN;
  const cells = [
    `${boards.toLocaleString("en")}${isPlain ? ", without TLS" : ""}`,
    `${share.toFixed(0)} %`,
    `${Math.round(memory / 1_048_576)} MB`,
    `${quantile(0.5).toFixed(1)} ms`,
    `${quantile(0.99).toFixed(0)} ms`,
    `${late.toFixed(0)} ms`,
    `${comes.toFixed(1)} s`,
    `${delays.length.toLocaleString("en")} of ${sent.toLocaleString("en")}`,
    `${load.toFixed(0)} %`,
  ];
  return `| ${cells.join(" | ")} |`;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      boards: { type: "string", default: "50,200,1000" },
      seconds: { type: "string", default: "30" },
    },
  });
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const counts = values.boards.split(",").map(Number);
  const seconds = Number(values.seconds);
  if (![...counts, seconds].every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error("--boards takes numbers with commas between, --seconds a number");
  }
  const [load = 0] = loadavg();
  const size = cpus().length;
  say(`${size} processors, Node ${process.version}; load before: ${load.toFixed(1)}`);
  say("");
  const columns = [
    ...["Boards", "processor, of one", "memory", "delay, median", "99 % within"],
    ...[
      "the hub is late, 99 % within",
      "all are there after",
      "arrived",
      "processor of the boards",
    ],
  ];
  say(`| ${columns.join(" | ")} |`);
  say(`|${"---|".repeat(columns.length)}`);
  for (const boards of counts) say(await measure({ boards, isPlain: false, seconds }));
  const most = Math.max(...counts);
  say(await measure({ boards: most, isPlain: true, seconds }));
}

const [word, folder = ""] = process.argv.slice(2);
if (word === "serve") await serve(folder);
else await main();
