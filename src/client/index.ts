/** Layer: client. */
export {};
