/** Layer: rpc. */
export {};
