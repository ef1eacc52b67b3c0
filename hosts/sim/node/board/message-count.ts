// SPDX-License-Identifier: MIT

/** First byte of a CONNECT packet (MQTT 3.1.1, section 3.1): so a client's stream begins. */
const connect = 0x10;
/** Packet type of PUBLISH. */
const publish = 3;
/** "GET ": so a WebSocket begins. */
const letterG = 0x47;
const endOfHead = "\r\n\r\n";

/** Takes the bytes of one direction as they come, in pieces of any length. */
interface Stream {
  take(byte: number): void;
}

/** Finds the PUBLISH packets in a stream of MQTT. */
class PacketStream implements Stream {
  readonly #onPublish: () => void;
  #type: number | undefined;
  #length = 0;
  #shift = 0;
  #left = 0;

  constructor(onPublish: () => void) {
    this.#onPublish = onPublish;
  }

  take(byte: number): void {
    if (this.#left > 0) this.#left--;
    else if (this.#type === undefined) {
      this.#type = byte >> 4;
      this.#length = 0;
      this.#shift = 0;
    } else {
      this.#length += (byte & 0x7f) << this.#shift;
      this.#shift += 7;
      if (byte & 0x80) return;
      if (this.#type === publish) this.#onPublish();
      this.#left = this.#length;
      this.#type = undefined;
    }
  }
}

/** The payload of a WebSocket's binary frames (RFC 6455, section 5.2), behind the head of HTTP. */
class FrameStream implements Stream {
  readonly #inner: Stream;
  #head = "";
  #isOpen = false;
  /** Bytes of the frame's own head so far. */
  #start: number[] = [];
  #isData = false;
  #mask: readonly number[] = [];
  #left = 0;
  #at = 0;

  constructor(inner: Stream) {
    this.#inner = inner;
  }

  take(byte: number): void {
    if (!this.#isOpen) this.takeHead(byte);
    else if (this.#left > 0) {
      this.#left--;
      if (this.#isData) this.#inner.take(byte ^ (this.#mask[this.#at++ & 3] ?? 0));
    } else this.takeStart(byte);
  }

  private takeHead(byte: number): void {
    this.#head = (this.#head + String.fromCharCode(byte)).slice(-endOfHead.length);
    this.#isOpen = this.#head === endOfHead;
  }

  private takeStart(byte: number): void {
    const start = this.#start;
    start.push(byte);
    const [first = 0, second = 0] = start;
    if (start.length < 2) return;
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const maskBytes = second & 0x80 ? 4 : 0;
    if (start.length < 2 + lengthBytes + maskBytes) return;
    const length = start.slice(2, 2 + lengthBytes).reduce((sum, each) => sum * 256 + each, 0);
    this.#left = lengthBytes === 0 ? short : length;
    this.#mask = start.slice(2 + lengthBytes);
    this.#at = 0;
    // Control frames have an opcode from 8 on.
    this.#isData = (first & 0x0f) < 8;
    this.#start = [];
  }
}

/** How many messages a board has sent and received, on all of its connections. */
export interface MessageTotals {
  sent: number;
  received: number;
}

/** Counts the MQTT messages of one connection; one of something else has none. */
export class MessageCount {
  readonly #totals: MessageTotals;
  #out: Stream | undefined;
  #in: Stream | undefined;
  #isOther = false;

  constructor(totals: MessageTotals) {
    this.#totals = totals;
  }

  sent(bytes: Uint8Array): void {
    if (!this.#out && !this.#isOther) this.begin(bytes[0]);
    const stream = this.#out;
    if (stream) for (const byte of bytes) stream.take(byte);
  }

  received(bytes: Uint8Array): void {
    const stream = this.#in;
    if (stream) for (const byte of bytes) stream.take(byte);
  }

  private begin(first: number | undefined): void {
    if (first === undefined) return;
    const totals = this.#totals;
    const out = new PacketStream(() => totals.sent++);
    const into = new PacketStream(() => totals.received++);
    if (first === connect) {
      this.#out = out;
      this.#in = into;
    } else if (first === letterG) {
      this.#out = new FrameStream(out);
      this.#in = new FrameStream(into);
    } else this.#isOther = true;
  }
}
