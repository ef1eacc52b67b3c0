// SPDX-License-Identifier: MIT

/** The topics of one board. */
export interface BoardTopics {
  /** Its readings. */
  readonly reading: string;
  /** The readings with everything else that is known about them. */
  readonly extended: string;
  /** How the board itself is, retained. */
  readonly health: string;
  /** With whom it is paired. */
  readonly pairs: string;
  /** `online` or `offline`, retained; also its last will. */
  readonly status: string;
  /** Commands for it. */
  readonly command: string;
  /** Its answers. */
  readonly reply: string;
  /** Asks for an update of its firmware. */
  readonly update: string;
  /** A word that keeps a board that sleeps awake, retained by whoever wants that. */
  readonly awake: string;
}

/** Topics below `root/id`; both are valid topic text, which the settings take care of. */
export function boardTopics(root: string, id: string): BoardTopics {
  const base = `${root}/${id}`;
  return {
    reading: `${base}/reading`,
    extended: `${base}/extended`,
    health: `${base}/health`,
    pairs: `${base}/pairs`,
    status: `${base}/status`,
    command: `${base}/command`,
    reply: `${base}/reply`,
    update: `${base}/update`,
    awake: `${base}/awake`,
  };
}

/** The id a board has when nobody has named it: `airpair-` and the last six digits of its MAC. */
export function defaultBoardId(MAC: string): string {
  return `airpair-${MAC.replaceAll(":", "").toLowerCase().slice(-6)}`;
}
