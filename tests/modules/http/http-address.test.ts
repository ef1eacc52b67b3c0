// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import {
  authorityOf,
  type HttpAddress,
  originOf,
  parseHttpAddress,
  resolveLocation,
  shownAddress,
} from "../../../modules/http/http-address.ts";

test("an address has scheme, host, port, path and query; what follows # is not sent", () => {
  const cases: [string, HttpAddress][] = [
    ["https://a.example", { host: "a.example", port: 443, secure: true, path: "/" }],
    [
      "HTTP://192.168.1.2:8080/x?y=1#z",
      { host: "192.168.1.2", port: 8080, secure: false, path: "/x?y=1" },
    ],
    ["http://a?y=/1", { host: "a", port: 80, secure: false, path: "/?y=/1" }],
    [
      "https://u:p%40@a/x@y:z",
      { host: "a", port: 443, secure: true, path: "/x@y:z", login: "u:p@" },
    ],
  ];
  for (const [text, address] of cases) assert.deepEqual(parseHttpAddress(text), address);
});

test("what is wrong with an address is said without repeating it", () => {
  for (const text of [
    ...[
      "",
      "a.example",
      "ftp://secret",
      "https://",
      "https://:1/",
      "https://secret:x",
      "http://a:0",
    ],
    ...[
      "http://[::1]/",
      "http://a b/",
      "http://a/secret word",
      "http://a/ü",
      "http://a/x\r\nEvil: 1",
    ],
    ...[`http://a/${"x".repeat(1_100)}`, "http://%zz@a/"],
  ]) {
    const why = parseHttpAddress(text);
    assert.equal(typeof why, "string", text);
    assert.ok(!String(why).includes("secret"));
  }
});

test("a place is resolved against the address that names it", () => {
  const base = parseHttpAddress("https://a.example:8443/one/two?x=1") as HttpAddress;
  const at = (location: string) => {
    const address = resolveLocation(base, location);
    return typeof address === "string" ? address : originOf(address) + address.path;
  };
  assert.equal(at("/three"), "https://a.example:8443/three");
  assert.equal(at("three"), "https://a.example:8443/one/three");
  assert.equal(at("?y=2"), "https://a.example:8443/one/two?y=2");
  assert.equal(at("//b/c"), "https://b/c");
  assert.equal(at("http://b:80/c"), "http://b/c");
  assert.match(at("mailto:x"), /does not begin with https/);
});

test("of an address only scheme, host and port are shown", () => {
  assert.equal(
    shownAddress("https://u:p@hooks.example/T0/B0/secret"),
    "https://********@hooks.example/********",
  );
  assert.equal(shownAddress("http://192.168.1.2:8080/"), "http://192.168.1.2:8080/");
  assert.equal(shownAddress("secret"), "********");
  assert.equal(shownAddress(""), "");
  assert.equal(authorityOf({ host: "a", port: 443, secure: true }), "a");
});
