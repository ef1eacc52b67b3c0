// SPDX-License-Identifier: MIT

import { AppError, type ErrorFacts } from "../base/app-error.ts";

/** What an MQTT error tells, apart from the stack. */
export interface MqttErrorFacts extends ErrorFacts {
  /** Number of the MQTT 3.1.1 statement that was broken, such as "MQTT-2.2.2-2". */
  readonly statement?: string | undefined;
  /** Name of the argument that is wrong, such as "topic" or "will.topic". */
  readonly argument?: string | undefined;
}

/**
 * Every error of the MQTT part. Codes of the codec: "mqtt/malformed" (a packet that MQTT 3.1.1 does
 * not allow arrived), "mqtt/unexpected" (a packet that is not allowed now, or not from a broker),
 * "mqtt/too-large" (legal, but over a limit of ours), "mqtt/illegal" (an argument of a call).
 */
export class MqttError extends AppError {
  /** Number of the MQTT 3.1.1 statement that was broken, such as "MQTT-2.2.2-2". */
  readonly statement: string | undefined;
  /** Name of the argument that is wrong; only for errors of a call. */
  readonly argument: string | undefined;

  constructor(facts: MqttErrorFacts) {
    super(facts);
    this.statement = facts.statement;
    this.argument = facts.argument;
  }

  override get name(): string {
    return "MqttError";
  }
}

/** The error for an argument of a call that breaks a rule: code "mqtt/illegal". */
export function illegal(argument: string, why: string, statement?: string): MqttError {
  return new MqttError({
    code: "mqtt/illegal",
    what: `${argument} is not legal`,
    why: statement === undefined ? why : `${why} [${statement}]`,
    statement,
    argument,
  });
}

/** A packet does not fit into the free part of the send buffer now, or not at all. */
export function noRoom(packet: string, room: number): MqttError {
  return new MqttError({
    code: "mqtt/no-room",
    what: `there is no room for ${packet}`,
    why: `${room} bytes are free`,
    todo: "wait for onWritable, write in pieces, or make sendBuffer larger",
  });
}

/** A call that the state of the client does not allow. */
export function notAllowed(what: string, why: string): MqttError {
  return new MqttError({ code: "mqtt/not-allowed", what, why });
}
