/** The panel for terminals: the same words as the box's, and why. */
export { PanelModel, type PlayedScene, type Scene } from './panel-model.ts'
export { renderChange, renderScene } from './render-change.ts'
export { renderPanel } from './render-panel.ts'
export { TerminalPanel } from './terminal-panel.ts'
