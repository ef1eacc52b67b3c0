// SPDX-License-Identifier: MIT

import { messageOf } from "../base/app-error.ts";
import { type Setting, type SettingList, type SettingValue, settingIn } from "../base/setting.ts";
import type { KeyValueDomain } from "../ecma-419/key-value.ts";
import { SettingsError } from "./settings-error.ts";
import type { StoredValues } from "./settings-record.ts";
import { SettingsStore } from "./settings-store.ts";
import { knownSetting, refuseValue, validateSetting } from "./validate-setting.ts";

export interface SettingsOptions<List extends SettingList> {
  /** The settings that there are. */
  readonly list: List;
  /** Where values outlive a restart. */
  readonly store: KeyValueDomain;
  /** Values fixed by the build or the command line; they win over stored ones. */
  readonly given: Readonly<Record<string, unknown>>;
  /** What holds instead of the defaults of the list, by name: not every kind of board has the same. */
  readonly defaults?: Readonly<Record<string, string | number>> | undefined;
}

/** Where the value in force comes from. */
export type SettingOrigin = "given" | "stored" | "default";

/**
 * When a stored change holds. "tried": now, if what it is for can be reached with it. "given": not as
 * long as the build or the command line gives a value.
 */
export type SettingEffect = "now" | "tried" | "restart" | "given";

/** Whoever wants to know of changes. */
export interface SettingObserver {
  /** The setting of that name has another value, which holds now. Must not throw. */
  settingChanged(name: string): void;
  /**
   * Why the setting of that name cannot have a value that is allowed as such, in words that follow the
   * name; undefined: it can. Must not throw.
   */
  refuses?(name: string, value: string | number): string | undefined;
}

/** Who can use changed settings without a restart. */
export interface SettingTaker {
  /** Those that it takes, all together. */
  readonly names: readonly string[];
  /** One of them has another value. False: they cannot be used as they are. Must not throw. */
  take(): boolean;
}

type Values = Map<string, string | number>;

/**
 * The board's settings. A value that is not allowed, given or stored, is noted in `problems` and
 * the default holds; nothing here stops the boot.
 */
export class Settings<const List extends SettingList = SettingList> {
  readonly #list: List;
  readonly #store: SettingsStore;
  readonly #stored: Values = new Map();
  /** What is stored and not understood: a later firmware has written it, and finds it again. */
  #foreign: StoredValues | undefined;
  readonly #given: Values = new Map();
  readonly #defaults: SettingsOptions<List>["defaults"];
  /** Undefined: none. */
  #problems: string[] | undefined;
  /** What changed values were at the start, of settings that need a restart. */
  #started: Values | undefined;
  /** The older copy holds a secret that is no longer in force. */
  #hasOldSecret = false;
  readonly #observers: SettingObserver[] = [];
  #taker: SettingTaker | undefined;

