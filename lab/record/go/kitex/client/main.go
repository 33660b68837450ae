// A Kitex client of shop.Orders over gRPC, driven by steps: get [words] | bg get [words] | wait DURATION.
package main

import (
	"context"
	"flag"
	"log"
	"strings"
	"sync"
	"time"

	"github.com/cloudwego/kitex/client"
	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/grpc"
	"github.com/cloudwego/kitex/pkg/retry"
	"github.com/cloudwego/kitex/transport"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"lab/kitex/shop"
)

func main() {
	target := flag.String("target", "127.0.0.1:15400", "address")
	interval := flag.Duration("keepalive", 0, "ClientKeepalive.Time")
	permitIdle := flag.Bool("permit-idle", false, "ClientKeepalive.PermitWithoutStream")
	short := flag.Bool("short", false, "WithShortConnection")
	pool := flag.Uint("pool", 1, "WithGRPCConnPoolSize")
	again := flag.String("retry", "", "WithFailureRetry: timeouts (NewFailurePolicy) or all (AllErrorRetry)")
	flag.Parse()

	options := []client.Option{
		client.WithDestService("orders"),
		client.WithHostPorts(*target),
		client.WithTransportProtocol(transport.GRPC),
		client.WithGRPCConnPoolSize(uint32(*pool)),
		// Kitex's 50 ms are short on a busy machine.
		client.WithConnectTimeout(5 * time.Second),
	}
	if *interval != 0 {
		keepalive := grpc.ClientKeepalive{Time: *interval, Timeout: 5 * time.Second, PermitWithoutStream: *permitIdle}
		options = append(options, client.WithGRPCKeepaliveParams(keepalive))
	}
	if *short {
		options = append(options, client.WithShortConnection())
	}
	switch *again {
	case "timeouts":
		options = append(options, client.WithFailureRetry(retry.NewFailurePolicy()))
	case "all":
		options = append(options, client.WithFailureRetry(retry.NewFailurePolicyWithResultRetry(retry.AllErrorRetry())))
	}
	orders, err := client.NewClient(shop.Info(), options...)
	if err != nil {
		log.Fatal(err)
	}
	start := time.Now()
	var beside sync.WaitGroup
	for _, step := range flag.Args() {
		step := step
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
		work := func() {
			arguments := &shop.GetArguments{Request: wrapperspb.String(strings.Join(words[1:], " "))}
			err := orders.Call(context.Background(), "Get", arguments, &shop.GetResult{})
			log.Printf("%.3f %s: %v", time.Since(start).Seconds(), step, err)
		}
		if !background {
			work()
			continue
		}
		beside.Add(1)
		go func() { defer beside.Done(); work() }()
	}
	beside.Wait()
}
