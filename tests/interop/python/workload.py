"""A workload that the agent gives the machine's identity: workload.py SOCKET.

Prints a JSON line for each SVID. From the second one on it serves gRPC with it, to callers that have one of the same mesh.
Messages are read by hand: Debian has no compatible code generator beside grpcio.
"""
import base64
import concurrent.futures
import hashlib
import json
import sys

import grpc

SOCKET = sys.argv[1]


def fields(message):
    """Number and value of each field; all of them are texts or messages here."""
    at = 0

    def varint():
        nonlocal at
        number = shift = 0
        while True:
            byte = message[at]
            at += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    while at < len(message):
        key = varint()
        assert key & 7 == 2, key
        length = varint()
        yield key >> 3, message[at:at + length]
        at += length


def certificates(der):
    while der:
        header, length = 2, der[1]
        if length > 127:
            header += length & 127
            length = int.from_bytes(der[2:header], "big")
        yield der[:header + length]
        der = der[header + length:]


def pem(label, ders):
    return b"".join(b"-----BEGIN %s-----\n%s-----END %s-----\n" % (label, base64.encodebytes(der), label) for der in ders)


def say(**what):
    print(json.dumps(what), flush=True)


def serve(svid):
    def who(request, context):
        return context.auth_context()["peer_spiffe_id"][0]

    server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(
        "workload.v1.Who", {"Who": grpc.unary_unary_rpc_method_handler(who)}),))
    credentials = grpc.ssl_server_credentials(
        [(pem(b"PRIVATE KEY", [svid[3]]), pem(b"CERTIFICATE", certificates(svid[2])))],
        root_certificates=pem(b"CERTIFICATE", certificates(svid[4])), require_client_auth=True)
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    say(port=port)
    return server


fetch = grpc.insecure_channel("unix:" + SOCKET).unary_stream("/SpiffeWorkloadAPI/FetchX509SVID")
try:
    next(fetch(b""))
    say(withoutHeader="it was let in")
except grpc.RpcError as error:
    say(withoutHeader=error.code().name)

servers = []
for number, response in enumerate(fetch(b"", metadata=(("workload.spiffe.io", "true"),))):
    svid = dict(fields(dict(fields(response))[1]))
    say(spiffeId=svid[1].decode(), certificate=hashlib.sha256(next(certificates(svid[2]))).hexdigest())
    if number == 1:
        servers.append(serve(svid))
