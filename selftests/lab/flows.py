#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""UDP flows through a lab.

flows.py echo PORT [ADDRESS]         answer every datagram [to and from ADDRESS]
flows.py burst ADDRESS PORT FLOWS    one datagram per flow, no answer awaited
flows.py probe ADDRESS PORT          probes, one in 10 ms, over 16 flows
flows.py steady ADDRESS PORT SECONDS requests, 20 a second, over 16 flows; 0 =
                                     until SIGTERM; "sent N answered N"

A flow is a source port of its own. probe says "ready" once every flow was
answered. SIGTERM makes it stop, two seconds later so that the end of an
outage is seen, and say "sent N answered N lost N outage MS": from the first
lost probe to the last one, at worst, where losses less than half a second
apart are one outage.
"""
import itertools
import select
import signal
import socket
import struct
import sys
import time

FIRST_PORT = 30000
FLOWS = 16
INTERVAL = 0.010
PATIENCE = 1.0          # how long the last answers may take
APART = 0.5
AFTER = 2.0
STEADY = 0.050


def flow(address, port, source):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    # Others may ask another address from the same ports.
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", source))
    sock.connect((address, port))
    sock.setblocking(False)
    return sock


def echo(port, address="::"):
    """An answer from a virtual address takes a socket that is bound to it."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    if address == "::":
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.bind((address, int(port)))
    while True:
        data, peer = sock.recvfrom(64)
        try:
            sock.sendto(data, peer)
        except OSError:
            pass        # no way back at the moment


def burst(address, port, flows):
    for source in range(FIRST_PORT, FIRST_PORT + int(flows)):
        with flow(address, int(port), source) as sock:
            sock.send(b"data")


def collect(poll, socks, until, answered):
    """Take the answers that arrive before @until."""
    while True:
        left = until - time.monotonic()
        for fd, _ in poll.poll(max(0, left * 1000)):
            try:
                answered.add(struct.unpack("!I", socks[fd].recv(64))[0])
            except OSError:
                pass    # an ICMP error: the probe stays unanswered
        if left <= 0:
            return


def worst_outage(lost, sent_at):
    worst, first, last = 0, None, None
    for number in lost:
        at = sent_at[number]
        if last is None or at - last > APART:
            first = at
        last = at
        worst = max(worst, last - first + INTERVAL)
    return worst


def probe(address, port):
    end = []
    signal.signal(signal.SIGTERM,
                  lambda *_: end.append(time.monotonic() + AFTER))
    flows = [flow(address, int(port), FIRST_PORT + n) for n in range(FLOWS)]
    socks = {sock.fileno(): sock for sock in flows}
    poll = select.poll()
    for fd in socks:
        poll.register(fd, select.POLLIN)
    answered, sent_at, ready = set(), [], False
    due = time.monotonic()
    for number in itertools.count():
        if end and time.monotonic() > end[0]:
            break
        sent_at.append(time.monotonic())
        try:
            flows[number % FLOWS].send(struct.pack("!I", number))
        except OSError:
            pass        # counts as lost
        due += INTERVAL
        collect(poll, socks, due, answered)
        if not ready and len({n % FLOWS for n in answered}) == FLOWS:
            ready = True
            print("ready", flush=True)
    patience = time.monotonic() + PATIENCE
    while len(answered) < len(sent_at) and time.monotonic() < patience:
        collect(poll, socks, time.monotonic() + INTERVAL, answered)
    lost = [n for n in range(len(sent_at)) if n not in answered]
    print("sent", len(sent_at), "answered", len(answered), "lost", len(lost),
          "outage", round(worst_outage(lost, sent_at) * 1000))


def drain(sock, answered):
    while True:
        try:
            answered.add(struct.unpack("!I", sock.recv(64))[0])
        except BlockingIOError:
            return
        except OSError:
            pass        # an ICMP error: the request stays unanswered


def steady(address, port, seconds):
    """A late request is sent at once: the rate holds on average."""
    end = []
    signal.signal(signal.SIGTERM, lambda *_: end.append(True))
    flows = [flow(address, int(port), FIRST_PORT + n) for n in range(FLOWS)]
    answered, sent = set(), 0
    due = time.monotonic()
    last = due + float(seconds) if float(seconds) else float("inf")
    while not end and due < last:
        sock = flows[sent % FLOWS]
        drain(sock, answered)
        try:
            sock.send(struct.pack("!I", sent))
        except OSError:
            pass        # stays unanswered
        sent += 1
        due += STEADY
        time.sleep(max(0, due - time.monotonic()))
    patience = time.monotonic() + PATIENCE
    while len(answered) < sent and time.monotonic() < patience:
        time.sleep(STEADY)
        for sock in flows:
            drain(sock, answered)
    print("sent", sent, "answered", len(answered), flush=True)


# verb: function, fewest and most arguments
VERBS = {"echo": (echo, 1, 2), "burst": (burst, 3, 3), "probe": (probe, 2, 2),
         "steady": (steady, 3, 3)}


def main():
    verb, least, most = VERBS.get(sys.argv[1] if len(sys.argv) > 1 else "",
                                  (None, 0, 0))
    if verb is None or not least <= len(sys.argv) - 2 <= most:
        sys.exit(__doc__)
    verb(*sys.argv[2:])


if __name__ == "__main__":
    main()
