// SPDX-License-Identifier: MIT

import { parseHttpAddress } from "../../http/http-address.ts";
import { type HttpAnswer, HttpClient, type HttpOwner } from "../../http/http-client.ts";
import type { HttpError } from "../../http/http-error.ts";
import type { ProgramParts } from "../start/board-program.ts";

/** What has become of a request. */
export interface WebAnswer {
  /** 200 to 299: the server has taken it; 0: there is no answer. */
  readonly status: number;
  /** The first 512 bytes of what the server says, or why there is no answer. */
  readonly text: string;
}

/** Requests of an example to web servers, one at a time. */
export class ExampleWeb implements HttpOwner {
  readonly #client: HttpClient;
  #onAnswer: ((answer: WebAnswer) => void) | undefined;

  constructor({ network, timers }: Pick<ProgramParts["host"], "network" | "timers">) {
    this.#client = new HttpClient({ network, timers, secure: { certificateAuthorities: [] } });
  }

  /** Throws an Error for what is no address, and while another request has no answer. */
  post(url: string, body: string, onAnswer: (answer: WebAnswer) => void): void {
    const address = parseHttpAddress(url);
    if (typeof address === "string") throw new Error(address);
    if (this.#client.isBusy) throw new Error("a request is on its way; wait for its answer");
    this.#onAnswer = onAnswer;
    const type = /^[[{]/.test(body) ? "application/json" : "text/plain; charset=utf-8";
    this.#client.request(
      { method: "POST", address, headers: [], body: { text: body, type } },
      this,
    );
  }

  httpAnswered({ status, text }: HttpAnswer): void {
    this.answered({ status, text });
  }

  httpFailed({ message }: HttpError): void {
    this.answered({ status: 0, text: message });
  }

  close(): void {
    this.#client.close();
  }

  private answered(answer: WebAnswer): void {
    const onAnswer = this.#onAnswer;
    this.#onAnswer = undefined;
    onAnswer?.(answer);
  }
}
