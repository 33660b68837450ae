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
    title: 'The server gives its own calls more time than it has',
    explanation: [
      'The caller[ of {upstreamMethod}] had {upstreamTimeoutMs} left, but the server called {method} [!downstreamTimeoutMs:without a deadline][with {downstreamTimeoutMs}], and so in {calls:call|calls}.',
      'When the caller gives up, the work behind goes on for nobody.',
      '[?wasted:{wasted:call|calls} did, up to {outlivedMs} longer.]',
    ],
    proof:
      'Two hops in one capture: every call of one method runs inside a call that its sender serves, at least three of them, and the grpc-timeout of each exceeds what was left of the outer one (`longer`) or is missing (`none`). Likely, not certain: nothing on the wire ties the two together.',
    variants: {
      longer: {
        title: 'The server gives its own calls more time than it has',
        explanation: [
          'The caller[ of {upstreamMethod}] had {upstreamTimeoutMs} left, but the server called {method} with a deadline of {downstreamTimeoutMs}; so it was in {calls:call|calls}.',
          'The deadline of the caller is not passed on: when the caller gives up, the work behind goes on for nobody.',
          '[?wasted:{wasted:call|calls} did, up to {outlivedMs} longer.]',
        ],
      },
      none: {
        title: 'The server makes its own calls without a deadline',
        explanation: [
          'The caller[ of {upstreamMethod}] had {upstreamTimeoutMs} left, but the server called {method} without a deadline; so it was in {calls:call|calls}.',
          'The deadline of the caller is not passed on: when the caller gives up, the work behind goes on for nobody.',
          '[?wasted:{wasted:call|calls} did, up to {outlivedMs} longer.]',
        ],
      },
    },
  },
};
