/** Layer 7: the adapters to Node: files, pipes, signals; clock, sockets, TLS, names, compression. */
export type { InputFault } from './fault.ts';
export { type InflatedMessage, inflateMessage } from './inflate.ts';
export { Input, openInput, STANDARD_INPUT } from './input.ts';
export * from './net/index.ts';
export { Output } from './output.ts';
export { isSameFile, OutputFile } from './output-file.ts';
export { processStandardInput, type StandardInput } from './standard-input.ts';
export { nodeTlsCrypto } from './tls-crypto.ts';
