import { expect, it } from 'vitest';
import { ACK, ip, join, pcapFile, tcp } from '../support/packets.ts';
import { record } from './recorder.ts';

/** As `inet_ntop` of the GNU C library prints them. */
const printed = {
  '0:0:0:0:0:0:0:1': '::1',
  '0:0:0:0:0:0:0:0': '::',
  '2001:db8:0:0:1:0:0:1': '2001:db8::1:0:0:1',
  '2001:db8:0:1:1:1:1:1': '2001:db8:0:1:1:1:1:1',
  '2001:0:0:1:0:0:0:1': '2001:0:0:1::1',
  'fe80:0:0:0:0:0:0:0': 'fe80::',
  '1:2:3:4:5:6:7:8': '1:2:3:4:5:6:7:8',
  '0:0:1:2:3:4:5:6': '::1:2:3:4:5:6',
  'ABCD:0:0:0:0:0:0:10': 'abcd::10',
  '0:0:0:0:0:ffff:c000:201': '::ffff:192.0.2.1',
  '0:0:0:0:0:0:c000:201': '::192.0.2.1',
} as const;

it.each(Object.entries(printed))('%s is written %s', (groups, text) => {
  const payload = tcp({ sourcePort: 1, destinationPort: 2, sequence: 0, flags: ACK });
  const bytes = ip({ source: groups, destination: '0:0:0:0:0:0:0:9', protocol: 6, payload });
  const { flows } = record(
    pcapFile([{ bytes: join(bytes), linkType: 229, timeNs: 0n }], { little: false, resolution: 'micro' }),
  );
  expect(flows[0]!.info.a).toEqual({ address: text, port: 1 });
});
