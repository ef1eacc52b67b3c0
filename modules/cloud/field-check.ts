// SPDX-License-Identifier: MIT

import { fromBase64 } from "../base/base64.ts";
import { checkTopic, checkTopicLevel } from "../mqtt/mqtt-settings.ts";
import { whyNoBrokers } from "../mqtt/session/broker-address.ts";
import { derPartsOf } from "../mqtt/session/tls-credentials.ts";
import type { Answers } from "./cloud-board.ts";
import type { FieldCheck, Profile } from "./profile.ts";

/** Letters, digits, `-` and `_` of a text; anything else becomes `_`. */
export function labelOf(text: string): string {
  return text.replace(/[^A-Za-z0-9_-]/g, "_");
}

/** Small letters, digits and `-` of a text, which stands at no end; anything else becomes `-`. */
export function smallOf(text: string): string {
  const small = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return small.replace(/^-|-$/g, "");
}

/** Name of a server without scheme and port. */
export function serverIn(address: string): string {
  return address.replace(/^[a-z]+:\/\//i, "").replace(/:[0-9]+$/, "");
}

/** Why a text does not do, without repeating it; undefined: it does. An empty one is no question here. */
export function whyNot(check: FieldCheck, text: string): string | undefined {
  switch (check) {
    case "address":
      return whyNoAddress(text);
    case "level":
      return checkTopicLevel(text);
    case "topic":
      return checkTopic(text);
    case "label":
      return /^[A-Za-z0-9_-]{1,128}$/.test(text)
        ? undefined
        : "takes letters, digits, - and _, at most 128";
    case "small":
      return /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text)
        ? undefined
        : "takes small letters and digits, with - between them";
    case "digits":
      return /^[0-9]{1,20}$/.test(text) ? undefined : "takes digits";
    case "base64":
      return (fromBase64(text)?.length ?? 0) > 0 ? undefined : "takes base64, as it is shown there";
    case "certificates":
      return (derPartsOf(text)?.length ?? 0) > 0 ? undefined : "takes PEM, or DER in base64";
    case "any":
      return undefined;
  }
}

/** Why a platform cannot be started with what is stored for it, without repeating it; undefined: it can. */
export function whyIncomplete({ fields }: Profile, answers: Answers): string | undefined {
  for (const { name, standard, optional, question, check } of fields) {
    const answer = answers[name];
    if (answer === "" && standard === undefined && !optional) return `${question} is not set`;
    const why = answer === "" ? undefined : whyNot(check, answer);
    if (why !== undefined) return `${question} ${why}`;
  }
  return undefined;
}

/** A host, a host with its port, or an address with `mqtt://`, `mqtts://`, `https://` or `http://`. */
function whyNoAddress(text: string): string | undefined {
  if (text.includes(",") || text.includes("@")) return "takes one server, without user or password";
  const why = whyNoBrokers(text.replace(/^http(s?):\/\//i, "mqtt$1://"));
  return why === undefined ? undefined : `takes a server, host or host:port: ${why}`;
}
