// SPDX-License-Identifier: MIT

/** What an access point of a board is opened with. */
export interface OwnNetworkOptions {
  readonly SSID: string;
  /** Absent: whoever comes may join. */
  readonly password?: string;
}

/** Addresses of its network. */
const subnet = "192.168.4.";
const ownAddress = `${subnet}1`;
/** As many as ESP-IDF lets in by default. */
const maxGuests = 4;

/** The network that a simulated board makes itself, and those who join it. Its properties are the back door. */
export class OwnNetwork {
  #options: OwnNetworkOptions | undefined;
  #guests = 0;

  /** Undefined: it is not there. */
  get SSID(): string | undefined {
    return this.#options?.SSID;
  }

  /** "open" or "WPA2"; undefined: it is not there. */
  get security(): string | undefined {
    const { SSID, password } = this.#options ?? {};
    return SSID === undefined ? undefined : password === undefined ? "open" : "WPA2";
  }

  /** A phone joins: its address, or undefined when it is not let in. */
  join(password?: string): string | undefined {
    const isRight = this.#options?.password === undefined || this.#options.password === password;
    if (!this.#options || !isRight || this.#guests >= maxGuests) return undefined;
    return `${subnet}${2 + this.#guests++}`;
  }

  /** Throws what no radio takes, and when there is one already. */
  open(options: OwnNetworkOptions): void {
    const { SSID, password = "12345678" } = options;
    if (this.#options) throw new Error("there is an access point already");
    if (SSID.length < 1 || SSID.length > 32) throw new RangeError("SSID must have 1 to 32 bytes");
    if (password.length < 8 || password.length > 63) {
      throw new RangeError("a password must have 8 to 63 characters");
    }
    this.#options = options;
    this.#guests = 0;
  }

  close(): void {
    this.#options = undefined;
  }
}

export type VirtualAccessPointConstructor = new (options: OwnNetworkOptions) => VirtualAccessPoint;

/** Makes the class that opens the network of one simulated board. */
export function createAccessPoint(network: OwnNetwork): VirtualAccessPointConstructor {
  return class extends VirtualAccessPoint {
    constructor(options: OwnNetworkOptions) {
      super(options, network);
    }
  };
}

/** Opens a board's own network. */
export class VirtualAccessPoint {
  readonly #network: OwnNetwork;
  readonly address = ownAddress;

  constructor(options: OwnNetworkOptions, network: OwnNetwork) {
    this.#network = network;
    network.open(options);
  }

  serves(address: string | undefined): boolean {
    return address?.startsWith(subnet) === true;
  }

  close(): void {
    this.#network.close();
  }
}
