package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"

	pb "calmwire.dev/bench/generated"
)

const streamMessages = 1000
const streamPayloadBytes = 96

type job struct {
	Kind      string
	Port      int
	Ca        string
	Payload   string
	Varying   bool
	Streams   int
	LeadMs    int
	MeasureMs int
	Watch     int
	Cores     []int
}

func recordOf(name string) *pb.Record {
	switch name {
	case "empty":
		return &pb.Record{}
	case "10KB":
		return &pb.Record{Id: "order-0123456789", Count: 7, Payload: payloadOf(9977)}
	case "250KB":
		return &pb.Record{Count: 7, Payload: payloadOf(249_994)}
	case "streamed":
		return &pb.Record{Count: 7, Payload: payloadOf(streamPayloadBytes)}
	default:
		return &pb.Record{Id: "order-0123456789", Count: 7, Payload: payloadOf(78)}
	}
}

// Runs one load: `streams` goroutines, each of which makes a call after the other.
func runJob(job job) (map[string]any, error) {
	secure := insecure.NewCredentials()
	if job.Ca != "" {
		var err error
		if secure, err = credentials.NewClientTLSFromFile(job.Ca, "localhost"); err != nil {
			return nil, err
		}
	}
	connection, err := grpc.NewClient(fmt.Sprintf("passthrough:///127.0.0.1:%d", job.Port), grpc.WithTransportCredentials(secure))
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	client := pb.NewBenchClient(connection)
	window := newWindow(job)
	call := caller(client, job, window)
	if job.Streams == 0 {
		job.Streams = 100
	}
	var all sync.WaitGroup
	for stream := range job.Streams {
		all.Go(func() {
			for number := stream; ; number += job.Streams {
				started := time.Now()
				units, err := call(number)
				if window.tick(units, started, err) {
					return
				}
			}
		})
	}
	all.Wait()
	return window.report(), nil
}

var errAnswer = errors.New("the answer is not the expected one")

// A function that makes one call and returns how much it counts.
func caller(client pb.BenchClient, job job, window *window) func(number int) (int, error) {
	switch job.Kind {
	case "fetch":
		expected := len(recordOf(job.Payload).Payload)
		return func(int) (int, error) {
			answer, err := client.Fetch(context.Background(), &pb.FetchRequest{PayloadBytes: int32(expected)})
			if err == nil && len(answer.Payload) != expected {
				err = errAnswer
			}
			return 1, err
		}
	case "watch":
		return func(int) (int, error) { return 0, watch(client, window) }
	case "upload":
		return func(int) (int, error) { return streamMessages, upload(client) }
	}
	record := recordOf(job.Payload)
	return func(number int) (int, error) {
		ctx := context.Background()
		if job.Varying {
			id := fmt.Sprintf("%08x", uint32(number)*2_654_435_761)
			deadline, cancel := context.WithTimeout(ctx, time.Duration(1900+number%97)*time.Millisecond)
			defer cancel()
			ctx = metadata.AppendToOutgoingContext(deadline,
				"traceparent", "00-"+id+"c3a1f0e2"+id+"9b7d4460-"+id+"5e21d7a3-01",
				"x-request-id", id+"4f9c2b7a"+id+"d03e8b15")
		}
		answer, err := client.Echo(ctx, record)
		if err == nil && (answer.Id != record.Id || len(answer.Payload) != len(record.Payload)) {
			err = errAnswer
		}
		return 1, err
	}
}

func watch(client pb.BenchClient, window *window) error {
	stream, err := client.Watch(context.Background(), &pb.FetchRequest{Messages: streamMessages, PayloadBytes: streamPayloadBytes})
	if err != nil {
		return err
	}
	octets := 0
	for received := 0; ; received++ {
		record, err := stream.Recv()
		if err == io.EOF {
			window.tick(received%100, time.Time{}, nil)
			break
		}
		if err != nil {
			return err
		}
		octets += len(record.Payload)
		if received%100 == 99 {
			window.tick(100, time.Time{}, nil)
		}
	}
	if octets != streamMessages*streamPayloadBytes {
		return errAnswer
	}
	return nil
}

func upload(client pb.BenchClient) error {
	stream, err := client.Upload(context.Background())
	if err != nil {
		return err
	}
	record := recordOf("streamed")
	for range streamMessages {
		if err := stream.Send(record); err != nil {
			return err
		}
	}
	summary, err := stream.CloseAndRecv()
	if err == nil && (summary.Messages != streamMessages || summary.Count != 7*streamMessages) {
		err = errAnswer
	}
	return err
}
