// SPDX-License-Identifier: MIT

/** The MQTT client of an installed SDK, as far as it is used here. */
declare module "embedded:network/mqtt/client" {
  import type { BareClient } from "./client-application.ts";

  const MQTTClient: new (options: {
    readonly host: string;
    readonly id: string;
    readonly keepAlive: number;
    readonly dns: object;
    readonly socket: object;
    readonly onReadable: (count: number, info: { readonly more: boolean }) => void;
    readonly onWritable: (count: number) => void;
    readonly onControl: () => void;
  }) => BareClient;
  export default MQTTClient;
}
