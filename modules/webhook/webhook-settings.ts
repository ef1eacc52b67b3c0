// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList, TextSetting } from "../base/setting.ts";
import { checkHttpAddress, shownAddress } from "../http/http-address.ts";
import { isHeader } from "../http/http-request.ts";
import { derPartsOf } from "../mqtt/session/tls-credentials.ts";
import { whyNoTemplate } from "./body-template.ts";

function checkAddress(text: string): string | undefined {
  // In a template spaces may stand beside a name; they are not sent.
  return checkHttpAddress(withoutSpaces(text)) ?? whyNoTemplate(text);
}

/** An address as a template, with `{{ co2 }}` written `{{co2}}`. */
export function withoutSpaces(text: string): string {
  return text.replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => `{{${name.trim()}}}`);
}

/** Headers that the client writes itself, and those that would change what a request is. */
const ownHeaders = frozen(["host", "content-length", "transfer-encoding", "connection", "expect"]);

function checkHeader(text: string): string | undefined {
  if (text === "") return undefined;
  const name = text.slice(0, Math.max(0, text.indexOf(":"))).toLowerCase();
  return isHeader(text) && !ownHeaders.includes(name as "host")
    ? undefined
    : `takes a header such as X-Key: 123, other than ${ownHeaders.join(", ")}`;
}

function checkAuthorities(text: string): string | undefined {
  return derPartsOf(text)
    ? undefined
    : "takes base64 of DER, as openssl x509 -outform der | base64 -w0 prints it, several with commas between";
}

const header = frozen({
  kind: "text",
  longest: 256,
  check: checkHeader,
  default: "",
  secret: true,
} satisfies TextSetting & { readonly default: ""; readonly secret: true });

/** The settings of the webhook, by name. */
export const webhookSettings = frozen({
  "webhook.url": {
    kind: "text",
    longest: 512,
    check: checkAddress,
    shown: shownAddress,
    default: "",
    help: "address that readings are sent to, https://host/path; {{co2}} and so on may stand in the path; empty: none",
  },
  "webhook.method": {
    kind: "choice",
    choices: ["POST", "PUT", "PATCH", "GET"],
    default: "POST",
    help: "method of the requests; GET has no body",
  },
  "webhook.header.1": { ...header, help: "a header that goes along, such as X-Key: 123" },
  "webhook.header.2": { ...header, help: "another header" },
  "webhook.header.3": { ...header, help: "another header" },
  "webhook.body": {
    kind: "text",
    longest: 1_000,
    check: whyNoTemplate,
    default: "",
    help: "what is sent, with {{co2}} and so on; empty: the JSON of a published reading",
  },
  "webhook.on": {
    kind: "choice",
    choices: ["interval", "reading", "change", "rule"],
    default: "interval",
    help: "when a reading is sent: every `webhook.interval`, each, after a change, or only when a rule says so",
  },
  "webhook.interval": {
    kind: "number",
    least: 1,
    most: 86_400,
    default: 60,
    unit: "s",
    help: "time between two readings that are sent",
  },
  "webhook.ca": {
    kind: "text",
    longest: 4_000,
    check: checkAuthorities,
    default: "",
    help: "for https://: authorities that are trusted, base64 of DER, commas between; empty: the public ones",
  },
} as const) satisfies SettingList;
