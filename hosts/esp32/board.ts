// SPDX-License-Identifier: MIT

/** What is fixed on a kind of board. Pins are numbers of GPIO. */
export interface ESP32Board {
  /** What images are made for. */
  readonly name: string;
  /** Bus of the sensors; `timeout`: for so long a bus that is held blocks, ms. */
  readonly i2c: {
    readonly data: number;
    readonly clock: number;
    readonly port?: number;
    readonly timeout: number;
  };
  /** Data line of a DHT sensor. */
  readonly pulses: { readonly pin: number };
  /** Switch of the antenna: high for the one at the socket; absent: there is none. */
  readonly antenna?: { readonly pin: number };
  /** Pins that the chip has not, that it only reads, or that the board itself needs. */
  readonly reserved: readonly number[];
  /** UART of the USB connector. */
  readonly serial: {
    readonly port: number;
    readonly receive: number;
    readonly transmit: number;
    readonly baud: number;
  };
  /** Its LED and its button, as `board.led` and `board.button` have them by default. */
  readonly defaults?: { readonly "board.led"?: string; readonly "board.button"?: string };
}
