// A scripted client at the level of frames, for what no client library sends on demand:
//
//	frames 127.0.0.1:15000 "headers 1 /shop.Orders/Get" "data 1 id=7" "trailers 1 grpc-status=0" "wait 500ms"
//
// Steps: headers ID PATH [name=value ...] | data ID [words] | end ID [words] (DATA with END_STREAM) | raw ID HEX |
// block ID HEX (a header block as it stands) | trailers ID name=value ... | ping HEX | reset ID CODE | window ID BYTES | wait DURATION | flood ID COUNT PATH (that many
// calls, each reset at once) | bulk ID BYTES (a message of that size in one write, whatever the windows allow) |
// provoke ID COUNT PATH (that many calls, each with DATA after its end) | credit all [but ID ...]. "N* STEP" repeats a step; "STEP, STEP" are steps that are repeated together.
// It acknowledges SETTINGS and PING as every peer does ("noack" withholds the ACK of SETTINGS, "ack" sends one). Credit it
// gives back for no DATA, or from a step on for all of it but that of some streams.
package main

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

type client struct {
	conn    net.Conn
	writing sync.Mutex
	framer  *http2.Framer
	block   bytes.Buffer
	encoder *hpack.Encoder
	silent  bool
	credit  string
	unread  map[uint32]bool
}

func (c *client) fields(pairs ...string) []byte {
	c.block.Reset()
	for _, pair := range pairs {
		at := strings.Index(pair[1:], "=") + 1
		_ = c.encoder.WriteField(hpack.HeaderField{Name: pair[:at], Value: pair[at+1:]})
	}
	return c.block.Bytes()
}

// message is a gRPC message that holds a protobuf StringValue.
func message(text string) []byte {
	body := []byte{}
	if text != "" {
		body = append(binary.AppendUvarint([]byte{0x0a}, uint64(len(text))), text...)
	}
	framed := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(body)))
	return append(framed, body...)
}

func (c *client) step(words []string) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	number := func(at int) uint32 { value, _ := strconv.ParseUint(words[at], 0, 32); return uint32(value) }
	switch words[0] {
	case "noack":
		c.silent = true
		return nil
	case "ack":
		return c.framer.WriteSettingsAck()
	case "headers":
		pairs := []string{":method=POST", ":scheme=http", ":path=" + words[2], ":authority=" + c.conn.RemoteAddr().String(),
			"content-type=application/grpc", "user-agent=calmwire-lab-frames/1", "te=trailers"}
		block := c.fields(append(pairs, words[3:]...)...)
		return c.headers(number(1), block, false)
	case "block":
		block, err := hex.DecodeString(words[2])
		if err != nil {
			return err
		}
		return c.headers(number(1), block, true)
	case "trailers":
		return c.headers(number(1), c.fields(words[2:]...), true)
	case "data":
		return c.framer.WriteData(number(1), false, message(strings.Join(words[2:], " ")))
	case "end":
		return c.framer.WriteData(number(1), true, message(strings.Join(words[2:], " ")))
	case "raw":
		payload, err := hex.DecodeString(words[2])
		if err != nil {
			return err
		}
		return c.framer.WriteData(number(1), false, payload)
	case "ping":
		var payload [8]byte
		_, _ = hex.Decode(payload[:], []byte(words[1]))
		return c.framer.WritePing(false, payload)
	case "bulk":
		return c.bulk(number(1), int(number(2)))
	case "credit":
		c.credit = words[1]
		for at := range words[min(3, len(words)):] {
			c.unread[number(at+3)] = true
		}
		return nil
	case "reset":
		return c.framer.WriteRSTStream(number(1), http2.ErrCode(number(2)))
	case "flood":
		return c.flood(number(1), number(2), words[3])
	case "provoke":
		return c.provoke(number(1), number(2), words[3])
	case "window":
		return c.framer.WriteWindowUpdate(number(1), number(2))
	}
	return fmt.Errorf("unknown step %q", words[0])
}

// bulk writes one message in frames of the usual size, and lets the server count.
func (c *client) bulk(id uint32, size int) error {
	var burst bytes.Buffer
	framer := http2.NewFramer(&burst, nil)
	for left := message(strings.Repeat("x", size)); len(left) > 0; {
		part := left[:min(16384, len(left))]
		left = left[len(part):]
		_ = framer.WriteData(id, false, part)
	}
	_, err := c.conn.Write(burst.Bytes())
	return err
}

