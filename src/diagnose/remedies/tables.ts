/** All remedy tables by stack. */
import type { RemedyTable } from './entry.ts';
import { grpcGo } from './grpc-go.ts';
import type { StackId } from './stacks.ts';

export const remedyTables: Readonly<Partial<Record<StackId, RemedyTable>>> = {
  'grpc-go': grpcGo,
};
