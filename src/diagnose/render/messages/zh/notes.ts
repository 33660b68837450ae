import type { Messages } from '../messages.ts';

export const notes: Messages['notes'] = {
  'no-request': '方法未知：没有抓到请求的头部字段',
  'no-service': '--proto 指定的文件中没有服务 {service}',
  'no-method': '--proto 指定的文件中，服务 {service} 没有方法 {method}',
  'no-type': '--proto 指定的文件中没有类型 {type}',
  'no-contents': '跟踪文件不含消息内容；请直接读取抓包文件',
  'not-protobuf': '内容是 {format}，不是 protobuf',
  'no-encoding': '消息经过压缩，但没有抓到 grpc-encoding',
  'unknown-encoding': '消息用 {encoding} 压缩，这里无法解压（支持 gzip 和 deflate）',
  damaged: '{encoding} 压缩数据已损坏',
  expands: '解压后超过 {bytesMax} 个字节，过大，不予显示',
  'cut-short': '在线路上被截断：共 {length} 个字节，只收到 {received} 个',
  beginning: '只保留了开头部分：共 {length} 个字节，保留 {kept} 个',
  malformed: '从第 {at} 个字节起与类型不符：.proto 文件版本不同，或内容不是 protobuf',
  'many-fields': '字段过多，没有全部显示',
};
