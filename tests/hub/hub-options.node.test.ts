// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import test from "node:test";
import { parseHubOptions } from "../../hub/hub-options.ts";

const usual = {
  listen: "0.0.0.0",
  folder: "class",
  firmware: "build/image",
  newClass: { boards: 30, id: "board", address: undefined, isPlain: false, given: [] },
  broker: undefined,
  credentials: { ca: undefined, cert: undefined, key: undefined },
  port: 8_080,
  imagePort: 8_070,
  ports: undefined,
};

test("the options are read, and without any the usual ones hold", () => {
  assert.deepEqual(parseHubOptions([]), usual);
  assert.equal(parseHubOptions(["--help"]), "help");
  const own = ["--listen", "192.168.1.10", "--folder", "x", "--boards", "5", "--plain"];
  const ports = ["--ports", "1883,0", "--port", "9000", "--image-port", "0", "--firmware", "f"];
  assert.deepEqual(parseHubOptions([...own, ...ports, "--id", "room", "--address", "Pi.local"]), {
    ...usual,
    listen: "192.168.1.10",
    folder: "x",
    firmware: "f",
    newClass: {
      boards: 5,
      id: "room",
      address: "pi.local",
      isPlain: true,
      given: ["--boards", "--id", "--address", "--plain"],
    },
    port: 9_000,
    imagePort: 0,
    ports: { boards: 1_883, people: 0 },
  });
});

test("localhost means the address that the page and the certificate have, too", () => {
  assert.deepEqual(parseHubOptions(["--listen", "localhost"]), { ...usual, listen: "127.0.0.1" });
});

test("another broker is taken with its certificate, and its password is in no message", () => {
  const options = parseHubOptions(["--broker", "mqtts://u:geheim@host", "--ca", "ca.pem"]);
  assert.ok(options !== "help");
  assert.equal(options.broker?.host, "host:8883");
  assert.equal(options.credentials.ca, "ca.pem");
  assert.throws(
    () => parseHubOptions(["--broker", "http://u:geheim@host"]),
    (error: Error) => /^--broker takes/.test(error.message) && !/geheim/.test(error.message),
  );
});

test("what is wrong with an option is said in one line", () => {
  const wrong: [string[], RegExp][] = [
    [["--boards", "0"], /^OptionError: --boards takes a whole number from 1 to 200/],
    [["--listen", "home"], /^OptionError: --listen takes an address of this PC.*not "home"$/],
    [["--ports", "1883"], /^OptionError: --ports takes two, for boards and for people/],
    [["--ports", "1,2,3"], /^OptionError: --ports takes two/],
    [["--ports", "a,1"], /^OptionError: --ports takes a whole number from 0 to 65535/],
    [["--address", "192.168.1.300"], /^OptionError: --address takes a name or an IPv4 address/],
    [["--id", "+"], /^OptionError: --id takes/],
    [["--ca", "x"], /^OptionError: --ca, --cert and --key are for --broker$/],
    [
      ["--broker", "mqtt://h", "--boards", "3"],
      /^OptionError: --boards is for the hub's own broker/,
    ],
    [["--broker", "mqtt://h", "--ports", "1,2"], /^OptionError: --ports is for the hub's own/],
    [["--prot", "1"], /^OptionError: Unknown option '--prot'; npm run hub help lists the options$/],
  ];
  for (const [args, message] of wrong) assert.throws(() => parseHubOptions(args), message);
});
