// The bench's service and client on grpc-go: `bench-go server JSON` listens and serves, `bench-go client` takes jobs.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"

	"google.golang.org/grpc"
)

func say(value any) {
	line, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	fmt.Printf("%s\n", line)
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: bench-go server [JSON] | client")
		os.Exit(2)
	}
	versions := map[string]any{"ready": true, "go": runtime.Version(), "version": grpc.Version}
	if os.Args[1] == "server" {
		serve(versions)
		lines := bufio.NewScanner(os.Stdin) // ends with the bench
		for lines.Scan() {
			debug.FreeOSMemory()
			say(map[string]any{"result": map[string]any{}})
		}
		return
	}
	say(versions)
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var job job
		if err := json.Unmarshal(lines.Bytes(), &job); err != nil {
			say(map[string]any{"error": err.Error()})
			continue
		}
		result, err := runJob(job)
		if err != nil {
			say(map[string]any{"error": err.Error()})
			continue
		}
		say(map[string]any{"result": result})
	}
}
