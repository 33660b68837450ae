"""A C-core (grpcio) server: server.py HOST:PORT [OPTION=NUMBER...]   (channel arguments; graceS=SECONDS for SIGTERM).

SIGTERM: server.stop(grace). The service is lab.Echo, see ../node/steps.mjs for the request text.
"""
import re
import signal
import sys
import threading
import time
from concurrent import futures

import grpc


def parameters(request):
    return {k.decode(): int(v) for k, v in re.findall(rb"(\w+)=(\d+)", request[:200])}


def string_value(size):
    out, left = bytearray(b"\x0a"), size
    while left > 127:
        out.append(left & 127 | 128)
        left >>= 7
    return bytes(out) + bytes([left]) + b"x" * size


def answer(values, context):
    time.sleep(values.get("delayMs", 0) / 1000)
    if values.get("status"):
        codes = {code.value[0]: code for code in grpc.StatusCode}
        context.abort(codes[values["status"]], "as the request asked")
    return string_value(values.get("size", 8))


def unary(request, context):
    return answer(parameters(request), context)


def stream(request, context):
    values = parameters(request)
    for _ in range(values.get("count", 1)):
        yield answer(values, context)


def upload(requests, _context):
    for _ in requests:
        pass
    return string_value(8)


def bidi(requests, context):
    for request in requests:
        yield answer(parameters(request), context)


def main():
    address, options, grace_s = sys.argv[1], [], 5
    for option in sys.argv[2:]:
        name, value = option.split("=")
        if name == "graceS":
            grace_s = float(value)
        else:
            options.append((name, int(value)))
    server = grpc.server(futures.ThreadPoolExecutor(32), options=options)
    server.add_generic_rpc_handlers([
        grpc.method_handlers_generic_handler("lab.Echo", {
            "Unary": grpc.unary_unary_rpc_method_handler(unary),
            "Stream": grpc.unary_stream_rpc_method_handler(stream),
            "Upload": grpc.stream_unary_rpc_method_handler(upload),
            "Bidi": grpc.stream_stream_rpc_method_handler(bidi),
        })
    ])
    server.add_insecure_port(address)
    server.start()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    stop.wait()
    server.stop(grace_s).wait()


main()
