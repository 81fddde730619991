"""Both ends of a tapped wire: sends numbered raw frames through a bridge and says what came out, and listens for frames that nobody sent.

wire.py PHONE_END SWITCH_END SILENCE_SECONDS COMMAND...
Opens its sockets first, then runs COMMAND, which makes the bridge, so that nothing that is sent at its creation is missed. Prints one
JSON object: frames the bridge made by itself, and for each kind of frame how many of `each` came through unchanged (-1: some, or changed), each way.
"""
import errno
import json
import socket
import struct
import subprocess
import sys
import time

ETH_P_ALL, PACKET_OUTGOING, SOL_PACKET, PACKET_AUXDATA = 3, 4, 263, 8
VLAN_VALID, TPID_VALID = 0x10, 0x40
SOURCES = {'phone': bytes.fromhex('02005e005301'), 'switch': bytes.fromhex('02005e005302')}
UNKNOWN = '02005e0053ff'
EACH = 20
FORWARDING_WITHIN, ARRIVES_WITHIN = 20, 5


def ethertype(kind, header=b'', length=46):
    """A frame's bytes behind its addresses: the type, the number, and filling."""
    return lambda number: struct.pack('!H', kind) + header + struct.pack('!I', number) + bytes(length - len(header) - 4)


def llc(header, length=60):
    """IEEE 802.3 length and LLC instead of a type."""
    return lambda number: struct.pack('!H', length) + header + struct.pack('!I', number) + bytes(length - len(header) - 4)


def tagged(*tags):
    def body(number):
        head = b''.join(struct.pack('!HH', tpid, vlan) for tpid, vlan in tags)
        return head + ethertype(0x0800, length=1500)(number)
    return body


# name: destination, what stands behind the addresses. The number is 32 bits, so a frame counts once or not at all.
KINDS = {
    'LLDP': ('0180c200000e', ethertype(0x88CC)),
    'LLDP, customer bridge': ('0180c2000000', ethertype(0x88CC)),
    'EAPOL': ('0180c2000003', ethertype(0x888E)),
    'LACP': ('0180c2000002', ethertype(0x8809, b'\x01\x01')),
    'STP': ('0180c2000000', llc(b'\x42\x42\x03')),
    'MVRP': ('0180c200000d', ethertype(0x88F5)),
    'CDP': ('01000ccccccc', llc(b'\xaa\xaa\x03\x00\x00\x0c\x20\x00')),
    'PVST+': ('01000ccccccd', llc(b'\xaa\xaa\x03\x00\x00\x0c\x01\x0b')),
    'VLAN, 1,500 bytes': (UNKNOWN, tagged((0x8100, 100))),
    'QinQ 88a8+8100, 1,500 bytes': (UNKNOWN, tagged((0x88A8, 10), (0x8100, 100))),
    'QinQ 8100+8100, 1,500 bytes': (UNKNOWN, tagged((0x8100, 10), (0x8100, 100))),
    '1,508 bytes': (UNKNOWN, ethertype(0x0800, length=1508)),
    'IPv4 multicast, SIP': ('01005e00014b', ethertype(0x0800)),
    'IPv6 neighbour discovery': ('3333ff000001', ethertype(0x86DD)),
    'broadcast': ('ffffffffffff', ethertype(0x0806)),
    'unknown unicast': (UNKNOWN, ethertype(0x0800)),
    'PAUSE': ('0180c2000001', ethertype(0x8808, b'\x00\x01')),
}


class End:
    def __init__(self, interface, side):
        self.side = side
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.bind((interface, ETH_P_ALL))
        self.socket.setblocking(False)

    def send(self, destination, body):
        frame = bytes.fromhex(destination) + SOURCES[self.side] + body
        try:
            self.socket.send(frame)
        except OSError as error:
            # The other half of a veth pair says at once that a frame is too long for it; on a wire it would just be lost.
            if error.errno != errno.ENOBUFS:
                raise
        return frame

    def arrived(self):
        """Everything that came in since the last call, tags where they stood on the wire."""
        while True:
            try:
                frame, control, _, address = self.socket.recvmsg(4096, 256)
            except BlockingIOError:
                return
            if address[2] != PACKET_OUTGOING:
                yield with_tag(frame, control)


def with_tag(frame, control):
    """The kernel takes the outer tag out of the bytes and tells it beside them."""
    for level, kind, told in control:
        if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
            continue
        status, _, _, _, _, tci, tpid = struct.unpack('=IIIHHHH', told[:20])
        if status & VLAN_VALID:
            return frame[:12] + struct.pack('!HH', tpid if status & TPID_VALID else 0x8100, tci) + frame[12:]
    return frame


def until(seconds, condition):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def main():
    phone_end, switch_end, silence, *command = sys.argv[1:]
    phone, switch = End(phone_end, 'phone'), End(switch_end, 'switch')
    strange = []

    def take(end):
        ours = []
        for frame in end.arrived():
            (ours if frame[6:12] in SOURCES.values() else strange).append(frame)
        return ours

    subprocess.run(command, check=True, stdout=sys.stderr)

    def forwards():
        phone.send(UNKNOWN, ethertype(0x88B5)(0))
        switch.send(UNKNOWN, ethertype(0x88B5)(0))
        return len(take(switch)) > 0 and len(take(phone)) > 0

    if not until(FORWARDING_WITHIN, forwards):
        sys.exit('wire.py: the bridge does not forward')
    until(float(silence), lambda: (take(phone), take(switch), False)[-1])

    kinds = {}
    for name, (destination, body) in KINDS.items():
        kinds[name] = {
            'phone to switch': through(phone, switch, destination, body, take),
            'switch to phone': through(switch, phone, destination, body, take),
        }
    heard = [frame[:64].hex() for frame in strange]
    print(json.dumps({'own': len(strange), 'heard': heard[:5], 'each': EACH, 'kinds': kinds}))


def through(sender, receiver, destination, body, take):
    """EACH if all came out once, unchanged and in order, 0 if none, -1 otherwise; a marker sent last says when to stop waiting."""
    take(receiver)
    sent = [sender.send(destination, body(number)) for number in range(1, EACH + 1)]
    marker = sender.send(UNKNOWN, ethertype(0x88B5)(0xFFFFFFFF))
    came = []

    def marked():
        came.extend(take(receiver))
        return marker in came

    if not until(ARRIVES_WITHIN, marked):
        return -1
    came = [frame for frame in came if frame != marker]
    return EACH if came == sent else 0 if came == [] else -1


main()
