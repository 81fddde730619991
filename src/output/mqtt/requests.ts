/** What may be asked of the box over the broker, as a table; reads requests and words responses. Pure: whoever publishes is not trusted. */
import { toMessage, type BrokerMessage, type Json } from './broker-message.ts'
import { filterOf, isTopicId } from './topics.ts'

/** Of one parameter: a choice of words, a range of whole numbers, or a short text. */
type Parameter =
  | { readonly of: 'choice'; readonly words: readonly string[] }
  | { readonly of: 'number'; readonly least: number; readonly most: number }
  | { readonly of: 'text'; readonly longest: number }

interface RequestRow {
  readonly what: string
  /** The one that a payload without JSON stands for; it must be there. Null: every parameter may be left out. */
  readonly main: string | null
  readonly parameters: Readonly<Record<string, Parameter>>
}

export const REQUEST_TABLE = {
  survey: {
    what: 'starts or stops a survey',
    main: 'action',
    parameters: {
      action: { of: 'choice', words: ['start', 'stop'] },
      name: { of: 'text', longest: 64 },
    },
  },
  identify: {
    what: 'the lamps blink, so that the box is found among others',
    main: null,
    parameters: { seconds: { of: 'number', least: 1, most: 120 } },
  },
  page: {
    what: 'turns the screen to a page',
    main: 'page',
    parameters: { page: { of: 'number', least: 1, most: 5 } },
  },
  report: {
    what: 'writes a report of the last survey, or of all that is kept, into the state folder of the box',
    main: null,
    parameters: { format: { of: 'choice', words: ['text', 'csv', 'json'] } },
  },
  restart: { what: 'starts the program anew; the bridge is not touched', main: null, parameters: {} },
} as const satisfies Record<string, RequestRow>

export type RequestName = keyof typeof REQUEST_TABLE
export const REQUEST_NAMES = Object.keys(REQUEST_TABLE) as readonly RequestName[]

export interface BoxRequest {
  readonly name: RequestName
  /** As the table says; what may be left out may be missing. */
  readonly parameters: Readonly<Record<string, string | number>>
  /** Whatever the client gave, to tell its responses apart. */
  readonly transaction: string | null
}

/** A request, or what is wrong with it; null: it is not answered, because there is no topic to answer on. */
export type ParsedRequest =
  | { readonly request: BoxRequest }
  | { readonly name: string; readonly transaction: string | null; readonly error: string }
  | null

const MAX_BYTES = 4096
const MAX_TRANSACTION = 64

/** `isRetained`: the broker had kept it. */
export const parseRequest = (
  boxId: string,
  topic: string,
  payload: Buffer,
  isRetained: boolean,
): ParsedRequest => {
  const name = topic.slice(filterOf(boxId, 'request').length - 1)
  if (!isTopicId(name)) return null
  const fields = payload.length > MAX_BYTES ? null : readFields(name, payload.toString('utf8'))
  const transaction = fields === null ? null : transactionOf(fields['transaction'])
  const wrong = (error: string): ParsedRequest => ({ name, transaction, error })
  if (!isRequestName(name))
    return wrong(`this box knows no request "${name}", but ${REQUEST_NAMES.join(', ')}`)
  if (isRetained)
    return wrong('a retained request would come again with each start: publish it without retain')
  if (fields === null)
    return wrong(`the payload must be a JSON object of at most ${MAX_BYTES} bytes, or empty`)
  const read = readParameters(name, fields)
  return 'error' in read ? wrong(read.error) : { request: { name, transaction, ...read } }
}

/** The parameters of a request, each as the table says; or what is wrong with them. Others are ignored. */
export const readParameters = (
  name: RequestName,
  fields: Readonly<Record<string, unknown>>,
): Pick<BoxRequest, 'parameters'> | { readonly error: string } => {
  const parameters: Record<string, string | number> = {}
  const row: RequestRow = REQUEST_TABLE[name]
  for (const [key, parameter] of Object.entries(row.parameters)) {
    const value = fields[key]
    if (value === undefined && key !== row.main) continue
    if (!fits(parameter, value)) return { error: `"${key}" must be ${wordsOf(parameter)}` }
    parameters[key] = value as string | number
  }
  return { parameters }
}

export const isRequestName = (name: string): name is RequestName => Object.hasOwn(REQUEST_TABLE, name)

/** The members of a JSON object; a bare word or number stands for the main parameter. */
const readFields = (name: string, text: string): Record<string, unknown> | null => {
  if (text.trim() === '') return {}
  const value = readJson(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  const row: RequestRow | null = isRequestName(name) ? REQUEST_TABLE[name] : null
  if (row === null || row.main === null) return null
  return { [row.main]: value === undefined ? text.trim() : value }
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

const transactionOf = (value: unknown): string | null =>
  typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, MAX_TRANSACTION) : null

const fits = (parameter: Parameter, value: unknown): boolean => {
  if (parameter.of === 'number')
    return (
      Number.isInteger(value) && (value as number) >= parameter.least && (value as number) <= parameter.most
    )
  if (typeof value !== 'string') return false
  return parameter.of === 'choice' ? parameter.words.includes(value) : value.length <= parameter.longest
}

const wordsOf = (parameter: Parameter): string => {
  if (parameter.of === 'number') return `a whole number from ${parameter.least} to ${parameter.most}`
  return parameter.of === 'choice'
    ? parameter.words.join(' or ')
    : `a text of at most ${parameter.longest} characters`
}

/** `name` comes from parseRequest(). */
export const toResponse = (
  boxId: string,
  name: string,
  transaction: string | null,
  result: { readonly data: Json } | { readonly error: string },
): BrokerMessage => {
  const isGood = 'data' in result
  return toMessage(
    boxId,
    'response',
    {
      status: isGood ? 'ok' : 'error',
      data: isGood ? result.data : null,
      error: isGood ? null : result.error,
      transaction,
    },
    name,
  )
}
