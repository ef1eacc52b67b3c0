// SPDX-License-Identifier: MIT

import { isTooDeep } from "../../base/json-depth.ts";
import { parseNamed } from "../../base/named-json.ts";
import { decodeUtf8 } from "../../base/utf8.ts";

/** A command as it came over MQTT, or why it is none. */
export type RemoteCommand =
  | { readonly line: string; readonly id: string | number | undefined }
  | { readonly refused: string; readonly id: string | number | undefined };

/** Longest message, bytes. */
const longestMessage = 512;
/** Longest `id`, characters: it comes back in the reply. */
const longestId = 64;

/** Names in a message. XS keeps every property name for ever that its parser has once seen. */
const names = Object.freeze(["id", "command"]);

/**
 * Reads a message: plain text, or `{"id":…,"command":"…"}`, with line ends behind it or not. Never throws.
 * Undefined: it is empty, as one that deletes a retained message.
 */
export function decodeRemoteCommand(payload: Uint8Array): RemoteCommand | undefined {
  if (payload.length > longestMessage) {
    return refused(`command of ${payload.length} bytes refused; ${longestMessage} allowed`);
  }
  const text = decodeUtf8(payload);
  if (text === undefined) return refused("the command is not UTF-8");
  const line = withoutEnd(text);
  if (line.trim() === "") return undefined;
  if (!line.trimStart().startsWith("{")) return { line, id: undefined };
  if (isTooDeep(text)) return refused("the command is nested too deeply");
  const message = parseNamed(text, names) as { id?: unknown; command?: unknown } | undefined;
  if (message === undefined) return refused("the command is not JSON");
  const { id, command } = message;
  if (id !== undefined && !isId(id)) {
    return refused(`"id" must be a number, or text of at most ${longestId} characters`);
  }
  if (typeof command === "string") return { line: withoutEnd(command), id };
  return { refused: '"command" must be text', id };
}

/** A number that JSON has no digits for, such as 1e999, would come back as null. */
function isId(id: unknown): id is string | number {
  return typeof id === "string" ? id.length <= longestId : Number.isFinite(id);
}

function withoutEnd(text: string): string {
  return text.replace(/[\r\n]+$/, "");
}

function refused(text: string): RemoteCommand {
  return { refused: text, id: undefined };
}
