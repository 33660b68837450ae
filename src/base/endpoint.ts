/** One end of a TCP connection as the capture shows it: a textual IP address and a port. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** `127.0.0.1:50051`, or `[::1]:50051` for IPv6 (RFC 3986 §3.2.2 puts the brackets there). */
export function formatEndpoint(endpoint: Endpoint): string {
  const host = endpoint.address.includes(':') ? `[${endpoint.address}]` : endpoint.address;
  return `${host}:${endpoint.port}`;
}
