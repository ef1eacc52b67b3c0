// SPDX-License-Identifier: MIT

// biome-ignore lint/style/useNodejsImportProtocol: a module of the SDK, not of Node
import Net from "net";
import { ipv4Of } from "../../modules/base/ipv4.ts";

/** The name servers of the network that the board is in. */
export class NameServers {
  /** Those of a fixed address; empty: DHCP says which. */
  fixed: readonly string[] = [];

  /** IPv4 addresses, as they are now. */
  list(): readonly string[] {
    const all = this.fixed.length > 0 ? this.fixed : Net.get("DNS");
    return all.filter((address) => ipv4Of(address) !== undefined);
  }
}
