// grpc-go's interop cases: client -address HOST:PORT [-tls CA -server-name NAME] CASE...
//
// The cases are those of its own command, which also brings xDS and Google's credentials: a minute of compiling that
// no case here needs. A case that fails ends the process; each that passes prints a line.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

var (
	address    = flag.String("address", "", "")
	ca         = flag.String("tls", "", "file with the CA to trust; clear text without it")
	serverName = flag.String("server-name", "", "the name that the certificate must have")
)

type client = testgrpc.TestServiceClient

// Each on a channel that the cases of one run share.
var cases = map[string]func(context.Context, client, *grpc.ClientConn){
	"empty_unary":                 func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoEmptyUnaryCall(ctx, c) },
	"large_unary":                 func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoLargeUnaryCall(ctx, c) },
	"client_streaming":            func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoClientStreaming(ctx, c) },
	"server_streaming":            func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoServerStreaming(ctx, c) },
	"ping_pong":                   func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoPingPong(ctx, c) },
	"empty_stream":                func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoEmptyStream(ctx, c) },
	"timeout_on_sleeping_server":  func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoTimeoutOnSleepingServer(ctx, c) },
	"cancel_after_begin":          func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoCancelAfterBegin(ctx, c) },
	"cancel_after_first_response": func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoCancelAfterFirstResponse(ctx, c) },
	"status_code_and_message":     func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoStatusCodeAndMessage(ctx, c) },
	"special_status_message":      func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoSpecialStatusMessage(ctx, c) },
	"custom_metadata":             func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoCustomMetadata(ctx, c) },
	"unimplemented_method":        func(ctx context.Context, _ client, conn *grpc.ClientConn) { interop.DoUnimplementedMethod(ctx, conn) },
	"unimplemented_service": func(ctx context.Context, _ client, conn *grpc.ClientConn) {
		interop.DoUnimplementedService(ctx, testgrpc.NewUnimplementedServiceClient(conn))
	},
	"pick_first_unary": func(ctx context.Context, c client, _ *grpc.ClientConn) { interop.DoPickFirstUnary(ctx, c) },
	"rpc_soak": func(ctx context.Context, _ client, conn *grpc.ClientConn) {
		soak(ctx, func() (*grpc.ClientConn, func()) { return conn, func() {} })
	},
	"channel_soak": func(ctx context.Context, _ client, _ *grpc.ClientConn) {
		soak(ctx, func() (*grpc.ClientConn, func()) {
			conn := dial()
			return conn, func() { conn.Close() }
		})
	},
}

// soak has the numbers of grpc-go's command, with more iterations, two workers, and times for a busy machine.
func soak(ctx context.Context, channel func() (*grpc.ClientConn, func())) {
	interop.DoSoakTest(ctx, interop.SoakTestConfig{
		RequestSize:                      271828,
		ResponseSize:                     314159,
		PerIterationMaxAcceptableLatency: 5 * time.Second,
		OverallTimeout:                   60 * time.Second,
		ServerAddr:                       *address,
		NumWorkers:                       2,
		Iterations:                       50,
		ChannelForTest:                   channel,
	})
}

func dial() *grpc.ClientConn {
	creds := insecure.NewCredentials()
	if *ca != "" {
		var err error
		if creds, err = credentials.NewClientTLSFromFile(*ca, *serverName); err != nil {
			log.Fatal(err)
		}
	}
	conn, err := grpc.NewClient(*address, grpc.WithTransportCredentials(creds))
	if err != nil {
		log.Fatal(err)
	}
	return conn
}

func main() {
	flag.Parse()
	conn := dial()
	defer conn.Close()
	for _, name := range flag.Args() {
		run, ok := cases[name]
		if !ok {
			log.Fatalf("no such case: %s", name)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		run(ctx, testgrpc.NewTestServiceClient(conn), conn)
		cancel()
		fmt.Println("passed", name)
	}
}
