import type { FamilyTexts } from '../messages.ts';

export const deadline: FamilyTexts<'deadline'> = {
  'deadline/exceeded-by-handler': {
    title: 'The server did not answer within the deadline of {timeoutMs}',
    explanation: [
      '{streams:call|calls}[ of {method}] had a grpc-timeout of {timeoutMs} and no answer by then.',
      '[signal=reset:The client cancelled[ after {elapsedMs}].][signal=status:The server itself answered with status 4, DEADLINE_EXCEEDED[, after {elapsedMs}].]',
      '[The answer came {handlerMs} after the request, too late.]',
      '[A round trip takes {roundTripMs}: the time was spent in the server.]',
    ],
    proof:
      'The request carries grpc-timeout, and at that time the client resets the stream or the server answers with grpc-status 4.',
    variants: {},
  },
  'deadline/not-propagated': {
    title: 'The server gives its own call more time than it has',
    explanation: [
      'The caller had {upstreamTimeoutMs} left, but the server called {method} with {downstreamTimeoutMs}.',
      'When the caller gives up, the work behind goes on for nobody.',
    ],
    proof: 'Two hops in one capture: the grpc-timeout of the call that a server makes exceeds what is left of its own.',
    variants: {},
  },
};
