// SPDX-License-Identifier: MIT

// The listener of tcp.c, with the SDK's options.

import TCP from "embedded:io/socket/tcp";

export default class Listener @ "xs_listener_destructor" {
  constructor(options) @ "xs_listener_constructor";
  take(socket) @ "xs_listener_take";
  close() @ "xs_listener_close";
  get port() @ "xs_listener_port";

  /** A socket that is connected; undefined: nobody waits. */
  read() {
    return this.take(new TCP());
  }
}
