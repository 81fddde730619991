/**
 * Classic BPF from readable lines: labels instead of offsets, jumps as far as need be. The machine and its instructions are those of bpf(4) and
 * of the kernel's Documentation/networking/filter.rst: an accumulator, an index register, loads that end the program with 0 beyond the packet's
 * end, jumps forward only.
 */

/** Operation codes (linux/bpf_common.h). A is the accumulator, X the index register, k the instruction's constant, M the scratch memory. */
const CODES = {
  /** A ← 32, 16, 8 bits of the packet at k. */
  ld: 0x20,
  ldh: 0x28,
  ldb: 0x30,
  /** The same at X + k. */
  ldAt: 0x40,
  ldhAt: 0x48,
  ldbAt: 0x50,
  /** X ← k, X ← A, A ← X, M[k] ← A, A ← M[k]. */
  setX: 0x01,
  tax: 0x07,
  txa: 0x87,
  store: 0x02,
  recall: 0x60,
  /** A ← A + X, A − X; the others with k. */
  addX: 0x0c,
  subX: 0x1c,
  add: 0x04,
  sub: 0x14,
  and: 0x54,
  lsh: 0x64,
  rsh: 0x74,
  ja: 0x05,
  /** A = k, A > k, A ≥ k, A & k; A > X. */
  jeq: 0x15,
  jgt: 0x25,
  jge: 0x35,
  jset: 0x45,
  jgtX: 0x2d,
  ret: 0x06,
} as const

export type Operation = keyof typeof CODES

/** One instruction: its operation, its constant, and of jumps where they go if the test holds and if not (absent: to the next line). */
export interface Instruction {
  readonly operation: Operation
  readonly k: number
  readonly then: string | null
  readonly otherwise: string | null
}

/** A place to jump to. */
export interface Label {
  readonly label: string
}

export type Line = Instruction | Label

/** One instruction. */
export const line = (
  operation: Operation,
  k = 0,
  then: string | null = null,
  otherwise: string | null = null,
): Instruction => ({ operation, k, then, otherwise })

/** Here. */
export const label = (name: string): Label => ({ label: name })

/** BPF_MAXINSNS. */
const MOST_INSTRUCTIONS = 4096
const LONGEST_JUMP = 255
const INSTRUCTION_BYTES = 8

const isLabel = (row: Line): row is Label => 'label' in row
const isInstruction = (row: Line): row is Instruction => !isLabel(row)

/**
 * The program as SO_ATTACH_FILTER takes it: struct sock_filter in this machine's byte order. Throws RangeError for a label that is missing, twice
 * or behind, and for a program that is longer than the kernel takes: faults of whoever wrote the lines.
 */
export const assemble = (lines: readonly Line[]): Uint8Array => {
  const near = withShortJumps(lines)
  const places = placesOf(near)
  const instructions = near.filter(isInstruction)
  if (instructions.length > MOST_INSTRUCTIONS)
    throw new RangeError(`a kernel filter of ${instructions.length} instructions is too long`)
  const program = new ArrayBuffer(instructions.length * INSTRUCTION_BYTES)
  const codes = new Uint16Array(program)
  const bytes = new Uint8Array(program)
  const words = new Uint32Array(program)
  instructions.forEach(({ operation, k, then, otherwise }, i) => {
    codes[i * 4] = CODES[operation]
    words[i * 2 + 1] = operation === 'ja' ? distance(places, i, then) : k
    if (operation === 'ja') return
    bytes[i * INSTRUCTION_BYTES + 2] = distance(places, i, then)
    bytes[i * INSTRUCTION_BYTES + 3] = distance(places, i, otherwise)
  })
  return bytes
}

/** Instructions between this one and the label. */
const distance = (places: ReadonlyMap<string, number>, from: number, to: string | null): number => {
  if (to === null) return 0
  const place = places.get(to)
  if (place === undefined) throw new RangeError(`there is no label ${to}`)
  if (place <= from) throw new RangeError(`${to} is behind: a filter only jumps forward`)
  return place - from - 1
}

const placesOf = (lines: readonly Line[]): Map<string, number> => {
  const places = new Map<string, number>()
  let place = 0
  for (const row of lines) {
    if (!isLabel(row)) place++
    else if (places.has(row.label)) throw new RangeError(`the label ${row.label} is there twice`)
    else places.set(row.label, place)
  }
  return places
}

/** Conditional jumps reach 255 instructions: what is farther goes by way of an unconditional one behind them. */
const withShortJumps = (lines: readonly Line[]): readonly Line[] => {
  let now = lines
  for (let made = 0; ;) {
    const places = placesOf(now)
    let place = -1
    const far = now.findIndex((row) => isInstruction(row) && isTooFar(places, ++place, row))
    if (far < 0) return now
    now = [...now.slice(0, far), ...detour(now[far] as Instruction, made++), ...now.slice(far + 1)]
  }
}

const isTooFar = (places: ReadonlyMap<string, number>, from: number, row: Instruction): boolean =>
  row.operation !== 'ja' &&
  (distance(places, from, row.then) > LONGEST_JUMP || distance(places, from, row.otherwise) > LONGEST_JUMP)

const detour = ({ operation, k, then, otherwise }: Instruction, number: number): Line[] => {
  const names = { then: `~then ${number}`, otherwise: `~otherwise ${number}`, next: `~next ${number}` }
  return [
    line(operation, k, names.then, names.otherwise),
    label(names.then),
    line('ja', 0, then ?? names.next),
    label(names.otherwise),
    line('ja', 0, otherwise ?? names.next),
    label(names.next),
  ]
}
