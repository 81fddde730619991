// @ts-check
/** A bridge of two ports in a namespace of its own, with both far ends in a second: what is sent there goes nowhere else. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** @param {string[]} argv */
const ip = (...argv) => execFileSync('ip', argv, { stdio: ['ignore', 'pipe', 'pipe'] }).toString()

export class LiveWire {
  /** Where the readers listen: the bridge's port on the phones' side, where every frame passes once. */
  port = 'eth1'
  /** The far ends: the phones' first. */
  far = ['phones', 'switch']

  /** @param {string} prefix of both namespaces, unique */
  constructor(prefix) {
    this.tap = `${prefix}-tap`
    this.ends = `${prefix}-ends`
  }

  /** Throws where namespaces or bridges cannot be made. */
  up() {
    for (const space of [this.tap, this.ends]) {
      ip('netns', 'add', space)
      // Nobody but the sender says anything: each frame counts.
      const quiet = 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6 2>/dev/null || true'
      execFileSync('ip', ['netns', 'exec', space, 'sh', '-c', quiet])
    }
    ip(
      '-n',
      this.tap,
      'link',
      'add',
      'br0',
      ...'type bridge stp_state 0 forward_delay 0 mcast_snooping 0'.split(' '),
    )
    ip('-n', this.tap, 'link', 'set', 'br0', 'up')
    this.far.forEach((end, i) => {
      const port = `eth${String(i + 1)}`
      ip('-n', this.ends, 'link', 'add', end, ...`type veth peer name ${port} netns ${this.tap}`.split(' '))
      ip('-n', this.ends, 'link', 'set', end, 'arp', 'off', 'up')
      ip('-n', this.tap, 'link', 'set', port, 'master', 'br0', 'up')
    })
    const [index] = ip('-n', this.tap, '-o', 'link', 'show', this.port).split(':')
    this.index = Number(index)
  }

  /** A command for the namespace of the bridge (`tap`) or of the far ends. @param {string} space @param {string[]} argv */
  inside(space, argv) {
    return ['ip', 'netns', 'exec', space, ...argv]
  }

  /** The sockets that listen on the port, whatever they belong to: their inodes. @param {number} pid of any process in the bridge's namespace */
  listeners(pid) {
    const [, ...rows] = readFileSync(`/proc/${String(pid)}/net/packet`, 'utf8')
      .trim()
      .split('\n')
    // sk, references, type, protocol, interface, running, memory, user, inode
    return rows
      .map((row) => row.trim().split(' ').filter(Boolean))
      .filter((words) => words[3] === '0003' && Number(words[4]) === this.index && words[5] === '1')
      .map((words) => words[8] ?? '')
  }

  /** Frames that passed the port so far, in both directions. @param {number} pid of any process in the bridge's namespace */
  passed(pid) {
    const rows = readFileSync(`/proc/${String(pid)}/net/dev`, 'utf8').split('\n')
    const row = rows.find((one) => one.trim().startsWith(`${this.port}:`)) ?? ''
    const words = row.trim().split(' ').filter(Boolean).map(Number)
    // A listener hears what goes out also when the other side has no room for it: packets and drops.
    return Number(words[2]) + Number(words[10]) + Number(words[12])
  }

  /** Ends what still runs in the namespaces, and removes them. */
  down() {
    for (const space of [this.tap, this.ends]) {
      try {
        for (const pid of ip('netns', 'pids', space).split('\n').filter(Boolean))
          process.kill(Number(pid), 'SIGKILL')
      } catch {
        // It was never made, or the program ended by itself in the meantime.
      }
      try {
        ip('netns', 'del', space)
      } catch {
        // It was never made.
      }
    }
  }
}
