/** The kernel filter against its readable twin over every frame of every capture, the kernel being the judge. */
import { expect, test } from '@jest/globals'
import { capturesIn } from '../tools/captures.ts'
import { CAN_ASK_KERNEL, FilterJudge } from '../tools/filter-judge.ts'
import { describeIfShared } from '../tools/shared.ts'

if (CAN_ASK_KERNEL)
  describeIfShared('kernel filter: all frames', (shared) => {
    test.each(['captures/lab', 'captures/traps', 'captures/public', 'torture'])('%s', async (folder) => {
      const judge = await FilterJudge.open({ sip: [5060], tls: [5061], webSocket: [8080] })
      let compared = 0
      for (const path of capturesIn(shared, folder)) compared += await judge.compare(path, Infinity)
      judge.close()
      process.stdout.write(`${folder}: ${compared} frames compared with the kernel\n`)
      expect(compared).toBeGreaterThan(1000)
    })
  })
