// @ts-check
/**
 * The tapped wire as on a real site: phones behind a switch on one side, the PBX and other phones behind a switch on the other, and between
 * them the box with its bridge of two ports. Each host has a network namespace of this run's own; all are removed with what runs in them.
 */
import { execFileSync, spawn } from 'node:child_process'

/** @param {string} command @param {string[]} args */
const run = (command, ...args) =>
  execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'] }).toString()

const BRIDGE = 'type bridge stp_state 0 forward_delay 0 mcast_snooping 0'.split(' ')
/** As on a wire: whole packets with checksums, no super-packets. */
const OFFLOADS_OFF = 'tx off tso off gso off gro off'.split(' ')

export class TappedWire {
  /** @param {string} prefix short: the names of the namespaces begin with it */
  constructor(prefix) {
    this.prefix = prefix
    this.box = `${prefix}-box`
    /** Where the box listens: its port on the phones' side. */
    this.tap = 'tapphones'
    /** @type {string[]} */
    this.spaces = []
    /** @type {import('node:child_process').ChildProcess[]} */
    this.children = []
  }

  up() {
    this.#addSpace(this.box)
    run('ip', '-n', this.box, 'link', 'add', 'br0', ...BRIDGE)
    run('ip', '-n', this.box, 'link', 'set', 'br0', 'up')
    for (const [side, port] of [
      ['phones', this.tap],
      ['far', 'tapfar'],
    ]) {
      const hub = `${this.prefix}-${side}`
      this.#addSpace(hub)
      run('ip', '-n', hub, 'link', 'add', 'switch', ...BRIDGE)
      run('ip', '-n', hub, 'link', 'set', 'switch', 'up')
      this.#cable(hub, 'uplink', this.box, String(port))
      run('ip', '-n', hub, 'link', 'set', 'uplink', 'master', 'switch')
      run('ip', '-n', this.box, 'link', 'set', String(port), 'master', 'br0')
    }
  }

  /** @param {string} space */
  #addSpace(space) {
    run('ip', 'netns', 'add', space)
    this.spaces.push(space)
    run('ip', '-n', space, 'link', 'set', 'lo', 'up')
  }

  /** @param {string} space @param {string} name @param {string} otherSpace @param {string} otherName */
  #cable(space, name, otherSpace, otherName) {
    run(
      'ip',
      '-n',
      space,
      'link',
      'add',
      name,
      'type',
      'veth',
      'peer',
      'name',
      otherName,
      'netns',
      otherSpace,
    )
    for (const [where, port] of [
      [space, name],
      [otherSpace, otherName],
    ]) {
      run('ip', 'netns', 'exec', String(where), 'ethtool', '-K', String(port), ...OFFLOADS_OFF)
      run('ip', '-n', String(where), 'link', 'set', String(port), 'up')
    }
  }

  /**
   * A host with one address on a side of the box; gives its namespace.
   * @param {'phones' | 'far'} side @param {string} name at most ten characters @param {string} address with prefix length
   */
  addHost(side, name, address) {
    const space = `${this.prefix}-${name}`
    const hub = `${this.prefix}-${side}`
    this.#addSpace(space)
    this.#cable(space, 'eth0', hub, name)
    run('ip', '-n', hub, 'link', 'set', name, 'master', 'switch')
    run('ip', '-n', space, 'addr', 'add', address, 'dev', 'eth0', ...(address.includes(':') ? ['nodad'] : []))
    return space
  }

  /** A namespace with a cable, but no address, to each side: `phones` and `far`. Whoever sends there plays all hosts of that side. */
  addPlayer() {
    const space = `${this.prefix}-player`
    this.#addSpace(space)
    for (const side of ['phones', 'far']) {
      const hub = `${this.prefix}-${side}`
      this.#cable(space, side, hub, 'player')
      run('ip', '-n', hub, 'link', 'set', 'player', 'master', 'switch')
    }
    return space
  }

  /** Takes the box's port on the phones' side away with its cable, as if the adapter was unplugged. */
  unplug() {
    run('ip', '-n', this.box, 'link', 'del', this.tap)
  }

  /** Another adapter of the same name, in the bridge as before. */
  replug() {
    const hub = `${this.prefix}-phones`
    this.#cable(hub, 'uplink', this.box, this.tap)
    run('ip', '-n', hub, 'link', 'set', 'uplink', 'master', 'switch')
    run('ip', '-n', this.box, 'link', 'set', this.tap, 'master', 'br0')
  }

  /**
   * Starts a program in a namespace; it ends with the wire.
   * @param {string} space @param {string[]} command @param {import('node:child_process').SpawnOptions} [options]
   */
  spawn(space, command, options = {}) {
    const child = spawn('ip', ['netns', 'exec', space, ...command], options)
    this.children.push(child)
    return child
  }

  /** Ends what was started here and removes the namespaces. */
  down() {
    for (const child of this.children) child.kill('SIGKILL')
    for (const space of this.spaces) {
      for (const pid of run('ip', 'netns', 'pids', space).split('\n').filter(Boolean)) {
        try {
          process.kill(Number(pid), 'SIGKILL')
        } catch {
          // Gone by itself in the meantime.
        }
      }
      run('ip', 'netns', 'del', space)
    }
  }
}
