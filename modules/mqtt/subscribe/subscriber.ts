// SPDX-License-Identifier: MIT

import type { SubscribeOptions } from "./mqtt-message.ts";

/** One call of `subscribe`; several may share a filter. */
export interface Subscriber {
  readonly options: SubscribeOptions;
  closed: boolean;
}
