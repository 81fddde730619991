/** What doctor knows of a machine when it judges: plain values, null where it could not be read. */
import type { RingSize } from '../../capture/index.ts'

/** Energy-efficient Ethernet of an adapter. */
export type EnergyEfficiency = 'on' | 'off' | 'unsupported'

/** One network interface. */
export interface InterfaceFacts {
  readonly name: string
  /** Name of the kernel's driver; null for virtual interfaces. */
  readonly driver: string | null
  readonly wireless: boolean
  /** `power/control` of the USB device: `on` or `auto`; null if it is no USB adapter. */
  readonly usbPower: string | null
  readonly mtu: number | null
  /** IFF_* of <linux/if.h>. */
  readonly flags: number | null
  /** `up`, `down`, `lowerlayerdown`, `unknown` (RFC 2863). */
  readonly operationalState: string | null
  /** Mbit/s. */
  readonly speed: number | null
  readonly duplex: string | null
  readonly ipv6Off: boolean | null
  readonly addresses: readonly string[] | null
  /** Mask of the port in its bridge; null if it is no port. */
  readonly groupForwardMask: number | null
  /** By ethtool's names: true for on, false for off; null if ethtool could not tell. */
  readonly offloads: ReadonlyMap<string, boolean> | null
  readonly energyEfficiency: EnergyEfficiency | null
  /** Received and sent together, over a second. */
  readonly bytesPerSecond: number | null
}

/** The bridge that the wire goes through. */
export interface BridgeFacts {
  readonly name: string
  readonly spanningTree: number | null
  /** Hundredths of a second. */
  readonly forwardDelay: number | null
  readonly multicastSnooping: number | null
  readonly groupForwardMask: number | null
  readonly itself: InterfaceFacts
}

/** A systemd unit as `systemctl show` tells it. */
export interface UnitFacts {
  readonly loaded: boolean
  readonly active: boolean
  /** As systemd writes time spans: `30s`; `0` or `infinity` is no watchdog. */
  readonly watchdog: string
}

/** Everything. */
export interface MachineFacts {
  /** The adapter on a mirror port; null: the box is inline. */
  readonly mirror: string | null
  readonly bridge: BridgeFacts | null
  /** Ports of the bridge, or the one adapter on the mirror port. */
  readonly ports: readonly InterfaceFacts[]
  /** Switches that send bridged frames through the firewall, by name; none: br_netfilter is not loaded. */
  readonly bridgeFirewall: ReadonlyMap<string, string> | null
  /** CapEff of this process (capabilities(7)). */
  readonly capabilities: bigint | null
  readonly clockSynchronised: boolean | null
  readonly year: number
  /** By package: null if it loads, else why not; undefined if that cannot be tried. */
  readonly packages: ReadonlyMap<string, string | null | undefined>
  /** Null where systemd is not running. */
  readonly units: ReadonlyMap<string, UnitFacts> | null
  /** `active`, `inactive`; null: there is none. */
  readonly hardwareWatchdog: string | null
  readonly ring: RingSize
  /** What is wrong in the configuration, a sentence each; null where only another machine's files are read. */
  readonly configFaults: readonly string[] | null
  readonly panel: PanelFacts
}

/** What the kernel has for the panel. */
export interface PanelFacts {
  /** Names in /sys/class/leds that are the box's. */
  readonly lamps: readonly string[]
  /** The trigger that puts a lamp out by itself can be chosen; null: there are no lamps. */
  readonly hasTransient: boolean | null
  /** `i2c-1` and the like; null if /dev cannot be read. */
  readonly buses: readonly string[] | null
}
