// A grpc-go server of shop.Orders with health and reflection. Everything is grpc-go's default unless a flag changes it.
package main

import (
	"crypto/tls"
	"flag"
	"log"
	"net"
	"os"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/reflection"

	"lab/orders/shop"
)

var (
	listen      = flag.String("listen", "127.0.0.1:15000", "address")
	minTime     = flag.Duration("min-time", 0, "EnforcementPolicy.MinTime")
	permitIdle  = flag.Bool("permit-idle", false, "EnforcementPolicy.PermitWithoutStream")
	maxAge      = flag.Duration("max-age", 0, "MaxConnectionAge")
	maxGrace    = flag.Duration("max-age-grace", 0, "MaxConnectionAgeGrace")
	maxIdle     = flag.Duration("max-idle", 0, "MaxConnectionIdle")
	pingAfter   = flag.Duration("ping-after", 0, "ServerParameters.Time")
	pingTimeout = flag.Duration("ping-timeout", 20*time.Second, "ServerParameters.Timeout")
	maxStreams  = flag.Uint("max-streams", 0, "MaxConcurrentStreams")
	maxHeader   = flag.Uint("max-header", 0, "MaxHeaderListSize")
	certificate = flag.String("cert", "", "TLS certificate (with -key)")
	key         = flag.String("key", "", "TLS key")
	exitAfter   = flag.Duration("exit-after", 0, "os.Exit after this time")
	gracefully  = flag.Duration("graceful-after", 0, "GracefulStop after this time")
	stopAfter   = flag.Duration("stop-after", 0, "Stop (not graceful) after this time")
)

func options() []grpc.ServerOption {
	var options []grpc.ServerOption
	if *minTime != 0 || *permitIdle {
		policy := keepalive.EnforcementPolicy{MinTime: *minTime, PermitWithoutStream: *permitIdle}
		options = append(options, grpc.KeepaliveEnforcementPolicy(policy))
	}
	if *maxAge != 0 || *maxIdle != 0 || *pingAfter != 0 {
		parameters := keepalive.ServerParameters{MaxConnectionAge: *maxAge, MaxConnectionAgeGrace: *maxGrace, MaxConnectionIdle: *maxIdle, Time: *pingAfter, Timeout: *pingTimeout}
		options = append(options, grpc.KeepaliveParams(parameters))
	}
	if *maxStreams != 0 {
		options = append(options, grpc.MaxConcurrentStreams(uint32(*maxStreams)))
	}
	if *maxHeader != 0 {
		options = append(options, grpc.MaxHeaderListSize(uint32(*maxHeader)))
	}
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		if err != nil {
			log.Fatal(err)
		}
		options = append(options, grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{pair}, KeyLogWriter: shop.KeyLog()})))
	}
	return options
}

func main() {
	flag.Parse()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(options()...)
	server.RegisterService(&shop.Description, shop.Orders{})
	healthpb.RegisterHealthServer(server, health.NewServer())
	reflection.Register(server)
	if *exitAfter != 0 {
		time.AfterFunc(*exitAfter, func() { os.Exit(1) })
	}
	if *gracefully != 0 {
		time.AfterFunc(*gracefully, server.GracefulStop)
	}
	if *stopAfter != 0 {
		time.AfterFunc(*stopAfter, server.Stop)
	}
	if err := server.Serve(listener); err != nil {
		log.Fatal(err)
	}
	// GracefulStop makes Serve return before its last connection has ended.
	time.Sleep(2 * time.Second)
}
