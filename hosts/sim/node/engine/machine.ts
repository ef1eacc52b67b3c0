// SPDX-License-Identifier: MIT

/** What one turn of a machine brought and cost. */
export interface Turn {
  /** The frames that the firmware answered with. */
  readonly reply: Uint8Array;
  /** XS compute units of this turn; repeats exactly. 0 on Node. */
  readonly compute: number;
  /** Slots in use after this turn, garbage included. 0 on Node. */
  readonly heapCount: number;
  /** Bytes that the engine has taken from the PC for its heap so far. 0 on Node. */
  readonly allocated: number;
}

/** What an engine runs. */
export interface Program {
  /** One script. */
  readonly source: string;
  /** Its source map as JSON; without one, stack traces name lines of the script. */
  readonly map?: string | undefined;
  /** Path of a snapshot that XS took when it had loaded `source`; a machine then starts from it. */
  readonly snapshot?: string | undefined;
  /** Its modules keep nothing for themselves, so that all boards on Node may share one instance. */
  readonly isShared?: boolean;
}

export interface MachineOptions extends Program {
  /** Answers what the firmware must know at once. */
  readonly onCall: (command: Uint8Array) => Uint8Array;
  /** A line that the program printed. */
  readonly onPrint: (line: string) => void;
  /** The engine has ended by itself; never called after `close` or `kill`. */
  readonly onExit: (reason: string) => void;
}

/** A JavaScript engine with one program, which acts in turns. */
export interface Machine {
  /** Settles when the program has been loaded. */
  readonly loaded: Promise<Turn>;
  /** Runs one turn; turns asked for meanwhile wait. Rejects when the engine ends. */
  turn(command: Uint8Array): Promise<Turn>;
  /** Ends the engine after the present turn, or soon; settles when it is gone. */
  close(): Promise<void>;
  /** Ends the engine at once. */
  kill(): void;
}
