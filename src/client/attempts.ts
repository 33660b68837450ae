/** The streams that a call has had: the present one, how often it was sent again and why, and what failures tell of the last. */
import type { ActiveStream, StreamEnding } from '#h2';
import type { AddressFault, CallFailure } from './call-face.ts';
import type { FailureSketch } from './call-failure.ts';
import type { ChannelConnection, ConnectionRecord } from './connection.ts';
import type { RetryPolicy, RetryVerdict } from './retry.ts';

const NO_ADDRESSES: readonly AddressFault[] = [];

export class Attempts {
  /** The present stream and its connection; both or neither. */
  stream: ActiveStream | undefined = undefined;
  connection: ChannelConnection | undefined = undefined;
  /** Of the last attempt, also when it is over. */
  #record: ConnectionRecord | undefined = undefined;
  #streamId = 0;
  #count = 0;
  #refusals = 0;
  #farewells = 0;

  begin(connection: ChannelConnection, stream: ActiveStream): void {
    this.connection = connection;
    this.stream = stream;
    this.#record = connection.info;
    this.#streamId = stream.id;
    this.#count++;
  }

  /** The present stream is over; the answer is the connection that it was on. */
  end(): ChannelConnection | undefined {
    const { connection } = this;
    this.stream = undefined;
    this.connection = undefined;
    return connection;
  }

  /** RST_STREAM, if there is a stream that is not over. `closed` follows synchronously. */
  reset(errorCode: number): void {
    if (this.stream !== undefined) this.connection?.engine.reset(this.stream, errorCode);
  }

  /** The server may send so many octets more. */
  consumed(octets: number): void {
    if (this.stream !== undefined) this.connection?.engine.consumed(this.stream, octets);
  }

  /** Whether the call is sent again; counts it if it is. */
  judge(policy: RetryPolicy, ending: StreamEnding, responseBegan: boolean, messagesDropped: boolean): RetryVerdict {
    const facts = { ending, responseBegan, messagesDropped, refusals: this.#refusals, farewells: this.#farewells };
    const verdict = policy.judge(facts);
    if (verdict.again && verdict.because === 'refused') this.#refusals++;
    if (verdict.again && verdict.because === 'farewell') this.#farewells++;
    return verdict;
  }

  /** The failure with everything that the attempts tell of it. */
  failure(sketch: FailureSketch): CallFailure {
    return {
      origin: sketch.origin,
      culprit: sketch.culprit,
      connection: this.#record,
      stream: this.#streamId,
      ending: sketch.ending,
      processed: sketch.processed,
      attempts: this.#count,
      notRetried: sketch.notRetried,
      addresses: sketch.addresses ?? NO_ADDRESSES,
    };
  }
}