  constructor(options: SettingsOptions<List>) {
    this.#list = options.list;
    this.#defaults = options.defaults;
    this.#store = new SettingsStore(options.store);
    this.load();
    const { given } = options;
    for (const name of Object.keys(given)) {
      const problem = this.accept(this.#given, name, given[name]);
      if (problem !== undefined) this.note(`given value refused: ${problem}`);
    }
  }

  /** Tells `observer` of each setting whose change holds now. */
  subscribe(observer: SettingObserver): void {
    this.#observers.push(observer);
  }

  /** Has `taker` try what is changed of its settings. */
  use(taker: SettingTaker): void {
    this.#taker = taker;
  }

  /** What was refused at the start, one line each, without the values. */
  get problems(): readonly string[] {
    return this.#problems ?? [];
  }

  /** The value in force; after a change that needs a restart, the new one. */
  get<N extends keyof List & string>(name: N): SettingValue<List[N]> {
    return this.inForce(name) as SettingValue<List[N]>;
  }

  /** True when the value has changed since the start, and the parts still work with the old one. */
  isWaiting(name: string): boolean {
    const started = this.#started?.get(name);
    return started !== undefined && started !== this.inForce(name);
  }

  /** Throws SettingsError when there is no such setting. */
  originOf(name: string): SettingOrigin {
    this.known(name);
    if (this.#given.has(name)) return "given";
    return this.#stored.has(name) ? "stored" : "default";
  }

  /** The value that holds when none is given or stored. Throws SettingsError when there is no such setting. */
  defaultOf(name: string): string | number {
    return this.#defaults?.[name] ?? this.known(name).default;
  }

  /** The value in force for people: a secret is `********`. Throws for an unknown name. */
  textOf(name: string): string {
    const setting = this.known(name);
    const value = String(this.inForce(name));
    if (value === "") return "(empty)";
    if (setting.secret) return "********";
    return setting.kind === "text" && setting.shown ? setting.shown(value) : value;
  }

  /**
   * Checks and stores a new value and says when it holds. Throws SettingsError and changes nothing
   * when the name is unknown, the value is not allowed, an observer refuses it or the store fails; when only the older copy
   * of a secret cannot be erased, the change holds, which the error says.
   */
  set(name: string, value: unknown): SettingEffect {
    const checked = this.checked(name, value);
    // What is stored already is not written once more: flash memory wears out.
    if (this.#stored.get(name) !== checked) {
      const changed = new Map(this.#stored).set(name, checked);
      this.save(changed, `${name} could not be stored`);
    }
    const old = this.inForce(name);
    this.noteSecret(name, checked);
    this.#stored.set(name, checked);
    const effect = this.tried(name, this.effectOn(name, old));
    this.eraseSecrets();
    return effect;
  }

  /**
   * As `set`, for values that belong together: in one write, and tried together. Returns "restart" when one of
   * them waits for it.
   */
  setTogether(
    values: readonly (readonly [name: keyof List & string, value: string | number])[],
  ): SettingEffect {
    const changed = new Map(this.#stored);
    for (const [name, value] of values) changed.set(name, this.checked(name, value));
    this.save(changed, "the settings could not be stored");
    for (const [name] of values) {
      const old = this.inForce(name);
      this.noteSecret(name, changed.get(name));
      this.#stored.set(name, changed.get(name) ?? "");
      this.effectOn(name, old);
    }
    const [waiting] = values.find(([name]) => this.isWaiting(name)) ?? [];
    const effect = waiting === undefined ? "now" : this.tried(waiting, "restart");
    this.eraseSecrets();
    return effect;
  }

  /**
   * Stores several values in one write; the caller makes them hold at once. Throws SettingsError as
   * `set` does, and changes nothing then.
   */
  apply(values: readonly (readonly [name: keyof List & string, value: string | number])[]): void {
    const changed = new Map(this.#stored);
    for (const [name, value] of values)
      changed.set(name, validateSetting(name, this.known(name), value));
    this.save(changed, "the settings could not be stored");
    for (const [name] of values) {
      this.noteSecret(name, changed.get(name));
      this.#stored.set(name, changed.get(name) ?? "");
      this.#started?.delete(name);
    }
    this.eraseSecrets();
  }

  /**
   * Stores the values that the build or the command line gives, for firmware that is built without them.
   * Throws SettingsError as `set` does.
   */
  keepGiven(): void {
    const isNew = ([name, value]: [string, string | number]) => this.#stored.get(name) !== value;
    if (![...this.#given].some(isNew)) return;
    this.save(new Map([...this.#stored, ...this.#given]), "the settings could not be stored");
    for (const [name, value] of this.#given) {
      this.noteSecret(name, value);
      this.#stored.set(name, value);
    }
    this.eraseSecrets();
  }

  /** Forgets a stored value, so that the default holds. Throws SettingsError as `set` does. */
  reset(name: string): SettingEffect {
    this.known(name);
    const changed = new Map(this.#stored);
    changed.delete(name);
    const foreign = this.#foreign && new Map(this.#foreign);
    foreign?.delete(name);
    this.save(changed, `${name} could not be reset`, foreign);
    const old = this.inForce(name);
    this.noteSecret(name, undefined);
    this.#stored.delete(name);
    const effect = this.tried(name, this.effectOn(name, old));
    this.eraseSecrets();
    return effect;
  }

  /**
   * Forgets all stored values, in both copies. Throws SettingsError when the store fails; nothing has
   * changed then, or only the older copy is still there.
   */
  resetAll(): void {
    this.save(new Map(), "the settings could not be reset", new Map());
    for (const name of [...this.#stored.keys()]) {
      const old = this.inForce(name);
      this.#stored.delete(name);
      this.effectOn(name, old);
    }
    // Also when nothing was stored lately: the older copy may hold what was there before.
    this.#hasOldSecret = true;
    this.eraseSecrets();
  }

  /** Throws SettingsError when the value is not allowed, or an observer refuses it. */
  private checked(name: string, value: unknown): string | number {
    const checked = validateSetting(name, this.known(name), value);
    for (const observer of this.#observers) {
      const why = observer.refuses?.(name, checked);
      if (why !== undefined) refuseValue(name, why);
    }
    return checked;
  }

  private noteSecret(name: string, value: string | number | undefined): void {
    const old = this.#stored.get(name);
    const isGone = old !== undefined && old !== "" && old !== value;
    if (isGone && this.known(name).secret) this.#hasOldSecret = true;
  }

  /** Writes the other copy too when it holds a secret that has been replaced. */
  private eraseSecrets(): void {
    if (!this.#hasOldSecret) return;
    this.save(this.#stored, "the change holds, but its older copy could not be erased");
    this.#hasOldSecret = false;
  }

  private effectOn(name: string, old: string | number): SettingEffect {
    if (this.#given.has(name)) return "given";
    if (!this.known(name).live) {
      this.#started ??= new Map();
      if (!this.#started.has(name)) this.#started.set(name, old);
      return "restart";
    }
    for (const observer of this.#observers) observer.settingChanged(name);
    return "now";
  }

  /** The effect of a change when the one who can use it at once has been asked. */
  private tried(name: string, effect: SettingEffect): SettingEffect {
    const taker = this.#taker;
    if (!taker?.names.includes(name) || !this.isWaiting(name) || !taker.take()) return effect;
    for (const taken of taker.names) this.#started?.delete(taken);
    return "tried";
  }

  /** Throws SettingsError, which says `what`. */
  private save(values: Values, what: string, foreign = this.#foreign): void {
    const texts = new Map(foreign);
    for (const [name, value] of values) texts.set(name, String(value));
    try {
      this.#store.save(texts);
      this.#foreign = foreign;
    } catch (error) {
      const code = "settings/store";
      throw new SettingsError({ code, what, why: messageOf(error), cause: error });
    }
  }

  private note(problem: string): void {
    this.#problems ??= [];
    this.#problems.push(problem);
  }

  private load(): void {
    try {
      const { values, older, problems } = this.#store.load();
      for (const problem of problems) this.note(problem);
      for (const [name, text] of values) {
        const problem = this.accept(this.#stored, name, text);
        if (problem !== undefined) this.keep(name, text, problem);
      }
      if (older) this.eraseOldSecrets(values, older);
    } catch (error) {
      this.note(`stored settings cannot be read: ${messageOf(error)}; defaults hold`);
    }
  }

  /** A board may be on an older firmware for a while only. */
  private keep(name: string, text: string, problem: string): void {
    this.note(`stored value refused, kept for a later firmware: ${problem}`);
    this.#foreign = new Map(this.#foreign).set(name, text);
  }

  /** The power went between the two writes that take a secret away. */
  private eraseOldSecrets(values: StoredValues, older: StoredValues): void {
    for (const [name, text] of older) {
      // A name that is not known here may be that of a secret.
      const setting = settingIn(this.#list, name);
      const isSecret = !setting || setting.secret === true;
      if (isSecret && text !== "" && values.get(name) !== text) this.#hasOldSecret = true;
    }
    if (!this.#hasOldSecret) return;
    try {
      this.save(this.#stored, "an old password could not be erased");
      this.#hasOldSecret = false;
    } catch (error) {
      this.note(messageOf(error));
    }
  }

  /** Takes a value, or says why not. */
  private accept(values: Values, name: string, value: unknown): string | undefined {
    try {
      values.set(name, validateSetting(name, this.known(name), value));
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  private inForce(name: string): string | number {
    return this.#given.get(name) ?? this.#stored.get(name) ?? this.defaultOf(name);
  }

  private known(name: string): Setting {
    return knownSetting(this.#list, name);
  }
}
