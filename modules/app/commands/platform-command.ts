// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import { answerNames, type Slot, settingFor, slots } from "../../cloud/cloud-settings.ts";
import type { Profile } from "../../cloud/profile.ts";
import { findProfile, profiles } from "../../cloud/profile-list.ts";
import { findRetired } from "../../cloud/retired-platforms.ts";
import type { Command } from "../../console/command.ts";
import { CommandError, UsageError } from "../../console/command-error.ts";
import { checkCount, indexBehind, quotedWords, wordsOf } from "../../console/command-words.ts";
import type { LongCommand } from "../../console/running-command.ts";
import { type PlatformView, platformsOf, profileAt } from "../start/start-platforms.ts";
import { PlatformSetup } from "./platform-setup.ts";
import { PlatformTest } from "./platform-test.ts";

const verbs = frozen(["status", "list", "use", "test", "on", "off", "forget"]);

/** The `platform` command: online platforms that readings are sent to. */
export const platformCommand: Command<PlatformView> = frozen({
  name: "platform",
  help: "online platforms that readings are sent to, and commands come from",
  usage: [
    "[status]",
    "list",
    "use NAME [FIELD=VALUE …]",
    "test [NAME]",
    "on [NAME]",
    "off [NAME]",
    "forget [NAME]",
  ],
  details: [
    "status  what each platform is doing",
    "list    those that there are",
    "use     asks for what the platform needs, stores it and starts it; what stands behind the name is not",
    '        asked for: platform use adafruit-io user=me "key=a b"; boot=on starts it with the board',
    "test    sends the last reading at once, and shows what went out and what came of it",
    "on      starts one that is set, until off or the next start",
    "off     stops it, also at the next start; what it needs stays stored",
    "forget  stops it, and forgets what it needs; NAME may be left out where only one is set",
  ].join("\n"),
  run: (words, view, line) => runPlatform(words, view, line),
  complete: (words) => {
    if (words.length === 0) return [...verbs];
    return words.length === 1 && words[0] === "use" ? profiles.map(({ name }) => name) : [];
  },
});

function runPlatform(
  words: readonly string[],
  view: PlatformView,
  line: string,
): string | LongCommand {
  const [verb = "status", name] = words;
  if (verb === "use") return use(view, name, line);
  checkCount(words, verb === "status" || verb === "list" ? 1 : 2);
  switch (verb) {
    case "status":
      return status(view);
    case "list":
      return list(view);
    case "test":
      return test(view, slotOf(view, name));
    case "on":
      return on(view, slotOf(view, name));
    case "off":
      return off(view, slotOf(view, name));
    case "forget":
      return forget(view, slotOf(view, name));
    default:
      throw new UsageError(`platform does not know ${JSON.stringify(verb)}`);
  }
}

function status({ settings, platforms }: PlatformView): string {
  const lines = slots.flatMap((slot) => {
    const profile = profileAt(settings, slot);
    if (!profile) return [];
    return [platforms?.at(slot)?.text ?? `${profile.title}: off; platform on starts it`];
  });
  return lines.length === 0 ? "no platform is set; platform list shows them" : lines.join("\n");
}

function list({ settings }: PlatformView): string {
  const width = profiles.reduce((most, { name }) => Math.max(most, name.length), 0);
  const lines = profiles.map(({ name, title, about }) => {
    const isSet = slots.some((slot) => settings.get(settingFor(slot, "name")) === name);
    return `${isSet ? "*" : " "} ${name.padEnd(width)}  ${title}: ${about}`;
  });
  return [...lines, "platform use NAME sets one up; * marks those that are set"].join("\n");
}

function use(view: PlatformView, name: string | undefined, line: string): string | LongCommand {
  if (name === undefined) throw new UsageError("use needs the name of a platform");
  const profile = profileNamed(name);
  const given = givenIn(profile, quotedWords(line, indexBehind(line, 3)));
  return new PlatformSetup({ view, profile, slot: placeFor(view, profile), given });
}

