// SPDX-License-Identifier: MIT

// A topic to which anybody may write: the LED at pin 2 does what comes, and the board says what it has done.
// npm run example -- examples/own-topic.ts
// mosquitto_pub -t airpair/board-a/led -m on

import type { ExampleBoard } from "../modules/app/example/example-board.ts";

export default function (board: ExampleBoard): void {
  const led = board.output(2);

  board.onMessage(board.topic("led"), (_topic, text) => {
    if (text !== "on" && text !== "off") {
      board.log(`led takes on or off, not "${text}"`);
      return;
    }
    led.write(text === "on");
    // Retained, with QoS 1: whoever subscribes later knows it too.
    board.publish(board.topic("led/state"), text, { QoS: 1, retain: true });
  });
}
