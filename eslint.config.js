// @ts-check
/** Lint: the compiler's strict companions everywhere, the house's size limits on programs, and the laws of the core. */
import js from '@eslint/js'
import { defineConfig, globalIgnores } from 'eslint/config'
import * as regexp from 'eslint-plugin-regexp'
import ts from 'typescript-eslint'

/** The core takes time as an argument and does the same thing twice: no clock, no chance. */
const PURITY = [
  { selector: "MemberExpression[object.name='Date']", message: 'the core takes time as an argument' },
  { selector: "NewExpression[callee.name='Date']", message: 'no wall clock in the core' },
  { selector: "CallExpression[callee.name='Date']", message: 'no wall clock in the core' },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'no randomness in the core',
  },
]

/** Text from the wire is read by small scanners whose time is bounded by their length (HARDENING: no backtracking). */
const NO_REGULAR_EXPRESSIONS = [
  {
    selector: 'Literal[regex]',
    message: 'no regular expressions on what comes from the wire: write a scanner',
  },
  {
    selector: "NewExpression[callee.name='RegExp']",
    message: 'no regular expressions on what comes from the wire',
  },
  {
    selector: "CallExpression[callee.name='RegExp']",
    message: 'no regular expressions on what comes from the wire',
  },
]

const SIZES = /** @type {const} */ ({
  'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 12],
  'max-params': ['error', 7],
})

export default defineConfig(
  globalIgnores(['dist', 'dist.*', '.cache', 'coverage', 'node_modules']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...ts.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages are the everyday case here, and never surprise.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `() => counters.add(name)` is plain in an arrow that nobody reads a value from.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A closed union in a switch must name each member; a `default` may stand for the rest of an open one.
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A leading underscore says that something is left out on purpose: a field of a copy, a parameter of a contract.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      // A class with only a constructor and state is how the hot path's reused records are made.
      '@typescript-eslint/no-extraneous-class': 'off',
      // `while (true)` with a bounded body reads better than a flag in scanners.
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },
  {
    files: ['src/**/*.ts', 'scripts/**/*.js'],
    rules: {
      ...SIZES,
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-var': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': 'error',
    },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...PURITY],
      'no-restricted-globals': [
        'error',
        'console',
        'process',
        'performance',
        'Buffer',
        'TextDecoder',
        'crypto',
      ],
    },
  },
  {
    files: ['src/core/{protocol,decode,flow}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...PURITY, ...NO_REGULAR_EXPRESSIONS] },
  },
  {
    // Tables of constants are as long as the registry they copy.
    files: ['src/**/*-table.ts', 'src/**/constants.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // In a test a wrong `!` fails loudly, which is what a test is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        module: 'writable',
        URL: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
)
