// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
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
  const alert = told === "" ? "" : `<p class="wrong" role="alert">${escaped(told)}</p>\n`;
  const inRange = view.found.some(({ SSID }) => SSID === entry.SSID);
  return pageOf(
    `Set up ${view.name}`,
    `${alert}<form method="post" action="/"><input type="hidden" name="token" value="${token}">
<fieldset><legend>Wi-Fi</legend>
${networkList(view)}
<p><a href="/scan">Look for networks again</a></p>
${field("name", problems.SSID, inRange ? "" : entry.SSID)}
${field("password", problems.password)}
</fieldset>
${hasBroker ? brokerFields(entry, problems) : ""}<button>Save and join</button></form>`,
  );
}

function networkList({ found, known, entry }: FormView): string {
  const none = known.length > 0 ? `as it is: ${escaped(known.join(", "))}` : "choose one";
  let list = `<option value="">${none}</option>`;
  for (const { SSID, RSSI, security } of found) {
    const name = escaped(SSID);
    const selected = SSID === entry.SSID ? " selected" : "";
    const open = security === "open" ? ", without a password" : "";
    list += `<option value="${name}"${selected}>${name} (${RSSI} dBm${open})</option>`;
  }
  return `<label for="network">Network</label><select id="network" name="network">${list}</select>`;
}

function brokerFields(entry: PortalEntry, problems: PortalProblems): string {
  return `<fieldset><legend>MQTT broker</legend>
${field("broker", problems.broker, entry.broker)}
${field("user", problems.user, entry.user)}
${field("broker-password", problems.brokerPassword)}
</fieldset>
`;
}

/** Label of each field, and a hint below it; both are HTML. */
const fields = frozen({
  name: ["Or the name of one that is not in the list", "Hidden networks are not in the list."],
  password: [
    "Password of the network",
    "Empty: the network has none, or the board knows it already.",
  ],
  broker: [
    "Address",
    "Like mqtt://192.168.1.10:1883; empty: readings are shown on the console only.",
  ],
  user: ["User", "Empty: none."],
  "broker-password": [
    "Password at the broker",
    "Empty: as it is, as long as address and user stay the same.",
  ],
} as const);

/** Without a `value` what is entered is secret: it is not shown, and not sent back. */
function field(name: keyof typeof fields, problem: string | undefined, value?: string): string {
  const [label, hint] = fields[name];
  const kind = value === undefined ? 'type="password"' : `value="${escaped(value)}"`;
  const invalid = problem === undefined ? "" : ' aria-invalid="true"';
  const wrong = problem === undefined ? "" : `<span class="wrong">${escaped(problem)}</span><br>`;
  return `<label for="${name}">${label}</label><input id="${name}" name="${name}" ${kind} autocomplete="off" autocapitalize="none" spellcheck="false" aria-describedby="${name}-note"${invalid}><div id="${name}-note">${wrong}<small>${hint}</small></div>`;
}

/** What must not stand in a text of HTML, and what stands for it; the first comes first. */
const entities = frozen([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
  ["'", "&#39;"],
] as const);

/** A text as HTML has it, in an attribute too. */
export function escaped(text: string): string {
  if (!/[&<>"']/.test(text)) return text;
  let safe = text;
  for (const [letter, entity] of entities) {
    safe = safe.replaceAll(letter, entity);
  }
  return safe;
}
