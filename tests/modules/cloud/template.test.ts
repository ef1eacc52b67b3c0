// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { fillBody, fillJson, fillText, type Scope } from "../../../modules/cloud/template.ts";

const values: Readonly<Record<string, string | number | boolean>> = {
  name: 'a "b" ü&c',
  count: 7,
  ok: true,
};

const scope: Scope = {
  valueOf: (name) => values[name],
  members: () => [
    ["co2", "612"],
    ["voc", "32"],
  ],
  is: (condition) => condition === "yes",
};

test("a name in braces is its value in a text, and nothing where there is none", () => {
  assert.equal(fillText("{name}/{count}/{none}/{ok}", scope), 'a "b" ü&c/7//true');
});

test("templates of others, with spaces or two braces, are left as they are", () => {
  for (const text of ["{{ value_json.co2 }}", "{}", "{ name }", "{Name}", "{na-me}", "a{b"]) {
    assert.equal(fillText(text, scope), text);
  }
});

test("what a value holds is not filled in again", () => {
  const tricky: Scope = { ...scope, valueOf: () => "{count}" };
  assert.equal(fillText("{name}", tricky), "{count}");
});

test("JSON has numbers as numbers, texts with their escapes, and null for what there is not", () => {
  const json = fillJson(
    { a: "{count}", b: "{name}", c: "x{count}", d: "{none}", e: [1, "{ok}"] },
    scope,
  );
  assert.equal(json, '{"a":7,"b":"a \\"b\\" ü&c","c":"x7","d":null,"e":[1,true]}');
  assert.equal(JSON.parse(json).b, values.name);
});

test("the values of a reading stand where they are asked for", () => {
  assert.equal(fillJson("{values}", scope), '{"co2":612,"voc":32}');
  assert.equal(fillJson({ ts: 1, "*": "" }, scope), '{"ts":1,"co2":612,"voc":32}');
  assert.equal(fillJson({ feeds: "{values}" }, scope), '{"feeds":{"co2":612,"voc":32}}');
});

test("a member with a condition is there only when it is so", () => {
  assert.equal(fillJson({ "a?yes": 1, "b?no": 2, c: { "d?no": 3 } }, scope), '{"a":1,"c":{}}');
});

test("conditions at the end, at the beginning and inside of each other leave no comma over", () => {
  const json = fillJson(
    {
      "a?no": 1,
      b: [{ "c?no": 1, "d?yes": { "e?no": 2, f: "{name}" } }],
      "*?no": "",
      "g?no": [1, 2],
    },
    scope,
  );
  assert.equal(json, '{"b":[{"d":{"f":"a \\"b\\" ü&c"}}]}');
  assert.equal(fillJson({ "a?no": 1 }, scope), "{}");
  assert.equal(fillJson([], scope), "[]");
});

test("commas and brackets in a value are left as they are", () => {
  const tricky: Scope = { ...scope, valueOf: () => "a,}],{x}" };
  assert.equal(fillJson({ a: "{name}", b: "x{name}" }, tricky), '{"a":"a,}],{x}","b":"xa,}],{x}"}');
});

test("a form is percent-encoded", () => {
  assert.equal(
    fillBody({ form: { key: "{name}", "*": "" } }, scope),
    "key=a%20%22b%22%20%C3%BC%26c&co2=612&voc=32",
  );
  assert.equal(fillBody({ text: "{count}" }, scope), "7");
});
