// A Kitex server of shop.Orders over gRPC. SIGTERM stops it as Kitex stops.
package main

import (
	"flag"
	"log"
	"net"
	"time"

	"github.com/cloudwego/kitex/pkg/remote/trans/nphttp2/grpc"
	"github.com/cloudwego/kitex/server"

	"lab/kitex/shop"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:15400", "address")
	exitWait := flag.Duration("exit-wait", 5*time.Second, "WithExitWaitTime (5 s is Kitex's default)")
	maxIdle := flag.Duration("max-idle", 0, "ServerKeepalive.MaxConnectionIdle")
	permitIdle := flag.Bool("permit-idle", false, "EnforcementPolicy{5s, PermitWithoutStream: true}")
	flag.Parse()

	address, err := net.ResolveTCPAddr("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	options := []server.Option{server.WithServiceAddr(address), server.WithExitWaitTime(*exitWait)}
	if *maxIdle != 0 {
		options = append(options, server.WithGRPCKeepaliveParams(grpc.ServerKeepalive{MaxConnectionIdle: *maxIdle}))
	}
	if *permitIdle {
		policy := grpc.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}
		options = append(options, server.WithGRPCKeepaliveEnforcementPolicy(policy))
	}
	orders := server.NewServer(options...)
	if err := orders.RegisterService(shop.Info(), &shop.Orders{}); err != nil {
		log.Fatal(err)
	}
	if err := orders.Run(); err != nil {
		log.Fatal(err)
	}
}
