/** Layer: sim. */
export {};
