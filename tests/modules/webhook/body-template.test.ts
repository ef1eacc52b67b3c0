// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { fillTemplate, whyNoTemplate } from "../../../modules/webhook/body-template.ts";
import { withoutSpaces } from "../../../modules/webhook/webhook-settings.ts";

const values = {
  valueOf(name: string) {
    if (name === "co2") return 612;
    if (name === "active") return false;
    return name === "name" ? 'Büro "2" & {{co2}}\n' : undefined;
  },
};

test("values stand where their names stood, each written so that what is around stays what it was", () => {
  const template = '{"n":{{co2}},"on":{{ active }},"voc":{{voc}},"name":"{{name}}"}';
  const text = fillTemplate(template, values, "json");
  assert.deepEqual(JSON.parse(text), {
    n: 612,
    on: false,
    voc: null,
    name: 'Büro "2" & {{co2}}\n',
  });
  assert.equal(
    fillTemplate("a={{co2}}&b={{voc}}&c={{name}}", values, "form"),
    "a=612&b=&c=B%C3%BCro%20%222%22%20%26%20%7B%7Bco2%7D%7D%0A",
  );
  assert.equal(fillTemplate("{{co2}} {{voc}}ppb {x}", values, "none"), "612 ppb {x}");
});

test("a name that there is not is told with those that there are", () => {
  assert.equal(whyNoTemplate("no {{co2}} {{ time }} } {{"), undefined);
  for (const text of ["{{co3}}", "{{}}", "{{ toString }}"]) {
    assert.match(whyNoTemplate(text) ?? "", /with one of co2, voc, pressure/);
  }
});

test("nonsense between braces stays as it is, and is judged at once, however long", () => {
  const nonsense = ["{{", "}}", "{{{{co2", "{ {co2}}", "{{co2}", "}}{{", "{{\n"];
  for (const text of nonsense) {
    assert.equal(whyNoTemplate(text), undefined, text);
    assert.equal(fillTemplate(text, values, "json"), text);
  }
  assert.equal(fillTemplate("{{{co2}}} {{  co2\t}}", values, "json"), "{612} 612");
  const began = Date.now();
  for (let i = 0; i < 20; i++) {
    for (const begin of ["{{", "{{co2", "{{{{"]) {
      const text = begin + " ".repeat(998 - begin.length);
      assert.equal(whyNoTemplate(text), undefined);
      assert.equal(withoutSpaces(text), text);
    }
  }
  assert.ok(Date.now() - began < 5_000, `${Date.now() - began} ms`);
});
