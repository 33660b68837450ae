/** Link types by their registered numbers (the LINKTYPE registry of tcpdump.org, kept by IANA as "PCAP Link Types"). */
import type { LayerName } from './packet.ts';

/** The link types that can be read. 12 and 14 are the numbers for raw IP that some systems put into files. */
export const linkLayers: ReadonlyMap<number, LayerName> = new Map([
  [0, 'loopback'],
  [1, 'ethernet'],
  [9, 'ppp'],
  [12, 'raw'],
  [14, 'raw'],
  [50, 'ppp'],
  [101, 'raw'],
  [108, 'loopback'],
  [113, 'linux-cooked'],
  [228, 'ipv4'],
  [229, 'ipv6'],
  [239, 'nflog'],
  [276, 'linux-cooked-2'],
]);

/** The ones that people meet, readable or not. */
const names: ReadonlyMap<number, string> = new Map([
  [0, 'NULL (BSD loopback)'],
  [1, 'ETHERNET'],
  [6, 'IEEE802_5 (token ring)'],
  [9, 'PPP'],
  [10, 'FDDI'],
  [12, 'RAW'],
  [14, 'RAW'],
  [50, 'PPP_HDLC'],
  [101, 'RAW'],
  [104, 'C_HDLC'],
  [105, 'IEEE802_11 (Wi-Fi)'],
  [108, 'LOOP (OpenBSD loopback)'],
  [113, 'LINUX_SLL'],
  [117, 'PFLOG (OpenBSD packet filter log)'],
  [119, 'IEEE802_11_PRISM (Wi-Fi)'],
  [127, 'IEEE802_11_RADIOTAP (Wi-Fi)'],
  [149, 'USER2, in older macOS files PKTAP'],
  [163, 'IEEE802_11_AVS (Wi-Fi)'],
  [187, 'BLUETOOTH_HCI_H4'],
  [189, 'USB_LINUX'],
  [192, 'PPI'],
  [195, 'IEEE802_15_4_WITHFCS'],
  [201, 'BLUETOOTH_HCI_H4_WITH_PHDR'],
  [220, 'USB_LINUX_MMAPPED'],
  [227, 'CAN_SOCKETCAN'],
  [228, 'IPV4'],
  [229, 'IPV6'],
  [231, 'DBUS'],
  [239, 'NFLOG'],
  [249, 'USBPCAP'],
  [252, 'WIRESHARK_UPPER_PDU'],
  [253, 'NETLINK'],
  [258, 'PKTAP (macOS)'],
  [271, 'VSOCK'],
  [276, 'LINUX_SLL2'],
]);

/** The registered name of a link type, or `unnamed`. */
export function linkTypeName(linkType: number): string {
  return names.get(linkType) ?? 'unnamed';
}
