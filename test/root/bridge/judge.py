"""judge.py FOLDER: what wire.py saw, against what the box promises. Prints a line for each way and ends with 1 if a promise is broken."""
import json
import os
import sys

folder = sys.argv[1]
broken = []


def expect(right, line):
    if not right:
        broken.append(line)


for way in ('hand', 'networkd', 'untreated'):
    file = os.path.join(folder, way + '.json')
    if not os.path.exists(file):
        continue
    if os.path.getsize(file) == 0:
        expect(False, f'{way}: no result')
        continue
    saw = json.load(open(file))
    each = saw['each']
    passed = [kind for kind, ways in saw['kinds'].items() if all(count == each for count in ways.values())]
    stopped = [kind for kind, ways in saw['kinds'].items() if all(count == 0 for count in ways.values())]
    print(f"{way}: {saw['own']} frames of its own; passes [{'; '.join(passed)}], stops [{'; '.join(stopped)}]")
    if way == 'untreated':
        # As the kernel makes it: the phones lose LLDP and 802.1X, QinQ is too long, and the box talks.
        for kind in ('LLDP', 'EAPOL', 'LACP', '1,508 bytes'):
            expect(kind in stopped, f'{way}: {kind} should have been stopped, or this test sees nothing')
        expect(saw['own'] > 0, f'{way}: should have talked, or this test hears nothing')
        continue
    expect(saw['own'] == 0, f"{way}: {saw['own']} frames of its own, {saw['heard']}")
    for kind, ways in saw['kinds'].items():
        wanted = 0 if kind == 'PAUSE' else each
        for direction, count in ways.items():
            expect(count == wanted, f'{way}: {kind}, {direction}: {count} of {each}, should be {wanted}')

for line in broken:
    print('bridge failed:', line)
sys.exit(1 if broken else 0)
