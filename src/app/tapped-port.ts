/** Where to listen when nobody said: on a port of the machine's bridge. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { basename, join } from 'node:path'

const INTERFACES = '/sys/class/net'

/**
 * The first port, by name, of the only bridge with two ports or more; null if there is no such bridge or more than one. On one port each frame
 * is seen once, in both directions. `folder` is for tests.
 */
export const findTappedPort = (folder = INTERFACES): string | null => {
  const ports = new Map<string, string[]>()
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    const bridge = bridgeOf(join(folder, name))
    if (bridge !== null) ports.set(bridge, [...(ports.get(bridge) ?? []), name])
  }
  const bridges = [...ports.values()].filter(({ length }) => length >= 2)
  return bridges.length === 1 ? (bridges[0]?.[0] ?? null) : null
}

/** A port has a link `brport/bridge` to its bridge. */
const bridgeOf = (path: string): string | null => {
  try {
    return basename(readlinkSync(join(path, 'brport', 'bridge')))
  } catch {
    return null
  }
}
