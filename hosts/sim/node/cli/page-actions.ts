// SPDX-License-Identifier: MIT

import type { Simulation } from "../simulation.ts";
import type { SimulationAction, SimulationState } from "../simulation-report.ts";

/** What the boards and their rooms are doing. */
export function stateOf(simulation: Simulation): SimulationState {
  return {
    boards: simulation.boards.map(({ id, isRunning, room }) => ({
      id,
      isPowered: isRunning,
      people: room.people,
      isWindowOpen: room.isWindowOpen,
      isPlugged: room.plug?.isIn,
      hasNetwork: room.hasNetwork,
    })),
    isBrokerUp: simulation.isBrokerUp,
    roots: simulation.roots,
  };
}

/** Does something to a board, its room or the broker. Rejects, in words, when it cannot be done. */
export async function act(simulation: Simulation, action: SimulationAction): Promise<void> {
  if (action.kind === "broker") {
    const { isBrokerUp } = simulation;
    if (isBrokerUp === undefined) {
      throw new Error("the broker is not this simulation's, and is not touched");
    }
    if (isBrokerUp !== action.value) await simulation.switchBroker();
    return;
  }
  const index = simulation.boards.findIndex(({ id }) => id === action.board);
  const board = simulation.boards[index];
  if (!board) throw new Error(`there is no simulated board "${action.board}"`);
  const { room } = board;
  if (action.kind === "people") room.people = action.value;
  else if (action.kind === "window") room.isWindowOpen = action.value;
  else if (action.kind === "access-point") room.hasNetwork = action.value;
  else if (action.kind === "power") {
    if (board.isRunning !== action.value) simulation.switchPower(index);
  } else if (room.plug) room.plug.isIn = action.value;
  else throw new Error("this board has no sensor that can be unplugged");
}
