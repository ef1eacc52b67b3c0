// SPDX-License-Identifier: MIT

// Sends the reading of every minute to a web server, by HTTP.
// npm run echo, in another terminal, is such a server; its first line says where it is.
// npm run example -- examples/http-post.ts

import type { Reading } from "../modules/air-quality/reading.ts";
import type { ExampleBoard } from "../modules/app/example/example-board.ts";

/** Where the server is; https:// works as well. */
const url = "http://127.0.0.1:8090/air";

export default function (board: ExampleBoard): void {
  let last: Reading | undefined;
  board.onReading((reading) => {
    last = reading;
  });

  board.every(60_000, () => {
    if (last?.co2 === undefined) return;
    const { co2, voc, temperature } = last;
    board.post(url, { board: board.id, co2, voc, temperature }, ({ status, text }) => {
      board.log(status === 0 ? `not sent: ${text}` : `the server answers ${status}`);
    });
  });
}
