package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"

	pb "calmwire.dev/bench/generated"
)

type benchServer struct {
	pb.UnimplementedBenchServer
	payloads sync.Map
}

func payloadOf(bytes int) []byte {
	payload := make([]byte, bytes)
	for index := range payload {
		payload[index] = byte(index * 31)
	}
	return payload
}

// The octets that every stack's handlers return, made once.
func (server *benchServer) payload(bytes int32) []byte {
	if made, ok := server.payloads.Load(bytes); ok {
		return made.([]byte)
	}
	made, _ := server.payloads.LoadOrStore(bytes, payloadOf(int(bytes)))
	return made.([]byte)
}

func (server *benchServer) Echo(_ context.Context, record *pb.Record) (*pb.Record, error) {
	return &pb.Record{Id: record.Id, Count: record.Count, Payload: record.Payload}, nil
}

func (server *benchServer) Fetch(_ context.Context, request *pb.FetchRequest) (*pb.Record, error) {
	return &pb.Record{Count: 7, Payload: server.payload(request.PayloadBytes)}, nil
}

func (server *benchServer) Watch(request *pb.FetchRequest, stream pb.Bench_WatchServer) error {
	payload := server.payload(request.PayloadBytes)
	for sent := int32(0); sent < request.Messages; sent++ {
		if err := stream.Send(&pb.Record{Count: 7, Payload: payload}); err != nil {
			return err
		}
	}
	return nil
}

func (server *benchServer) Upload(stream pb.Bench_UploadServer) error {
	var summary pb.Summary
	for {
		record, err := stream.Recv()
		if err == io.EOF {
			return stream.SendAndClose(&summary)
		}
		if err != nil {
			return err
		}
		summary.Messages++
		summary.Count += record.Count
	}
}

func (server *benchServer) Hold(_ context.Context, request *pb.HoldRequest) (*pb.Record, error) {
	time.Sleep(time.Duration(request.WaitMs) * time.Millisecond)
	return &pb.Record{Id: request.Id, Count: 7}, nil
}

func serve(versions map[string]any) {
	var given struct {
		TLS *struct{ Key, Cert string }
	}
	if len(os.Args) > 2 {
		if err := json.Unmarshal([]byte(os.Args[2]), &given); err != nil {
			panic(err)
		}
	}
	var options []grpc.ServerOption
	if given.TLS != nil {
		secure, err := credentials.NewServerTLSFromFile(given.TLS.Cert, given.TLS.Key)
		if err != nil {
			panic(err)
		}
		options = append(options, grpc.Creds(secure))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	server := grpc.NewServer(options...)
	pb.RegisterBenchServer(server, &benchServer{})
	versions["port"] = listener.Addr().(*net.TCPAddr).Port
	say(versions)
	go func() {
		if err := server.Serve(listener); err != nil {
			panic(err)
		}
	}()
}
