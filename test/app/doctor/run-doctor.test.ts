/** The command as a user sees it, over the files of a made-up machine. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { buildCli, runCli } from '../../tools/run-cli.ts'
import { makeBox } from './fake-box.ts'

const boxes: { remove: () => void }[] = []
const boxOf = (...args: Parameters<typeof makeBox>): string => {
  const box = makeBox(...args)
  boxes.push(box)
  return box.root
}

describe('callseal doctor', () => {
  beforeAll(buildCli)
  afterAll(() => boxes.forEach((box) => box.remove()))

  test('--root reads a folder and asks no program; what it cannot know it does not claim', async () => {
    const ran = await runCli(['doctor', '--json', '--root', boxOf()])
    expect(ran.stderr).toBe('')
    const answer = JSON.parse(ran.stdout) as {
      counts: Record<string, number>
      checks: { id: string; status: string; subject: string | null; mend: string | null }[]
    }
    expect(answer.counts['fail']).toBe(0)
    expect(answer.checks.find(({ id }) => id === 'spanning-tree')).toMatchObject({
      status: 'ok',
      subject: 'br0',
    })
    expect(answer.checks.find(({ id }) => id === 'no-address')).toMatchObject({ status: 'unknown' })
    expect(answer.checks.find(({ id }) => id === 'capture-package')).toMatchObject({ status: 'unknown' })
    expect(ran.code).toBe(0)
  })

  test('ends with 10 where a check fails, and says what to do', async () => {
    const root = boxOf({ files: { '/sys/class/net/br0/bridge/group_fwd_mask': '0x0' } })
    const ran = await runCli(['doctor', '--root', root])
    expect(ran.stdout).toContain('swallows LLDP')
    expect(ran.stdout).toContain('mend: echo 0xfff8 | sudo tee /sys/class/net/br0/bridge/group_fwd_mask')
    expect(ran.code).toBe(10)
  })

  test('--mirror looks at one adapter', async () => {
    const ran = await runCli(['doctor', '--mirror', 'eth0', '--root', boxOf()])
    expect(ran.stdout).not.toContain('spanning-tree')
    expect(ran.code).toBe(0)
  })

  test.each(['../br0', '-x', 'a b', 'a-name-that-is-too-long'])(
    '--mirror=%s is no interface',
    async (name) => {
      const ran = await runCli(['doctor', `--mirror=${name}`, '--root', boxOf()])
      expect(ran.code).toBe(64)
    },
  )
})
