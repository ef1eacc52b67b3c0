// SPDX-License-Identifier: MIT

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleFirmware } from "../hosts/sim/node/engine/bundle.ts";
import { XsMachine } from "../hosts/sim/node/engine/xs-machine.ts";
import { tlsSteps } from "./bench/tls-steps.ts";

const program = join(dirname(fileURLToPath(import.meta.url)), "bench", "xs", "counted-tls.ts");
/** Sockets of each kind that are opened for the count. */
const copies = 20;

/**
 * Slots that a connection takes on XS when it is a TLSSocket of `hosts/moddable` and no plain
 * socket: the socket, its buffers, what it gives the socket below, the host object of the engine,
 * and the options that it keeps, with one authority. What mbedTLS takes is not in the heap of XS.
 */
export async function countTLSSlots(): Promise<number> {
  let failure: string | undefined;
  const machine = new XsMachine({
    source: (await bundleFirmware(program)).source,
    onCall: () => new Uint8Array(),
    onPrint: () => {},
    onExit: (reason) => {
      failure = reason;
    },
  });
  try {
    const slotsOf = async (step: number) => {
      const open = async () => (await machine.turn(Uint8Array.of(step))).heapCount;
      // The first ones fill the caches of XS.
      let before = 0;
      for (let i = 0; i < copies; i++) before = await open();
      let after = before;
      for (let i = 0; i < copies; i++) after = await open();
      return (after - before) / copies;
    };
    const plain = await slotsOf(tlsSteps.openPlain);
    return Math.ceil((await slotsOf(tlsSteps.openSecure)) - plain);
  } catch (error) {
    throw new Error(`the count of TLS has failed: ${failure ?? error}`);
  } finally {
    await machine.close();
  }
}
