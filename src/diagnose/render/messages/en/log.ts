import type { FamilyTexts } from '../messages.ts';

export const log: FamilyTexts<'log'> = {
  'log/undecided': {
    title: 'A log line that several failures fit',
    explanation: [
      'A program reports an error of the connection or call[: {detail}], and its words fit several causes.',
    ],
    proof: 'A line whose words a program uses for more than one cause. The finding names them and what would decide.',
    variants: {},
  },
  'log/harmless': {
    title: 'Lines that look alarming and are harmless',
    explanation: ['A program notes something that belongs to the normal life of connections.'],
    proof: 'A line that is known to come without any failed call: health checks, connections that close after use.',
    variants: {},
  },
  'log/own-side': {
    title: 'The program ended the connection itself',
    explanation: ['The program that wrote the line closed the connection or channel, or used it after closing.'],
    proof: 'A line that a program writes only when its own application closed the connection or channel.',
    variants: {},
  },
  'log/proxy-decision': {
    title: 'A proxy decided the fate of the call',
    explanation: ['A timer, a limit, or missing backends or routes of the proxy ended the call[ ({flag})].'],
    proof: 'A response flag, termination state or error line of a proxy that names its own decision.',
    variants: {},
  },
};
