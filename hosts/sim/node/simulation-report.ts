// SPDX-License-Identifier: MIT

/** What can be done to one simulated board and its room. */
export interface SimulatedBoardState {
  readonly id: string;
  readonly isPowered: boolean;
  /** Breathing in the room. */
  readonly people: number;
  readonly isWindowOpen: boolean;
  /** The first sensor answers; undefined: it has none that can be unplugged. */
  readonly isPlugged: boolean | undefined;
  /** The access point of the lab sends. */
  readonly hasNetwork: boolean;
  /** Time since its start, in its own time, s; undefined: it has no power, or has not said anything. */
  readonly up: number | undefined;
  /** Its gas sensor, as the board says; undefined: it has not said anything. */
  readonly sensor: SimulatedSensor | undefined;
  /** The boards with which it is paired. */
  readonly peers: readonly SimulatedPeer[];
}

export interface SimulatedSensor {
  /** "warming", "run-in", "ready", "fault", "absent" and so on. */
  readonly state: string;
  /** Until its values are settled. */
  readonly minutesLeft: number | undefined;
  /** What is wrong, in the board's words. */
  readonly reason: string | undefined;
}

export interface SimulatedPeer {
  readonly id: string;
  /** When a message came last, ms since 1970; undefined: none since the start. */
  readonly heardAt: number | undefined;
  /** It is silent, or has said goodbye. */
  readonly isAway: boolean;
}

/** A simulation as whoever steers it sees it. */
export interface SimulationState {
  readonly boards: readonly SimulatedBoardState[];
  /** Undefined: the broker is somebody else's. */
  readonly isBrokerUp: boolean | undefined;
  /** First levels of the topics of the boards. */
  readonly roots: readonly string[];
}

/** One thing to do; for the broker there is no board. */
export type SimulationAction =
  | { readonly kind: "people"; readonly board: string; readonly value: number }
  | {
      readonly kind: "window" | "sensor" | "access-point" | "power";
      readonly board: string;
      readonly value: boolean;
    }
  /** With the board that `value` names. */
  | { readonly kind: "pair"; readonly board: string; readonly value: string }
  | { readonly kind: "unpair"; readonly board: string; readonly value: string }
  | { readonly kind: "broker"; readonly value: boolean };

/** From the simulation to the process of the page. */
export type SimulationReport =
  | {
      /** The first. */
      readonly kind: "start";
      readonly broker: string;
      /** First levels of the topics of the boards. */
      readonly roots: readonly string[];
      /** Whose boards they are. */
      readonly source: string;
      /** PEM. */
      readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
    }
  | { readonly kind: "state"; readonly state: SimulationState }
  | {
      readonly kind: "done";
      readonly number: number;
      readonly error: string | undefined;
      /** What there is to say about it. */
      readonly text?: string | undefined;
    };

/** From the process of the page to the simulation. */
export type SimulationRequest =
  | { readonly kind: "act"; readonly number: number; readonly action: SimulationAction }
  | { readonly kind: "listening"; readonly address: string }
  | { readonly kind: "notice"; readonly text: string };

export const mostPeople = 30;
const switches: readonly string[] = ["window", "sensor", "access-point", "power"];

/** Checks what came from outside; text: why it is no action. */
export function parseAction(value: unknown): SimulationAction | string {
  if (typeof value !== "object" || value === null) return "an action is an object";
  const { kind, board, value: given } = value as Record<string, unknown>;
  const isPairing = kind === "pair" || kind === "unpair";
  const isSwitch = typeof kind === "string" && switches.includes(kind);
  if (kind !== "people" && kind !== "broker" && !isPairing && !isSwitch)
    return "there is no such action";
  if (kind === "broker" && typeof given === "boolean") return { kind, value: given };
  if (kind !== "broker" && typeof board !== "string") return "board: the name of one";
  if (isPairing) {
    // It is typed on a console, where it must not be more than a name.
    const isName = typeof given === "string" && /^[!-~]{1,32}$/.test(given);
    return isName ? { kind, board: board as string, value: given } : "value: the name of a board";
  }
  if (kind === "people") {
    const isCount =
      Number.isInteger(given) && (given as number) >= 0 && (given as number) <= mostPeople;
    if (isCount) return { kind, board: board as string, value: given as number };
    return `value: a whole number of people from 0 to ${mostPeople}`;
  }
  if (typeof given !== "boolean") return "value: true or false";
  return { kind: kind as "window", board: board as string, value: given };
}
