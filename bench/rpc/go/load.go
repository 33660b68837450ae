package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// What bench/rpc/load/window.mjs is for the Node clients: the stretch of a load that counts.
type window struct {
	mutex     sync.Mutex
	watch     int
	cores     []int
	beginAt   time.Time
	measure   time.Duration
	state     int // 0 lead, 1 measuring, 2 over
	begun     time.Time
	own       float64
	watched   float64
	busy      float64
	done      int
	failed    int
	failure   string
	latencies []int64
	result    map[string]any
}

func newWindow(job job) *window {
	lead := job.LeadMs
	if lead == 0 {
		lead = 200
	}
	return &window{
		watch:   job.Watch,
		cores:   job.Cores,
		beginAt: time.Now().Add(time.Duration(lead) * time.Millisecond),
		measure: time.Duration(job.MeasureMs) * time.Millisecond,
	}
}

// Counts what was completed since the last time; returns true once the window is over.
func (window *window) tick(units int, started time.Time, failure error) bool {
	now := time.Now()
	window.mutex.Lock()
	defer window.mutex.Unlock()
	if failure != nil {
		window.failed++
		if window.failure == "" {
			window.failure = failure.Error()
		}
	} else {
		window.done += units
		if window.state == 1 && !started.IsZero() {
			window.latencies = append(window.latencies, now.Sub(started).Nanoseconds())
		}
	}
	switch {
	case window.state == 0 && now.After(window.beginAt):
		window.state = 1
		window.done = 0
		window.begun = now
		window.own = cpuUs(os.Getpid())
		window.watched = cpuUs(window.watch)
		window.busy = coresBusyUs(window.cores)
	case window.state == 1 && now.Sub(window.begun) >= window.measure:
		window.state = 2
		own := cpuUs(os.Getpid()) - window.own
		watched := cpuUs(window.watch) - window.watched
		window.result = map[string]any{
			"done":         window.done,
			"seconds":      now.Sub(window.begun).Seconds(),
			"ownCpuUs":     own,
			"watchedCpuUs": watched,
			"othersCpuUs":  coresBusyUs(window.cores) - window.busy - own - watched,
		}
	}
	return window.state == 2
}

func (window *window) report() map[string]any {
	slices.Sort(window.latencies)
	for name, share := range map[string]float64{"p50Us": 0.5, "p99Us": 0.99, "p999Us": 0.999} {
		if count := len(window.latencies); count > 0 {
			window.result[name] = window.latencies[int(share*float64(count-1))] / 1000
		}
	}
	window.result["failed"] = window.failed
	if window.failure != "" {
		window.result["failure"] = window.failure
	}
	return window.result
}

// CPU microseconds of all threads of a process so far.
func cpuUs(pid int) (us float64) {
	threads, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return
	}
	for _, thread := range threads {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, thread.Name()))
		if err != nil {
			continue
		}
		var nanoseconds float64
		fmt.Sscan(string(text), &nanoseconds)
		us += nanoseconds / 1000
	}
	return
}

// Microseconds that these cores spent on processes, anyone's: user, nice and system time, in ticks of 10 ms.
func coresBusyUs(cores []int) (us float64) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return
	}
	for _, line := range strings.Split(string(text), "\n") {
		for _, core := range cores {
			var user, nice, system float64
			if _, err := fmt.Sscanf(line, fmt.Sprintf("cpu%d %%f %%f %%f", core), &user, &nice, &system); err == nil {
				us += (user + nice + system) * 10_000
			}
		}
	}
	return
}
