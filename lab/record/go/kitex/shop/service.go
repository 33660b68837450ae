// Package shop is the service of the Kitex recordings, described by hand instead of by Kitex's generator.
// Messages are protobuf StringValue, so that grpc-go programs of this lab can talk to it too.
package shop

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/cloudwego/kitex/pkg/serviceinfo"
	"github.com/cloudwego/kitex/pkg/streaming"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// Text is both request and response message.
type Text = wrapperspb.StringValue

// GetArguments and GetResult are what Kitex's unary path carries a message in.
type GetArguments struct{ Request *Text }

// GetFirstArgument gives the request to Kitex.
func (a *GetArguments) GetFirstArgument() any { return a.Request }

// Marshal and Unmarshal are Kitex's protobuf message codec.
func (a *GetArguments) Marshal(out []byte) ([]byte, error) { return proto.Marshal(a.Request) }

// Unmarshal reads the request.
func (a *GetArguments) Unmarshal(in []byte) error {
	a.Request = new(Text)
	return proto.Unmarshal(in, a.Request)
}

// GetResult holds the response.
type GetResult struct{ Success *Text }

// Marshal writes the response.
func (r *GetResult) Marshal(out []byte) ([]byte, error) { return proto.Marshal(r.Success) }

// Unmarshal reads the response.
func (r *GetResult) Unmarshal(in []byte) error {
	r.Success = new(Text)
	return proto.Unmarshal(in, r.Success)
}

// GetResult, SetSuccess and IsSetSuccess are Kitex's result interface.
func (r *GetResult) GetResult() any { return r.Success }

// SetSuccess stores the response.
func (r *GetResult) SetSuccess(response any) { r.Success = response.(*Text) }

// IsSetSuccess tells whether there is one.
func (r *GetResult) IsSetSuccess() bool { return r.Success != nil }

// Orders is the handler.
type Orders struct{}

// Info describes shop.Orders: Get is unary, Watch streams.
func Info() *serviceinfo.ServiceInfo {
	newArguments := func() any { return &GetArguments{} }
	newResult := func() any { return &GetResult{} }
	return &serviceinfo.ServiceInfo{
		ServiceName:  "Orders",
		HandlerType:  (*any)(nil),
		PayloadCodec: serviceinfo.Protobuf,
		Extra:        map[string]any{"PackageName": "shop", "streaming": true},
		Methods: map[string]serviceinfo.MethodInfo{
			"Get":   serviceinfo.NewMethodInfo(get, newArguments, newResult, false, serviceinfo.WithStreamingMode(serviceinfo.StreamingUnary)),
			"Watch": serviceinfo.NewMethodInfo(watch, newArguments, newResult, false, serviceinfo.WithStreamingMode(serviceinfo.StreamingServer)),
		},
	}
}

func option(request *Text, name string) time.Duration {
	for _, word := range strings.Fields(request.Value) {
		if value, found := strings.CutPrefix(word, name+"="); found {
			duration, _ := time.ParseDuration(value)
			return duration
		}
	}
	return 0
}

func get(_ context.Context, _, arguments, result any) error {
	request := new(Text)
	streamed, overGRPC := arguments.(*streaming.Args)
	if overGRPC {
		if err := streamed.Stream.RecvMsg(request); err != nil {
			return err
		}
	} else {
		request = arguments.(*GetArguments).Request
	}
	time.Sleep(option(request, "sleep"))
	response := wrapperspb.String("order " + request.Value)
	if overGRPC {
		return streamed.Stream.SendMsg(response)
	}
	result.(*GetResult).Success = response
	return nil
}

func watch(_ context.Context, _, arguments, _ any) error {
	streamed, ok := arguments.(*streaming.Args)
	if !ok {
		return errors.New("not a stream")
	}
	request := new(Text)
	if err := streamed.Stream.RecvMsg(request); err != nil {
		return err
	}
	end := time.Now().Add(option(request, "for"))
	for time.Now().Before(end) {
		if err := streamed.Stream.SendMsg(wrapperspb.String("order")); err != nil {
			return err
		}
		time.Sleep(max(option(request, "every"), 10*time.Millisecond))
	}
	return nil
}
