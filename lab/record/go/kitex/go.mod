module lab/kitex

go 1.21
