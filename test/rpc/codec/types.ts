/** The types that the tests of the codec go through. */
import type { DescMessage } from '@bufbuild/protobuf';
import { AnySchema, TimestampSchema, ValueSchema } from '@bufbuild/protobuf/wkt';
import * as edition from './fixtures/edition_pb.ts';
import * as three from './fixtures/three_pb.ts';
import * as two from './fixtures/two_pb.ts';

export { edition, three, two };

/** Compiled: whatever they hold is encoded and decoded without the library. */
export const plainTypes: readonly DescMessage[] = [
  three.EmptySchema,
  three.LeafSchema,
  three.BlobSchema,
  three.ScalarsSchema,
  three.TextsSchema,
  three.OptionalsSchema,
  three.ListsSchema,
  three.MapsSchema,
  three.ChoicesSchema,
  three.TreeSchema,
  three.KnownSchema,
  three.WrappersSchema,
  three.ManySchema,
  three.FewSchema,
  three.NamesSchema,
  two.DefaultsSchema,
  two.ClosedSchema,
  two.RequiredSchema,
  two.StrangerSchema,
  edition.PresenceSchema,
  edition.ImplicitSchema,
  edition.EncodingsSchema,
  AnySchema,
  TimestampSchema,
  ValueSchema,
];

/** Left to the library, for what they are or may hold. */
export const otherTypes: readonly DescMessage[] = [
  three.JsonSchema,
  three.HoldsJsonSchema,
  two.GroupedSchema,
  edition.DelimitedSchema,
];

export const allTypes: readonly DescMessage[] = [...plainTypes, ...otherTypes];
