// SPDX-License-Identifier: MIT

import type { Rights } from "./rights.ts";
import type { Users } from "./users.ts";

/** A port with users and rights of its own. */
export interface Door {
  readonly name: string;
  readonly users: Pick<Users, "isRight">;
  readonly rights: Pick<Rights, "maySend" | "maySee" | "maySubscribe">;
  /** The user is the client identifier too, whatever the client says: none pushes another off. */
  readonly isUserTheClient: boolean;
}
