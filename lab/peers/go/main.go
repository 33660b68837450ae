// grpc-go: orders server PORT [CERTIFICATE KEY] | client HOST:PORT CA|- STEP...
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"lab/orders"
)

// The numbers of the steps, see ../proto/orders.proto.
const (
	noteLetters = 300_000
	events      = 100
	bodyOctets  = 5_000
	rounds      = 20
	pause       = 50
	deadline    = time.Second
	statusText  = "no such order größe ☃"
	tag         = "blue"
	tagBin      = "\x00\xff\xab"
)

func main() {
	role, at, rest := os.Args[1], os.Args[2], os.Args[3:]
	if role == "server" {
		serve(at, rest)
		return
	}
	creds := insecure.NewCredentials()
	if rest[0] != "-" {
		var err error
		if creds, err = credentials.NewClientTLSFromFile(rest[0], ""); err != nil {
			log.Fatal(err)
		}
	}
	conn, err := grpc.NewClient(at, grpc.WithTransportCredentials(creds))
	if err != nil {
		log.Fatal(err)
	}
	client := orders.NewOrdersClient(conn)
	failed := 0
	for _, name := range rest[1:] {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		if err := steps[name](ctx, client); err != nil {
			failed++
			fmt.Println(name, "FAIL", err)
		} else {
			fmt.Println(name, "ok")
		}
		cancel()
	}
	conn.Close()
	os.Exit(min(failed, 1))
}

type service struct {
	orders.UnimplementedOrdersServer
}

func (service) Get(ctx context.Context, request *orders.GetRequest) (*orders.Order, error) {
	sent, _ := metadata.FromIncomingContext(ctx)
	grpc.SendHeader(ctx, metadata.MD{"lab-tag": sent.Get("lab-tag")})
	if request.Id == "" {
		return nil, status.Error(codes.NotFound, statusText)
	}
	grpc.SetTrailer(ctx, metadata.MD{"lab-tag-bin": sent.Get("lab-tag-bin")})
	return &orders.Order{Id: request.Id, Note: strings.Repeat("x", int(request.NoteLetters))}, nil
}

func (service) Watch(request *orders.WatchRequest, stream grpc.ServerStreamingServer[orders.Event]) error {
	for number := range request.Count {
		if number > 0 && request.PauseMs > 0 {
			time.Sleep(time.Duration(request.PauseMs) * time.Millisecond)
		}
		if err := stream.Send(&orders.Event{Number: number, Body: make([]byte, request.BodyOctets)}); err != nil {
			return err
		}
	}
	return nil
}

func (service) Import(stream grpc.ClientStreamingServer[orders.Item, orders.Summary]) error {
	summary := &orders.Summary{}
	for {
		item, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(summary)
		}
		if err != nil {
			return err
		}
		summary.Count++
		summary.Sum += int64(item.Number)
	}
}

func (service) Chat(stream grpc.BidiStreamingServer[orders.Item, orders.Item]) error {
	for {
		item, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := stream.Send(item); err != nil {
			return err
		}
	}
}

func serve(port string, files []string) {
	var options []grpc.ServerOption
	if len(files) == 2 {
		creds, err := credentials.NewServerTLSFromFile(files[0], files[1])
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, grpc.Creds(creds))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(options...)
	orders.RegisterOrdersServer(server, service{})
	log.Fatal(server.Serve(listener))
}

var steps = map[string]func(context.Context, orders.OrdersClient) error{
	"unary": func(ctx context.Context, client orders.OrdersClient) error {
		var header, trailer metadata.MD
		ctx = metadata.AppendToOutgoingContext(ctx, "lab-tag", tag, "lab-tag-bin", tagBin)
		request := &orders.GetRequest{Id: "o-1", NoteLetters: noteLetters}
		order, err := client.Get(ctx, request, grpc.Header(&header), grpc.Trailer(&trailer))
		if err != nil {
			return err
		}
		if len(order.Note) != noteLetters || strings.Join(header["lab-tag"], "|") != tag || strings.Join(trailer["lab-tag-bin"], "|") != tagBin {
			return fmt.Errorf("note %d, header %q, trailer %q", len(order.Note), header["lab-tag"], trailer["lab-tag-bin"])
		}
		return nil
	},
	"server-streaming": func(ctx context.Context, client orders.OrdersClient) error {
		seen, err := watch(ctx, client, &orders.WatchRequest{Count: events, BodyOctets: bodyOctets}, nil)
		if err != nil || seen != events {
			return fmt.Errorf("%d events, %v", seen, err)
		}
		return nil
	},
	"client-streaming": func(ctx context.Context, client orders.OrdersClient) error {
		stream, err := client.Import(ctx)
		if err != nil {
			return err
		}
		for number := range int32(events) {
			if err := stream.Send(&orders.Item{Number: number, Body: make([]byte, bodyOctets)}); err != nil {
				return err
			}
		}
		summary, err := stream.CloseAndRecv()
		if err != nil || summary.Count != events || summary.Sum != 4950 {
			return fmt.Errorf("%v, %v", summary, err)
		}
		return nil
	},
	"bidi": func(ctx context.Context, client orders.OrdersClient) error {
		stream, err := client.Chat(ctx)
		if err != nil {
			return err
		}
		for number := range int32(rounds) {
			if err := stream.Send(&orders.Item{Number: number, Body: make([]byte, 10)}); err != nil {
				return err
			}
			item, err := stream.Recv()
			if err != nil || item.Number != number || !bytes.Equal(item.Body, make([]byte, 10)) {
				return fmt.Errorf("round %d: %v, %v", number, item, err)
			}
		}
		stream.CloseSend()
		if _, err := stream.Recv(); !errors.Is(err, io.EOF) {
			return fmt.Errorf("after the last round: %v", err)
		}
		return nil
	},
	"status": func(ctx context.Context, client orders.OrdersClient) error {
		_, err := client.Get(ctx, &orders.GetRequest{})
		if told, _ := status.FromError(err); told.Code() != codes.NotFound || told.Message() != statusText {
			return fmt.Errorf("%v", err)
		}
		return nil
	},
	"deadline": func(ctx context.Context, client orders.OrdersClient) error {
		ctx, cancel := context.WithTimeout(ctx, deadline)
		defer cancel()
		seen, err := watch(ctx, client, &orders.WatchRequest{Count: events, PauseMs: pause}, nil)
		if seen == 0 || status.Code(err) != codes.DeadlineExceeded {
			return fmt.Errorf("%d events, %v", seen, err)
		}
		return nil
	},
	"cancel": func(ctx context.Context, client orders.OrdersClient) error {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		seen, err := watch(ctx, client, &orders.WatchRequest{Count: events, PauseMs: pause}, func(seen int32) {
			if seen == 2 {
				cancel()
			}
		})
		// On a busy machine the third may be on its way already.
		if seen < 2 || seen == events || status.Code(err) != codes.Canceled {
			return fmt.Errorf("%d events, %v", seen, err)
		}
		return nil
	},
}

// watch reads events to the end of the stream, or to the error that ends it.
func watch(ctx context.Context, client orders.OrdersClient, request *orders.WatchRequest, each func(int32)) (int32, error) {
	stream, err := client.Watch(ctx, request)
	if err != nil {
		return 0, err
	}
	for seen := int32(0); ; seen++ {
		event, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return seen, nil
		}
		if err != nil {
			return seen, err
		}
		if event.Number != seen || len(event.Body) != int(request.BodyOctets) {
			return seen, fmt.Errorf("event %d with %d octets in the place of %d", event.Number, len(event.Body), seen)
		}
		if each != nil {
			each(seen + 1)
		}
	}
}
