// SPDX-License-Identifier: MIT

/** First byte of a command to a counted program, and what follows. */
export const steps = Object.freeze({
  /** Does nothing: what a turn costs by itself. */
  nothing: 0,
  /** 1: with the largest window instead of the default. Creates and starts what is measured. */
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
  /** Publishes a payload with QoS 0; three bytes of length, and goes on as there is room. */
  send: 8,
  /** The socket says that there is a byte, and then has none. */
  nothingArrives: 9,
  /** The socket's part of sending, by itself: three bytes of length. */
  socketWrite: 10,
  /** The socket's part of receiving, by itself: bytes as they would arrive. */
  socketRead: 11,
});

/** Room of the socket, bytes. */
export const socketRoom = 8_192;
/** Bytes that arrive at a time of a long message: what a TCP segment carries. */
export const segment = 1_460;

/** Topic and payload of every measured message: those of a reading. */
export const benchTopic = "airpair/board-a/reading";
export const benchPayload =
  '{"office_sensor":{"co2":412,"voc":30,"bmp P":1012,"bmp temp":23,"dht temp":24,"dht RH":42}}';
/** Where the rated board is sent messages, with the QoS behind it. */
export const receivedTopic = "airpair/board-b/reading/";
