// SPDX-License-Identifier: MIT

/** Bytes before the question (RFC 1035, section 4.1.1). */
const headerLength = 12;
/** Longest name with its lengths, and longest label (section 2.3.4). */
const maxNameLength = 255;
const maxLabelLength = 63;
const typeA = 1;
const classIN = 1;
/** Records of an answer that are looked at. */
const maxRecords = 32;

/** What a reply says: an IPv4 address, that there is none, or that this server does not know. */
export type DNSAnswer = { readonly address: string } | "none" | "failed";

/**
 * The question for the IPv4 address of a name (type A, class IN, recursion wanted), with a number
 * that the reply repeats. Undefined when the name cannot be in a question.
 */
export function encodeQuestion(id: number, name: string): Uint8Array | undefined {
  const labels = name.endsWith(".") ? name.slice(0, -1).split(".") : name.split(".");
  const length = labels.reduce((sum, label) => sum + 1 + label.length, 1);
  if (length > maxNameLength) return undefined;
  const bytes = new Uint8Array(headerLength + length + 4);
  bytes.set([id >> 8, id, 1, 0, 0, 1]);
  let at = headerLength;
  for (const label of labels) {
    if (label.length === 0 || label.length > maxLabelLength) return undefined;
    bytes[at++] = label.length;
    for (let i = 0; i < label.length; i++) {
      const code = label.charCodeAt(i);
      if (code <= 0x20 || code >= 0x7f) return undefined;
      bytes[at++] = code;
    }
  }
  bytes.set([0, typeA, 0, classIN], at + 1);
  return bytes;
}

/**
 * What a datagram answers to `question`; undefined when it is no answer to it. Total on any bytes.
 * The first address in the answers is taken, whatever alias it belongs to.
 */
export function decodeAnswer(bytes: Uint8Array, question: Uint8Array): DNSAnswer | undefined {
  const word = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const flags = word(2);
  const isReply = (flags & 0x8000) !== 0 && (flags & 0x7800) === 0 && word(4) === 1;
  if (!isReply || !repeats(bytes, question)) return undefined;
  const code = flags & 0x0f;
  if (code === 3) return "none";
  if (code !== 0) return "failed";
  let at = question.length;
  const count = Math.min(word(6), maxRecords);
  for (let i = 0; i < count; i++) {
    const record = endOfName(bytes, at);
    if (record === undefined || record + 10 > bytes.length) return "failed";
    const end = record + 10 + word(record + 8);
    if (end > bytes.length) return "failed";
    // Multicast DNS has a flag in the uppermost bit of the class.
    const isAddress = word(record) === typeA && (word(record + 2) & 0x7fff) === classIN;
    if (isAddress && end === record + 14) {
      return { address: Array.from(bytes.subarray(record + 10, end)).join(".") };
    }
    at = end;
  }
  // Cut off by the size of a datagram: the address may have been in the rest.
  return (flags & 0x0200) !== 0 ? "failed" : "none";
}

/** The number and the question of ours, in whatever case. */
function repeats(bytes: Uint8Array, question: Uint8Array): boolean {
  if (bytes.length < question.length) return false;
  if (bytes[0] !== question[0] || bytes[1] !== question[1]) return false;
  for (let i = headerLength; i < question.length; i++) {
    if (lower(bytes[i] ?? 0) !== lower(question[i] ?? 0)) return false;
  }
  return true;
}

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

/** Where a name ends, which may end in a pointer; undefined when it does not (section 4.1.4). */
function endOfName(bytes: Uint8Array, start: number): number | undefined {
  let at = start;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    if (length === 0) return at + 1;
    if (length >= 0xc0) return at + 2;
    if (length > maxLabelLength) return undefined;
    at += 1 + length;
  }
  return undefined;
}
