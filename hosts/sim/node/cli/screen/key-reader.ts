// SPDX-License-Identifier: MIT

/** A key by name, or the character that it types. */
export type Key =
  | { readonly kind: "character"; readonly text: string }
  | { readonly kind: KeyName };

export type KeyName =
  | "up"
  | "down"
  | "page-up"
  | "page-down"
  | "home"
  | "end"
  | "enter"
  | "backspace"
  | "escape"
  | "interrupt"
  | "erase-line"
  | "redraw";

const controls: Readonly<Record<string, KeyName>> = Object.freeze({
  "\x03": "interrupt",
  "\x04": "interrupt",
  "\x0c": "redraw",
  "\x15": "erase-line",
  "\r": "enter",
  "\n": "enter",
  "\x7f": "backspace",
  "\b": "backspace",
});

const sequences: Readonly<Record<string, KeyName>> = Object.freeze({
  "[A": "up",
  OA: "up",
  "[B": "down",
  OB: "down",
  "[5~": "page-up",
  "[6~": "page-down",
  "[H": "home",
  OH: "home",
  "[1~": "home",
  "[F": "end",
  OF: "end",
  "[4~": "end",
});

const escapeCode = "\x1b";

/** Makes keys of what a terminal sends. An Esc that nothing follows in the same piece is the key. */
export class KeyReader {
  readonly #decoder = new TextDecoder();
  /** Of a sequence that was cut. */
  #rest = "";

  take(bytes: Uint8Array): Key[] {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    this.#rest = "";
    const keys: Key[] = [];
    for (let at = 0; at < text.length; ) at += this.next(text.slice(at), keys);
    return keys;
  }

  /** Adds the first key of `text`; returns its length. */
  private next(text: string, keys: Key[]): number {
    const [first = ""] = text;
    const control = controls[first];
    if (first === escapeCode) return this.nextSequence(text, keys);
    if (control !== undefined) keys.push({ kind: control });
    else if (first >= " " && !(first >= "\x80" && first < "\xa0")) {
      keys.push({ kind: "character", text: first });
    }
    return first.length;
  }

  private nextSequence(text: string, keys: Key[]): number {
    if (text === escapeCode) {
      keys.push({ kind: "escape" });
      return 1;
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it begins with Esc
    const [whole, sequence = ""] = /^\x1b(\[[0-9;?]*[@-~]|O[@-~])/.exec(text) ?? [];
    if (whole === undefined) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it begins with Esc
      if (/^\x1b(\[[0-9;?]*|O)$/.test(text)) {
        this.#rest = text;
        return text.length;
      }
      keys.push({ kind: "escape" });
      return 1;
    }
    const name = Object.hasOwn(sequences, sequence) ? sequences[sequence] : undefined;
    if (name !== undefined) keys.push({ kind: name });
    return whole.length;
  }
}
