// SPDX-License-Identifier: MIT

/** What a board measures, in the order in which it is sent. */
export type Metric = "co2" | "voc" | "pressure" | "temperature" | "humidity";

/**
 * Text in which `{name}` stands for what the board, its user or its reading has to say. A text that is
 * nothing but one such name takes its value as it is: a number, or with `{values}` all values of a reading.
 */
export type Template = string;

/**
 * JSON with templates in its texts and names. A name `*` takes the values of a reading in its place, a name
 * `co2?co2` is there when the board has that value, `x?commands` when the platform may send commands.
 */
export type JsonTemplate =
  | Template
  | number
  | boolean
  | readonly JsonTemplate[]
  | { readonly [name: Template]: JsonTemplate };

/** A piece of JSON as text, and the value that follows it. */
export interface JsonPart {
  readonly text: string;
  /** Absent: none follows. */
  readonly name?: string;
  /** It is a value by itself, and not inside of a text. */
  readonly isBare?: true;
  /** There only when it is so; absent: always. */
  readonly only?: string;
}

/** What stands in a message. */
export type Body =
  | { readonly text: Template }
  | { readonly json: JsonTemplate }
  /** What `compiled` has made of `json`. */
  | { readonly parts: readonly JsonPart[] }
  /** `name=value&…`, percent-encoded. */
  | { readonly form: { readonly [name: string]: Template } };

/** A message to a platform. */
export interface Message {
  readonly topic: Template;
  readonly body: Body;
  /** In its place for a reading that comes late, so that it says when it was measured. */
  readonly late?: Body;
  /** Default: the highest of the platform. */
  readonly QoS?: 0 | 1;
  readonly retain?: true;
  /** One for each value that the board has. */
  readonly each?: true;
  /** Only when it is so, as in the names of `JsonTemplate`; `!` in front: only when it is not. */
  readonly only?: "commands" | "!commands";
}

/** What a message of the platform means; `topic` may end with `*`, which takes the rest. */
export type Route = { readonly topic: Template } & (
  | /** A line for the console, with the rules for commands from afar. */ { readonly does: "line" }
  | /** This line. */ { readonly does: "command"; readonly command: string }
  | /** This line with the number that came as `{value}`. */ {
      readonly does: "value";
      readonly command: Template;
    }
  | /** A method and its parameters; the method stands in the JSON or is the beginning of the rest. */ {
      readonly does: "call";
      readonly method: "json" | "topic";
    }
  | /** JSON with settings: the number of that name goes into the line as `{value}`. */ {
      readonly does: "settings";
      /** Name of the object that holds them; absent: they stand in the outermost. */
      readonly inside?: string;
      readonly settings: { readonly [name: string]: Template };
    }
  | /** Another address, where to connect from now on. */ {
      readonly does: "redirect";
      /** What the name of the host must end with. */
      readonly host: string;
    }
  | /** Somebody wants to know again what the board has announced. */ {
      readonly does: "greet";
      readonly text: string;
    }
  | /** The platform complains: it is told, and nothing is sent for so long, s. */ {
      readonly does: "complain";
      readonly pause: number;
    }
);

/** What is subscribed to, and what its messages mean: the first route that fits. */
export interface Downlink {
  readonly filter: Template;
  readonly QoS: 0 | 1;
  /** Subscribed to only where commands from afar are allowed. */
  readonly only?: "commands";
  readonly routes: readonly Route[];
}

/** A value that is stored for a platform, by the last part of its setting's name. */
export type AnswerName =
  | "host"
  | "user"
  | "key"
  | "device"
  | "channel"
  | "ca"
  | "cert"
  | "cert-key";

/** What a platform needs to know of its user. */
export interface Field {
  readonly name: AnswerName;
  /** As it is asked for. */
  readonly question: string;
  /** Used when nothing is said. Absent: something must be said, but for `optional`. */
  readonly standard?: Template;
  readonly optional?: true;
  readonly check: FieldCheck;
}

/**
 * What a value must be: "address" a host with or without port and `mqtt://` or `mqtts://`; "level" one
 * level of a topic; "label" letters, digits, `-`, `_`; "small" the same in small letters without `_`, and no
 * `-` at the ends; "digits"; "base64"; "certificates"; "any".
 */
export type FieldCheck =
  | "address"
  | "level"
  | "topic"
  | "label"
  | "small"
  | "digits"
  | "base64"
  | "certificates"
  | "any";

/** A connection that speaks MQTT. */
export interface MqttPart {
  /** How `host` is spoken to when it does not say; absent: it leads to the board's own broker, as the same user. */
  readonly scheme?: "mqtt" | "mqtts";
  /** Never without TLS. */
  readonly mustBeSecure?: true;
  /** Protocol that is offered by ALPN, and on which port. */
  readonly ALPN?: { readonly port: number; readonly protocol: string };
  readonly id: Template;
  readonly user?: Template;
  /** Text, or a token that is computed for so many seconds from the clock and the key. */
  readonly password?: Template | { readonly token: "azure-sas"; readonly lifetime: number };
  readonly clean: boolean;
  /** s. */
  readonly keepAlive: number;
  readonly will?: { readonly topic: Template; readonly text: string; readonly retain: boolean };
  readonly birth?: { readonly topic: Template; readonly text: string };
  readonly goodbye?: { readonly topic: Template; readonly text: string };
  /** Shortest time between two attempts to connect, s. */
  readonly pause: number;
}

/** Readings by HTTP. */
export interface HttpPart {
  readonly url: Template;
  readonly headers: readonly Template[];
  /** An answer of 200–299 with this text is no success; what it means. */
  readonly refusal?: { readonly text: string; readonly means: string };
}

/** What a platform allows. */
export interface Limits {
  /** Shortest time between two readings, s. */
  readonly interval: number;
  /** Values in a minute, together; a reading has up to five. */
  readonly valuesPerMinute?: number;
  /** Longest message with its topic, bytes. */
  readonly message: number;
  readonly QoS: 0 | 1;
  /** Readings that are kept while there is no connection, and s between two that are sent late. */
  readonly late?: { readonly count: number; readonly pace: number };
  /** What is sent is the mean of what was measured since, or the last. */
  readonly sends: "mean" | "last";
}

/** A platform: who it is, what it needs, and how it is spoken to. Data alone. */
export interface Profile {
  readonly name: string;
  readonly title: string;
  /** One line. */
  readonly about: string;
  /** What costs nothing, and as of when that was read; for docs/platforms.md. */
  readonly free: string;
  readonly asOf: string;
  readonly fields: readonly Field[];
  /** Neither: over the connection that the board has to its own broker. */
  readonly mqtt?: MqttPart;
  readonly http?: HttpPart;
  /** What a value is called there; a value that is not named is not sent. */
  readonly keys: { readonly [Name in Metric]?: string };
  /** Of the values of a reading that comes late, each as this instead of the number. */
  readonly lateValue?: Body;
  /** For each reading. */
  readonly readings: readonly Message[];
  /** After each connection, and when it has changed; in order. */
  readonly announces?: readonly Message[];
  /** After each connection, once. */
  readonly asks?: readonly Message[];
  /** After each connection, and after a change from afar: what holds now. */
  readonly reports?: readonly Message[];
  /** When the platform is left for good. */
  readonly leaves?: readonly Message[];
  readonly downlinks?: readonly Downlink[];
  /** Answer to a command; absent: only the log tells it. */
  readonly answer?: Message;
  readonly limits: Limits;
}
