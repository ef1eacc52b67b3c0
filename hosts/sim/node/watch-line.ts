// SPDX-License-Identifier: MIT

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w.:@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * The command with which all boards at a broker can be watched from another terminal. A password is
 * taken from the shell's variable `PASSWORD`, so that it is not shown.
 */
export function watchLine(broker: URL, port: number): string {
  const words = ["mosquitto_sub", "-h", quoted(broker.hostname), "-p", `${port}`];
  if (broker.username !== "") words.push("-u", quoted(decodeURIComponent(broker.username)));
  if (broker.password !== "") words.push("-P", '"$PASSWORD"');
  return [...words, "-t", "'airpair/#'", "-v"].join(" ");
}
