/** Layer: runtime. */
export {};
