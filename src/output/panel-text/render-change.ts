/** The panel where nothing can be redrawn (a pipe, a log): a line a scene, a line a change. Pure. */
import { GRADE_TABLE } from '../../core/index.ts'
import { fit, whyOf, type Paint } from '../text/index.ts'
import type { PanelChange, Scene } from './panel-model.ts'

/** Without line end. */
export const renderScene = (scene: Scene, number: number, of: number, paint: Paint): string =>
  `[${number}/${of}] ${paint.bold(scene.title)}: ${scene.about}`

/** Without line end. */
export const renderChange = ({ call, before }: PanelChange, paint: Paint): string => {
  const { word } = GRADE_TABLE[call.grade]
  const change = before === null || before === call.grade ? call.grade : `${before} → ${call.grade}`
  const why = whyOf(call)
  const at = `${call.durationSeconds.toFixed(1)} s`
  return `  ${fit(at, 8)}${fit(call.id, 6)}${paint.grade(call.grade, fit(word, 9))}${change}: ${why}`
}
