// SPDX-License-Identifier: MIT

import type { WiFiScanResult } from "../ecma-419/wifi.ts";
import type { PortalEntry, PortalProblems } from "./portal-form.ts";

// The pages of the portal: plain HTML that works without a script, in the small browser that a phone opens for
// a network that wants something of it.

/** What the page with the form shows. */
export interface FormView {
  /** The board's network. */
  readonly name: string;
  /** Networks in range. */
  readonly found: readonly WiFiScanResult[];
  /** Names of those that are stored. */
  readonly known: readonly string[];
  readonly entry: PortalEntry;
  readonly problems: PortalProblems;
  /** What went wrong before; empty: nothing. */
  readonly notice: string;
  /** The broker is not for the page to set: the build gives it. */
  readonly hasBroker: boolean;
  /** Proves that a form comes from this page. */
  readonly token: string;
}

const style =
  "body{font:1em/1.5 sans-serif;margin:0 auto;max-width:32em;padding:1em;color:#222;background:#fff}" +
  "label{display:block;margin-top:.8em;font-weight:bold}" +
  "input,select,button{font:inherit;width:100%;padding:.5em;box-sizing:border-box;border:1px solid #666;border-radius:4px}" +
  "fieldset{border:1px solid #999;border-radius:4px;margin:1em 0}" +
  "button{background:#064;color:#fff;border:0;margin-top:1em}" +
  ".wrong{color:#a00}small{color:#444}a{color:#045}";

/** A whole page; `body` is HTML. */
export function pageOf(title: string, body: string): string {
  return (
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escaped(title)}</title>` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><style>${style}</style></head>` +
    `<body><main><h1>${escaped(title)}</h1>\n${body}\n</main></body></html>\n`
  );
}

/** The page with some lines of text. */
export function textPage(title: string, lines: readonly string[]): string {
  const text = lines.map((line) => `<p>${escaped(line)}</p>`).join("\n");
  return pageOf(title, `<div role="status">${text}</div>`);
}

/** The page with the form. */
export function formPage(view: FormView): string {
  const { entry, problems, notice, hasBroker, token } = view;
  const isWrong = Object.keys(problems).length > 0;
  const told = isWrong ? "Nothing was saved: see what is wrong below." : notice;
  const inRange = view.found.some(({ SSID }) => SSID === entry.SSID);
  return pageOf(
    `Set up ${view.name}`,
    [
      told === "" ? "" : `<p class="wrong" role="alert">${escaped(told)}</p>`,
      `<form method="post" action="/"><input type="hidden" name="token" value="${token}">`,
      "<fieldset><legend>Wi-Fi</legend>",
      networkList(view),
      '<p><a href="/scan">Look for networks again</a></p>',
      field("name", "Or the name of one that is not in the list", problems.SSID, {
        value: inRange ? "" : entry.SSID,
        hint: "Hidden networks are not in the list.",
      }),
      field("password", "Password of the network", problems.password, {
        isSecret: true,
        hint: "Empty: the network has none, or the board knows it already.",
      }),
      "</fieldset>",
      hasBroker ? brokerFields(entry, problems) : "",
      "<button>Save and join</button></form>",
    ].join("\n"),
  );
}

function networkList({ found, known, entry }: FormView): string {
  const none = known.length > 0 ? `as it is: ${known.join(", ")}` : "choose one";
  const options = found.map(({ SSID, RSSI, security }) => {
    const details = `${RSSI} dBm${security === "open" ? ", without a password" : ""}`;
    const selected = SSID === entry.SSID ? " selected" : "";
    return `<option value="${escaped(SSID)}"${selected}>${escaped(SSID)} (${details})</option>`;
  });
  const list = [`<option value="">${escaped(none)}</option>`, ...options].join("");
  return `<label for="network">Network</label><select id="network" name="network">${list}</select>`;
}

function brokerFields(entry: PortalEntry, problems: PortalProblems): string {
  return [
    "<fieldset><legend>MQTT broker</legend>",
    field("broker", "Address", problems.broker, {
      value: entry.broker,
      hint: "Like mqtt://192.168.1.10:1883; empty: readings are shown on the console only.",
    }),
    field("user", "User", problems.user, { value: entry.user }),
    field("broker-password", "Password at the broker", problems.brokerPassword, {
      isSecret: true,
      hint: "Empty: as it is, as long as address and user stay the same.",
    }),
    "</fieldset>",
  ].join("\n");
}

interface FieldOptions {
  readonly value?: string;
  readonly hint?: string;
  /** What is entered is not shown, and not sent back. */
  readonly isSecret?: boolean;
}

function field(
  name: string,
  label: string,
  problem: string | undefined,
  { value = "", hint = "", isSecret = false }: FieldOptions,
): string {
  const notes = [
    ...(problem === undefined ? [] : [`<span class="wrong">${escaped(problem)}</span>`]),
    ...(hint === "" ? [] : [`<small>${escaped(hint)}</small>`]),
  ].join("<br>");
  const attributes = [
    `id="${name}" name="${name}"`,
    isSecret
      ? 'type="password" autocomplete="off"'
      : `value="${escaped(value)}" autocomplete="off"`,
    'autocapitalize="none" spellcheck="false"',
    ...(notes === "" ? [] : [`aria-describedby="${name}-note"`]),
    ...(problem === undefined ? [] : ['aria-invalid="true"']),
  ].join(" ");
  const note = notes === "" ? "" : `<div id="${name}-note">${notes}</div>`;
  return `<label for="${name}">${label}</label><input ${attributes}>${note}`;
}

const entities: Readonly<Record<string, string>> = Object.freeze({
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
});

/** A text as HTML has it, in an attribute too. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? "");
}
