// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import { CommandError } from "../console/command-error.ts";
import { validateSetting } from "../settings/validate-setting.ts";
import type { KnownNetwork } from "../wifi/known-networks.ts";
import type { BoardSettings, SettingName } from "./setting-list.ts";
import { settingList } from "./setting-list.ts";

/** Where the networks stand in the settings, the preferred one first. */
const slots = frozen([
  ["wifi.ssid", "wifi.password"],
  ["wifi.2.ssid", "wifi.2.password"],
  ["wifi.3.ssid", "wifi.3.password"],
] as const);

/** Networks that there is room for. */
export const maxNetworks = slots.length;

type Slot = (typeof slots)[number];

/** What `addNetwork` needs of the settings, and `removeNetwork`. */
export type NetworkSettings = Pick<BoardSettings, "get" | "originOf" | "isWaiting" | "apply">;

/** The networks that are set, the preferred one first; one without a name is no network. */
export function networksOf(settings: Pick<BoardSettings, "get">): KnownNetwork[] {
  return slots.map((slot) => networkIn(settings, slot)).filter(({ SSID }) => SSID !== "");
}

/**
 * Stores a network at `place` (1 for the preferred one), or where it is, or behind the others; those
 * from there on move down. Those that the build or the command line gives do not move. Throws
 * CommandError when there is no room or it is given, SettingsError as `Settings.set` does.
 */
export function addNetwork(
  settings: NetworkSettings,
  { SSID, password }: KnownNetwork,
  place: number | undefined,
): void {
  checkNetwork({ SSID, password });
  checkRoom(settings, { SSID });
  const others = networksOf(settings).filter((network) => network.SSID !== SSID);
  const stored = storedNetworks(settings);
  const at = stored.findIndex((network) => network.SSID === SSID);
  const ours = stored.filter((network) => network.SSID !== SSID);
  // Those that are given count as well, and stay where they are.
  const before = others.slice(0, (place ?? others.length + 1) - 1);
  const usual = before.filter((network) => isAmong(ours, network)).length;
  ours.splice(place === undefined && at >= 0 ? at : usual, 0, { SSID, password });
  store(settings, ours);
}

/** Throws CommandError when a network of that name cannot be stored: it is given, or there is no room. */
export function checkRoom(settings: NetworkSettings, { SSID }: Pick<KnownNetwork, "SSID">): void {
  const stored = storedNetworks(settings);
  const ours = stored.filter((network) => network.SSID !== SSID);
  if (ours.length === stored.length && isGiven(settings, SSID)) throw givenError(SSID, "changed");
  if (ours.length >= freeSlots(settings).length) {
    throw new CommandError({
      code: "wifi/full",
      what: `"${SSID}" was not added`,
      why: `there is room for ${maxNetworks} networks`,
      todo: "wifi remove one of them",
    });
  }
}

/** Forgets a network; those below it move up. Throws CommandError when there is none of that name. */
export function removeNetwork(settings: NetworkSettings, SSID: string): void {
  const ours = storedNetworks(settings);
  const rest = ours.filter((network) => network.SSID !== SSID);
  if (rest.length < ours.length) {
    store(settings, rest);
    return;
  }
  if (isGiven(settings, SSID)) throw givenError(SSID, "removed");
  throw new CommandError({
    code: "wifi/unknown",
    what: `"${SSID}" is not set`,
    todo: "wifi list shows those that are",
  });
}

/** It is one of those that are set; whoever asks knows that it is not a stored one. */
function isGiven(settings: NetworkSettings, SSID: string): boolean {
  return networksOf(settings).some((network) => network.SSID === SSID);
}

function givenError(SSID: string, what: "changed" | "removed"): CommandError {
  return new CommandError({
    code: "wifi/given",
    what: `"${SSID}" is given by the build or the command line`,
    todo: `it cannot be ${what} here`,
  });
}

/** Throws CommandError or SettingsError when a name or a password cannot be one. */
export function checkNetwork({ SSID, password }: KnownNetwork): void {
  checked("the name", "wifi.ssid", SSID);
  checked("the password", "wifi.password", password);
}

/** Throws SettingsError, which calls the value `what`. */
function checked(what: string, name: SettingName, value: string): void {
  if (name === "wifi.ssid" && value === "") {
    throw new CommandError({ code: "wifi/name", what: "the name of a network is not empty" });
  }
  validateSetting(what, settingList[name], value);
}

function networkIn(settings: Pick<BoardSettings, "get">, [SSID, password]: Slot): KnownNetwork {
  return { SSID: settings.get(SSID), password: settings.get(password) };
}

/** The places that nobody has given. */
function freeSlots(settings: NetworkSettings): Slot[] {
  return slots.filter((slot) => slot.every((name) => settings.originOf(name) !== "given"));
}

function storedNetworks(settings: NetworkSettings): KnownNetwork[] {
  const networks = freeSlots(settings).map((slot) => networkIn(settings, slot));
  return networks.filter(({ SSID }) => SSID !== "");
}

function isAmong(networks: readonly KnownNetwork[], { SSID }: KnownNetwork): boolean {
  return networks.some((network) => network.SSID === SSID);
}

function store(settings: NetworkSettings, networks: readonly KnownNetwork[]): void {
  const values: [SettingName, string][] = [];
  for (const [index, [SSID, password]] of freeSlots(settings).entries()) {
    const network = networks[index];
    values.push([SSID, network?.SSID ?? ""], [password, network?.password ?? ""]);
  }
  // What was set and waited for a reboot holds from now on, too.
  const isNew = ([name, value]: readonly [SettingName, string]) => {
    return settings.get(name) !== value || settings.isWaiting(name);
  };
  const changed = values.filter(isNew);
  if (changed.length > 0) settings.apply(changed);
}
