module lab/frames

go 1.22

require golang.org/x/net v0.26.0

require golang.org/x/text v0.16.0 // indirect
