// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { CommandAnswer } from "../../console/commander.ts";
import type { ReplyOwner, RunningCommand } from "../../console/running-command.ts";
import type { PubSub, ReceivedMessage } from "../pub-sub.ts";
import { ChangeLimit } from "./change-limit.ts";
import { decodeRemoteCommand, type RemoteCommand } from "./remote-command.ts";
import type { RemotePolicy } from "./remote-rules.ts";
import { runFromAfar } from "./run-from-afar.ts";

export interface RemoteCommandsOptions {
  readonly pubSub: PubSub;
  readonly log: Log;
  readonly clock: Pick<Clock, "ticks">;
  readonly commandTopic: string;
  readonly replyTopic: string;
  /** Answers that may wait for the broker at a time: in a flood they must not push the readings out. */
  readonly maxWaiting: number;
  /** What is allowed; looked at with each command. */
  readonly policy: RemotePolicy;
  readonly commander: {
    /** Runs one command line; never throws. The answer of one that takes time goes to `owner`. */
    run(line: string, owner: ReplyOwner): CommandAnswer;
  };
}

/**
 * Takes commands from the board's `command` topic and answers on `reply` with
 * `{"ok":true,"text":"…"}`, and with the `id` of the command when it had one. What is malformed or
 * not allowed is answered too, an empty message is not, and nothing stops. Commands that come faster than their answers get
 * out are not run, which is told on the console.
 */
export class RemoteCommands {
  readonly #pubSub: PubSub;
  readonly #log: Log;
  readonly #replyTopic: string;
  readonly #maxWaiting: number;
  readonly #policy: RemotePolicy;
  readonly #commander: RemoteCommandsOptions["commander"];
  /** The same for every answer. */
  readonly #onSent: () => void;
  readonly #changes: ChangeLimit;
  #waiting = 0;
  /** Not run since the last answer had to wait for others. */
  #skipped = 0;

  constructor(options: RemoteCommandsOptions) {
    this.#pubSub = options.pubSub;
    this.#log = options.log;
    this.#replyTopic = options.replyTopic;
    this.#maxWaiting = options.maxWaiting;
    this.#policy = options.policy;
    this.#commander = options.commander;
    this.#onSent = () => this.answered();
    this.#changes = new ChangeLimit(options.clock);
    options.pubSub.subscribe(options.commandTopic, {
      QoS: 1,
      onMessage: (message) => this.onMessage(message),
    });
  }

  private onMessage({ payload, retain }: ReceivedMessage): void {
    if (payload.length === 0) return;
    if (this.#skipped > 0 || this.#waiting >= this.#maxWaiting) {
      this.skip();
      return;
    }
    const command = decodeRemoteCommand(payload);
    if (!command) return;
    const answer = retain ? retained : this.answerTo(command);
    // Of one that takes time the reply comes at its end; until then it counts among those that wait.
    if (answer.running) this.#waiting++;
    else this.answer(command, answer);
  }

  private answer(command: RemoteCommand, { ok, text }: CommandAnswer): void {
    const log = this.#log;
    log({
      level: ok ? "info" : "warn",
      part: "command",
      event: ok ? "done" : "refused",
      text: ok && "line" in command ? command.line : text,
    });
    try {
      this.reply({ id: command.id, ok, text });
    } catch (error) {
      log({ level: "warn", part: "command", event: "no-reply", text: messageOf(error) });
      this.excuse(command.id, error);
    }
  }

  /** For a command that took time. */
  ended(command: RemoteCommand, answer: CommandAnswer): void {
    this.answer(command, answer);
    this.answered();
  }

  private reply(reply: { readonly id: RemoteCommand["id"] } & CommandAnswer): void {
    const options = { QoS: 1, policy: "drop-oldest", onDone: this.#onSent } as const;
    this.#pubSub.publish(this.#replyTopic, JSON.stringify(reply), options);
    this.#waiting++;
  }

  private skip(): void {
    if (this.#skipped++ > 0) return;
    const text = `${this.#waiting} answers wait for the broker; no command is run until they are sent`;
    this.#log({ level: "warn", part: "command", event: "busy", text });
  }

  private answered(): void {
    this.#waiting--;
    if (this.#waiting > 0 || this.#skipped === 0) return;
    const text = `${this.#skipped} commands were not run; they came faster than their answers left`;
    this.#skipped = 0;
    this.#log({ level: "warn", part: "command", event: "skipped", text });
  }

  /** Whoever asks is not left waiting for an answer that is too long for a message. */
  private excuse(id: RemoteCommand["id"], error: unknown): void {
    try {
      this.reply({ id, ok: false, text: `the answer was not sent: ${messageOf(error)}` });
    } catch {
      // Nothing goes out at all, which has been told.
    }
  }

  private answerTo(command: RemoteCommand): CommandAnswer {
    if ("refused" in command) return { ok: false, text: command.refused };
    const parts = { policy: this.#policy, changes: this.#changes, commander: this.#commander };
    return runFromAfar(command.line, parts, new PendingReply(this, command));
  }
}

/** Collects the answer of a command that takes time. */
class PendingReply implements ReplyOwner {
  readonly #owner: RemoteCommands;
  readonly #command: RemoteCommand;
  #text = "";

  constructor(owner: RemoteCommands, command: RemoteCommand) {
    this.#owner = owner;
    this.#command = command;
  }

  /** A part of the answer has come. */
  replied(text: string): void {
    this.#text += this.#text === "" ? text : `\n${text}`;
  }

  /** The answer is whole; of one that failed the reason is the last line. */
  ended(_running: RunningCommand, failure: string | undefined): void {
    if (failure !== undefined) this.replied(failure);
    this.#owner.ended(this.#command, { ok: failure === undefined, text: this.#text });
  }
}

/** A broker hands it over again after every connection: a retained `reboot` would never end. */
const retained: CommandAnswer = Object.freeze({
  ok: false,
  text: "a retained command is not run; send it without retain",
});
