/** The npm package oled-font-5x7 (1.0), the font that goes with oled-js: it has no types of its own. */
declare module 'oled-font-5x7' {
  const font: {
    readonly monospace: boolean
    readonly width: number
    readonly height: number
    /** Five bytes a glyph: columns from the left, bit 0 on top. */
    readonly fontData: number[]
    readonly lookup: string[]
  }
  export = font
}
