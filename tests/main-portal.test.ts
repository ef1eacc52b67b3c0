// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { ScriptedBroker } from "./support/scripted-broker.ts";
import { PortalGuest } from "./support/web-guest.ts";
import { WholeBoard } from "./support/whole-board.ts";

const second = 1_000;
const minute = 60 * second;
const noNetwork = { "wifi.ssid": "", "wifi.password": "" };
const lab = { network: "airpair-lab", password: "airpair-lab" };

/** A board, and somebody with a phone. */
class Bench {
  readonly board: WholeBoard;
  readonly broker: ScriptedBroker;
  readonly guest: PortalGuest;

  constructor(settings: Readonly<Record<string, unknown>> = noNetwork) {
    this.board = new WholeBoard(settings);
    this.broker = new ScriptedBroker(this.board.network);
    this.guest = new PortalGuest(this.board.network);
    this.board.powerOn();
  }

  run(ms: number): this {
    this.board.time.advance(ms);
    return this;
  }

  /** What the portal has said last with this event. */
  textOf(event: string): string {
    const events = this.board.events.filter((each) => each.part === "portal");
    return events.filter((each) => each.event === event).at(-1)?.text ?? "";
  }

  get isOpen(): boolean {
    return this.board.ownNetwork.SSID !== undefined;
  }
}

test("a board without a network opens one of its own, and tells on its console how to join it", () => {
  const bench = new Bench().run(10 * second);
  const { board } = bench;
  assert.equal(board.ownNetwork.SSID, "airpair-000001");
  assert.equal(board.ownNetwork.security, "WPA2");
  const [, password = ""] = /with the password ([a-z0-9]{10}), /.exec(bench.textOf("key")) ?? [];
  assert.equal(board.ownNetwork.join(password), "192.168.4.2");
  assert.equal(bench.textOf("open"), 'network "airpair-000001" with the page http://192.168.4.1/');
  const kept = board.ask("log show").join("\n");
  assert.match(kept, /airpair-000001/);
  assert.ok(!kept.includes(password), "the password is in the log");
  const status = board.ask("status").join("\n");
  assert.match(status, /portal open for another 10 min: network "airpair-000001", page http/);
  assert.ok(!status.includes(password), "the password is in the status");
  assert.match(board.ask("portal").join("\n"), new RegExp(`with the password ${password}$`));
  assert.match(board.ask("get portal.password").join("\n"), /\*{8}/);
  board.powerCycle(second);
  bench.run(10 * second);
  assert.ok(bench.textOf("key").includes(password), "it has another password after a restart");
});

test("what is entered in the page is tried and stored, and the board publishes at its broker", () => {
  const bench = new Bench().run(10 * second);
  const { board, broker } = bench;
  const page = bench.guest.get("/");
  assert.equal(page.status, 200);
  assert.match(page.body, /<option value="airpair-lab">airpair-lab \(-\d+ dBm\)<\/option>/);
  assert.match(page.body, /<option value="Corner Bakery Guest">.*without a password/);
  const sent = bench.guest.send({
    ...lab,
    broker: "mqtt://broker.example",
    user: "u",
    "broker-password": "p w",
  });
  assert.equal(sent.status, 303);
  const waiting = bench.guest.get("/");
  assert.match(waiting.body, /<h1>Joining airpair-lab<\/h1>/);
  assert.equal(waiting.headers.get("refresh"), "4; url=/");
  assert.equal(board.ask("get wifi.2.ssid")[0], "wifi.2.ssid = (empty) (default)");
  bench.run(10 * second);
  const done = bench.guest.get("/");
  assert.match(done.body, /<h1>Done<\/h1>\n.*The board is on airpair-lab, at 192\.168\.4\.\d+\./);
  assert.equal(bench.isOpen, true);
  bench.run(15 * second);
  assert.equal(bench.isOpen, false);
  assert.deepEqual(board.restarts, ["portal"]);
  board.restart("portal");
  bench.run(20 * second);
  const [connection] = broker.connections;
  assert.equal(connection?.connect?.user, "u");
  assert.equal(new TextDecoder().decode(connection?.connect?.password), "p w");
  assert.ok(broker.arrived.some(({ topic }) => topic.endsWith("/reading")));
});

test("a board whose network is away opens its own after ten minutes, goes on trying, and closes it when it is back", () => {
  const bench = new Bench({ "wifi.ssid": "elsewhere" }).run(9 * minute);
  const { board } = bench;
  assert.equal(bench.isOpen, false);
  bench.run(4 * minute);
  assert.equal(bench.isOpen, true);
  const tries = () => board.events.filter(({ event }) => event === "connecting").length;
  const before = tries();
  bench.run(4 * minute);
  assert.ok(tries() > before, "it has stopped trying");
  // What wifi add does on the console while nobody is at the page.
  board.ask('wifi add "airpair-lab" "airpair-lab"');
  bench.run(30 * second);
  assert.equal(bench.isOpen, false);
  assert.equal(bench.textOf("closed"), "closed: the board is on its network again");
});

test("a board on its network opens the portal when it is asked, and stays on the network", () => {
  const bench = new Bench({}).run(20 * second);
  const { board } = bench;
  assert.equal(bench.isOpen, false);
  const told = board.ask("portal on").join("\n");
  assert.match(told, /join the network "airpair-000001" with the password/);
  bench.run(10 * second);
  assert.equal(bench.isOpen, true);
  bench.run(5 * minute);
  assert.equal(bench.isOpen, true);
  assert.match(board.ask("status").join("\n"), /wifi online/);
  // The network stays, another broker comes.
  bench.guest.send({ broker: "mqtt://broker.example" });
  assert.match(bench.guest.get("/").body, /The board is on airpair-lab/);
  assert.equal(board.ask("portal off").at(-1), "closed");
  assert.equal(bench.isOpen, false);
  assert.deepEqual(board.ask("portal off"), ["it was closed"]);
  assert.deepEqual(board.restarts, ["portal"]);
});
