// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import type { Profile } from "../../../../modules/cloud/profile.ts";
import { findProfile } from "../../../../modules/cloud/profile-list.ts";
import { CloudBench } from "../cloud-bench.ts";
import { type PlatformCase, platformCases } from "../platform-cases.ts";
import { PlatformServer } from "../platform-server.ts";

/** A board at the scripted server of a platform. */
class Trial extends CloudBench {
  readonly server: PlatformServer;

  constructor(name: string, { answers, rules }: PlatformCase) {
    super(findProfile(name) as Profile, answers);
    this.server = new PlatformServer(this.network, rules());
  }

  /** Messages with readings, in order. */
  readingsOf({ example }: PlatformCase): string[] {
    const [topic] = example.split(" ");
    return this.server.messages.filter((message) => message.startsWith(`${topic} `));
  }
}

/** The time of a reading without the last two digits. */
function withoutSeconds(text: string): string {
  return text.replace(/"ts":18934560\d\d,/, '"ts":1893456000,');
}

for (const [name, platform] of Object.entries(platformCases)) {
  test(`${name} gets its first reading byte for byte, from whom it expects, and nothing breaks a rule in half an hour`, () => {
    const trial = new Trial(name, platform).run(2);
    // One that had to wait for the connection may come before it.
    const found = trial.run(80, 1).readingsOf(platform).slice(0, 3).map(withoutSeconds);
    assert.ok(found.includes(platform.example), found.join("\n"));
    trial.run(30 * 60, 10);
    assert.deepEqual(trial.server.broken, []);
    assert.deepEqual([...trial.server.filters].sort(), [...platform.filters].sort());
    const count = trial.readingsOf(platform).length;
    assert.ok(count >= 30 && count <= 36, `${count} readings`);
    assert.match(trial.platform.text, /online at/);
  });

  test(`${name} is never sent more than it takes, whatever is asked for`, () => {
    const trial = new Trial(name, platform);
    trial.board.interval = 1;
    trial.run(900, 1);
    assert.deepEqual(trial.server.broken, []);
    const count = trial.readingsOf(platform).length;
    const most = platform.mostAnHour / 4;
    assert.ok(count <= most + 2 && count >= 0.9 * most, `${count} readings, at most ${most}`);
    const isSlower = platform.mostAnHour < 3_600;
    assert.equal(/takes no more than that/.test(trial.platform.text), isSlower);
  });

  test(`${name} that refuses is asked rarely, and told why once`, () => {
    const trial = new Trial(name, platform);
    trial.server.broker.returnCode = 5;
    trial.run(2 * 3_600, 60);
    const attempts = trial.server.broker.connections.length;
    assert.ok(attempts >= 5 && attempts <= 26, `${attempts} attempts`);
    assert.match(trial.log, /user, password or rights are wrong/);
    assert.equal(trial.readingsOf(platform).length, 0);
    assert.doesNotMatch(trial.log + trial.platform.text, /secret/);
    trial.server.broker.returnCode = 0;
    trial.run(1_800, 30);
    assert.ok(trial.readingsOf(platform).length > 10);
    assert.deepEqual(trial.server.broken, []);
  });

  test(`${name} that dies for ten minutes is found again, and gets what can say when it was measured`, () => {
    const trial = new Trial(name, platform).run(300, 10);
    const before = trial.readingsOf(platform).length;
    trial.server.dieFor(600, (seconds) => trial.run(seconds, 10));
    trial.run(600, 10);
    assert.deepEqual(trial.server.broken, []);
    const after = trial.readingsOf(platform).slice(before);
    const late = after.filter((message) => platform.late?.test(message));
    if (platform.late) assert.ok(late.length >= 8, `${late.length} readings late`);
    else assert.ok(after.length <= 12, `${after.length} readings`);
    assert.ok(after.length >= 4, `${after.length} readings`);
    assert.match(trial.log, platform.late ? /a reading has got through/ : /not sent/);
    if (!platform.late) assert.match(trial.log, /\d+ readings were not sent meanwhile/);
  });

  test(`${name} that has had enough of a board is not pressed, and gets readings again when it takes them`, () => {
    const trial = new Trial(name, platform).run(300, 10);
    const { server } = trial;
    const { throttles } = platform;
    const [topic] = platform.example.split(" ");
    const before = server.messages.length;
    server.judge = (packet, { link }) => {
      if (packet.type !== "PUBLISH" || packet.topic !== topic) return false;
      if (throttles === "ends") link.cut();
      else if (typeof throttles === "object") {
        server.broker.publish(throttles.topic, { payload: throttles.text });
      }
      return true;
    };
    const connections = server.broker.connections.length;
    trial.run(600, 10);
    const attempts = server.broker.connections.length - connections;
    // One that is silent is given half a minute each time.
    const most = throttles === "delays" ? 20 : 12;
    assert.ok(attempts <= most, `${attempts} connections in ten minutes`);
    assert.ok(server.messages.length - before <= 200, "it goes on and on");
    server.judge = () => false;
    const readings = trial.readingsOf(platform).length;
    trial.run(900, 10);
    assert.ok(trial.readingsOf(platform).length >= readings + 7);
    assert.deepEqual(server.broken, []);
    if (throttles !== "drops") assert.match(trial.log, /warn|trouble|complains|not sent|ended/);
    assert.doesNotMatch(trial.log, /secret/);
  });

  test(`${name} can be left, and then nothing of it is left over`, () => {
    const trial = new Trial(name, platform).run(120);
    let isClosed = false;
    trial.platform.close(() => {
      isClosed = true;
    });
    trial.time.advance(2_000);
    assert.ok(isClosed);
    const count = trial.readingsOf(platform).length;
    trial.run(120);
    assert.equal(trial.readingsOf(platform).length, count);
    assert.equal(trial.network.open, 0);
    assert.equal(trial.time.pending, 0);
  });

  const { command, interval } = platform;
  if (command) {
    test(`a command of ${name} becomes a line of the console, and its answer goes back where there is a way`, () => {
      const trial = new Trial(name, platform).run(30);
      trial.server.broker.publish(command.topic, { payload: command.text, QoS: 1 });
      trial.run(5);
      assert.deepEqual(trial.board.lines.slice(-1), [command.line]);
      if (command.answer !== undefined) assert.ok(trial.server.messages.includes(command.answer));
      trial.server.broker.publish(command.topic, { payload: command.text, QoS: 1, retain: true });
      trial.run(5);
      assert.deepEqual(trial.server.broken, []);
    });

    test(`${name} cannot command a board that takes no commands from afar`, () => {
      const trial = new Trial(name, platform);
      trial.board.takesCommands = false;
      trial.run(30);
      assert.ok(!trial.server.filters.has(command.topic));
      const { session } = trial.server.broker.connection;
      session?.filters.set(command.topic, 1);
      trial.server.broker.publish(command.topic, { payload: command.text, QoS: 1 });
      trial.run(5);
      assert.deepEqual(trial.board.lines, []);
    });
  }
  if (interval) {
    test(`${name} can change how often it gets a reading`, () => {
      const trial = new Trial(name, platform).run(30);
      trial.server.broker.publish(interval.topic, { payload: interval.text, QoS: 1 });
      trial.run(5);
      assert.deepEqual(trial.board.lines.slice(-1), ["set platform.interval 30"]);
      const before = trial.readingsOf(platform).length;
      trial.run(600, 10);
      const count = trial.readingsOf(platform).length - before;
      assert.ok(count >= 19 && count <= 22, `${count} readings in ten minutes`);
      assert.deepEqual(trial.server.broken, []);
    });
  }
}
