/** Ordinary lines that look alike: they say nothing of HTTP/2 or gRPC connections, and must not be read as if they did. */
import { expect, it } from 'vitest';
import { readingsIn } from './support.ts';

it.each([
  '2026-11-21 10:00:00 INFO reached EOF of orders.csv after 120 rows',
  '2026-11-21 10:00:00 ERROR postgres: connection reset by peer',
  '2026-11-21 10:00:00 WARN redis: dial tcp 10.0.0.9:6379: connect: connection refused',
  '2026-11-21 10:00:00 INFO the market is closing, transport of goods goes on',
  '2026-11-21 10:00:00 INFO user asked: "too many pings from my phone, please stop"',
  '2026-11-21 10:00:00 INFO ticket 4411: GOAWAY written on the wall',
  '2026-11-21 10:00:00 DEBUG context canceled by scheduler',
  'context deadline exceeded',
  'Error: read ECONNRESET',
  'Error: connect ECONNREFUSED 127.0.0.1:5432',
  'java.net.SocketTimeoutException: Read timed out',
  'java.io.IOException: Broken pipe',
  'caught: broken pipe while writing to stdout',
  'order 14 UNAVAILABLE in warehouse 3',
  'the stream was closed for maintenance of the river bank',
  'com.example.StreamResetter: Stream reset: requested by user',
  'INFO Connection was closed by the operator',
  'the goods were received, message larger than max weight not accepted',
  'upstream connect error is the title of chapter 3',
  '10.0.0.5 - - [21/Nov/2026:10:00:00 +0000] "POST /pkg.Svc/Get HTTP/2.0" 200 612 "-" "grpc-go/1.64.1"',
  '10.0.0.5 - - [21/Nov/2026:10:00:00 +0000] "GET /search?q=UC+berkeley HTTP/2.0" 200 612 "-" "curl"',
  '[2026-11-21T13:26:00.348Z] "POST /lab.Echo/Unary HTTP/2" 200 - 17 11125 0 - "-" "grpc-node-js/1.14.2" "id" "a:1" "b:2"',
  '[2026-11-21T13:26:00.348Z] "GET /a HTTP/1.1" 503 UC 0 95 0 - "-" "curl" "id" "a" "10.0.0.9:80"',
  '127.0.0.1:36736 [21/Nov/2026:13:26:58.808] in out/one 0/0/1/2/3 200 143 - - ---- 1/1/0/0/0 0/0 "POST http://a/lab.Echo/Unary HTTP/2.0"',
  '127.0.0.1:36736 [21/Nov/2026:13:26:58.808] web app/one 0/0/1/-1/3 502 143 - - SH-- 1/1/0/0/0 0/0 "GET /index.html HTTP/1.1"',
  '2026/11/21 07:54:20 [error] 1#1: *1 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 10.0.0.5, server: , request: "GET / HTTP/1.1", upstream: "http://10.0.0.9:80/", host: "a"',
  '2026/11/21 07:54:20 [error] 1#1: *1 upstream prematurely closed connection while reading response header from upstream, client: 10.0.0.5, server: , request: "GET / HTTP/1.1", upstream: "fastcgi://unix:/run/php.sock:", host: "a"',
  '{"level":"info","msg":"flags set","flags":"UC","user":"anna"}',
  '{"level":"info","msg":"EOF","code":14}',
  'Deadline exceeded: the invoice of March is still open',
  'operation was cancelled by the nurse',
  'Timeout expired. The timeout period elapsed prior to obtaining a connection from the pool.',
])('%s', (line) => {
  expect(readingsIn(`${line}\n`)).toEqual([]);
});
