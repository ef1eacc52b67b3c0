// SPDX-License-Identifier: MIT

import type { SimBoard } from "../board/board.ts";
import type { Simulation } from "../simulation.ts";
import type { SimulatedSensor, SimulationAction, SimulationState } from "../simulation-report.ts";
import type { FleetTrace } from "./fleet-trace.ts";
import { pairByConsole, unpairByConsole } from "./pair-by-console.ts";

/** What the boards and their rooms are doing. */
export function stateOf(simulation: Simulation, trace: FleetTrace): SimulationState {
  return {
    boards: simulation.boards.map(({ id, isRunning, room }, index) => ({
      id,
      isPowered: isRunning,
      people: room.people,
      isWindowOpen: room.isWindowOpen,
      isPlugged: room.plug?.isIn,
      hasNetwork: room.hasNetwork,
      up: isRunning ? trace.stateOf(id).up : undefined,
      sensor: isRunning ? sensorOf(trace, id) : undefined,
      peers: simulation
        .peersOf(index)
        .map((name) => ({ id: name, ...trace.stateOf(id).peer(name) })),
    })),
    isBrokerUp: simulation.isBrokerUp,
    roots: simulation.roots,
  };
}

function sensorOf(trace: FleetTrace, id: string): SimulatedSensor | undefined {
  const { sensor } = trace.stateOf(id);
  if (!sensor) return undefined;
  const { kind: state, minutesLeft, reason } = sensor;
  return { state, minutesLeft, reason };
}

/**
 * Does something to a board, its room or the broker; returns what there is to say about it. Rejects, in
 * words, when it cannot be done.
 */
export async function act(
  simulation: Simulation,
  trace: FleetTrace,
  action: SimulationAction,
): Promise<string | undefined> {
  if (action.kind === "broker") {
    const { isBrokerUp } = simulation;
    if (isBrokerUp === undefined) {
      throw new Error("the broker is not this simulation's, and is not touched");
    }
    if (isBrokerUp !== action.value) await simulation.switchBroker();
    return undefined;
  }
  const index = indexOf(simulation, action.board);
  const board = simulation.boards[index] as SimBoard;
  if (action.kind === "pair") {
    const other = simulation.boards[indexOf(simulation, action.value)] as SimBoard;
    return pairByConsole(trace, board, other);
  }
  // A peer may be another simulator's.
  if (action.kind === "unpair") return unpairByConsole(trace, board, action.value);
  const { room } = board;
  if (action.kind === "people") room.people = action.value;
  else if (action.kind === "window") room.isWindowOpen = action.value;
  else if (action.kind === "access-point") room.hasNetwork = action.value;
  else if (action.kind === "power") {
    if (board.isRunning !== action.value) simulation.switchPower(index);
  } else if (room.plug) room.plug.isIn = action.value;
  else throw new Error("this board has no sensor that can be unplugged");
  return undefined;
}

function indexOf({ boards }: Simulation, name: string): number {
  const index = boards.findIndex(({ id }) => id === name);
  if (index < 0) throw new Error(`there is no simulated board "${name}"`);
  return index;
}
