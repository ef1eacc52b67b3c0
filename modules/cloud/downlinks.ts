// SPDX-License-Identifier: MIT

import type { Timers } from "../base/clock.ts";
import { isTooDeep } from "../base/json-depth.ts";
import { parseNamed } from "../base/named-json.ts";
import { decodeUtf8 } from "../base/utf8.ts";
import type { Wanted } from "./carrier.ts";
import type { CloudBoard, CommandResult } from "./cloud-board.ts";
import type { PlatformScope } from "./platform-scope.ts";
import type { Profile, Route } from "./profile.ts";
import { fillText } from "./template.ts";

/** Whom the messages of a platform concern. */
export interface DownlinksOwner {
  /** The result of a command that has come with an id. */
  answer(request: string, result: CommandResult): void;
  /** A setting was changed from afar, or was to be. */
  changed(): void;
  redirected(address: string): void;
  greeted(): void;
  /** The platform is not content; nothing is to be sent for so long, s. */
  complained(text: string, pause: number): void;
  /** Something has come that means nothing. */
  ignored(topic: string, why: string): void;
}

export interface DownlinksOptions {
  readonly profile: Profile;
  readonly scope: PlatformScope;
  readonly board: CloudBoard;
  readonly timers: Timers;
}

/** Longest message that is looked at, bytes. */
const longest = 512;
/** Longest id of a request: it goes back in a topic. */
const longestRequest = 64;
/** Commands whose results are still to come; more are not run. */
const maxRunning = 4;

/** Makes commands for the console of what a platform says. */
export class Downlinks {
  readonly #profile: Profile;
  readonly #scope: PlatformScope;
  readonly #board: CloudBoard;
  readonly #timers: Timers;
  readonly #owner: DownlinksOwner;
  #running = 0;
  #isClosed = false;

  constructor({ profile, scope, board, timers }: DownlinksOptions, owner: DownlinksOwner) {
    this.#profile = profile;
    this.#scope = scope;
    this.#board = board;
    this.#timers = timers;
    this.#owner = owner;
  }

  /** Runs nothing any more. */
  close(): void {
    this.#isClosed = true;
  }

