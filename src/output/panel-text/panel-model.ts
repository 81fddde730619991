/** What the terminal panel shows, from events alone: the scene, its calls as they are judged, the lamp, and what came before. Pure. */
import { GRADES, GRADE_TABLE, type CallReport, type EngineEvent, type Grade } from '../../core/index.ts'
import { sanitiseReport, whyOf } from '../text/index.ts'

/** What is played now. */
export interface Scene {
  readonly title: string
  /** One sentence. */
  readonly about: string
}

/** A call's judgement changed, or is there for the first time. */
export interface PanelChange {
  readonly call: CallReport
  /** What it was before; null if it was not judged yet. */
  readonly before: Grade | null
}

/** A scene that is over: its calls' grades in their order. */
export interface PlayedScene extends Scene {
  readonly grades: readonly Grade[]
}

/** Not all of this grows: the calls are those of one scene, and a demo has few scenes. */
export class PanelModel {
  scene: Scene | null = null
  /** Seconds of capture time played, and in all. */
  position = 0
  length = 0
  readonly played: PlayedScene[] = []
  readonly #calls = new Map<string, CallReport>()

  /** A new scene begins; the calls of the one before are gone. */
  onScene(scene: Scene, length: number): void {
    this.scene = scene
    this.position = 0
    this.length = length
    this.#calls.clear()
  }

  /** Null if nothing changed that is worth a line. */
  onEvent(event: EngineEvent): PanelChange | null {
    if (event.kind === 'phone-changed') return null
    const call = sanitiseReport(event.report)
    const last = this.#calls.get(call.id)
    this.#calls.set(call.id, call)
    if (isPending(call)) return null
    const before = last === undefined || isPending(last) ? null : last.grade
    const isNews =
      before === null || before !== call.grade || (last !== undefined && whyOf(last) !== whyOf(call))
    return isNews ? { call, before } : null
  }

  onSceneEnd(): void {
    if (this.scene !== null) this.played.push({ ...this.scene, grades: this.calls.map(({ grade }) => grade) })
  }

  /** In the order of their opening. */
  get calls(): readonly CallReport[] {
    return [...this.#calls.values()]
  }

  /** The worst judged call of this scene; null while there is none. */
  get worst(): Grade | null {
    const judged = this.calls.filter((call) => !isPending(call)).map(({ grade }) => grade)
    return GRADES.find((grade) => judged.includes(grade)) ?? null
  }

  /** Calls by the word of the lamp, of the scenes that are over: in the order of badness. */
  get tally(): readonly (readonly [word: string, count: number])[] {
    const words = [...new Set(GRADES.map((grade) => GRADE_TABLE[grade].word))]
    const grades = this.played.flatMap((scene) => scene.grades)
    return words.map((word) => [word, grades.filter((grade) => GRADE_TABLE[grade].word === word).length])
  }
}

/** True while there is too little to judge. */
export const isPending = ({ state }: CallReport): boolean => state === 'pending'
