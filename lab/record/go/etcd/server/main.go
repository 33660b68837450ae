// One etcd member of a current release, embedded: etcd itself has no flag for PermitWithoutStream, an embedder has.
package main

import (
	"flag"
	"log"
	"net/url"
	"os"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
)

func address(text string) []url.URL {
	parsed, err := url.Parse(text)
	if err != nil {
		log.Fatal(err)
	}
	return []url.URL{*parsed}
}

func main() {
	directory := flag.String("data-dir", "", "data directory")
	client := flag.String("client", "http://127.0.0.1:15200", "client URL")
	peer := flag.String("peer", "http://127.0.0.1:15201", "peer URL")
	permitIdle := flag.Bool("permit-idle", false, "EnforcementPolicy{5s, PermitWithoutStream: true} after etcd's own")
	flag.Parse()

	config := embed.NewConfig()
	config.Dir = *directory
	config.LogLevel = "error"
	config.ListenClientUrls, config.AdvertiseClientUrls = address(*client), address(*client)
	config.ListenPeerUrls, config.AdvertisePeerUrls = address(*peer), address(*peer)
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	if *permitIdle {
		policy := keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}
		config.GRPCAdditionalServerOptions = append(config.GRPCAdditionalServerOptions, grpc.KeepaliveEnforcementPolicy(policy))
	}
	server, err := embed.StartEtcd(config)
	if err != nil {
		log.Fatal(err)
	}
	defer server.Close()
	select {
	case err := <-server.Err():
		log.Println(err)
		os.Exit(1)
	}
}