  /** What is to be subscribed to. */
  get wanted(): Wanted[] {
    return (this.#profile.downlinks ?? [])
      .filter(({ only }) => only === undefined || this.#scope.is(only))
      .map(({ filter, QoS }) => ({ filter: fillText(filter, this.#scope), QoS }));
  }

  /** A message has come. */
  take(topic: string, payload: Uint8Array, isRetained: boolean): void {
    const found = this.routeOf(topic);
    if (!found || payload.length === 0) return;
    const text = payload.length <= longest ? decodeUtf8(payload) : undefined;
    if (text === undefined) {
      const why = payload.length > longest ? `more than ${longest} bytes` : "no UTF-8";
      this.#owner.ignored(topic, why);
      return;
    }
    const { route, rest } = found;
    switch (route.does) {
      case "redirect":
        this.redirect(text.trim(), route.host, topic);
        break;
      case "greet":
        if (text.trim() === route.text) this.#owner.greeted();
        break;
      case "complain":
        this.#owner.complained(text, route.pause);
        break;
      default:
        // One that the broker has kept would be run after every connection.
        if (isRetained) this.#owner.ignored(topic, "it was retained");
        else if (this.#board.takesCommands) this.command(route, rest, text, topic);
    }
  }

  private routeOf(topic: string): { readonly route: Route; readonly rest: string } | undefined {
    for (const { routes } of this.#profile.downlinks ?? []) {
      for (const route of routes) {
        const pattern = fillText(route.topic, this.#scope);
        if (!pattern.endsWith("*")) {
          if (pattern === topic) return { route, rest: "" };
        } else if (topic.startsWith(pattern.slice(0, -1))) {
          return { route, rest: topic.slice(pattern.length - 1) };
        }
      }
    }
    return undefined;
  }

  private command(route: Route, rest: string, text: string, topic: string): void {
    switch (route.does) {
      case "line":
        this.run(text.trim(), undefined);
        break;
      case "command":
        this.run(route.command, undefined);
        break;
      case "value":
        if (isNumber(text.trim())) this.change(route.command, text.trim());
        else this.#owner.ignored(topic, "no number");
        break;
      case "call":
        this.call(route.method, rest, text, topic);
        break;
      case "settings":
        this.takeSettings(route.settings, route.inside, text, topic);
        break;
    }
  }

  private call(method: "json" | "topic", rest: string, text: string, topic: string): void {
    const [head = "", id = head] = rest.split("/?$rid=");
    if (id.length > longestRequest || !/^[!-~]+$/.test(id) || /[+#]/.test(id)) {
      this.#owner.ignored(topic, "its request has no id that can be given back");
      return;
    }
    const line = method === "json" ? lineOf(text) : lineFor(head, read(text, []));
    if (line === undefined) this.#owner.answer(id, { ok: false, text: notUnderstood });
    else this.run(line, id);
  }

  private takeSettings(
    settings: { readonly [name: string]: string },
    inside: string | undefined,
    text: string,
    topic: string,
  ): void {
    const names = Object.keys(settings);
    const outer = read(text, inside === undefined ? names : [inside, ...names]);
    const values = inside === undefined ? outer : memberOf(outer, inside);
    if (values === undefined) {
      // An answer without them: nobody has ever said anything.
      if (outer === undefined) this.#owner.ignored(topic, "no JSON");
      return;
    }
    for (const name of names) {
      const value = memberOf(values, name);
      if (value === undefined || value === null) continue;
      const command = settings[name] ?? "";
      if (isNumber(String(value))) this.change(command, String(value));
      else this.#owner.ignored(topic, `${name} is no number`);
    }
  }

  private change(command: string, value: string): void {
    const { subject } = this.#scope;
    this.#scope.subject = { value };
    const line = fillText(command, this.#scope);
    this.#scope.subject = subject;
    this.run(line, undefined, true);
  }

  private run(line: string, request: string | undefined, isChange = false): void {
    if (line === "") return;
    if (this.#running >= maxRunning) {
      if (request !== undefined) this.#owner.answer(request, busy);
      return;
    }
    this.#running++;
    const done = (result: CommandResult) => {
      this.#running--;
      this.#owner.answer(request ?? "", result);
      if (isChange) this.#owner.changed();
    };
    // Reading the message has taken enough of this turn of the loop.
    this.#timers.set(() => {
      if (!this.#isClosed) this.#board.run(line, done);
    }, 0);
  }

  private redirect(address: string, end: string, topic: string): void {
    const host = /^mqtts?:\/\/([a-z0-9.-]+)(:[0-9]{1,5})?\/?$/i.exec(address)?.[1];
    if (host?.toLowerCase().endsWith(end)) this.#owner.redirected(address);
    else this.#owner.ignored(topic, "it leads elsewhere");
  }
}

const notUnderstood = 'it takes {"method":"status"} or {"method":"set","params":"NAME VALUE"}';

const busy: CommandResult = Object.freeze({ ok: false, text: "other commands are still running" });

function isNumber(text: string): boolean {
  return /^-?[0-9]{1,9}(\.[0-9]{1,6})?$/.test(text);
}

/** JSON with these names in it, and no others; undefined: it is none, or nested too deeply. */
function read(text: string, names: readonly string[]): unknown {
  return isTooDeep(text) ? undefined : parseNamed(text, names);
}

/** `name` is one of those that were read. */
function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}

/** `{"method":"set","params":"platform.interval 60"}` as a line. */
function lineOf(text: string): string | undefined {
  const call = read(text, callNames);
  const method = memberOf(call, "method");
  return typeof method === "string" ? lineFor(method, memberOf(call, "params")) : undefined;
}

const callNames = Object.freeze(["method", "params"]);

/** A method with what is given to it; undefined: it is no word. */
function lineFor(method: string, given: unknown): string | undefined {
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(method)) return undefined;
  const isWord = typeof given === "string" || typeof given === "number";
  return isWord && given !== "" ? `${method} ${given}` : method;
}
