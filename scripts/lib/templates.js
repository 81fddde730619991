// @ts-check
/** What `npm run new:…` writes. Each template compiles; each test fails until its "write me" is answered. Pure. */

/** `clear-hit` → `CLEAR_HIT`. @param {string} name kebab-case */
export const toConstant = (name) => name.replaceAll('-', '_').toUpperCase()

/** @param {string} id @param {string} variable @returns {Record<string, string>} text by path */
export const ruleFiles = (id, variable) => ({
  [`src/core/verdict/rules/${id}.ts`]: `/** ${id}: write me, in one sentence. */
import type { CallFacts } from '../../call/index.ts'
import type { Rule } from '../rule.ts'

/** See the head of this file. */
export const ${variable}: Rule<CallFacts> = {
  id: '${id}',
  severity: 'low',
  spec: 'write me: RFC section',
  title: 'write me: what is wrong, in a few words',
  meaning: 'write me: what it means for the people on the call.',
  advice: 'write me: what to change, with the name of the setting.',
  check: (facts) => {
    const stream = facts.streams.find(({ protection }) => protection === 'clear')
    if (stream === undefined) return null
    return { frames: [stream.firstFrame], seen: 'write me: what was seen, with numbers.' }
  },
}
`,
  [`test/core/verdict/rules/${id}.test.ts`]: `/** ${id}: speaks where its evidence is, and only there. */
import { describe, expect, test } from '@jest/globals'
import { ${variable} } from '../../../../src/core/verdict/rules/${id}.ts'

describe('${id}', () => {
  test('its words are written', () => {
    const { spec, title, meaning, advice } = ${variable}
    expect([spec, title, meaning, advice].filter((text) => text.includes('write me'))).toEqual([])
  })

  test('speaks where its evidence is', () => {
    throw new Error('write me: facts with the evidence; expect the frames and the numbers')
  })

  test('is silent where it is not', () => {
    throw new Error('write me: facts that look alike without the evidence; expect null')
  })
})
`,
})

/** @param {string} name @param {string} constant @returns {Record<string, string>} text by path */
export const codecFiles = (name, constant) => ({
  [`src/core/protocol/rtp/codecs/${name}.ts`]: `/** ${constant} (write me: RFC section): write me: how its bytes follow from its time. */
import type { Codec } from './codec.ts'

export const ${constant}: Codec = {
  name: '${constant.replaceAll('_', '-')}',
  payloadTypes: [],
  encodings: ['${constant.replaceAll('_', '-')}'],
  clockRate: 8000,
  media: 'audio',
  decodable: false,
  variableBitRate: true,
  randomAfter: 100,
}
`,
  [`test/core/protocol/rtp/codecs/${name}.test.ts`]: `/** ${constant}: found by its rtpmap, and its size or shape is what the RFC says. */
import { describe, expect, test } from '@jest/globals'
import { CODECS } from '../../../../../src/core/protocol/rtp/codecs/index.ts'
import { ${constant} } from '../../../../../src/core/protocol/rtp/codecs/${name}.ts'

describe('${name}', () => {
  test('is in the table', () => {
    expect(CODECS).toContain(${constant})
  })

  test('needs the bytes, or has the shape, that its RFC says', () => {
    throw new Error('write me: bytesFor a timestamp step, or hasShape of a real and of a random payload')
  })
})
`,
})

/** @param {string} name @param {string} constant @returns {Record<string, string>} text by path */
export const protocolFiles = (name, constant) => {
  const type = name.replace(/(^|-)(\w)/g, (_, __, letter) => String(letter).toUpperCase())
  const folder = `src/core/protocol/${name}`
  return {
    [`${folder}/index.ts`]: `/** ${type} (write me: RFC). */
export { parse${type}, type ${type}Message } from './parse-${name}.ts'
export { probe${type} } from './probe.ts'
`,
    [`${folder}/constants.ts`]: `/** Numbers of ${type}, in the order of their registry (write me: IANA registry and date). */

/** Bytes of the fixed header (write me: RFC section). */
export const ${constant}_HEADER = 4
`,
    [`${folder}/probe.ts`]: `/** Is this ${type}? Anything else must leave at the first byte or two: media packets are asked as well. */
import { ${constant}_HEADER } from './constants.ts'

/** Whether \`bytes[start, end)\` begins with a ${type} message. Never throws, keeps nothing. */
export const probe${type} = (bytes: Uint8Array, start: number, end: number): 'certain' | 'unsure' | 'not-for-us' => {
  if (end - start < ${constant}_HEADER) return 'not-for-us'
  // write me: what tells it from everything else (RFC section).
  return bytes[start] === 0xff ? 'unsure' : 'not-for-us'
}
`,
    [`${folder}/parse-${name}.ts`]: `/** Reads one ${type} message. The length is checked once, then read; nothing of the bytes is kept. */
import { ${constant}_HEADER } from './constants.ts'

/** One message (write me: its fields, with units and RFC sections). */
export interface ${type}Message {
  readonly length: number
}

/** The message in \`bytes[start, end)\`, or null if it is not whole. */
export const parse${type} = (bytes: Uint8Array, start: number, end: number): ${type}Message | null => {
  if (end - start < ${constant}_HEADER || end > bytes.length) return null
  return { length: end - start }
}
`,
    [`test/core/protocol/${name}/${name}.test.ts`]: `/** ${type}: a real message is read, and no cut or hostile one does harm. */
import { describe, expect, test } from '@jest/globals'
import { parse${type}, probe${type} } from '../../../../src/core/protocol/${name}/index.ts'

describe('${name}', () => {
  test('what is too short is nothing', () => {
    expect(probe${type}(new Uint8Array(0), 0, 0)).toBe('not-for-us')
    expect(parse${type}(new Uint8Array(0), 0, 0)).toBeNull()
  })

  test('a real message is probed and parsed', () => {
    throw new Error('write me: the bytes of a message from the RFC or a capture, and what is in it')
  })

  test('cut anywhere, it does no harm', () => {
    throw new Error('write me: every prefix of that message, and lengths that lie')
  })
})
`,
  }
}
