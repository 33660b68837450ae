// A long way between two network interfaces: every packet that arrives at one leaves at the other after a time, in order.
// What `tc netem` does, for kernels without it:
//
//	delay 20ms INTERFACE INTERFACE
package main

import (
	"encoding/binary"
	"log"
	"net"
	"os"
	"syscall"
	"time"
)

const (
	anyProtocol   = 0x0300 // ETH_P_ALL in network order
	packetBytes   = 65536
	underWay      = 1 << 14 // packets: far more than a window of this lab
	ethernetBytes = 14
	outgoing      = 4 // PACKET_OUTGOING: what we sent ourselves
)

type packet struct {
	due   time.Time
	bytes []byte
}

func open(name string) (int, *syscall.SockaddrLinklayer) {
	device, err := net.InterfaceByName(name)
	if err != nil {
		log.Fatal(err)
	}
	socket, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, anyProtocol)
	if err != nil {
		log.Fatal(err)
	}
	address := &syscall.SockaddrLinklayer{Protocol: anyProtocol, Ifindex: device.Index}
	if err := syscall.Bind(socket, address); err != nil {
		log.Fatal(err)
	}
	return socket, address
}

// complete fills in the checksum that a virtual interface leaves to hardware which does not exist.
func complete(frame []byte) {
	if len(frame) < ethernetBytes+20 || binary.BigEndian.Uint16(frame[12:]) != 0x0800 || frame[ethernetBytes+9] != syscall.IPPROTO_TCP {
		return
	}
	ip := frame[ethernetBytes:]
	head, total := int(ip[0]&15)*4, int(binary.BigEndian.Uint16(ip[2:]))
	if total > len(ip) || total < head+20 {
		return
	}
	segment := ip[head:total]
	segment[16], segment[17] = 0, 0
	sum := uint32(syscall.IPPROTO_TCP) + uint32(len(segment))
	for at := 12; at < 20; at += 2 {
		sum += uint32(binary.BigEndian.Uint16(ip[at:]))
	}
	for at := 0; at+1 < len(segment); at += 2 {
		sum += uint32(binary.BigEndian.Uint16(segment[at:]))
	}
	if len(segment)%2 == 1 {
		sum += uint32(segment[len(segment)-1]) << 8
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	binary.BigEndian.PutUint16(segment[16:], ^uint16(sum))
}

func carry(from, to int, towards *syscall.SockaddrLinklayer, delay time.Duration) {
	queue := make(chan packet, underWay)
	go func() {
		for next := range queue {
			// A sleep lasts a millisecond at least: packets that follow each other closely leave together.
			if wait := time.Until(next.due); wait > time.Millisecond {
				time.Sleep(wait)
			}
			if err := syscall.Sendto(to, next.bytes, 0, towards); err != nil {
				log.Print(err)
			}
		}
	}()
	buffer := make([]byte, packetBytes)
	for {
		length, sender, err := syscall.Recvfrom(from, buffer, 0)
		if err != nil {
			log.Fatal(err)
		}
		if link, ok := sender.(*syscall.SockaddrLinklayer); ok && link.Pkttype == outgoing {
			continue
		}
		bytes := append([]byte(nil), buffer[:length]...)
		complete(bytes)
		queue <- packet{time.Now().Add(delay), bytes}
	}
}

func main() {
	delay, err := time.ParseDuration(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	one, toOne := open(os.Args[2])
	other, toOther := open(os.Args[3])
	go carry(one, other, toOther, delay)
	carry(other, one, toOne, delay)
}
