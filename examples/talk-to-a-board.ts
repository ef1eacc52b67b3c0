// SPDX-License-Identifier: MIT

// Two boards: each greets the other over MQTT, which everybody on the broker can read, and asks it for its
// readings as its pair, which nobody else can read or forge.
// npm run example -- examples/talk-to-a-board.ts

import type { ExampleBoard } from "../modules/app/example/example-board.ts";

export default function (board: ExampleBoard): void {
  const other = board.id === "board-a" ? "board-b" : "board-a";

  board.onMessage(board.topic("hello"), (_topic, text) => board.log(`heard: ${text}`));

  board.every(20_000, () => {
    board.publish(`airpair/${other}/hello`, `good morning from ${board.id}`);
    board.ask(other, "readings", (isDone, text) => {
      board.log(isDone ? `${other} measures ${text}` : `${other} does not answer: ${text}`);
    });
  });
}
