import type { RemedyTable } from './entry.ts';

export const netty: RemedyTable = [
  {
    for: ['goaway/late-write'],
    role: 'server',
    rank: 1,
    setting: 'ChannelPromise',
    value: 'ctx.newPromise()',
    why: 'no-void-promise',
    snippet: `encoder.writeHeaders(ctx, streamId, headers, 0, true, ctx.newPromise()); // not ctx.voidPromise()`,
  },
  {
    for: ['goaway/flood-guard'],
    when: { errorCode: 'ENHANCE_YOUR_CALM' },
    role: 'server',
    rank: 2,
    setting: 'decoderEnforceMaxRstFramesPerWindow',
    value: '<<aboveResets>> / 30s',
    why: 'raise-flood-guard',
    snippet: `Http2FrameCodecBuilder.forServer().decoderEnforceMaxRstFramesPerWindow(<<aboveResets>>, 30);`,
  },
];
