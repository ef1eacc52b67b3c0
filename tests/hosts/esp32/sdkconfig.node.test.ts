// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

const folder = new URL("../../../hosts/esp32/", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, folder), "utf8");

test("a release build watches the loop and starts again when it stands still; a debug build does not", () => {
  const { platforms } = JSON.parse(read("manifest.json")) as {
    platforms: Record<string, { build?: { SDKCONFIGPATH: string } }>;
  };
  const given = Object.entries(platforms).filter(([, { build }]) => build !== undefined);
  // Other targets may have a folder of their own, which this one would replace.
  assert.deepEqual(
    given.map(([platform]) => platform),
    ["esp32", "esp32/nodemcu", "esp32/esp32s3", "esp32/esp32c3"],
  );
  const folders = new Set(given.map(([, { build }]) => build?.SDKCONFIGPATH));
  assert.deepEqual([...folders], ["./sdkconfig"]);
  const options = optionsOf("sdkconfig/sdkconfig.defaults.release");
  for (const name of optionsOf("sdkconfig/sdkconfig.defaults").keys()) {
    assert.doesNotMatch(name, /WDT/);
  }
  const option = (name: string) => options.get(`CONFIG_ESP_TASK_WDT_${name}`);
  assert.deepEqual([option("EN"), option("INIT"), option("PANIC")], ["y", "y", "y"]);
  // ESP-IDF takes 1 to 60 s; an I2C transaction that waits takes 0.4, an answer of TLS some seconds.
  const seconds = Number(option("TIMEOUT_S"));
  assert.ok(seconds >= 15 && seconds <= 60, `${seconds} s`);
  // The SDK has an ESP32-S3 wait for a debugger after a crash, in a release build too.
  const crash = (name: string) => options.get(`CONFIG_ESP_SYSTEM_PANIC_${name}`);
  assert.deepEqual([crash("GDBSTUB"), crash("PRINT_REBOOT")], ["n", "y"]);
  // Only the loop is watched: a core without a pause is no fault.
  assert.deepEqual([option("CHECK_IDLE_TASK_CPU0"), option("CHECK_IDLE_TASK_CPU1")], ["n", "n"]);
});

/** The options of a file, by name. */
function optionsOf(path: string): Map<string, string> {
  // mcconfig leaves out lines with # in front, so "… is not set" would be no setting.
  const lines = read(path)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  for (const line of lines) assert.match(line, /^CONFIG_[A-Z0-9_]+=(y|n|\d+)$/);
  return new Map(lines.map((line) => line.split("=") as [string, string]));
}

test("a board asks its router for the address that it had before the start", () => {
  const options = optionsOf("sdkconfig/sdkconfig.defaults");
  assert.equal(options.get("CONFIG_LWIP_DHCP_RESTORE_LAST_IP"), "y");
});

test("every build has TLS 1.2 and 1.3 with tickets, public roots, and buffers that come and go", () => {
  const options = optionsOf("sdkconfig/sdkconfig.defaults");
  for (const name of [
    ...["SSL_PROTO_TLS1_2", "SSL_PROTO_TLS1_3", "CLIENT_SSL_SESSION_TICKETS"],
    ...["DYNAMIC_BUFFER", "CERTIFICATE_BUNDLE", "CERTIFICATE_BUNDLE_DEFAULT_CMN"],
    ...["HARDWARE_AES", "HARDWARE_MPI", "HARDWARE_SHA"],
  ]) {
    assert.equal(options.get(`CONFIG_MBEDTLS_${name}`), "y", name);
  }
  assert.equal(options.get("CONFIG_MBEDTLS_SSL_RENEGOTIATION"), "n");
});

test("every build has what pairing computes with", () => {
  const options = optionsOf("sdkconfig/sdkconfig.defaults");
  for (const name of ["CHACHA20_C", "CHACHAPOLY_C"]) {
    assert.equal(options.get(`CONFIG_MBEDTLS_${name}`), "y", name);
  }
  // On by default in ESP-IDF 6.
  for (const name of ["ECP_C", "ECDH_C", "ECP_DP_CURVE25519_ENABLED", "SHA256_C", "SHA512_C"]) {
    assert.notEqual(options.get(`CONFIG_MBEDTLS_${name}`), "n", name);
  }
});

test("what is left out for room is nothing that a server, a network or a pair of boards needs", () => {
  const options = optionsOf("sdkconfig/sdkconfig.defaults");
  const off = [...options].filter(([, value]) => value === "n").map(([name]) => name);
  for (const needed of [
    "SECP256R1",
    "SECP384R1",
    "SECP521R1",
    "CURVE25519",
    "WPA3",
    "SOFTAP_SUPPORT",
  ]) {
    assert.deepEqual(
      off.filter((name) => name.includes(needed)),
      [],
    );
  }
  assert.ok(off.includes("CONFIG_MBEDTLS_ECP_DP_BP256R1_ENABLED"));
});

test("the C of an ESP32-C3, whose code is longer, is compiled for room, ESP-IDF's and the SDK's", () => {
  const options = optionsOf("sdkconfig/sdkconfig.defaults");
  assert.equal(options.get("CONFIG_COMPILER_SAVE_RESTORE_LIBCALLS"), "y");
  const { platforms } = JSON.parse(read("manifest.json"));
  const flags: string = platforms["esp32/esp32c3"].build.C_FLAGS_SUBPLATFORM;
  // mcconfig would make one flag of two with a space between them.
  assert.deepEqual(flags.split("\t"), ["-msave-restore", "-malign-data=natural"]);
});

test("a crash in C is kept in the flash memory, in a table that has a place for it", () => {
  const options = optionsOf("sdkconfig/sdkconfig.defaults");
  assert.equal(options.get("CONFIG_ESP_COREDUMP_ENABLE_TO_FLASH"), "y");
  for (const table of ["ota/4mb.csv", "ota/8mb.csv"])
    assert.match(read(table), /^coredump, +data, coredump, +0x/m);
});

test("no C of ours prints a fraction or a number of 64 bits, which the small C library cannot", () => {
  const folders = [
    "",
    "ota/",
    "pulses/",
    "sniffer/",
    "../moddable/",
    "../moddable/crypto/",
    "../moddable/tls/",
  ];
  const files = folders.flatMap((name) =>
    readdirSync(new URL(name, folder))
      .filter((file) => /\.[ch]$/.test(file))
      .map((file) => name + file),
  );
  assert.ok(files.length > 10);
  for (const file of files)
    assert.doesNotMatch(read(file), /printf[^;]*"[^"]*%[-0-9.]*(ll|[efg])/, file);
});
