// The service lab.Echo as a descriptor of protobuf-es, for clients and servers that want typed methods.
import { create, createFileRegistry } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema, file_google_protobuf_wrappers } from '@bufbuild/protobuf/wkt';

const type = '.google.protobuf.StringValue';
const method = (name, clientStreaming, serverStreaming) => ({ name, inputType: type, outputType: type, clientStreaming, serverStreaming });
const file = create(FileDescriptorProtoSchema, {
  name: 'lab.proto',
  package: 'lab',
  syntax: 'proto3',
  dependency: ['google/protobuf/wrappers.proto'],
  service: [
    {
      name: 'Echo',
      method: [method('Unary', false, false), method('Stream', false, true), method('Upload', true, false), method('Bidi', true, true)],
    },
  ],
});
const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: [file_google_protobuf_wrappers.proto, file] }));
export const Echo = registry.getService('lab.Echo');
