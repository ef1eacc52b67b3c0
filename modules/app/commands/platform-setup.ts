// SPDX-License-Identifier: MIT

import { messageOf } from "../../base/app-error.ts";
import type { Answers } from "../../cloud/cloud-board.ts";
import { answerNames, isSecret, type Slot, settingFor } from "../../cloud/cloud-settings.ts";
import { whyNot } from "../../cloud/field-check.ts";
import type { AnswerName, Field, Profile } from "../../cloud/profile.ts";
import { CommandError } from "../../console/command-error.ts";
import type { LongCommand, Reply } from "../../console/running-command.ts";
import { answersAt, type PlatformView, platformsOf, profileAt } from "../start/start-platforms.ts";

export interface PlatformSetupOptions {
  readonly view: PlatformView;
  readonly profile: Profile;
  readonly slot: Slot;
  /** What was said with the command, by name of the field, and `boot`. */
  readonly given: ReadonlyMap<string, string>;
}

/** Asks for what a platform needs, stores it, and starts the platform. */
export class PlatformSetup implements LongCommand {
  readonly limit = undefined;
  readonly #options: PlatformSetupOptions;
  /** What is stored for this platform. */
  readonly #before: Answers | undefined;
  readonly #values = new Map<string, string>();
  #reply: Reply | undefined;
  /** Index of the field that is asked for; behind the last it is `boot`. */
  #next = 0;
  #isDone = false;

  /** Throws CommandError when something that was said does not do. */
  constructor(options: PlatformSetupOptions) {
    const { view, profile, slot, given } = options;
    this.#options = options;
    const isSame = profileAt(view.settings, slot) === profile;
    this.#before = isSame ? answersAt(view.settings, slot) : undefined;
    for (const [name, value] of given) {
      const field = profile.fields.find((each) => each.name === name);
      const why = field ? this.whyNot(field, value) : whyNoBoot(value);
      if (why !== undefined) {
        const what = `${name} of ${profile.name} does not do`;
        throw new CommandError({ code: "platform/value", what, why: `it ${why}` });
      }
      this.#values.set(name, value);
    }
  }

  /** Comes below the first question. */
  get text(): string {
    return this.#isDone
      ? `${this.#options.profile.name} is set up`
      : "(an empty line takes what stands in brackets; Ctrl-C gives up)";
  }

  start(reply: Reply): void {
    this.#reply = reply;
    this.goOn();
  }

  stop(): void {
    this.#reply = undefined;
  }

  private answered(typed: string): void {
    const text = typed.trim();
    const field = this.field;
    const why = field ? this.whyNot(field, text) : whyNoBoot(bootIn(text));
    if (why !== undefined) this.#reply?.add(`that does not do: it ${why}`);
    else if (field) this.#values.set(field.name, text);
    else this.#values.set("boot", bootIn(text));
    this.goOn();
  }

  /** The field that is asked for; undefined: whether it is to be started with the board. */
  private get field(): Field | undefined {
    return this.#options.profile.fields[this.#next];
  }

  private goOn(): void {
    const { fields } = this.#options.profile;
    while (this.field && this.isKnown(this.field)) this.#next++;
    // Whoever has said something has said what matters.
    const isAsked = this.#options.given.size === 0 && !this.#values.has("boot");
    if (this.#next < fields.length || isAsked) this.ask();
    else this.finish();
  }

  private ask(): void {
    const reply = this.#reply;
    const { field } = this;
    if (!reply?.ask) {
      reply?.fail(`${this.#options.profile.name} needs ${field?.name ?? "boot"}=`);
      return;
    }
    reply.ask({
      text: field
        ? `${field.question}${this.standardText(field)}:`
        : "start it with the board each time, yes or no [no]:",
      isSecret: field !== undefined && isSecret(field.name),
      isLong: field?.check === "certificates",
      answered: (text) => this.answered(text),
    });
  }

  private isKnown(field: Field): boolean {
    if (this.#values.has(field.name)) return true;
    if (this.#options.given.size === 0) return false;
    return field.standard !== undefined || field.optional === true || this.kept(field) !== "";
  }

  /** What is stored, and stays when nothing is said. */
  private kept({ name }: Field): string {
    return this.#before?.[name] ?? "";
  }

  private standardText(field: Field): string {
    const kept = this.kept(field);
    if (kept !== "") {
      const isShown = !isSecret(field.name) && field.check !== "certificates";
      return ` [${isShown ? kept : "as before"}]`;
    }
    const standard = this.standard(field);
    return standard === "" ? "" : ` [${standard}]`;
  }

  private standard(field: Field): string {
    const { view, profile } = this.#options;
    const said = answerNames.map((name) => [name, this.#values.get(name) ?? ""] as const);
    const answers = Object.fromEntries(said) as Answers;
    return platformsOf(view).standard(profile, answers, field.name);
  }

  private whyNot(field: Field, text: string): string | undefined {
    if (text !== "") return whyNot(field.check, text);
    if (field.optional || this.kept(field) !== "") return undefined;
    return this.standard(field) === "" ? "must not be empty" : undefined;
  }

  private finish(): void {
    const { view, profile, slot } = this.#options;
    const reply = this.#reply;
    this.#isDone = true;
    const boot = this.#values.get("boot") ?? (this.#before ? undefined : "off");
    try {
      const values = answerNames.map(
        (name) => [settingFor(slot, name), this.valueOf(name)] as const,
      );
      view.settings.apply([
        [settingFor(slot, "name"), profile.name],
        ...(boot === undefined ? [] : [[settingFor(slot, "boot"), boot] as const]),
        ...values,
      ]);
      const platform = platformsOf(view).start(slot);
      const isBoot = view.settings.get(settingFor(slot, "boot")) === "on";
      reply?.add(
        [
          `${profile.title} is platform ${slot}: ${platform.linkText}`,
          `a reading goes out ${platform.paceText}`,
          `${isBoot ? "it is" : "it is not"} started with the board; platform test sends a reading now`,
          ...(profile.downlinks && view.settings.get("remote.commands") === "off"
            ? ["commands from there are not taken: set remote.commands on, then platform on"]
            : []),
        ].join("\n"),
      );
      reply?.end();
    } catch (error) {
      reply?.fail(messageOf(error));
    }
  }

  private valueOf(name: AnswerName): string {
    const { profile } = this.#options;
    if (!profile.fields.some((field) => field.name === name)) return this.#before?.[name] ?? "";
    const value = this.#values.get(name) ?? "";
    return value === "" ? (this.#before?.[name] ?? "") : value;
  }
}

function bootIn(text: string): string {
  if (text === "" || /^no?$/i.test(text)) return "off";
  return /^y(es)?$/i.test(text) ? "on" : text;
}

function whyNoBoot(text: string): string | undefined {
  return text === "on" || text === "off" ? undefined : "takes on or off, yes or no";
}
