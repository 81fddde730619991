/**
 * Session descriptions (RFC 8866) as phones write them: any order of lines, any line end, linear in the length of the text, bounded, and it
 * never throws. An absurd value is dropped and counted; the rest of the description still stands.
 */
import { decimalOf, flatText, indexOfCode, isBlank, skipBlanks, wordEnd } from '../../base/text.ts'
import type { WeirdName } from '../../base/weird.ts'
import { ATTRIBUTES, readAddress } from './attributes.ts'
import { MAX_FORMATS, MAX_LINE, MAX_MEDIA } from './constants.ts'
import { SectionDraft, toMediaDescription } from './section-draft.ts'
import type { SessionDescription } from './session-description.ts'

/** No attribute that we read has a longer name. */
const MAX_ATTRIBUTE_NAME = 16
const COLON = 58
const SLASH = 47
const EQUALS = 61
/** Line types that we read, as character codes of their letters (RFC 8866 §5). */
const TYPE = { media: 109, attribute: 97, connection: 99, key: 107, origin: 111 } as const

class DescriptionDraft {
  origin = ''
  readonly session = new SectionDraft(true)
  readonly sections: SectionDraft[] = []
  readonly bundled = new Set<string>()
  readonly weird: WeirdName[] = []
  /** Section that lines go to; null behind the last one that is kept. */
  current: SectionDraft | null = this.session

  readonly note = (name: WeirdName): void => {
    if (!this.weird.includes(name)) this.weird.push(name)
  }

  /** One line without its end: `type=value`. */
  onLine(text: string, start: number, end: number): void {
    if (end - start < 2 || text.charCodeAt(start + 1) !== EQUALS) {
      if (skipBlanks(text, start, end) < end) this.note('sdp_bad_line')
      return
    }
    const type = text.charCodeAt(start)
    const value = skipBlanks(text, start + 2, end)
    if (type === TYPE.media) this.#onMedia(text, value, end)
    else if (this.current !== null) this.#onSectionLine(type, text, value, end, this.current)
  }

  #onSectionLine(type: number, text: string, start: number, end: number, section: SectionDraft): void {
    if (type === TYPE.attribute) this.#onAttribute(text, start, end, section)
    else if (type === TYPE.connection) this.#onConnection(text, start, end, section)
    else if (type === TYPE.key) section.kLine = true
    else if (type === TYPE.origin && this.origin === '') this.origin = flatText(text, start, end)
  }

  #onAttribute(text: string, start: number, end: number, section: SectionDraft): void {
    const nameEnd = indexOfCode(text, COLON, start, Math.min(end, start + MAX_ATTRIBUTE_NAME))
    const read = ATTRIBUTES.get(text.slice(start, nameEnd).toLowerCase())
    const value = skipBlanks(text, Math.min(nameEnd + 1, end), end)
    read?.({ text, start: value, end, section, bundled: this.bundled, note: this.note })
  }

  /** RFC 8866 §5.7: nettype addrtype address. The first c= of a section counts: further ones are multicast layers. */
  #onConnection(text: string, start: number, end: number, section: SectionDraft): void {
    if (section.address !== null) return
    let at = start
    for (let word = 0; word < 2; word++) at = skipBlanks(text, wordEnd(text, at, end), end)
    section.address = readAddress(text, at, wordEnd(text, at, end), this.note)
  }

  /** RFC 8866 §5.14: media port["/"count] proto fmt … An unreadable line still takes its place: answers match by position (RFC 3264 §6). */
  #onMedia(text: string, start: number, end: number): void {
    if (this.sections.length >= MAX_MEDIA) {
      this.current = null
      this.note('sdp_too_many_media')
      return
    }
    const section = new SectionDraft(false)
    this.sections.push(section)
    this.current = section
    const mediaEnd = wordEnd(text, start, end)
    section.media = flatText(text, start, mediaEnd).toLowerCase()
    const portStart = skipBlanks(text, mediaEnd, end)
    const portStop = wordEnd(text, portStart, end)
    section.port = this.#readPort(text, portStart, portStop)
    const protoStart = skipBlanks(text, portStop, end)
    const protoEnd = wordEnd(text, protoStart, end)
    section.proto = flatText(text, protoStart, protoEnd).toUpperCase()
    if (protoEnd === protoStart) this.note('sdp_bad_media_line')
    for (let at = skipBlanks(text, protoEnd, end); at < end;) {
      const stop = wordEnd(text, at, end)
      if (section.formats.length >= MAX_FORMATS) {
        this.note('sdp_too_many_formats')
        return
      }
      section.formats.push(flatText(text, at, stop))
      at = skipBlanks(text, stop, end)
    }
  }

  #readPort(text: string, start: number, end: number): number {
    const portEnd = indexOfCode(text, SLASH, start, end)
    if (portEnd < end) this.note('sdp_port_range')
    const port = decimalOf(text, start, portEnd)
    if (port >= 0 && port <= 65_535) return port
    this.note('sdp_bad_port')
    return 0
  }
}

/** Index of the next line end (CR, LF) in `[start, end)`. */
const lineEnd = (text: string, start: number): number => {
  let at = start
  while (at < text.length && text.charCodeAt(at) !== 10 && text.charCodeAt(at) !== 13) at++
  return at
}

/** The description in `text` (latin-1). Never throws; a text without any m= line gives no media and `sdp_no_media`. */
export const parseDescription = (text: string): SessionDescription => {
  const draft = new DescriptionDraft()
  for (let at = 0; at < text.length;) {
    const stop = lineEnd(text, at)
    if (stop - at > MAX_LINE) draft.note('sdp_line_too_long')
    let end = Math.min(stop, at + MAX_LINE)
    while (end > at && isBlank(text.charCodeAt(end - 1))) end--
    draft.onLine(text, at, end)
    at = stop + 1
  }
  if (draft.sections.length === 0) draft.note('sdp_no_media')
  return {
    origin: draft.origin,
    address: draft.session.address ?? '',
    media: draft.sections.map((section) => toMediaDescription(section, draft.session, draft.bundled)),
    weird: draft.weird,
  }
}
