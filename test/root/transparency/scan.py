"""Asks the box from both ends of the wire whether it is there: every ARP address of a network, IPv6 neighbours, pings, TCP and UDP ports, straight at
its hardware addresses; and says what answered.

scan.py PHONE_END SWITCH_END SECONDS MAC... → {"asked": N, "answers": [...]}
"""
import json
import select
import socket
import struct
import sys
import time

ETH_P_ALL, PACKET_OUTGOING = 3, 4
OWN = bytes.fromhex('02005e005301')
OWN_IPV4 = bytes([192, 0, 2, 200])
OWN_IPV6 = bytes.fromhex('fe8000000000000000005efffe005301')
BROADCAST = b'\xff' * 6
PORTS = [22, 23, 53, 67, 80, 123, 161, 443, 1883, 1900, 5060, 5061, 5353, 8080, 8883, 9090, 9100]


def checksum(data):
    total = sum(struct.unpack(f'!{(len(data) + 1) // 2}H', data + b'\0' * (len(data) % 2)))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def link_local(mac):
    return bytes.fromhex('fe80000000000000') + bytes([mac[0] ^ 2]) + mac[1:3] + b'\xff\xfe' + mac[3:]


def arp(target):
    return BROADCAST, struct.pack('!HHHBBH', 0x0806, 1, 0x0800, 6, 4, 1) + OWN + OWN_IPV4 + bytes(6) + target


def ipv4(destination, protocol, payload):
    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0, OWN_IPV4, destination)
    head = head[:10] + struct.pack('!H', checksum(head)) + head[12:]
    return struct.pack('!H', 0x0800) + head + payload


def ping(destination):
    body = struct.pack('!BBHHH', 8, 0, 0, 1, 1) + b'callseal'
    return ipv4(destination, 1, body[:2] + struct.pack('!H', checksum(body)) + body[4:])


def with_sum(protocol, destination, segment, at):
    pseudo = OWN_IPV4 + destination + struct.pack('!BBH', 0, protocol, len(segment))
    return segment[:at] + struct.pack('!H', checksum(pseudo + segment)) + segment[at + 2:]


def icmpv6(destination, body):
    pseudo = OWN_IPV6 + destination + struct.pack('!II', len(body), 58)
    body = body[:2] + struct.pack('!H', checksum(pseudo + body)) + body[4:]
    return struct.pack('!HIHBB', 0x86DD, 6 << 28, len(body), 58, 255) + OWN_IPV6 + destination + body


def questions(macs):
    """Pairs of destination and what stands behind the addresses."""
    networks = [bytes([192, 0, 2]), bytes([192, 168, 0]), bytes([192, 168, 1]), bytes([169, 254, 1])]
    for network in networks:
        for host in range(1, 255):
            yield arp(network + bytes([host]))
    all_nodes = bytes.fromhex('ff020000000000000000000000000001')
    yield bytes.fromhex('333300000001'), icmpv6(all_nodes, struct.pack('!BBHHH', 128, 0, 0, 1, 1))
    yield BROADCAST, ping(b'\xff' * 4)
    for mac in macs:
        local = link_local(mac)
        solicited = bytes.fromhex('ff0200000000000000000001ff') + local[13:]
        solicitation = struct.pack('!BBHI', 135, 0, 0, 0) + local + b'\x01\x01' + OWN
        yield bytes.fromhex('3333ff') + local[13:], icmpv6(solicited, solicitation)
        yield mac, icmpv6(local, struct.pack('!BBHHH', 128, 0, 0, 1, 1))
        for host in (bytes([192, 0, 2, 1]), bytes([127, 0, 0, 1]), bytes([224, 0, 0, 1])):
            yield mac, ping(host)
            for port in PORTS:
                syn = struct.pack('!HHIIBBHHH', 40000, port, 1, 0, 0x50, 2, 1024, 0, 0)
                yield mac, ipv4(host, 6, with_sum(6, host, syn, 16))
                datagram = struct.pack('!HHHH', 40000, port, 12, 0) + b'ping'
                yield mac, ipv4(host, 17, with_sum(17, host, datagram, 6))


def main():
    ends = []
    for name in sys.argv[1:3]:
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        end.bind((name, ETH_P_ALL))
        ends.append(end)
    seconds, macs = float(sys.argv[3]), [bytes.fromhex(mac.replace(':', '')) for mac in sys.argv[4:]]
    asked, answers = 0, []

    def listen(until):
        while True:
            ready, _, _ = select.select(ends, [], [], max(0, until - time.monotonic()))
            for end in ready:
                frame, address = end.recvfrom(4096)
                # What one end asked passes the bridge to the other: that is no answer.
                if address[2] != PACKET_OUTGOING and frame[6:12] != OWN:
                    answers.append(frame[:64].hex())
            if not ready:
                return

    for end in ends:
        for destination, body in questions(macs):
            end.send(destination + OWN + body)
            asked += 1
            if asked % 64 == 0:
                listen(time.monotonic())
    listen(time.monotonic() + seconds)
    print(json.dumps({'asked': asked, 'answers': answers[:5]}))


main()
