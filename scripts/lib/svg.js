// @ts-check
/** A few shapes of SVG as text. Every colour is a class, so that one style sheet serves light, dark and print. Pure. */

/** @param {string} text */
export const escapeXml = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** @param {number} x @param {number} y @param {string} words @param {string} [classes] */
export const textAt = (x, y, words, classes = '') =>
  `<text x="${x}" y="${y}"${classOf(classes)}>${escapeXml(words)}</text>`

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} classes @param {number} [round] */
export const boxAt = (x, y, width, height, classes, round = 0) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}"${round === 0 ? '' : ` rx="${round}"`}${classOf(classes)}/>`

/** @param {number} x @param {number} y @param {number} radius @param {string} classes */
export const discAt = (x, y, radius, classes) =>
  `<circle cx="${x}" cy="${y}" r="${radius}"${classOf(classes)}/>`

/** A line through points, its corners rounded. @param {readonly (readonly [number, number])[]} points @param {string} classes */
export function lineThrough(points, classes) {
  const steps = points.map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x} ${y}`).join(' ')
  return `<path d="${steps}"${classOf(classes)}/>`
}

/** @param {string} classes */
const classOf = (classes) => (classes === '' ? '' : ` class="${classes}"`)
