// @ts-check
/** npm run build: dist/ anew, whatever its age. */
import { build } from './lib/build.js'
import { makeReady, PROJECT } from './lib/ready.js'

makeReady()
build(PROJECT)
