/** Network adapters whose drivers are known to trouble a listener, by driver name. Sources: issue numbers of github.com/raspberrypi/linux. */

/** What is known of one. */
export interface AdapterNote {
  readonly driver: string
  readonly hardware: string
  /** Behind "is a …:", without a full stop. */
  readonly trouble: string
  readonly mend: string
}

/** In the order of the alphabet. A driver that is not here is not known to be bad, which is all that can be said. */
export const ADAPTER_NOTES: readonly AdapterNote[] = [
  {
    driver: 'asix',
    hardware: 'USB 2 adapter (AX88772)',
    trouble: 'at most 100 Mbit/s',
    mend: 'fine for phones; use a gigabit adapter on an uplink',
  },
  {
    driver: 'ax88179_178a',
    hardware: 'USB 3 adapter (AX88179)',
    trouble: 'its transmit queue is known to stall until it is replugged (issue 3038)',
    mend: 'if the kernel log says "transmit queue timed out", use another adapter',
  },
  {
    driver: 'cdc_ether',
    hardware: 'USB adapter on the generic driver',
    trouble: 'the generic driver may not receive frames for others, nor tell of its faults',
    mend: 'use an adapter with a driver of its own',
  },
  {
    driver: 'cdc_ncm',
    hardware: 'USB adapter on the generic driver',
    trouble: 'the generic driver may not receive frames for others, nor tell of its faults',
    mend: 'use an adapter with a driver of its own',
  },
  {
    driver: 'lan78xx',
    hardware: 'LAN7515, onboard on the Pi 3B+',
    trouble:
      'known to miss frames for others although it is promiscuous, and VLANs (issues 2566, 3025, 3154)',
    mend: 'use two USB adapters, or another Pi; sudo ethtool -K %s rx-vlan-filter off',
  },
  {
    driver: 'r8152',
    hardware: 'USB adapter (RTL8152, RTL8153, RTL8156)',
    trouble: 'known to reset under load, and to sleep (issues 5239, 6767)',
    mend: 'plug it in directly, with enough power; look for "reset SuperSpeed USB device" in the kernel log',
  },
  {
    driver: 'smsc75xx',
    hardware: 'USB 2 adapter (LAN7500)',
    trouble: 'shares 480 Mbit/s of USB 2 with everything else on it',
    mend: 'fine for phones; not for a busy uplink',
  },
  {
    driver: 'smsc95xx',
    hardware: 'LAN9514, onboard on the Pi 2B and 3B',
    trouble: 'at most 100 Mbit/s, and it shares one USB 2 with the other adapter',
    mend: 'fine for a few phones; use a Pi 4 or 5 for more',
  },
]
