// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import test from "node:test";
import { Ajv, type ValidateFunction } from "ajv";
import { parse as parseYAML } from "yaml";
import { ClassFolder } from "../support/class-broker.ts";

const root = resolve(import.meta.dirname, "../..");
const deploy = join(root, "deploy");

interface Service {
  readonly image?: string;
  readonly restart?: string;
  readonly user?: string;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

interface Compose {
  readonly include?: readonly { readonly path: string }[];
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, unknown>>;
}

const composeFiles = readdirSync(deploy, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("compose.yaml"))
  .map((path) => join("deploy", path))
  .sort();

function textOf(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function composeOf(path: string): Compose {
  return parseYAML(textOf(path)) as Compose;
}

/** The JSON schema of the compose specification, as the linter dclint brings it. */
function composeSchema(): ValidateFunction {
  const folder = dirname(createRequire(import.meta.url).resolve("dclint/package.json"));
  const schema = JSON.parse(readFileSync(join(folder, "schemas/compose.schema.json"), "utf8"));
  // The name of its dialect lacks a character that Ajv wants.
  const { $schema: _, ...rest } = schema;
  return new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(rest);
}

const isCompose = composeSchema();

function problemsOf(text: string): string[] {
  isCompose(parseYAML(text));
  return (isCompose.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test("there is a compose file for each stack", () => {
  assert.deepEqual(composeFiles, [
    "deploy/grafana/compose.yaml",
    "deploy/home-assistant/compose.yaml",
    "deploy/mosquitto/compose.yaml",
    "deploy/thingsboard/compose.yaml",
  ]);
});

for (const path of composeFiles) {
  test(`${path} is one by the schema of the compose specification`, () => {
    assert.deepEqual(problemsOf(textOf(path)), []);
  });

  test(`every way to spoil ${path} that is tried is found by the schema`, () => {
    const text = textOf(path);
    const spoiled = [
      text.replace("services:", "servces:"),
      text.replace(/^( +)image: .*/m, "$1image: [a]"),
      text.replace(/^( +)restart: .*/m, "$1restarts: always"),
      text.replace(/^( +)ports:$/m, "$1port:"),
    ];
    for (const each of spoiled) {
      assert.notEqual(each, text);
      assert.notDeepEqual(problemsOf(each), [], each.slice(0, 400));
    }
  });

  test(`${path} says of each image which version it is, and starts it again after a fault`, () => {
    for (const [name, { image = "", restart }] of Object.entries(composeOf(path).services)) {
      assert.match(image, /:(\d+\.\d+[\w.-]*|\d+|stable)$/, name);
      assert.equal(restart, "unless-stopped", name);
    }
  });

  test(`every file that ${path} takes into a container is there, and every volume is declared`, () => {
    const { services, volumes = {} } = composeOf(path);
    const made = ["./data"];
    for (const [name, service] of Object.entries(services)) {
      for (const volume of service.volumes ?? []) {
        const [, source = ""] = /^(\$\{[^}]*\}[^:]*|[^:]*):/.exec(volume) ?? [];
        if (source.startsWith("${")) continue;
        if (!source.startsWith("."))
          assert.ok(Object.hasOwn(volumes, source), `${name}: ${volume}`);
        else if (!made.includes(source)) {
          assert.ok(existsSync(join(root, dirname(path), source)), `${name}: ${volume}`);
        }
      }
    }
  });
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}` in a text; true: it must be given. */
function variablesIn(text: string): Map<string, boolean> {
  const found = new Map<string, boolean>();
  for (const [, name = "", rest = ""] of text.matchAll(/\$\{(\w+)(:-[^}]*|:\?[^}]*|)\}/g)) {
    found.set(name, (found.get(name) ?? false) || !rest.startsWith(":-"));
  }
  return found;
}

test("what compose files must be given stands in the file that npm run class writes for it", () => {
  const folder = new ClassFolder();
  folder.write();
  const given = new Map(
    folder
      .read(".env")
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const [, name = "", value = ""] = /^(\w+)='(.+)'$/.exec(line) ?? [];
        return [name, value];
      }),
  );
  assert.equal(given.get("BROKER_FOLDER"), folder.folder);
  assert.equal(given.get("BROKER_USER"), "1000:1000");
  assert.equal(given.get("TELEGRAF_PASSWORD"), folder.list.people.telegraf);
  const asked = composeFiles.flatMap((path) => [...variablesIn(textOf(path))]);
  const needed = new Set(asked.filter(([, isNeeded]) => isNeeded).map(([name]) => name));
  assert.ok(needed.size >= 4);
  assert.deepEqual(
    [...needed].filter((name) => !given.has(name)),
    [],
  );
  folder.remove();
});

test("the compose file of a class is that of deploy/mosquitto, and so are its rights", () => {
  const folder = new ClassFolder();
  folder.write();
  assert.equal(folder.read("compose.yaml"), textOf("deploy/mosquitto/compose.yaml"));
  for (const name of ["config/mosquitto.conf", "config/people.acl"]) {
    assert.equal(folder.read(name), textOf(`deploy/mosquitto/${name}`));
  }
  assert.ok(
    folder.read("config/boards.acl").startsWith(textOf("deploy/mosquitto/config/boards.acl")),
  );
  folder.remove();
  const plain = new ClassFolder();
  plain.write({ isPlain: true });
  assert.deepEqual(problemsOf(plain.read("compose.yaml")), []);
  const ports = (parseYAML(plain.read("compose.yaml")) as Compose).services.mosquitto?.ports;
  assert.deepEqual(ports, ["1883:1883", "8884:8884"]);
  plain.remove();
});

test("stacks that need the broker include that of a class, wherever it is", () => {
  for (const name of ["grafana", "home-assistant"]) {
    const { include = [] } = composeOf(`deploy/${name}/compose.yaml`);
    const [, usual = ""] =
      /^\$\{BROKER_FOLDER:-(.*)\}\/compose\.yaml$/.exec(include[0]?.path ?? "") ?? [];
    // The folder that npm run class takes when nothing else is said.
    assert.equal(relative(root, resolve(deploy, name, usual)), "class");
  }
});
