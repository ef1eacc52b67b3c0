// SPDX-License-Identifier: MIT

import { AccessPoints, labNetwork } from "../../../virtual/access-points.ts";
import { Air } from "../../../virtual/air.ts";
import { CCS811Chip } from "../../../virtual/chips/ccs811.ts";
import { DHTChip } from "../../../virtual/chips/dht.ts";
import { I2CBus, type VirtualChip } from "../../../virtual/i2c-bus.ts";
import { OwnNetwork } from "../../../virtual/own-network.ts";
import { createPulseSource } from "../../../virtual/pulse-source.ts";
import { createSniffer } from "../../../virtual/sniffer.ts";
import { createWiFi } from "../../../virtual/wifi.ts";
import type { SimClock } from "../engine/sim-clock.ts";
import type { CallBus } from "./board-calls.ts";
import { BoardPins } from "./board-pins.ts";
import { BoardRoom, type Plug } from "./board-room.ts";
import type { FrameBridgeOptions } from "./frame-bridge.ts";
import { chipsOf, hasWired, usualSensors } from "./sensor-choice.ts";
import { BusPlug, powerCycle, WirePlug } from "./sensor-plug.ts";
import type { BridgedWiFi } from "./wifi-bridge.ts";

/** The simulated hardware of one board, as the board needs it. */
export interface SimHardware {
  readonly bus: CallBus;
  readonly pins: Pick<BoardPins, "read" | "write" | "watch" | "unwatch" | "clear" | "onSeen">;
  readonly room: BoardRoom;
  /** Nothing is on the wire for pulses. */
  readonly withoutPulses: boolean;
  /** The network that it makes itself. */
  readonly ownNetwork: OwnNetwork;
  openWiFi(onChanged: () => void): BridgedWiFi;
  /** Listens to all Wi-Fi frames of a channel. */
  readonly openFrames: FrameBridgeOptions["open"];
  /** Answers one start signal of `startLow` ms on a pin: the widths in µs, or nothing. */
  capture(
    pin: number,
    startLow: number,
    onCaptured: (widths: Uint16Array | undefined) => void,
  ): void;
  /** Power is back: the chips know nothing of before. */
  powerUp(): void;
  close(): void;
}

export interface HardwareOptions {
  readonly seed: number;
  readonly MAC: string;
  readonly clock: SimClock;
  /** Names of the sensors, as `sensorsOf` gives them; default: the usual ones. */
  readonly sensors?: readonly string[] | undefined;
}

/** GPIO of the DHT22, as the firmware's host has it. */
const pulsePin = 4;

/** Puts a board together: chips on a bus in a room, and the networks around it. */
export function createHardware(options: HardwareOptions): SimHardware {
  const { seed, MAC, clock, sensors = usualSensors } = options;
  const bus = new I2CBus();
  const air = new Air({ seed });
  const chips = chipsOf(sensors, { time: clock, air, seed });
  for (const chip of chips) bus.attach(chip);
  const withoutPulses = !hasWired(sensors);
  const wired = new Map<number, DHTChip>();
  if (!withoutPulses) wired.set(pulsePin, new DHTChip({ time: clock, air, seed }));
  const Pulses = createPulseSource({ chips: wired, timers: clock });
  const accessPoints = AccessPoints.around(seed);
  // As the board's storage: it has been on the lab's network before.
  const accessPoint = accessPoints.named(labNetwork.SSID);
  accessPoint?.lease(MAC);
  const radio = { accessPoints, time: clock, timers: clock };
  const WiFi = createWiFi({ ...radio, MAC, seed });
  const Sniffer = createSniffer(radio);
  const gas = chips.find((chip) => chip instanceof CCS811Chip);
  const pins = new BoardPins({ bus, gas, time: clock, timers: clock });
  return {
    bus,
    pins,
    room: new BoardRoom({
      air,
      time: clock,
      accessPoint,
      button: pins,
      plug: plugOf(sensors, { bus, chips, wired }),
    }),
    withoutPulses,
    ownNetwork: new OwnNetwork(),
    openWiFi: (onChanged) => new WiFi({ onChanged }),
    openFrames: (channel, onFrame) => new Sniffer({ channel, onFrame }),
    capture(pin, startLow, onCaptured) {
      const source = new Pulses({ pin });
      source.capture(startLow, (widths) => {
        source.close();
        onCaptured(widths);
      });
    },
    powerUp: () => chips.forEach(powerCycle),
    close: () => {},
  };
}

interface Wiring {
  readonly bus: I2CBus;
  readonly chips: readonly VirtualChip[];
  readonly wired: Map<number, DHTChip>;
}

/** The first sensor on I2C, or else the one on a wire of its own. */
function plugOf(names: readonly string[], { bus, chips, wired }: Wiring): Plug | undefined {
  const [chip] = chips;
  const name = names.find((each) => !chip || !hasWired([each]))?.toUpperCase() ?? "";
  if (chip) return new BusPlug(name, bus, chip);
  const [place] = wired;
  return place && new WirePlug(name, wired, place);
}
