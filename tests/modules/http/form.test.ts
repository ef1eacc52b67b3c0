// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { parseForm } from "../../../modules/http/form.ts";
import { seededRandom } from "../../support/random.ts";
import { seedCount } from "../../support/seeds.ts";

const bytesOf = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test("the fields of a form are those that a browser has sent", () => {
  const fields = { ssid: "Café & Söhne = 100 %", password: "a+b c\n☃", empty: "" };
  const sent = new TextEncoder().encode(new URLSearchParamsOf(fields).text);
  assert.deepEqual(Object.fromEntries(parseForm(sent) ?? []), fields);
});

/** As a browser writes a form; XS has no URLSearchParams. */
class URLSearchParamsOf {
  readonly text: string;

  constructor(fields: Readonly<Record<string, string>>) {
    const code = (text: string) => encodeURIComponent(text).replaceAll("%20", "+");
    this.text = Object.entries(fields)
      .map(([name, value]) => `${code(name)}=${code(value)}`)
      .join("&");
  }
}

test("the first of two fields counts, one without a sign is empty, and no body is no fields", () => {
  assert.deepEqual(
    [...(parseForm(bytesOf("a=1&a=2&b")) ?? [])],
    [
      ["a", "1"],
      ["b", ""],
    ],
  );
  assert.deepEqual([...(parseForm(bytesOf("")) ?? [])], []);
});

test("what is no form is none: half a % sequence, no UTF-8, more fields than a page has", () => {
  for (const text of ["a=%", "a=%4", "a=%zz", "%f=a", "a=%ff", "a=\xff", "a=1&".repeat(17)]) {
    assert.equal(parseForm(bytesOf(text)), undefined, text);
  }
});

test("any bytes are a form or none, without an exception", () => {
  for (let seed = 1; seed <= seedCount(300); seed++) {
    const random = seededRandom(seed);
    const letters = "a=&%+2 \xc3\xa9\0";
    const bytes = Uint8Array.from({ length: Math.floor(random() * 60) }, () =>
      letters.charCodeAt(Math.floor(random() * letters.length)),
    );
    const form = parseForm(bytes);
    assert.ok(form === undefined || form.size <= 16);
  }
});