/** The platform of that name. Throws CommandError: one that has ended is told with its end. */
export function profileNamed(name: string): Profile {
  const profile = findProfile(name);
  if (profile) return profile;
  const retired = findRetired(name);
  if (retired) {
    throw new CommandError({
      code: "platform/retired",
      what: `${retired.title} cannot be used`,
      why: `it ${retired.end}`,
      todo: `use ${retired.instead}`,
    });
  }
  throw new CommandError({
    code: "platform/unknown",
    what: `there is no platform ${JSON.stringify(name)}`,
    todo: "platform list shows them",
  });
}

/** `FIELD=VALUE` words. No error repeats a value: it may be a secret. */
function givenIn(profile: Profile, words: readonly string[]): Map<string, string> {
  const names = [...profile.fields.map((field) => field.name as string), "boot"];
  const given = new Map<string, string>();
  for (const word of words) {
    const name = word.slice(0, Math.max(0, word.indexOf("=")));
    if (!names.includes(name)) {
      throw new UsageError(`${profile.name} takes ${names.map((each) => `${each}=`).join(", ")}`);
    }
    given.set(name, word.slice(name.length + 1));
  }
  return given;
}

/** Where the platform is set, or the first free place. */
function placeFor({ settings }: PlatformView, { name }: Profile): Slot {
  const nameAt = (slot: Slot) => settings.get(settingFor(slot, "name"));
  const slot =
    slots.find((each) => nameAt(each) === name) ?? slots.find((each) => nameAt(each) === "none");
  if (slot !== undefined) return slot;
  throw new CommandError({
    code: "platform/full",
    what: `${name} was not set up`,
    why: `there is room for ${slots.length} platforms`,
    todo: `platform forget ${slots.map(nameAt).join(" or ")}`,
  });
}

/** The place of a platform that is set, or of the only one. */
function slotOf({ settings }: PlatformView, name: string | undefined): Slot {
  const set = slots.filter((slot) => profileAt(settings, slot) !== undefined);
  const [first, second] = set;
  if (name === undefined) {
    if (first !== undefined && second === undefined) return first;
    if (first !== undefined) throw new UsageError("two platforms are set: which one?");
  } else {
    profileNamed(name);
    const found = set.find((slot) => settings.get(settingFor(slot, "name")) === name);
    if (found !== undefined) return found;
  }
  throw new CommandError({
    code: "platform/none",
    what: name === undefined ? "no platform is set" : `${name} is not set`,
    todo: `platform use ${name ?? "NAME"} sets it up`,
  });
}

function on(view: PlatformView, slot: Slot): string {
  return platformsOf(view).start(slot).text;
}

function off(view: PlatformView, slot: Slot): string {
  const { settings, platforms } = view;
  const { title } = profileAt(settings, slot) as Profile;
  const boot = settingFor(slot, "boot");
  if (settings.get(boot) === "on") settings.apply([[boot, "off"]]);
  platforms?.stop(slot, () => {});
  return `${title} is off; platform on starts it again, and forget forgets its key`;
}

function forget(view: PlatformView, slot: Slot): string {
  const { settings } = view;
  const { title } = profileAt(settings, slot) as Profile;
  platformsOf(view).leave(slot);
  settings.apply([
    [settingFor(slot, "name"), "none"],
    [settingFor(slot, "boot"), "off"],
    ...answerSettings(slot),
  ]);
  return `${title} is forgotten`;
}

/** All that is stored for a place, empty. */
function answerSettings(slot: Slot): [ReturnType<typeof settingFor>, string][] {
  return answerNames.map((name) => [settingFor(slot, name), ""]);
}

function test(view: PlatformView, slot: Slot): LongCommand {
  const profile = profileAt(view.settings, slot) as Profile;
  const platform = view.platforms?.at(slot);
  if (!platform) {
    throw new CommandError({
      code: "platform/off",
      what: `${profile.title} is off`,
      todo: `platform on ${profile.name} starts it`,
    });
  }
  const last = platformsOf(view).last;
  if (!last) {
    throw new CommandError({
      code: "platform/no-reading",
      what: "there is no reading to send",
      todo: "readings shows what the sensors say",
    });
  }
  return new PlatformTest({ platform, profile, last, host: view.host });
}

/** Index from which on a command line holds what a platform needs, or its length. */
export function platformSecretIn(line: string): number {
  const [command, verb] = wordsOf(line);
  return command === "platform" && verb === "use" ? indexBehind(line, 3) : line.length;
}
