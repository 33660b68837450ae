/** Message compression (gRPC "Compression"): the algorithms are the platform's. */

export type Inflated =
  | { readonly kind: 'ok'; readonly bytes: Uint8Array }
  /** The message would be longer than `limitBytes`: work stopped there. */
  | { readonly kind: 'too-large' }
  | { readonly kind: 'corrupt'; readonly detail: string };

export interface Compression {
  /** The name in `grpc-encoding`: `gzip`, `deflate`. */
  readonly name: string;
  /**
   * `done` is called once: before this returns (small messages) or later (work in another thread). So a small message can
   * overtake a large one: who sends several keeps their order. `message` must not change until then.
   */
  compress(message: Uint8Array, done: (bytes: Uint8Array) => void): void;
  /** Never makes more than `limitBytes` octets. As with `compress`, a small message can overtake a large one. */
  decompress(message: Uint8Array, limitBytes: number, done: (result: Inflated) => void): void;
}
