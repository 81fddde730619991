// @ts-check
/** The files below hardware/ that are printed from pins.json, by name. Pure but for the given reader. */
import { drillTemplate } from './drill-template.js'
import { overlaySource } from './overlay-source.js'
import { fillSections, renderTable } from './readme-tables.js'
import { wiringDrawing } from './wiring-drawing.js'
import { wireRows, wiresOf } from './wiring-plan.js'

/**
 * Text of each file as it should be.
 * @param {(name: string) => string} read a file below hardware/ @returns {Record<string, string>}
 */
export function printedFiles(read) {
  /** @type {import('./wiring-plan.js').Pins} */
  const pins = JSON.parse(read('pins.json'))
  const table = renderTable(['part', 'which end', 'wire', 'pin', 'signal'], wireRows(wiresOf(pins)))
  return {
    'wiring.svg': wiringDrawing(pins),
    'overlays/callseal.dts': overlaySource(pins),
    'front-panel.svg': drillTemplate(),
    'assembly.md': fillSections(read('assembly.md'), { 'wire-table': table }),
  }
}
