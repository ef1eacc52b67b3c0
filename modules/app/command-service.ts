// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import type { Log } from "../base/log.ts";
import type { CommandAnswer } from "../console/commander.ts";
import type { MessagePort, PortMessage } from "./message-port.ts";

export interface CommandServiceOptions {
  readonly port: MessagePort;
  readonly log: Log;
  readonly commandTopic: string;
  readonly replyTopic: string;
  /** Runs one command line; never throws. */
  readonly run: (line: string) => CommandAnswer;
}

/** A longer message is refused. */
const longestCommand = 256;

/**
 * Takes commands from the board's `command` topic and answers on `reply` with
 * `{"ok":true,"text":"…"}`. What is malformed is answered too, and nothing stops.
 */
export class CommandService {
  readonly #options: CommandServiceOptions;

  constructor(options: CommandServiceOptions) {
    this.#options = options;
    options.port.subscribe(options.commandTopic, {
      QoS: 1,
      onMessage: (message) => this.#onMessage(message),
    });
  }

  #onMessage({ payload }: PortMessage): void {
    const { run, log, port, replyTopic } = this.#options;
    const line = payload.length > longestCommand ? undefined : new TextDecoder().decode(payload);
    const answer =
      line === undefined
        ? {
            ok: false,
            text: `command of ${payload.length} bytes refused; ${longestCommand} allowed`,
          }
        : run(line);
    log({
      level: answer.ok ? "info" : "warn",
      part: "command",
      event: answer.ok ? "done" : "refused",
      text: answer.ok ? `${line}` : answer.text,
    });
    try {
      port.publish(replyTopic, JSON.stringify(answer), { QoS: 1, policy: "drop-oldest" });
    } catch (error) {
      log({ level: "warn", part: "command", event: "no-reply", text: messageOf(error) });
    }
  }
}
