// SPDX-License-Identifier: MIT

import { frozen } from "../../base/frozen.ts";
import type { Command } from "../../console/command.ts";
import { UsageError } from "../../console/command-error.ts";
import { checkCount } from "../../console/command-words.ts";
import type { BoardPortal } from "../board-portal.ts";

/** What the command looks at and acts on. */
export interface PortalView {
  /** Set once the board is put together. */
  portal?: Pick<BoardPortal, "isOpen" | "text" | "keyText" | "open" | "close">;
}

/** The `portal` command. */
export const portalCommand: Command<PortalView> = frozen({
  name: "portal",
  help: "network of the board's own, with a page that sets it up",
  usage: "[on | off]",
  details: [
    "on   opens it: the board looks for networks, and says how to join its own and where the page is",
    "off  closes it; it closes by itself after 10 min, or when the board is set up",
  ].join("\n"),
  run: (words, { portal }) => {
    checkCount(words, 1);
    const [word] = words;
    if (!portal) return "closed";
    if (word === undefined)
      return portal.isOpen ? `${portal.text}\n${portal.keyText}` : portal.text;
    if (word === "off") return portal.close() ? "closed" : "it was closed";
    if (word !== "on") throw new UsageError(`portal does not know ${JSON.stringify(word)}`);
    portal.open();
    return `${portal.text}\n${portal.keyText}`;
  },
  complete: (words) => (words.length === 0 ? ["on", "off"] : []),
});
