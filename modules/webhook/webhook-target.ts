// SPDX-License-Identifier: MIT

import type { TLSSecureOptions } from "../ecma-419/tcp.ts";
import { type HttpAddress, originOf, parseHttpAddress } from "../http/http-address.ts";
import { httpError } from "../http/http-error.ts";
import type { HttpMethod, HttpRequest } from "../http/http-request.ts";
import { derPartsOf } from "../mqtt/session/tls-credentials.ts";
import { type Escaping, fillTemplate, type TemplateValues } from "./body-template.ts";
import { withoutSpaces } from "./webhook-settings.ts";

/** Where a webhook is, as the settings say it. */
export interface WebhookTexts {
  readonly url: string;
  readonly method: HttpMethod;
  /** `Name: value`; secret. */
  readonly headers: readonly string[];
  /** A template; empty: what the message brings. */
  readonly body: string;
  /** Base64 of DER, commas between. */
  readonly authorities: string;
}

/** What is to be sent: the values of a template, and what goes out without one. */
export interface MessageValues extends TemplateValues {
  readonly standard: string;
}

/** A message that was put together, until it has gone out. */
export interface WebhookMessage {
  readonly path: string;
  /** Undefined: the method has none. */
  readonly body: string | undefined;
}

/** Parts of a secret that are hidden wherever they stand have at least so many characters. */
const shortestHidden = 6;

/** Makes requests of readings. */
export class WebhookTarget {
  readonly #address: HttpAddress;
  readonly #method: HttpMethod;
  readonly #headers: readonly string[];
  readonly #type: string;
  readonly #template: string;
  readonly secure: TLSSecureOptions;

  /** Throws HttpError "http/bad-address" when there is no such address. */
  constructor({ url, method, headers, body, authorities }: WebhookTexts) {
    const address = parseHttpAddress(withoutSpaces(url));
    if (typeof address === "string") throw httpError("http/bad-address", address);
    const type = headers.find(isContentType);
    this.#address = address;
    this.#method = method;
    this.#headers = headers.filter((header) => header !== "" && !isContentType(header));
    this.#type = type === undefined ? "application/json" : valueIn(type);
    this.#template = body;
    this.secure = { certificateAuthorities: derPartsOf(authorities) ?? [] };
  }

  /** `https://host`: what may be shown of it. */
  get origin(): string {
    return originOf(this.#address);
  }

  get isSecure(): boolean {
    return this.#address.secure;
  }

  message(values: MessageValues): WebhookMessage {
    const path = fillTemplate(this.#address.path, values, "form");
    if (this.#method === "GET") return { path, body: undefined };
    const template = this.#template;
    const body =
      template === "" ? values.standard : fillTemplate(template, values, escapingOf(this.#type));
    return { path, body };
  }

  request({ path, body }: WebhookMessage): HttpRequest {
    return {
      method: this.#method,
      address: { ...this.#address, path },
      headers: this.#headers,
      body: body === undefined ? undefined : { text: body, type: this.#type },
    };
  }

  /** What goes out for a message, as people may see it. */
  shown({ path, body }: WebhookMessage): string {
    const lines = [`${this.#method} ${this.origin}/${path === "/" ? "" : "********"}`];
    for (const header of this.#headers) lines.push(`${header.split(":")[0]}: ********`);
    if (body !== undefined) lines.push(`Content-Type: ${this.#type}`, this.hide(body));
    return lines.join("\n");
  }

  /** A text without what is secret of the address and the headers: a server may send it back. */
  hide(text: string): string {
    const secrets = [this.#address.path, this.#address.login ?? "", ...this.#headers.map(valueIn)];
    let shown = text;
    for (const part of secrets.flatMap((secret) => [
      secret,
      ...secret.split(/[/?&=: ]|\{\{.*?\}\}/),
    ])) {
      if (part.length >= shortestHidden) shown = shown.replaceAll(part, "********");
    }
    return shown;
  }
}

function valueIn(header: string): string {
  return header.slice(header.indexOf(":") + 1).trim();
}

function isContentType(header: string): boolean {
  return header.toLowerCase().startsWith("content-type:");
}

function escapingOf(type: string): Escaping {
  if (/[/+]json\b/i.test(type)) return "json";
  return /\/x-www-form-urlencoded\b/i.test(type) ? "form" : "none";
}
