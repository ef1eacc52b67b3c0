// SPDX-License-Identifier: MIT

import { OptionError } from "../option-error.ts";

/**
 * A broker's address, with the password that was asked for when it has a user and no password, and
 * somebody is there to answer.
 */
export async function withPassword(url: URL | undefined): Promise<URL | undefined> {
  const { stdin, stderr } = process;
  if (!url || url.username === "" || url.password !== "" || !stdin.isTTY) return url;
  const question = `password of ${decodeURIComponent(url.username)} at ${url.host}: `;
  const password = await askPassword(question, stdin, (text) => stderr.write(text));
  const whole = new URL(url);
  whole.password = encodeURIComponent(password);
  return whole;
}

/** A terminal, of which keys can be taken one by one. */
export interface Keyboard {
  setRawMode(isRaw: boolean): unknown;
  on(event: "data", take: (bytes: Uint8Array) => void): unknown;
  off(event: "data", take: (bytes: Uint8Array) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

const interrupt = "\x03";
const endOfInput = "\x04";
const erasing: readonly string[] = ["\x7f", "\b"];
const ending: readonly string[] = ["\r", "\n"];

/**
 * Asks for a password, which is not shown: on a command line npm would show it and keep it in its
 * log. Rejects with OptionError after Ctrl-C or Ctrl-D.
 */
export function askPassword(
  question: string,
  keyboard: Keyboard,
  write: (text: string) => void,
): Promise<string> {
  const decoder = new TextDecoder();
  const typed: string[] = [];
  write(question);
  return new Promise((done, fail) => {
    const take = (bytes: Uint8Array) => {
      for (const key of decoder.decode(bytes, { stream: true })) {
        if (erasing.includes(key)) typed.pop();
        else if (key >= " ") typed.push(key);
        else if ([interrupt, endOfInput, ...ending].includes(key)) {
          finish();
          if (ending.includes(key)) done(typed.join(""));
          else fail(new OptionError("no password was given"));
          return;
        }
      }
    };
    const finish = () => {
      keyboard.off("data", take);
      keyboard.setRawMode(false);
      keyboard.pause();
      write("\n");
    };
    keyboard.setRawMode(true);
    keyboard.on("data", take);
    keyboard.resume();
  });
}
