// SPDX-License-Identifier: MIT

import type { CredentialFiles } from "./credentials.ts";

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The command with which all boards at a broker can be watched from another terminal. A password is
 * taken from the shell's variable `PASSWORD`, so that it is not shown.
 */
export function watchLine(broker: URL, port: number, files?: CredentialFiles): string {
  const words = ["mosquitto_sub", "-h", quoted(broker.hostname), "-p", `${port}`];
  if (broker.username !== "") words.push("-u", quoted(decodeURIComponent(broker.username)));
  if (broker.password !== "") words.push("-P", '"$PASSWORD"');
  if (files?.ca !== undefined) words.push("--cafile", quoted(files.ca));
  if (files?.cert !== undefined) words.push("--cert", quoted(files.cert));
  if (files?.key !== undefined) words.push("--key", quoted(files.key));
  return [...words, "-t", "'airpair/#'", "-v"].join(" ");
}
