// SPDX-License-Identifier: MIT

import { frozen } from "../base/frozen.ts";
import type { SettingList, TextSetting } from "../base/setting.ts";
import { derPartsOf } from "../mqtt/session/tls-credentials.ts";
import { whyNot } from "./field-check.ts";
import type { AnswerName } from "./profile.ts";
import { profileNames } from "./profile-names.ts";

function checkHost(text: string): string | undefined {
  return text === "" ? undefined : whyNot("address", text);
}

function checkCertificates(text: string): string | undefined {
  return derPartsOf(text)
    ? undefined
    : "takes base64 of DER, as openssl x509 -outform der | base64 -w0 prints it, or PEM";
}

function checkKey(text: string): string | undefined {
  const { length = 2 } = derPartsOf(text) ?? {};
  return length < 2 ? undefined : "takes one private key, base64 of DER: PKCS#8, SEC1 or PKCS#1";
}

type Text = TextSetting & { readonly default: "" };

const name = frozen({
  kind: "choice",
  choices: ["none", ...profileNames],
  default: "none",
} as const);
const boot = frozen({ kind: "choice", choices: ["off", "on"], default: "off" } as const);
const text = frozen<Text>({ kind: "text", longest: 128, default: "" });
const host = frozen<Text>({ ...text, check: checkHost });
const secret = frozen({ kind: "text", longest: 512, default: "", secret: true } as const);
const certificates = frozen<Text>({
  kind: "text",
  longest: 4_000,
  check: checkCertificates,
  default: "",
});

const certificateKey = frozen({ ...certificates, check: checkKey, secret: true } as const);

/** The settings of online platforms, by name. */
export const cloudSettings = frozen({
  "platform.interval": {
    kind: "number",
    least: 1,
    most: 3_600,
    default: 60,
    unit: "s",
    live: true,
    help: "time between two readings that go to a platform; one that takes fewer gets fewer",
  },
  "platform.1.name": { ...name, help: "online platform that the board uses; see `platform`" },
  "platform.1.boot": { ...boot, help: "on: it is started with the board" },
  "platform.1.host": { ...host, help: "its server, host or host:port; empty: the usual one" },
  "platform.1.user": { ...text, help: "user name there" },
  "platform.1.key": { ...secret, help: "key, token or password there" },
  "platform.1.device": { ...text, help: "what the board is called there" },
  "platform.1.channel": { ...text, help: "channel, prefix or first levels of topics there" },
  "platform.1.ca": {
    ...certificates,
    help: "authorities that are trusted, base64 of DER; empty: the public ones",
  },
  "platform.1.cert": { ...certificates, help: "certificate of the board there" },
  "platform.1.cert-key": { ...certificateKey, help: "private key of `platform.1.cert`" },
  "platform.2.name": { ...name, help: "another platform, at the same time" },
  "platform.2.boot": { ...boot, help: "on: it is started with the board" },
  "platform.2.host": { ...host, help: "its server" },
  "platform.2.user": { ...text, help: "user name there" },
  "platform.2.key": { ...secret, help: "key, token or password there" },
  "platform.2.device": { ...text, help: "what the board is called there" },
  "platform.2.channel": { ...text, help: "channel, prefix or first levels of topics there" },
  "platform.2.ca": { ...certificates, help: "authorities that are trusted" },
  "platform.2.cert": { ...certificates, help: "certificate of the board there" },
  "platform.2.cert-key": { ...certificateKey, help: "private key of `platform.2.cert`" },
} as const) satisfies SettingList;

/** Places for platforms. */
export const slots = frozen([1, 2] as const);

export type Slot = (typeof slots)[number];

/** Name of the setting with a value for the platform at that place. */
export function settingFor<Name extends AnswerName | "name" | "boot">(
  slot: Slot,
  part: Name,
): `platform.${Slot}.${Name}` {
  return `platform.${slot}.${part}`;
}

/** All values that can be stored for a platform. */
export const answerNames: readonly AnswerName[] = frozen([
  "host",
  "user",
  "key",
  "device",
  "channel",
  "ca",
  "cert",
  "cert-key",
]);

/** Whether a value is never shown. */
export function isSecret(answer: AnswerName): boolean {
  return answer === "key" || answer === "cert-key";
}
