"""Runs every case at once against a server: client.py HOST:PORT CA_FILE. Prints a JSON line for each.

Messages are written and read by hand (two fields each): Debian has no compatible code generator beside grpcio.
"""
import concurrent.futures
import itertools
import json
import sys
import threading
import time
import traceback

import grpc

ADDRESS, CA_FILE = sys.argv[1:3]
DETAILS = b"\x08\x07\x12\x07details"
REFUSAL = "größer – 日本語 100 %"
EVERY_BYTE = bytes(range(256))
CREDENTIALS = grpc.ssl_channel_credentials(open(CA_FILE, "rb").read())


def varint(number):
    encoded = b""
    while number > 127:
        encoded += bytes([number & 127 | 128])
        number >>= 7
    return encoded + bytes([number])


def request(action="", payload=b"", count=0):
    action = action.encode()
    return (b"\x0a" + varint(len(action)) + action + b"\x12" + varint(len(payload)) + payload + b"\x18" + varint(count))


def payload(message):
    """The only field of a Response; proto3 leaves an empty one out."""
    if not message:
        return b""
    assert message[0] == 0x0A
    length = shift = 0
    for at, byte in enumerate(message[1:], 1):
        length |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            break
    assert len(message) == at + 1 + length
    return message[at + 1:]


class Client:
    def __init__(self, *options, compression=None):
        self.channel = grpc.secure_channel(ADDRESS, CREDENTIALS, options, compression)
        self.unary = self.channel.unary_unary("/interop.v1.Interop/Unary")
        self.server_streaming = self.channel.unary_stream("/interop.v1.Interop/ServerStreaming")
        self.client_streaming = self.channel.stream_unary("/interop.v1.Interop/ClientStreaming")
        self.duplex = self.channel.stream_stream("/interop.v1.Interop/Duplex")


class Requests:
    """An open request stream."""

    def __init__(self, *first):
        self.waiting = threading.Condition()
        self.messages = list(first)
        self.ended = False

    def write(self, message):
        with self.waiting:
            self.messages.append(message)
            self.waiting.notify()

    def end(self):
        with self.waiting:
            self.ended = True
            self.waiting.notify()

    def __iter__(self):
        return self

    def __next__(self):
        with self.waiting:
            self.waiting.wait_for(lambda: self.messages or self.ended)
            if self.messages:
                return self.messages.pop(0)
            raise StopIteration


CLIENT = Client()
OWN = ("grpc.use_local_subchannel_pool", 1)


def fails(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert error.code() == code, f"{error.code()}: {error.details()}"
        return error
    raise AssertionError("it succeeded")


def unary():
    assert payload(CLIENT.unary(request(payload=EVERY_BYTE))) == EVERY_BYTE


def server_streaming():
    assert [payload(r) for r in CLIENT.server_streaming(request(count=5))] == [bytes([i]) for i in range(5)]


def client_streaming():
    assert payload(CLIENT.client_streaming(iter([request(payload=bytes(10))] * 5))) == b"50"


def duplex():
    requests = Requests()
    call = CLIENT.duplex(requests)
    for i in range(1, 6):
        requests.write(request(payload=bytes([i])))
        assert payload(next(call)) == bytes([i])
    requests.end()
    assert list(call) == []


def gzip():
    message = b"a" * 100000
    assert payload(Client(OWN, compression=grpc.Compression.Gzip).unary(request(payload=message))) == message


def deadline_unary():
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: CLIENT.unary(request("hang"), timeout=0.3))


def deadline_stream():
    fails(grpc.StatusCode.DEADLINE_EXCEEDED, lambda: list(CLIENT.server_streaming(request("hang"), timeout=0.3)))


def cancel_unary():
    call = CLIENT.unary.future(request("hang", b"python-unary"))
    CLIENT.unary(request("has-started", b"python-unary"), timeout=20)
    call.cancel()
    CLIENT.unary(request("was-cancelled", b"python-unary"), timeout=20)


def cancel_stream():
    call = CLIENT.duplex(Requests(request("hang", b"python-stream")))
    CLIENT.unary(request("has-started", b"python-stream"), timeout=20)
    call.cancel()
    fails(grpc.StatusCode.CANCELLED, lambda: list(call))
    CLIENT.unary(request("was-cancelled", b"python-stream"), timeout=20)


def unknown_method():
    for path in ("/interop.v1.Interop/Nothing", "/no.Service/Nothing"):
        fails(grpc.StatusCode.UNIMPLEMENTED, lambda: CLIENT.channel.unary_unary(path)(b""))


def oversize_request():
    fails(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: Client(OWN).unary(request(payload=bytes(4 * 1024 * 1024 + 1))))


def oversize_response():
    small = Client(OWN, ("grpc.max_receive_message_length", 1000))
    fails(grpc.StatusCode.RESOURCE_EXHAUSTED, lambda: small.unary(request(payload=bytes(2000))))


def killed_within_a_stream():
    requests = Requests(request(payload=b"1"))
    call = Client(OWN).duplex(requests)
    next(call)
    requests.write(request("die"))
    fails(grpc.StatusCode.UNAVAILABLE, lambda: next(call))


def idle_for_30_seconds():
    requests = Requests(request(payload=b"1"))
    call = CLIENT.duplex(requests)
    assert payload(next(call)) == b"1"
    time.sleep(31)
    requests.write(request(payload=b"2"))
    assert payload(next(call)) == b"2"
    requests.end()


def more_than_30_megabytes():
    chunk = request(payload=bytes(1024 * 1024))
    assert payload(Client(OWN).client_streaming(itertools.repeat(chunk, 33))) == str(33 * 1024 * 1024).encode()


def status_details():
    for call in (lambda: CLIENT.unary(request("fail")), lambda: list(CLIENT.server_streaming(request("fail", count=2)))):
        error = fails(grpc.StatusCode.PERMISSION_DENIED, call)
        assert error.details() == REFUSAL, error.details()
        assert dict(error.trailing_metadata())["grpc-status-details-bin"] == DETAILS


def binary_metadata():
    _, call = CLIENT.unary.with_call(request(), metadata=(("question", "why?"), ("question-bin", EVERY_BYTE)))
    headers = dict(call.initial_metadata())
    assert headers["question"] == "why?"
    assert headers["question-bin"] == EVERY_BYTE


def health_check():
    check = CLIENT.channel.unary_unary("/grpc.health.v1.Health/Check")
    assert check(b"") == b"\x08\x01"
    fails(grpc.StatusCode.NOT_FOUND, lambda: check(b"\x0a\x0ano.Service"))


def health_watch():
    call = CLIENT.channel.unary_stream("/grpc.health.v1.Health/Watch")(b"\x0a\x0ano.Service")
    assert next(call) == b"\x08\x03"
    call.cancel()


CASES = [
    unary, server_streaming, client_streaming, duplex, gzip, deadline_unary, deadline_stream, cancel_unary, cancel_stream,
    unknown_method, oversize_request, oversize_response, killed_within_a_stream, idle_for_30_seconds, more_than_30_megabytes,
    status_details, binary_metadata, health_check, health_watch,
]


def run(case):
    error = None
    try:
        case()
    except BaseException:
        error = traceback.format_exc()
    # One write: the threads' lines would mix otherwise.
    sys.stdout.write(json.dumps({"case": case.__name__, "error": error}) + "\n")
    sys.stdout.flush()


with concurrent.futures.ThreadPoolExecutor(len(CASES)) as pool:
    list(pool.map(run, CASES))
