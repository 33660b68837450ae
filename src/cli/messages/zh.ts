/** What the commands themselves say, in Chinese. */
import { describeCaptureProblem } from './capture-zh.ts';
import type { KeyTrouble, Messages } from './en.ts';

const keyTroubles: Readonly<Record<KeyTrouble, (sessions: number) => string>> = {
  'no-keys': (sessions) => `密钥日志中没有与其 client random 对应的行；日志里是另外 ${sessions} 个连接的密钥`,
  'missing-secret': () => '密钥日志中有它们的行，但缺少双方应用数据的密钥',
  'wrong-keys': () => '密钥日志中的密钥打不开任何一条记录',
  unsupported: () => '此处不支持其 TLS 版本或密码套件（支持使用 GCM、ChaCha20 或 CBC 的 TLS 1.2 和 1.3）',
  'handshake-not-captured': () => '握手的一部分没有抓到',
  'lost-place': () => '有数据包缺失，且未能找到下一条完整的记录',
};

export const zh: Messages = {
  help: {
    titles: { 'Usage:': '用法：', 'Arguments:': '参数：', 'Options:': '选项：', 'Commands:': '命令：' },
    program: '说明 gRPC 或 HTTP/2 连接为何中断：给出作为证据的帧，以及能解决问题的配置项。',
    programAfter: `
示例：
  calmwire explain trace.pcapng
  tcpdump -i any -U -w - tcp | calmwire explain -     按 Ctrl-C 结束抓包并显示报告
  calmwire frames trace.pcapng --connection 3

"calmwire <命令> --help" 显示详细说明。`,
    explain: '说明抓包中出了什么问题、责任在谁、该改什么',
    explainAbout: '说明抓包中出了什么问题：原因、责任方、作为证据的帧、受影响的调用，以及应修改的配置项。',
    explainAfter: `
FILE 是抓包文件（pcap 或 pcapng），或由 "calmwire frames --format json" 写出的跟踪文件，均可用 gzip 压缩；
"-" 表示标准输入。所有 TCP 端口都会检查是否有 HTTP/2，无需指定端口。
也可以是日志：能找出各种 gRPC 库和代理写下的连接错误；
与同一时刻的抓包一起给出时，日志行会列在所属的帧旁边。

退出码：0 正常；1 有达到 --fail-on 级别的问题；2 用法错误，或输入中没有可供判断的内容。

示例：
  calmwire explain trace.pcapng           出了什么问题、责任在谁、该改什么
  calmwire explain app.log                日志行证明了什么、没有说明什么
  calmwire explain trace.pcapng app.log   两者按地址和时间关联
  calmwire explain --fail-on warning *.pcap
                                          用于脚本：有问题时退出码为 1
  calmwire explain --format json trace.pcap | jq .findings
  calmwire explain --compare client-side.pcapng server-side.pcapng
                                          代理在两侧之间丢失、改变或推迟了什么
  tcpdump -i any -U -w - tcp port 50051 | calmwire explain -
  kubectl exec POD -- tcpdump -i any -U -w - tcp | calmwire explain -
  ssh HOST sudo tcpdump -i any -U -w - tcp | calmwire explain -
                                          实时抓包；按 Ctrl-C 结束并显示报告`,
    frames: '逐行列出抓包中的帧',
    framesAbout: '逐行列出抓包中的 HTTP/2 帧，已解码，并给出流量控制窗口、头部字段和 gRPC 状态。',
    framesAfter: `
FILE 是抓包文件（pcap 或 pcapng）或跟踪文件，均可用 gzip 压缩；"-" 表示标准输入。
"->" 表示客户端发往服务端。除帧以外还有 OPEN、ESTABLISHED、PROTOCOL、TLS、VIOLATION、LOST、TCP、FIN、RST 等行；
--type 可以使用这些名称和帧类型名。

示例：
  calmwire frames trace.pcapng --type goaway,rst_stream,fin,rst
                                          连接和流是怎样结束的
  calmwire frames trace.pcapng --connection 3 --stream 7 --headers
                                          一次调用及其全部头部字段
  calmwire frames trace.pcapng --type ping --since 40 --until 60
  calmwire frames trace.pcapng --connection 3 --format json > connection-3.ndjson
                                          可转交他人的小跟踪文件，"calmwire explain" 可以读取
  tcpdump -i any -U -w - tcp port 50051 | calmwire frames -`,
    file: '抓包、跟踪文件或日志；- 表示标准输入',
    format: {
      explain: 'text 供人阅读，json 供程序使用，sarif 供代码扫描视图使用，html 带交互时间线，markdown 可贴到群聊',
      frames: 'text 供人阅读；tsv 每帧一行，供其他工具使用；json 为 explain 可读取的跟踪文件',
    },
    lang: '语言，默认取自环境变量',
    output: '将报告写入此文件',
    annotate: '另将抓包写入此 pcapng 文件，诊断结论作为报文注释，可在 Wireshark 中查看',
    failOn: '有该级别或更严重的问题时以退出码 1 结束',
    color: '颜色；auto 表示仅在终端使用，并遵循 NO_COLOR',
    width: '报告的列数，默认为终端宽度',
    all: '全部显示：完整列出 info 级别的内容；多个文件时逐个给出完整报告',
    connection: '仅此连接',
    stream: '仅此流（0 表示连接本身的帧）',
    type: '仅这些类型，例如 goaway,rst_stream,fin,rst',
    from: '仅此一方发送的内容',
    since: '从此时刻起，以第一个数据包之后的秒数表示',
    until: '到此时刻为止',
    headers: '显示全部头部字段，每行一个',
    proto: '按此 .proto 文件、目录或描述符集（protoc -o、buf build -o）解码消息；可重复使用',
    protoPath: '优先在此目录查找 .proto 文件所导入的文件；可重复使用',
    decodeRaw: '对没有 --proto 描述的消息，按字段编号猜测内容',
    compare: '这些文件是同一批调用在代理前后的两跳：显示两者之间发生了什么',
    showSecrets: '原样显示机密内容；默认隐藏令牌、Cookie、密码、查询参数的值以及消息内容',
    limit: '输出这么多行后停止',
    keylog: 'TLS 连接的密钥，格式同 SSLKEYLOGFILE；pcapng 文件自带的密钥无需指定',
    byDefault: (value) => `（默认 ${value}）`,
    version: '显示版本号',
    help: '显示本帮助',
    helpCommand: '显示某个命令的帮助',
  },
  usage: {
    unknownOption: (option, suggestion) =>
      `未知选项 ${option}${suggestion === '' ? '' : `（是否想用 ${suggestion}？）`}`,
    unknownCommand: (command, suggestion) =>
      `未知命令 "${command}"${suggestion === '' ? '' : `（是否想用 ${suggestion}？）`}`,
    missingFile: () => '未指定 FILE；"-" 表示标准输入',
    missingValue: (option) => `选项 ${option} 缺少值`,
    badValue: (option, value, reason) => `选项 ${option} 不能为 "${value}"。${reason}`,
    annotateOne: () => '--annotate 只写出一个抓包文件；请只指定一个 FILE',
    annotateTwice: () => '--annotate 需要读取两遍抓包，而标准输入只能读取一次；请先存为文件',
    compareWithout: (option) => `--compare 把两个输入作为一个整体判断，不能与 ${option} 同用`,
    compareTwo: (files) => `--compare 需要两个 FILE（代理两侧各一个），或一个同时包含两跳的文件；现在给了 ${files} 个`,
    standardInputTwice: () => '标准输入（"-"）只能读取一次',
    oneTraceFile: () => '使用 --format json 时 frames 写出一个跟踪文件；请只指定一个 FILE',
    see: (command) => `请参阅 "${command} --help"。`,
    oneOf: (words) => `可用的值：${words.join('、')}。`,
    numeric: {
      whole: '必须是从 1 开始的整数。',
      seconds: '必须是自第一个数据包起的秒数，例如 12.5。',
      width: '必须是 48 到 1000 之间的列数。',
    },
    types: (word, known) =>
      `"${word}" 不是类型名。帧类型：${known.join('、')}，或 0x4d 这样的编号；其他行：OPEN、ESTABLISHED、PROTOCOL、TLS、VIOLATION、LOST、TCP、FIN、RST、EVICTED。`,
  },
  proto: {
    'not-found': (path) => `--proto ${path}：没有这个文件或目录`,
    'no-permission': (path) => `--proto ${path}：没有读取权限`,
    'not-descriptors': (path) =>
      `--proto ${path}：既不是 .proto 文件也不是描述符集；可用 "protoc --include_imports -o FILE ..." 或 "buf build -o FILE.binpb" 生成描述符集`,
    'no-files': (path) => `--proto ${path}：目录中没有 .proto 文件`,
    unreadable: (path, detail) => `--proto ${path}：无法读取：${detail}`,
    tooLarge: (path, bytesMax) => `--proto ${path}：文件超过 ${bytesMax} 个字节`,
    tooMany: (path, filesMax) => `--proto ${path}：目录中的 .proto 文件超过 ${filesMax} 个；请直接指定该服务的文件`,
    syntax: (place, detail) =>
      `${place}：${detail}。请改正该文件，或改用描述符集（protoc --include_imports -o FILE ...）`,
    import: (path, name, types) =>
      `${path}：找不到它导入的 "${name}"，因此以下类型未知：${types.join('、')}。请用 --proto-path 指定其所在目录`,
  },
  input: {
    'not-found': () => '文件不存在',
    'no-permission': () => '没有读取权限（由 root 写出的抓包文件通常需要 sudo 或 chown）',
    'is-directory': () => '这是一个目录；请指定其中的抓包文件',
    unreadable: (detail) => `无法读取：${detail}`,
    'gzip-truncated': () => '压缩文件不完整，提前结束；能解压的部分已读取',
    'gzip-damaged': (detail) => `压缩文件已损坏；损坏处之前的内容已读取（${detail}）`,
    terminal: () => '标准输入是键盘；请用管道送入抓包数据：tcpdump -i any -U -w - tcp | calmwire explain -',
  },
  output: {
    isInput: () => '该文件已用作输入或另一个输出，写入会将其覆盖；请换一个文件名',
    refused: (reason) => `无法写入：${reason}`,
    notCapture: () => '这不是抓包文件，没有可以加注释的报文',
    annotated: (packets, left) => `${packets} 个报文带有注释${left > 0 ? `，另有 ${left} 个没有可写注释的位置` : ''}`,
  },
  capture: describeCaptureProblem,
  trace: ({ kind, line, detail }) => {
    if (kind === 'not-a-trace') return `既不是抓包文件也不是跟踪文件：${detail}`;
    if (kind === 'unsupported-version') return `无法读取该跟踪文件：${detail}`;
    return `第 ${line} 行已跳过：${detail}`;
  },
  traceNewer: (lines) => `有 ${lines} 行属于更新版本的 calmwire 才认识的类型，已跳过`,
  moreProblems: (problems) => `另有 ${problems} 个同类问题`,
  joined: {
    unaligned: (capture: string) =>
      `它的时间无法与 ${capture} 对照：没有写明时区，也没有唯一的时区能让日志与事件吻合；只按地址关联了日志行`,
    assumedZone: (capture: string, zone: string, lines: number) =>
      `它的时间没有写明时区；按 ${zone} 处理，因为这样有 ${lines} 行与 ${capture} 的事件吻合`,
  },
  content: {
    noTcp: (packets) => `${packets} 个数据包中没有 TCP；HTTP/2 基于 TCP，抓包的过滤条件或网络接口可能不对`,
    noKnownLine: (lines: number, timed: boolean) =>
      timed
        ? `共 ${lines} 行，没有已知的连接错误；其他日志不作解释`
        : `这是文本文件，不是抓包文件；作为日志，${lines} 行中既没有时间，也没有已知的连接错误`,
    noHttp2: (parts) => `没有明文的 HTTP/2：${parts.join('，')}`,
    noConnection: () => '没有明文的 HTTP/2，也没有可以跟踪的 TCP 连接',
    seen: {
      tls: (count, ports) => `${ports}上有 ${count} 个 TLS 连接`,
      http1: (count, ports) => `${ports}上有 ${count} 个 HTTP/1 连接`,
      other: (count, ports) => `${ports}上有 ${count} 个其他协议的连接`,
      silent: (count, ports) => `${ports}上有 ${count} 个没有数据的连接`,
    },
    ports: (ports, more) => `端口 ${ports.join('、')}${more === 0 ? ' ' : ` 等 ${ports.length + more} 个端口`}`,
    tlsAdvice: () =>
      'TLS 加密后看不到帧。请用 --keylog FILE 提供密钥（SSLKEYLOGFILE），或在流量为明文的位置抓包：终止 TLS 的代理或 sidecar 之后，通常是其回环接口（tcpdump -i lo）。',
    portAdvice: () => '已检查所有端口。流量是否在别的网络接口上，或者连接在抓包开始之前就已建立且一直空闲？',
  },
  keys: {
    notAKeyLog: (lines) =>
      `这不是密钥日志：${lines} 行中没有一行是十六进制的 "LABEL CLIENT_RANDOM SECRET"（SSLKEYLOGFILE 的格式）`,
    empty: () => '密钥日志为空：启用期间没有建立 TLS 连接，或者程序不支持写密钥日志',
    standardInput: () => '密钥日志必须是文件；标准输入用于抓包数据',
    noTls: (sessions) => `密钥日志中有 ${sessions} 个连接的密钥，但这里没有 TLS 连接`,
    closed: (kind, { connections, first }, sessions) =>
      `有 ${connections} 个 TLS 连接（编号 ${first.join('、')}${connections > first.length ? ' 等' : ''}）无法解密：${keyTroubles[kind](sessions)}`,
  },
  summary: {
    file: '文件',
    connections: '连接',
    errors: '错误',
    warnings: '警告',
    infos: '说明',
    worst: '最严重的问题',
    outcome: { judged: '未发现故障', nothing: '没有可判断的内容', unreadable: '无法读取' },
  },
};
