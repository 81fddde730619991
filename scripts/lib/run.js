// @ts-check
/** Starting the tools of node_modules with the Node of this process; the exit code is theirs. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { PROJECT } from './ready.js'

/** Where each tool's program lies below node_modules. */
export const TOOLS = {
  tsc: 'typescript/bin/tsc',
  eslint: 'eslint/bin/eslint.js',
  prettier: 'prettier/bin/prettier.cjs',
  depcruise: 'dependency-cruiser/bin/dependency-cruise.mjs',
  knip: 'knip/bin/knip.js',
  jest: 'jest/bin/jest.js',
}

/**
 * Runs a tool to its end on this terminal.
 * @param {keyof typeof TOOLS} tool @param {string[]} args @param {Record<string, string>} [env] added to ours
 * @returns {number} exit code; 1 if it was killed
 */
export function runTool(tool, args, env = {}) {
  return runNode([join(PROJECT, 'node_modules', TOOLS[tool]), ...args], env)
}

/** Runs one of our programs. @param {string[]} args @param {Record<string, string>} [env] @returns {number} */
export function runNode(args, env = {}) {
  const ran = spawnSync(process.execPath, args, {
    cwd: PROJECT,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  return ran.status ?? 1
}

/** Jest with ES modules, which Node still calls experimental. @param {string[]} args @returns {number} */
export function runJest(args) {
  return runTool('jest', args, {
    NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --disable-warning=ExperimentalWarning`,
  })
}
