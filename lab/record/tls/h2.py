"""Octets of a small HTTP/2 conversation for `openssl s_client`, which speaks TLS as the scenario wants it:
h2.py preface | request STREAM | ping | goaway   (to standard output)."""
import sys


def frame(kind, flags, stream, payload=b""):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def literal(name, value):
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


fields = b"\x82\x86\x84" + literal(b":authority", b"localhost")
parts = {
    "preface": lambda: b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0),
    "request": lambda: frame(1, 5, int(sys.argv[2]), fields),
    "ack": lambda: frame(4, 1, 0),
    "ping": lambda: frame(6, 0, 0, b"calmwire"),
    "goaway": lambda: frame(7, 0, 0, bytes(8)),
}
sys.stdout.buffer.write(parts[sys.argv[1]]())
