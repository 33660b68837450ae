// Server and client of the recordings grpc-go-messages-*: an order service whose messages have real contents, built at run time
// from the descriptors of fixtures/protos, so that no code generator is needed.
//
//	messages serve ADDRESS DESCRIPTORS
//	messages call ADDRESS DESCRIPTORS SCENARIO
package main

import (
	"context"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"
	"google.golang.org/protobuf/types/known/durationpb"
)

const service = "shop.v1.OrderService"

// Secrets that a redacted report must not show; made up, none opens anything.
const (
	token  = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm5hQGV4YW1wbGUub3JnIn0.Zm9yLXRoZS1yZWNvcmRpbmctb25seS0x"
	apiKey = "recording-key-7731"
)

const order = `
order_id: "A-1007" customer_email: "anna@example.org"
items { sku: "tea-green-250" quantity: 2 price { currency: "EUR" units: 7 nanos: 900000000 } }
items { sku: "cup-blue" quantity: 1 price { currency: "EUR" units: 12 } }
total { currency: "EUR" units: 27 nanos: 800000000 } state: STATE_PLACED
placed_at { seconds: 1795267000 nanos: 250000000 }
labels { key: "channel" value: "app" } labels { key: "campaign" value: "autumn" }
coupon_percents: 5 coupon_percents: 10 card_token: "tok_4f1a93b26c0d" signature: "\x01\x02\xfe\xff" discount: 1.25`

var types *protoregistry.Files

func load(path string) {
	bytes, err := os.ReadFile(path)
	check(err)
	set := new(descriptorpb.FileDescriptorSet)
	check(proto.Unmarshal(bytes, set))
	types, err = protodesc.NewFiles(set)
	check(err)
}

func message(name, text string) *dynamicpb.Message {
	descriptor, err := types.FindDescriptorByName(protoreflect.FullName("shop.v1." + name))
	check(err)
	result := dynamicpb.NewMessage(descriptor.(protoreflect.MessageDescriptor))
	check(prototext.Unmarshal([]byte(text), result))
	return result
}

func text(of *dynamicpb.Message, field string) string {
	return of.Get(of.Descriptor().Fields().ByName(protoreflect.Name(field))).String()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	load(os.Args[3])
	if os.Args[1] == "serve" {
		serve(os.Args[2])
	} else {
		call(os.Args[2], os.Args[4])
	}
}

func serve(address string) {
	listener, err := net.Listen("tcp", address)
	check(err)
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service,
		HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{
			{MethodName: "GetOrder", Handler: unary("GetOrderRequest", getOrder)},
			{MethodName: "PlaceOrder", Handler: unary("Order", placeOrder)},
		},
		Streams: []grpc.StreamDesc{{StreamName: "WatchOrder", Handler: watchOrder, ServerStreams: true}},
	}, struct{}{})
	check(server.Serve(listener))
}

type handler = func(context.Context, *dynamicpb.Message) (any, error)

func unary(request string, handle handler) func(any, context.Context, func(any) error, grpc.UnaryServerInterceptor) (any, error) {
	return func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		in := message(request, "")
		if err := decode(in); err != nil {
			return nil, err
		}
		return handle(ctx, in)
	}
}

// "large" has notes that fill some DATA frames, "huge" more than an analyser keeps, "never" never comes, "exit" ends the process.
func getOrder(ctx context.Context, in *dynamicpb.Message) (any, error) {
	switch text(in, "order_id") {
	case "large":
		return message("Order", order+` notes: "`+strings.Repeat("please ring twice. ", 2200)+`"`), nil
	case "huge":
		return message("Order", order+` notes: "`+strings.Repeat("please ring twice. ", 5000)+`"`), nil
	case "never":
		<-ctx.Done()
		return nil, ctx.Err()
	case "exit":
		time.Sleep(50 * time.Millisecond)
		os.Exit(1)
	}
	return message("Order", order), nil
}

// Refuses with details, and repeats a secret in its text, as careless servers do.
func placeOrder(ctx context.Context, in *dynamicpb.Message) (any, error) {
	incoming, _ := metadata.FromIncomingContext(ctx)
	refused := status.New(codes.InvalidArgument, "order refused for key "+strings.Join(incoming.Get("x-api-key"), ""))
	detailed, err := refused.WithDetails(
		&errdetails.BadRequest{FieldViolations: []*errdetails.BadRequest_FieldViolation{
			{Field: "items[0].quantity", Description: "must be at least 1"},
			{Field: "total", Description: "does not match the items"},
		}},
		&errdetails.RetryInfo{RetryDelay: &durationpb.Duration{Seconds: 1, Nanos: 500_000_000}},
		&errdetails.ErrorInfo{Reason: "STOCK_EMPTY", Domain: "shop.example.org", Metadata: map[string]string{"warehouse": "north-2"}},
	)
	check(err)
	return nil, detailed.Err()
}

func watchOrder(_ any, stream grpc.ServerStream) error {
	in := message("GetOrderRequest", "")
	if err := stream.RecvMsg(in); err != nil {
		return err
	}
	for _, event := range []string{
		"number: 1 state: STATE_PLACED since_placed { nanos: 4000000 }",
		"number: 2 state: STATE_PLACED since_placed { seconds: 60 }",
		"number: 3 state: STATE_SHIPPED since_placed { seconds: 86400 nanos: 500000000 }",
	} {
		if err := stream.SendMsg(message("OrderEvent", event)); err != nil {
			return err
		}
	}
	return nil
}

func call(address, scenario string) {
	channel, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	check(err)
	defer channel.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token, "x-api-key", apiKey, "session-bin", "\x00\x01secret\xff")
	get := func(id string, options ...grpc.CallOption) {
		request := message("GetOrderRequest", `order_id: "`+id+`" with_notes: true`)
		err := channel.Invoke(ctx, "/"+service+"/GetOrder", request, message("Order", ""), options...)
		log.Printf("get %s: %v", id, err)
	}
	switch scenario {
	case "gzip":
		get("A-1007", grpc.UseCompressor(gzip.Name))
		get("large", grpc.UseCompressor(gzip.Name))
		watch(ctx, channel, grpc.UseCompressor(gzip.Name))
	case "large":
		get("A-1007")
		get("large")
		get("huge")
		watch(ctx, channel)
	case "details":
		err := channel.Invoke(ctx, "/"+service+"/PlaceOrder", message("Order", order), message("Order", ""))
		log.Printf("place: %v", err)
		get("A-1007")
	case "exit":
		get("A-1007")
		go get("never")
		time.Sleep(20 * time.Millisecond)
		get("exit")
		time.Sleep(20 * time.Millisecond)
	}
}

func watch(ctx context.Context, channel *grpc.ClientConn, options ...grpc.CallOption) {
	description := &grpc.StreamDesc{StreamName: "WatchOrder", ServerStreams: true}
	stream, err := channel.NewStream(ctx, description, "/"+service+"/WatchOrder", options...)
	check(err)
	check(stream.SendMsg(message("GetOrderRequest", `order_id: "A-1007"`)))
	check(stream.CloseSend())
	for {
		if err := stream.RecvMsg(message("OrderEvent", "")); err == io.EOF {
			return
		} else {
			check(err)
		}
	}
}
