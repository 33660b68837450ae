// A grpc-go server for the recordings: the same lab.Echo service that the Node, Python and Java
// programs of this lab speak (see ../../node/steps.mjs for the request text).
package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
)

// raw passes messages through as bytes.
type raw struct{}

func (raw) Marshal(v any) (mem.BufferSlice, error) {
	return mem.BufferSlice{mem.SliceBuffer(*v.(*[]byte))}, nil
}
func (raw) Unmarshal(data mem.BufferSlice, v any) error {
	*v.(*[]byte) = data.Materialize()
	return nil
}
func (raw) Name() string { return "proto" }

var parameter = regexp.MustCompile(`(\w+)=(\d+)`)

func parameters(request []byte) map[string]int {
	values := map[string]int{"size": 8, "count": 1}
	for _, match := range parameter.FindAllSubmatch(request, -1) {
		values[string(match[1])], _ = strconv.Atoi(string(match[2]))
	}
	return values
}

// reply is a google.protobuf.StringValue of `size` letters.
func reply(size int) *[]byte {
	out := binary.AppendUvarint([]byte{0x0a}, uint64(size))
	for range size {
		out = append(out, 'x')
	}
	return &out
}

func answer(values map[string]int) (*[]byte, error) {
	time.Sleep(time.Duration(values["delayMs"]) * time.Millisecond)
	if code := values["status"]; code != 0 {
		return nil, status.Error(codes.Code(code), "as the request asked")
	}
	return reply(values["size"]), nil
}

func unary(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	var request []byte
	if err := decode(&request); err != nil {
		return nil, err
	}
	return answer(parameters(request))
}

func stream(_ any, s grpc.ServerStream) error {
	var request []byte
	if err := s.RecvMsg(&request); err != nil {
		return err
	}
	values := parameters(request)
	for range values["count"] {
		message, err := answer(values)
		if err != nil {
			return err
		}
		if err := s.SendMsg(message); err != nil {
			return err
		}
	}
	return nil
}

func bidi(_ any, s grpc.ServerStream) error {
	for {
		var request []byte
		if err := s.RecvMsg(&request); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		message, err := answer(parameters(request))
		if err != nil {
			return err
		}
		if err := s.SendMsg(message); err != nil {
			return err
		}
	}
}

func upload(_ any, s grpc.ServerStream) error {
	for {
		var request []byte
		if err := s.RecvMsg(&request); err == io.EOF {
			return s.SendMsg(reply(8))
		} else if err != nil {
			return err
		}
	}
}

func main() {
	address := flag.String("listen", "127.0.0.1:0", "")
	flag.Parse()
	listener, err := net.Listen("tcp", *address)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.ForceServerCodecV2(raw{}))
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: "lab.Echo",
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Unary", Handler: unary}},
		Streams: []grpc.StreamDesc{
			{StreamName: "Stream", Handler: stream, ServerStreams: true},
			{StreamName: "Upload", Handler: upload, ClientStreams: true},
			{StreamName: "Bidi", Handler: bidi, ServerStreams: true, ClientStreams: true},
		},
	}, struct{}{})
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM)
	go func() { <-stop; server.GracefulStop() }()
	fmt.Println("grpc-go", grpc.Version)
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
}
