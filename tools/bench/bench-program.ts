// SPDX-License-Identifier: MIT

/** First byte of a command to the counted session, and what follows. */
export const steps = Object.freeze({
  /** Does nothing: what a turn costs by itself. */
  nothing: 0,
  /** 1: with the largest window instead of the default. Creates and starts the session. */
  open: 1,
  /** QoS, count. */
  publish: 2,
  /** QoS, 1: the handler acknowledges later. */
  subscribe: 3,
  /** The handler acknowledges everything. */
  acknowledge: 4,
  /** The socket has room. */
  writable: 5,
  /** Bytes arrive. */
  arrive: 6,
  /** So many ms go by. */
  time: 7,
});

/** Topic and payload of every measured message: those of a reading. */
export const benchTopic = "airpair/board-a/reading";
export const benchPayload =
  '{"office_sensor":{"co2":412,"voc":30,"bmp P":1012,"bmp temp":23,"dht temp":24,"dht RH":42}}';
/** Where the rated board is sent messages, with the QoS behind it. */
export const receivedTopic = "airpair/board-b/reading/";
