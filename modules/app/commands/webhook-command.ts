// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import type { LongCommand, Reply } from "../../console/running-command.ts";
import { type HttpAnswer, HttpClient, type HttpOwner } from "../../http/http-client.ts";
import type { HttpError } from "../../http/http-error.ts";
import type { WebhookMessage, WebhookTarget } from "../../webhook/webhook-target.ts";
import { webhookTarget } from "../start/start-webhook.ts";
import { WebhookValues } from "../telemetry/webhook-values.ts";
import type { BoardView } from "./board-view.ts";

/** All phases of a request have their own time; with redirects together not more, ms. */
const testLimit = 120_000;

/** The `webhook` command. */
export const webhookCommand: Command<BoardView> = frozen({
  name: "webhook",
  help: "the web address that readings are sent to",
  usage: ["[status]", "test"],
  details: [
    "status  what was sent, what waits, and why",
    "test    sends the last reading at once, with the settings as they are now, and shows what went out",
    "        and what came back; what may be a secret is shown as ********",
  ].join("\n"),
  run: (words, view) => {
    const [verb = "status"] = words;
    checkCount(words, 1);
    if (verb === "status") return status(view);
    if (verb === "test") return test(view);
    throw new UsageError(`webhook does not know ${JSON.stringify(verb)}`);
  },
  complete: (words) => (words.length === 0 ? ["status", "test"] : []),
});

function status({ webhook, settings }: BoardView): string {
  if (webhook) return webhook.text;
  return settings.get("webhook.url") === ""
    ? "off: webhook.url is not set"
    : "off until the next start; webhook test works at once";
}

function test(view: BoardView): LongCommand {
  const { settings, host, id, sensors } = view;
  if (settings.get("webhook.url") === "") {
    throw new CommandError({
      code: "command/off",
      what: "there is no webhook",
      why: "webhook.url is not set",
      todo: "set webhook.url https://host/path",
    });
  }
  const target = webhookTarget(settings);
  const { reading } = sensors.station;
  const { clock } = host;
  const message = target.message(
    new WebhookValues({ reading, event: undefined, clock, settings, id, isLate: false }),
  );
  return new WebhookTest(view.host, target, message);
}

/** One request, with all that may be shown of it. */
class WebhookTest implements LongCommand, HttpOwner {
  readonly limit = testLimit;
  readonly text: string;
  readonly #host: BoardView["host"];
  readonly #target: WebhookTarget;
  readonly #message: WebhookMessage;
  readonly #client: HttpClient;
  #reply: Reply | undefined;
  #began = 0;

  constructor(host: BoardView["host"], target: WebhookTarget, message: WebhookMessage) {
    const { network, timers } = host;
    this.#host = host;
    this.#target = target;
    this.#message = message;
    this.text = target.shown(message);
    this.#client = new HttpClient({ network, timers, secure: target.secure });
  }

  start(reply: Reply): void {
    this.#reply = reply;
    this.#began = this.#host.clock.ticks();
    this.#client.request(this.#target.request(this.#message), this);
  }

  stop(): void {
    this.#client.close();
  }

  httpAnswered({ status, text, retryAfter, redirects }: HttpAnswer): void {
    this.#client.close();
    const time = Math.round(this.#host.clock.ticks() - this.#began);
    const after = redirects === 0 ? "" : ` and ${redirects} redirect${redirects > 1 ? "s" : ""}`;
    const verdict = status < 300 ? "taken" : "not taken";
    this.#reply?.add(`answer after ${time} ms${after}: ${status}, ${verdict}`);
    if (retryAfter !== undefined) this.#reply?.add(`Retry-After: ${printable(retryAfter)}`);
    const body = printable(this.#target.hide(text)).trimEnd();
    if (body !== "") this.#reply?.add(body);
    this.#reply?.end();
  }

  httpFailed(error: HttpError): void {
    this.#client.close();
    this.#reply?.fail(this.#target.hide(error.message));
  }
}

/** Without what a terminal would take for a command. */
function printable(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(/[^\n -~\u00a0-\uffff]/g, "?");
}
