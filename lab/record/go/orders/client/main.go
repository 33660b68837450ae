// A grpc-go client of shop.Orders, driven by steps:
//
//	client -target 127.0.0.1:15000 -keepalive 10s -permit-idle "get id=1" "bg watch every=1s for=20s" "wait 45s"
//
// get, watch, upload and chat call the method with the words as request; "bg" runs the step beside the following ones;
// the words "deadline=2s", "cancel=1s", "header=9000" and "repeat=5" concern the call itself. health and list
// (reflection) call those services.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"
	reflectpb "google.golang.org/grpc/reflection/grpc_reflection_v1alpha"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"lab/orders/shop"
)

var (
	target        = flag.String("target", "127.0.0.1:15000", "address")
	interval      = flag.Duration("keepalive", 0, "ClientParameters.Time")
	timeout       = flag.Duration("keepalive-timeout", 5*time.Second, "ClientParameters.Timeout")
	permitIdle    = flag.Bool("permit-idle", false, "ClientParameters.PermitWithoutStream")
	connections   = flag.Int("connections", 1, "run the steps on so many connections at once")
	perCall       = flag.Int("per-call", 0, "make so many calls, each on a connection of its own")
	secure        = flag.Bool("tls", false, "TLS, any certificate unless -ca is given; SSLKEYLOGFILE names the key log")
	ca            = flag.String("ca", "", "certificate of the CA")
	tlsMax        = flag.String("tls-max", "", "1.2: TLS 1.2 at most")
	window        = flag.Int("window", 0, "initial stream and connection window (switches BDP probing off)")
	maxReceive    = flag.Int("max-receive", 0, "MaxCallRecvMsgSize")
	maxHeaderList = flag.Uint("max-header", 0, "MaxHeaderListSize the client announces")
)

func dial() *grpc.ClientConn {
	var options []grpc.DialOption
	if *secure {
		options = append(options, grpc.WithTransportCredentials(credentials.NewTLS(shop.ClientTLS(*ca, *tlsMax))))
	} else {
		options = append(options, grpc.WithInsecure())
	}
	if *interval != 0 {
		parameters := keepalive.ClientParameters{Time: *interval, Timeout: *timeout, PermitWithoutStream: *permitIdle}
		options = append(options, grpc.WithKeepaliveParams(parameters))
	}
	if *window != 0 {
		options = append(options, grpc.WithInitialWindowSize(int32(*window)), grpc.WithInitialConnWindowSize(int32(*window)))
	}
	if *maxReceive != 0 {
		options = append(options, grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(*maxReceive)))
	}
	if *maxHeaderList != 0 {
		options = append(options, grpc.WithMaxHeaderListSize(uint32(*maxHeaderList)))
	}
	conn, err := grpc.Dial(*target, options...)
	if err != nil {
		log.Fatal(err)
	}
	return conn
}

// around gives the context that the words of a step ask for.
func around(options shop.Options) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	if deadline := options.Duration("deadline"); deadline != 0 {
		ctx, cancel = context.WithTimeout(ctx, deadline)
	}
	if after := options.Duration("cancel"); after != 0 {
		time.AfterFunc(after, cancel)
	}
	if bytes := options.Int("header"); bytes != 0 {
		ctx = metadata.AppendToOutgoingContext(ctx, "x-session", noise(bytes))
	}
	return ctx, cancel
}

// noise does not shrink by Huffman coding.
func noise(bytes int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ~!#$&{}|^"
	text := make([]byte, bytes)
	for i := range text {
		text[i] = letters[rand.Intn(len(letters))]
	}
	return string(text)
}

func call(conn *grpc.ClientConn, verb string, words []string) error {
	options := shop.Parse(words)
	ctx, cancel := around(options)
	defer cancel()
	request := wrapperspb.String(strings.Join(words, " "))
	switch verb {
	case "get":
		return conn.Invoke(ctx, shop.Get, request, new(shop.Text))
	case "watch":
		return receive(ctx, conn, request, options)
	case "upload", "chat":
		return send(ctx, conn, verb, options)
	case "health":
		_, err := healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{})
		return err
	case "list":
		return list(ctx, conn)
	}
	return fmt.Errorf("unknown step %q", verb)
}

func receive(ctx context.Context, conn *grpc.ClientConn, request *shop.Text, options shop.Options) error {
	stream, err := conn.NewStream(ctx, shop.WatchStream, shop.Watch)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(request); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for count := 0; ; count++ {
		if err := stream.RecvMsg(new(shop.Text)); err != nil {
			if err == io.EOF {
				return nil
			}
			return fmt.Errorf("after %d messages: %w", count, err)
		}
		time.Sleep(options.Duration("read-every"))
	}
}

func send(ctx context.Context, conn *grpc.ClientConn, verb string, options shop.Options) error {
	description, method := shop.UploadStream, shop.Upload
	if verb == "chat" {
		description, method = shop.ChatStream, shop.Chat
	}
	stream, err := conn.NewStream(ctx, description, method)
	if err != nil {
		return err
	}
	for range make([]int, options.Int("count")) {
		if err := stream.SendMsg(shop.Order(options.Int("bytes"))); err != nil {
			return err
		}
		if verb == "chat" {
			if err := stream.RecvMsg(new(shop.Text)); err != nil {
				return err
			}
		}
		time.Sleep(options.Duration("send-every"))
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if err := stream.RecvMsg(new(shop.Text)); err != nil && err != io.EOF {
		return err
	}
	return nil
}

func list(ctx context.Context, conn *grpc.ClientConn) error {
	stream, err := reflectpb.NewServerReflectionClient(conn).ServerReflectionInfo(ctx)
	if err != nil {
		return err
	}
	question := &reflectpb.ServerReflectionRequest{MessageRequest: &reflectpb.ServerReflectionRequest_ListServices{ListServices: "*"}}
	if err := stream.Send(question); err != nil {
		return err
	}
	if _, err := stream.Recv(); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	_, err = stream.Recv()
	if err == io.EOF {
		return nil
	}
	return err
}

func run(conn *grpc.ClientConn, steps []string) {
	var beside sync.WaitGroup
	start := time.Now()
	for _, step := range steps {
		words := strings.Fields(step)
		if words[0] == "wait" {
			pause, _ := time.ParseDuration(words[1])
			time.Sleep(pause)
			continue
		}
		background := words[0] == "bg"
		if background {
			words = words[1:]
		}
		options := shop.Parse(words[1:])
		repeat := max(1, options.Int("repeat"))
		for range make([]int, repeat) {
			work := func() {
				err := call(conn, words[0], words[1:])
				log.Printf("%.3f %s: %v", time.Since(start).Seconds(), step, err)
			}
			if background {
				beside.Add(1)
				go func() { defer beside.Done(); work() }()
			} else {
				work()
				time.Sleep(options.Duration("gap"))
			}
		}
	}
	beside.Wait()
}

func main() {
	flag.Parse()
	for range make([]int, *perCall) {
		conn := dial()
		run(conn, flag.Args())
		conn.Close()
	}
	if *perCall != 0 {
		return
	}
	var all sync.WaitGroup
	for range make([]int, *connections) {
		all.Add(1)
		go func() {
			defer all.Done()
			conn := dial()
			defer conn.Close()
			run(conn, flag.Args())
		}()
	}
	all.Wait()
}
