/** The sentences of `describeProblem` (#capture) in Chinese. */
import type { CaptureProblem, ProblemKind } from '#capture';

/** Placeholders as in the English sentences. */
const sentences: Readonly<Record<ProblemKind, string>> = {
  'not-a-capture': '这是{what}，不是抓包文件。{advice}',
  compressed: '抓包仍为 gzip 压缩格式，请先解压：`gzip -d FILE`。',
  'truncated-file':
    '文件在偏移 {at} 处的{part}中间结束，缺少 {missing} 字节；之前的 {read} 个数据包已读取。文件是在写入过程中复制的，或磁盘已满。请先停止抓包程序再复制文件。',
  'absurd-length':
    '偏移 {at} 处的记录声称长度为 {length} 字节，而任何程序最多写 {limit} 字节。之前的 {read} 个数据包已读取，之后的均未读取。文件已损坏：请以二进制方式重新复制，或重新抓包。',
  'damaged-file':
    '文件在偏移 {at} 处的内容已损坏：{what}。之前的 {read} 个数据包已读取，之后的均未读取。请以二进制方式重新复制，或重新抓包。',
  'bad-block': '偏移 {at} 处类型为 {type} 的 pcapng 块已跳过（{reason}），其后的块已读取。问题出在写出该文件的程序。',
  'unknown-interface':
    '偏移 {at} 处的数据包 {packet} 属于接口 {interface}，而文件中没有该接口的描述，已跳过。文件可能是拼接而成的；拼接请使用 `mergecap`。',
  'too-many-interfaces': '从偏移 {at} 起，文件描述的接口超过 {limit} 个；多出接口的数据包已跳过。',
  'unknown-link-type':
    '无法读取链路类型为 {linkType}（{name}）的数据包，已跳过；第一个是数据包 {packet}，位于偏移 {at}。请在以太网或回环接口上抓包，或使用 `any`。',
  'snapped-packets':
    '{of} 个数据包中有 {count} 个在抓包时被截短，第一个是数据包 {packet}；其中缺少的 TCP 数据会报告为丢失。请抓取完整的数据包：`tcpdump -s 0`。',
  'dropped-packets':
    '抓包程序报告丢弃了 {count} 个数据包。请把过滤条件缩小到相关端口，或加大缓冲区：`tcpdump -B 16384`。',
  'no-packets': '该 {format} 抓包中没有任何数据包。请检查抓包程序的网络接口和过滤条件，以及抓包期间是否有流量。',
};

/** The English phrases that problems carry and that people meet most; any other one is shown as it is. */
const phrases: ReadonlyMap<string, string> = new Map([
  ['an empty file', '空文件'],
  ['a text file', '文本文件'],
  ['a JSON document', 'JSON 文档'],
  ['data of an unknown kind', '未知类型的数据'],
  ['a file of zeros', '全零文件'],
  ['a TLS key log', 'TLS 密钥日志'],
  ['a ZIP archive', 'ZIP 压缩包'],
  ['a tar archive', 'tar 归档'],
  ['an HTML page', 'HTML 页面'],
  ['a hex dump', '十六进制转储'],
  ['packets printed as text by tcpdump', 'tcpdump 以文本打印的数据包'],
  ['packets printed as text by tshark', 'tshark 以文本打印的数据包'],
  ['a Zstandard-compressed file', 'Zstandard 压缩文件'],
  ['an xz-compressed file', 'xz 压缩文件'],
  ['file header', '文件头'],
  ['packet', '数据包'],
  ['block', '块'],
  ['Unpack it first.', '请先解包。'],
  ['Decompress it first: `zstd -d FILE`.', '请先解压：`zstd -d FILE`。'],
  ['Decompress it first: `xz -d FILE`.', '请先解压：`xz -d FILE`。'],
  ['Convert it with `editcap -F pcapng IN OUT`.', '请用 `editcap -F pcapng IN OUT` 转换。'],
  ['It belongs beside the capture, not in its place.', '它应与抓包一起使用，不能代替抓包。'],
  ['The capturing program may not have run.', '抓包程序可能没有运行。'],
  [
    'Run the capturing program with `-w FILE`, so that it writes packets instead of text.',
    '请给抓包程序加上 `-w FILE`，使其写出数据包而不是文本。',
  ],
]);

export function describeCaptureProblem(problem: CaptureProblem): string {
  const { at, packet, params } = problem;
  const values: Readonly<Record<string, string | number>> = { ...params, at, packet };
  return sentences[problem.kind].replace(/\{(\w+)\}/g, (_, name: string) => valueText(values[name] ?? ''));
}

function valueText(value: string | number): string {
  return typeof value === 'string' ? (phrases.get(value) ?? value) : String(value);
}
