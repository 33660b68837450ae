// clientv3 with the settings of Cortex (DialKeepAliveTime 10 s, PermitWithoutStream), driven by steps:
//
//	client -endpoints http://127.0.0.1:15200 -keepalive 10s -permit-idle "put a 1" "bg watch a 50s" "lease 30s" "wait 45s"
package main

import (
	"context"
	"flag"
	"log"
	"strings"
	"sync"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
)

func run(client *clientv3.Client, words []string) error {
	ctx := context.Background()
	switch words[0] {
	case "put":
		_, err := client.Put(ctx, words[1], words[2])
		return err
	case "get":
		_, err := client.Get(ctx, words[1])
		return err
	case "watch":
		limit, _ := time.ParseDuration(words[2])
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		for response := range client.Watch(ctx, words[1]) {
			log.Printf("watch: %d events, %v", len(response.Events), response.Err())
		}
		return nil
	case "lease":
		limit, _ := time.ParseDuration(words[1])
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		grant, err := client.Grant(ctx, 15)
		if err != nil {
			return err
		}
		answers, err := client.KeepAlive(ctx, grant.ID)
		for range answers {
		}
		return err
	case "wait":
		pause, err := time.ParseDuration(words[1])
		time.Sleep(pause)
		return err
	}
	return nil
}

func main() {
	endpoints := flag.String("endpoints", "http://127.0.0.1:15200", "comma-separated")
	interval := flag.Duration("keepalive", 0, "DialKeepAliveTime")
	permitIdle := flag.Bool("permit-idle", false, "PermitWithoutStream")
	flag.Parse()

	client, err := clientv3.New(clientv3.Config{
		Endpoints:            strings.Split(*endpoints, ","),
		DialTimeout:          5 * time.Second,
		DialKeepAliveTime:    *interval,
		DialKeepAliveTimeout: 10 * time.Second,
		PermitWithoutStream:  *permitIdle,
	})
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	var beside sync.WaitGroup
	start := time.Now()
	for _, step := range flag.Args() {
		words := strings.Fields(step)
		work := func() { log.Printf("%s: %v at %.3f", step, run(client, words), time.Since(start).Seconds()) }
		if words[0] != "bg" {
			work()
			continue
		}
		words = words[1:]
		beside.Add(1)
		go func() { defer beside.Done(); work() }()
	}
	beside.Wait()
}
