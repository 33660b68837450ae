module lab/kitex

go 1.21

require github.com/cloudwego/kitex v0.11.3
