"""grpcio (C-core): orders.py server PORT [CERTIFICATE KEY] | client HOST:PORT CA|- STEP...

The generated modules orders_pb2 and orders_pb2_grpc are made by ../install.sh; PYTHONPATH says where.
"""
import queue
import sys
import time
from concurrent import futures

import grpc

import orders_pb2 as pb
import orders_pb2_grpc as rpc

# The numbers of the steps, see ../proto/orders.proto.
NOTE_LETTERS = 300_000
EVENTS = 100
BODY = bytes(5_000)
ROUNDS = 20
PAUSE_MS = 50
DEADLINE_S = 1
LIMIT_S = 20
STATUS_TEXT = "no such order größe ☃"
TAG = "blue"
TAG_BIN = b"\x00\xff\xab"


class Service(rpc.OrdersServicer):
    def Get(self, request, context):
        sent = context.invocation_metadata()
        context.send_initial_metadata([pair for pair in sent if pair[0] == "lab-tag"])
        if request.id == "":
            context.abort(grpc.StatusCode.NOT_FOUND, STATUS_TEXT)
        context.set_trailing_metadata([pair for pair in sent if pair[0] == "lab-tag-bin"])
        return pb.Order(id=request.id, note="x" * request.note_letters)

    def Watch(self, request, context):
        for number in range(request.count):
            if number and request.pause_ms:
                time.sleep(request.pause_ms / 1000)
            if not context.is_active():
                return
            yield pb.Event(number=number, body=bytes(request.body_octets))

    def Import(self, items, context):
        numbers = [item.number for item in items]
        return pb.Summary(count=len(numbers), sum=sum(numbers))

    def Chat(self, items, context):
        yield from items


def serve(port, files):
    server = grpc.server(futures.ThreadPoolExecutor(32))
    rpc.add_OrdersServicer_to_server(Service(), server)
    if files:
        certificate, key = (open(file, "rb").read() for file in files)
        server.add_secure_port(f"127.0.0.1:{port}", grpc.ssl_server_credentials([(key, certificate)]))
    else:
        server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


def expect(what, actual, wanted):
    if actual != wanted:
        raise AssertionError(f"{what} is {actual!r}, not {wanted!r}")


def collect(events, each=lambda seen: None):
    """Reads a stream to its end, or to the error that ends it."""
    seen = 0
    try:
        for event in events:
            expect("number", event.number, seen)
            seen += 1
            each(seen)
        return seen, grpc.StatusCode.OK
    except grpc.RpcError as error:
        return seen, error.code()


def unary(orders):
    metadata = [("lab-tag", TAG), ("lab-tag-bin", TAG_BIN)]
    order, call = orders.Get.with_call(pb.GetRequest(id="o-1", note_letters=NOTE_LETTERS), metadata=metadata, timeout=LIMIT_S)
    expect("note", len(order.note), NOTE_LETTERS)
    expect("header", dict(call.initial_metadata()).get("lab-tag"), TAG)
    expect("trailer", dict(call.trailing_metadata()).get("lab-tag-bin"), TAG_BIN)


def server_streaming(orders):
    request = pb.WatchRequest(count=EVENTS, body_octets=len(BODY))
    expect("events", collect(orders.Watch(request, timeout=LIMIT_S)), (EVENTS, grpc.StatusCode.OK))


def client_streaming(orders):
    summary = orders.Import((pb.Item(number=number, body=BODY) for number in range(EVENTS)), timeout=LIMIT_S)
    expect("summary", (summary.count, summary.sum), (EVENTS, 4950))


def bidi(orders):
    answered = queue.SimpleQueue()

    def items():
        for number in range(ROUNDS):
            yield pb.Item(number=number, body=bytes(10))
            answered.get(timeout=LIMIT_S)

    expect("answers", collect(orders.Chat(items(), timeout=LIMIT_S), answered.put), (ROUNDS, grpc.StatusCode.OK))


def status(orders):
    try:
        orders.Get(pb.GetRequest(), timeout=LIMIT_S)
    except grpc.RpcError as error:
        expect("status", (error.code(), error.details()), (grpc.StatusCode.NOT_FOUND, STATUS_TEXT))
        return
    raise AssertionError("no status")


def deadline(orders):
    seen, code = collect(orders.Watch(pb.WatchRequest(count=EVENTS, pause_ms=PAUSE_MS), timeout=DEADLINE_S))
    expect("status", (seen > 0, code), (True, grpc.StatusCode.DEADLINE_EXCEEDED))


def cancel(orders):
    events = orders.Watch(pb.WatchRequest(count=EVENTS, pause_ms=PAUSE_MS), timeout=LIMIT_S)
    seen, code = collect(events, lambda seen: events.cancel() if seen == 2 else None)
    # On a busy machine the third may be on its way already.
    expect("outcome", (2 <= seen < EVENTS, code), (True, grpc.StatusCode.CANCELLED))


def main():
    role, at, *rest = sys.argv[1:]
    if role == "server":
        return serve(at, rest)
    ca, *names = rest
    channel = (
        grpc.insecure_channel(at)
        if ca == "-"
        else grpc.secure_channel(at, grpc.ssl_channel_credentials(open(ca, "rb").read()))
    )
    orders, failed = rpc.OrdersStub(channel), 0
    for name in names:
        try:
            globals()[name.replace("-", "_")](orders)
            print(name, "ok")
        except Exception as error:  # Every fault of a step is its verdict.
            failed += 1
            print(name, "FAIL", str(error).split("\n")[0] or repr(error))
    channel.close()
    return min(failed, 1)


sys.exit(main())
