// SPDX-License-Identifier: MIT

/** The network that a board makes itself. */
export interface AccessPointOptions {
  /** 1–32 bytes. */
  readonly SSID: string;
  /** 8–63 characters, for WPA2; absent: whoever comes may join. */
  readonly password?: string;
}

/**
 * An access point of the board, beside whatever else its radio does: there is one radio, so its channel is that of the
 * network that the board has joined. Whoever joins gets an address, and the board's as that of the router and
 * of the name server.
 */
export interface AccessPoint {
  /** IPv4 address of the board in its own network. */
  readonly address: string;
  /** Whether an address is one of its own network; undefined: of a connection that does not tell it. */
  serves(address: string | undefined): boolean;
  /** Sends everybody away. */
  close(): void;
}

export type AccessPointConstructor = new (options: AccessPointOptions) => AccessPoint;

export interface AccessPointProvider {
  readonly io: AccessPointConstructor;
}
