/** Layer: server. */
export {};
