/** What can be wrong with received messages, as values: the peer made the mistake, or the limit is ours. */
import { Status, type StatusCode } from '../status.ts';

export type MessageFault =
  /** The prefix announces more octets than are allowed. */
  | { readonly kind: 'too-large'; readonly announcedBytes: number; readonly allowedBytes: number }
  /** The first octet of a prefix is neither 0 nor 1: these are no gRPC messages. */
  | { readonly kind: 'bad-flag'; readonly flag: number }
  /** The data ended within a prefix (`announcedBytes` is undefined then) or within a message. */
  | { readonly kind: 'truncated'; readonly receivedBytes: number; readonly announcedBytes: number | undefined };

/** The status of a call that ends for it (gRPC "Status codes and their use in gRPC"). */
export function statusOfMessageFault(fault: MessageFault): StatusCode {
  return fault.kind === 'too-large' ? Status.RESOURCE_EXHAUSTED : Status.INTERNAL;
}

/** One English sentence with the numbers. */
export function messageFaultText(fault: MessageFault): string {
  switch (fault.kind) {
    case 'too-large':
      return `a message of ${fault.announcedBytes} octets is announced where at most ${fault.allowedBytes} are allowed`;
    case 'bad-flag':
      return `a message begins with octet ${fault.flag} where gRPC has 0 or 1: the body is not gRPC`;
    case 'truncated':
      if (fault.announcedBytes === undefined) {
        return `the data ended after ${fault.receivedBytes} of the 5 octets before a message`;
      }
      return `the data ended after ${fault.receivedBytes} of a message's ${fault.announcedBytes} octets`;
  }
}
