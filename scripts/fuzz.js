// @ts-check
/** npm run fuzz: random and hostile input against every parser, for a minute or as long as asked. See test/fuzz/main.ts. */
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from './lib/build.js'
import { makeReady, PROJECT } from './lib/ready.js'
import { runNode } from './lib/run.js'

makeReady()
const built = join(PROJECT, '.cache', 'fuzz-build')
rmSync(built, { recursive: true, force: true })
compile(PROJECT, 'test/fuzz/tsconfig.json', built)
writeFileSync(join(built, 'package.json'), '{ "type": "module" }\n')
process.exit(runNode([join(built, 'test/fuzz/main.js'), ...process.argv.slice(2)]))
