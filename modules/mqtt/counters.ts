// SPDX-License-Identifier: MIT

/** What a session has counted since it was made. */
export class SessionCounters {
  /** Attempts to connect, and those that ended with an accepted connection. */
  attempts = 0;
  connects = 0;
  /** Connections that resumed the broker's session. */
  resumed = 0;
  /** Accepted connections that were lost before they were stable, with nothing of ours on its way. */
  kicks = 0;
  /** Messages accepted by `publish`. */
  published = 0;
  /** Messages written to the network for the first time, and repeated with DUP. */
  sent = 0;
  resent = 0;
  /** QoS 1 and 2 messages confirmed by the broker. */
  delivered = 0;
  /** Unfinished QoS 2 messages started as new because the broker had lost the session. */
  restarted = 0;
  dropped = 0;
  replaced = 0;
  expired = 0;
  /** Messages given up because the broker ends connections at them. */
  refused = 0;
  /** Messages received, and of them: QoS 2 repetitions kept from the handlers. */
  received = 0;
  repeated = 0;
  /** Messages for which there was no handler. */
  unmatched = 0;
  /** Received messages dropped because they were too large. */
  oversize = 0;
  /** Acknowledgements for which nothing was waiting. */
  strayAcks = 0;
  /** Handlers that did not call `ack` in time. */
  lateAcks = 0;
  /** Exceptions thrown by callbacks of the application. */
  faults = 0;
  /** Births repeated because something else stood on the status topic. */
  rebirths = 0;
  /** Writes and deletions in the storage, and those that failed. */
  journalWrites = 0;
  journalErrors = 0;
}

/** The counters that are not 0, by name. */
export function counted(counters: Readonly<SessionCounters>): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const [name, count] of Object.entries(counters)) if (count !== 0) parts[name] = count;
  return parts;
}
