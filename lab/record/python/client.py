"""A C-core (grpcio) client: client.py HOST:PORT [OPTION=NUMBER...] [tls=CA] -- STEP...   (channel arguments; steps as in ../node/steps.mjs)."""
import re
import sys
import threading
import time

import grpc


def string_value(text):
    body, out = text.encode(), bytearray(b"\x0a")
    left = len(body)
    while left > 127:
        out.append(left & 127 | 128)
        left >>= 7
    return bytes(out) + bytes([left]) + body


def outcome(call, values, streaming):
    if values.get("cancel"):
        threading.Timer(values["cancel"] / 1000, call.cancel).start()
    try:
        total = sum(len(m) for m in call) if streaming else len(call.result())
        return f"OK {total} bytes"
    except grpc.RpcError as error:
        return f"{error.code().name} {error.details()}"
    except grpc.FutureCancelledError:
        return "CANCELLED"


def make_call(channel, kind, text):
    values = {k: int(v) for k, v in re.findall(r"(\w+)=(\d+)", text)}
    message = string_value(text + " " * values.get("pad", 0))
    timeout = values["deadline"] / 1000 if "deadline" in values else None

    def messages():
        for _ in range(values.get("count", 1)):
            yield message
            time.sleep(values.get("gap", 5) / 1000)

    path = f"/lab.Echo/{kind.capitalize()}"
    if kind == "stream":
        call = channel.unary_stream(path)(message, timeout=timeout)
    elif kind == "upload":
        call = channel.stream_unary(path).future(messages(), timeout=timeout)
    elif kind == "bidi":
        call = channel.stream_stream(path)(messages(), timeout=timeout)
    else:
        call = channel.unary_unary(path).future(message, timeout=timeout)
    return outcome(call, values, kind in ("stream", "bidi"))


def main():
    split = sys.argv.index("--")
    words = dict(o.split("=") for o in sys.argv[2:split])
    ca = words.pop("tls", None)
    options = [(name, int(value)) for name, value in words.items()]
    if ca is None:
        channel = grpc.insecure_channel(sys.argv[1], options=options)
    else:
        with open(ca, "rb") as file:
            channel = grpc.secure_channel(sys.argv[1], grpc.ssl_channel_credentials(file.read()), options=options)
    background = []
    for step in sys.argv[split + 1:]:
        repeat, mark, kind, text = re.fullmatch(r"(?:(\d+)\*)?(&?)(\w+)(?::(.*))?", step).groups()
        if kind == "wait":
            time.sleep(int(text) / 1000)
            continue

        def run(kind=kind, text=text or "", step=step):
            print(f"{step} -> {make_call(channel, kind, text)}", flush=True)

        threads = [threading.Thread(target=run) for _ in range(int(repeat or 1))] if kind != "all" else background
        if kind != "all":
            for thread in threads:
                thread.start()
        if mark:
            background += threads
        else:
            for thread in threads:
                thread.join()
    for thread in background:
        thread.join()
    channel.close()


main()
