// SPDX-License-Identifier: MIT

import { messageOf } from "../../modules/base/app-error.ts";
import type { Reply, ReplyOwner, RunningCommand } from "../../modules/console/running-command.ts";

/** Keeps what a command that takes time replies. */
export class ReplyBook implements Reply {
  /** Lines of the answer; a failure is one that begins with "error: ". */
  readonly lines: string[] = [];
  /** How often it has ended. */
  ends = 0;

  get text(): string {
    return this.lines.join("\n");
  }

  add(text: string): void {
    this.lines.push(...text.split("\n"));
  }

  end(): void {
    this.ends++;
  }

  fail(error: unknown): void {
    this.lines.push(`error: ${messageOf(error)}`);
    this.ends++;
  }
}

/** Whoever asks for a command. */
export class ReplyOwnerBook implements ReplyOwner {
  readonly lines: string[] = [];
  /** How often the command has ended. */
  ends = 0;
  failure: string | undefined;

  get text(): string {
    return this.lines.join("\n");
  }

  replied(text: string): void {
    this.lines.push(...text.split("\n"));
  }

  ended(_command: RunningCommand, failure: string | undefined): void {
    this.ends++;
    this.failure = failure;
  }
}
