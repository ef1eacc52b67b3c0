// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { cloudSettings } from "../../../modules/cloud/cloud-settings.ts";
import { findProfile, profiles } from "../../../modules/cloud/profile-list.ts";
import { profileNames } from "../../../modules/cloud/profile-names.ts";
import { findRetired, retiredPlatforms } from "../../../modules/cloud/retired-platforms.ts";

/** Everything in a value that is no data, or could be changed. */
function notData(value: unknown, path: string): string[] {
  if (typeof value === "function" || value === undefined) return [path];
  if (typeof value !== "object" || value === null) return [];
  const own = Object.isFrozen(value) ? [] : [path];
  return [
    ...own,
    ...Object.entries(value).flatMap(([key, each]) => notData(each, `${path}.${key}`)),
  ];
}

test("a profile is data alone, and frozen to its bottom, so that a board keeps it in flash", () => {
  assert.deepEqual(notData(profiles, ""), []);
});

test("the names in the settings are those of the profiles, in their order", () => {
  assert.deepEqual(
    [...profileNames],
    profiles.map(({ name }) => name),
  );
  assert.deepEqual(cloudSettings["platform.1.name"].choices, ["none", ...profileNames]);
  for (const name of profileNames) assert.equal(findProfile(name)?.name, name);
  assert.equal(findProfile("none"), undefined);
});

test("each profile has a line about itself, limits that hold, and questions for what it cannot know", () => {
  for (const { name, about, fields, limits, mqtt, http, keys, free, asOf } of profiles) {
    assert.ok(about.length > 10 && about.length < 70, name);
    assert.ok(free.length > 5 && /20\d\d/.test(asOf), name);
    assert.ok(limits.interval >= 1 && limits.message >= 1_000, name);
    assert.ok(Object.keys(keys).length === 5, name);
    const isOwn = mqtt?.scheme === undefined && !http;
    assert.equal(
      fields.some((field) => field.name === "host"),
      !isOwn,
      name,
    );
    // Whoever is asked for a secret is asked by the two names that are never shown.
    for (const field of fields) {
      const isKey = /key|token|password|credential/.test(field.question);
      assert.equal(isKey, field.name === "key" || field.name === "cert-key", field.question);
    }
  }
});

test("platforms that have ended are found by the names they had, with a date and another that lives", () => {
  for (const { names, end, instead } of retiredPlatforms) {
    for (const name of names) assert.ok(findRetired(name.toUpperCase()), name);
    assert.match(end, /20\d\d/);
    assert.ok(profileNames.some((name) => instead.includes(name)));
  }
  for (const name of [
    "pybytes",
    "cayenne",
    "iottweet",
    "dweet.io",
    "freeboard",
    "google-iot-core",
  ]) {
    assert.ok(findRetired(name), name);
    assert.equal(findProfile(name), undefined);
  }
  assert.equal(findRetired("thingsboard"), undefined);
});