// give returns the credit of a DATA frame.
func (c *client) give(id, length uint32) {
	if c.credit == "" || length == 0 || c.unread[id] {
		return
	}
	_ = c.framer.WriteWindowUpdate(0, length)
	_ = c.framer.WriteWindowUpdate(id, length)
}

// flood opens streams and resets each at once, all in one write.
func (c *client) flood(id, count uint32, path string) error {
	var burst bytes.Buffer
	framer := http2.NewFramer(&burst, nil)
	for ; count > 0; count-- {
		block := c.fields(":method=POST", ":scheme=http", ":path="+path, ":authority=lab", "content-type=application/grpc", "te=trailers")
		_ = framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block, EndHeaders: true})
		_ = framer.WriteRSTStream(id, http2.ErrCodeCancel)
		id += 2
	}
	_, err := c.conn.Write(burst.Bytes())
	return err
}

// provoke opens streams and breaks a rule on each, DATA after their end, so that it is the server who must reset them.
func (c *client) provoke(id, count uint32, path string) error {
	for ; count > 0; count-- {
		block := c.fields(":method=POST", ":scheme=http", ":path="+path, ":authority=lab", "content-type=application/grpc", "te=trailers")
		if err := c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: block, EndHeaders: true, EndStream: true}); err != nil {
			return err
		}
		if err := c.framer.WriteData(id, false, message("")); err != nil {
			return err
		}
		time.Sleep(200 * time.Microsecond)
		id += 2
	}
	return nil
}

// headers writes a block of any size: HEADERS, then CONTINUATION.
func (c *client) headers(id uint32, block []byte, end bool) error {
	const most = 16384
	first := block[:min(most, len(block))]
	rest := block[len(first):]
	err := c.framer.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: first, EndStream: end, EndHeaders: len(rest) == 0})
	for err == nil && len(rest) > 0 {
		part := rest[:min(most, len(rest))]
		rest = rest[len(part):]
		err = c.framer.WriteContinuation(id, len(rest) == 0, part)
	}
	return err
}

func (c *client) read(start time.Time, done chan<- struct{}) {
	defer close(done)
	for {
		frame, err := c.framer.ReadFrame()
		if err != nil {
			log.Printf("%.3f read: %v", time.Since(start).Seconds(), err)
			return
		}
		log.Printf("%.3f %v", time.Since(start).Seconds(), frame)
		c.writing.Lock()
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() && !c.silent {
				_ = c.framer.WriteSettingsAck()
			}
		case *http2.DataFrame:
			c.give(frame.StreamID, frame.Length)
		case *http2.PingFrame:
			if !frame.IsAck() {
				_ = c.framer.WritePing(true, frame.Data)
			}
		}
		c.writing.Unlock()
	}
}

// perform runs one step, as often as it says.
func (c *client) perform(step string) error {
	times := 1
	if count, rest, found := strings.Cut(step, "* "); found {
		if value, err := strconv.Atoi(count); err == nil {
			times, step = value, rest
		}
	}
	for range make([]int, times) {
		for _, part := range strings.Split(step, ", ") {
			words := strings.Fields(part)
			if words[0] == "wait" {
				pause, _ := time.ParseDuration(words[1])
				time.Sleep(pause)
				continue
			}
			if err := c.step(words); err != nil {
				return err
			}
		}
	}
	return nil
}

func main() {
	conn, err := net.Dial("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	c := &client{conn: conn, framer: http2.NewFramer(conn, conn), unread: map[uint32]bool{}}
	c.encoder = hpack.NewEncoder(&c.block)
	if _, err := conn.Write([]byte(http2.ClientPreface)); err != nil {
		log.Fatal(err)
	}
	if err := c.framer.WriteSettings(); err != nil {
		log.Fatal(err)
	}
	c.silent = len(os.Args) > 2 && os.Args[2] == "noack"
	done := make(chan struct{})
	go c.read(time.Now(), done)
	for _, step := range os.Args[2:] {
		if err := c.perform(step); err != nil {
			log.Printf("%s: %v", step, err)
			break
		}
	}
	conn.Close()
	<-done
}
