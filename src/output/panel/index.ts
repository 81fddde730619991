/** The panel of the box: lights, screen and button. Sub-folders are its own; this is the only door. */
export { noButton, type Button } from './button/button.ts'
export { openButton, type OpenButtonOptions } from './button/open-button.ts'
export { drawTestFrames, type TestFrames, type TestFramesOptions } from './draw-test-frames.ts'
export { lampOf } from './led/led-state.ts'
export { LAMP_TABLE, lightsOf, type Colour, type LampName, type Lights } from './led/lamps.ts'
export { noLeds, type Leds } from './led/led.ts'
export { openLeds, type OpenLedsOptions } from './led/open-leds.ts'
export { CONTROLLERS, type ControllerName } from './oled/controllers.ts'
export type { BusMode } from './oled/display-bytes.ts'
export { OledScreen, type OledOptions } from './oled/oled-screen.ts'
export { Panel, TICK, type PanelListener, type PanelOptions } from './panel.ts'
export {
  NOTHING_KNOWN,
  STALE_AFTER,
  toPanelCall,
  type BrokerState,
  type DiskState,
  type EndedCall,
  type PanelCall,
  type PanelEngine,
  type PanelState,
  type PanelSurvey,
} from './panel-state.ts'
export type { PartName, PartState } from './part-state.ts'
export { parsePins, type Pins } from './pins.ts'
export { WIDTH, type Bitmap, type Height } from './screen/bitmap.ts'
export { NIGHT, type Night } from './screen/display-care.ts'
export { renderPng } from './screen/render-png.ts'
export { renderScreen } from './screen/render-screen.ts'
export { renderTerminal } from './screen/render-terminal.ts'
export { PAGES, type PageName, type PanelView } from './screen/screen-model.ts'
export { noScreen, type Screen } from './screen/screen.ts'
export { TerminalFace } from './screen/terminal-panel.ts'
export { testPictures } from './screen/test-pictures.ts'
export { awaitPress, chaseLights, showTestPictures, type SelftestStep } from './selftest.ts'
export { MACHINE_CLOCK, type PanelClock } from './time.ts'
export { ENDED_SHOWN, verdictShown, type ShownVerdict } from './verdict-shown.ts'
