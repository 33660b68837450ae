// Package shop is the service of the Go recordings, described by hand so that it compiles with any grpc-go version
// and needs no code generator. Requests say what the handler shall do: "sleep=3s", "status=5", "bytes=100000",
// "every=500ms for=10s", "stop-after=1s".
package shop

import (
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Text is both request and response message.
type Text = wrapperspb.StringValue

// Methods of the service.
const (
	Get    = "/shop.Orders/Get"
	Watch  = "/shop.Orders/Watch"
	Chat   = "/shop.Orders/Chat"
	Upload = "/shop.Orders/Upload"
)

// WatchStream, ChatStream and UploadStream describe the streaming methods to a client.
var (
	WatchStream  = &grpc.StreamDesc{StreamName: "Watch", Handler: watch, ServerStreams: true}
	ChatStream   = &grpc.StreamDesc{StreamName: "Chat", Handler: chat, ServerStreams: true, ClientStreams: true}
	UploadStream = &grpc.StreamDesc{StreamName: "Upload", Handler: upload, ClientStreams: true}
)

// Description registers the service: server.RegisterService(&shop.Description, shop.Orders{}).
var Description = grpc.ServiceDesc{
	ServiceName: "shop.Orders",
	HandlerType: (*any)(nil),
	Methods:     []grpc.MethodDesc{{MethodName: "Get", Handler: get}},
	Streams:     []grpc.StreamDesc{*WatchStream, *ChatStream, *UploadStream},
	Metadata:    "orders.proto",
}

// Orders implements the service; the requests carry everything it does.
type Orders struct{}

// Options are the words of a request.
type Options map[string]string

// Parse reads "name=value name=value".
func Parse(words []string) Options {
	options := Options{}
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		options[name] = value
	}
	return options
}

// Duration of an option, or zero.
func (o Options) Duration(name string) time.Duration {
	value, _ := time.ParseDuration(o[name])
	return value
}

// Int of an option, or zero.
func (o Options) Int(name string) int {
	value, _ := strconv.Atoi(o[name])
	return value
}

// Order is a message of so many bytes.
func Order(bytes int) *Text {
	return wrapperspb.String("order " + strings.Repeat("x", bytes))
}

func get(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
	request := new(Text)
	if err := decode(request); err != nil {
		return nil, err
	}
	options := Parse(strings.Fields(request.Value))
	if pause(ctx, options) != nil && options["deaf"] == "" {
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	if code := options.Int("status"); code != 0 {
		return nil, status.Error(codes.Code(code), "order "+options["id"]+" is not there")
	}
	if bytes := options.Int("trailer"); bytes != 0 {
		_ = grpc.SetTrailer(ctx, map[string][]string{"x-detail": {strings.Repeat("d", bytes)}})
	}
	return Order(options.Int("bytes")), nil
}

// pause sleeps; a deaf handler does not look at its context while it does.
func pause(ctx context.Context, options Options) error {
	if options["deaf"] != "" {
		time.Sleep(options.Duration("sleep"))
		return nil
	}
	select {
	case <-time.After(options.Duration("sleep")):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func watch(_ any, stream grpc.ServerStream) error {
	request := new(Text)
	if err := stream.RecvMsg(request); err != nil {
		return err
	}
	options := Parse(strings.Fields(request.Value))
	end := time.After(options.Duration("for"))
	if count := options.Int("count"); count != 0 {
		for range make([]int, count) {
			if err := stream.SendMsg(Order(options.Int("bytes"))); err != nil {
				return err
			}
		}
		return nil
	}
	every := options.Duration("every")
	if every == 0 {
		every = time.Hour
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			if err := stream.SendMsg(Order(options.Int("bytes"))); err != nil {
				return err
			}
		case <-end:
			return nil
		case <-stream.Context().Done():
			return stream.Context().Err()
		}
	}
}

func chat(_ any, stream grpc.ServerStream) error {
	for {
		message := new(Text)
		err := stream.RecvMsg(message)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.SendMsg(message); err != nil {
			return err
		}
	}
}

func upload(_ any, stream grpc.ServerStream) error {
	received := 0
	for {
		message := new(Text)
		err := stream.RecvMsg(message)
		if err == io.EOF {
			return stream.SendMsg(wrapperspb.String(strconv.Itoa(received)))
		}
		if err != nil {
			return err
		}
		received += len(message.Value)
	}
}
