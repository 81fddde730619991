/** Who may import whom. The layers of the core look down only; src/README.md explains, test/house/layers.test.ts proves it. */

/** From the ground up. */
const LAYERS = ['base', 'decode', 'flow', 'protocol', 'analysis', 'call', 'verdict', 'exposure']

/** The files directly in src/core (engine.ts, engine-event.ts, index.ts) and an engine/ folder stand on top of all. */
const ENGINE = '^src/core/(engine/|[^/]+[.]ts$)'

const upward = LAYERS.map((layer, height) => ({
  name: `${layer}-looks-down-only`,
  severity: 'error',
  comment: `src/core/${layer} may use only the layers below it`,
  from: { path: `^src/core/${layer}/` },
  to: { path: [...LAYERS.slice(height + 1).map((above) => `^src/core/${above}/`), ENGINE] },
}))

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...upward,
    {
      name: 'new-core-folder-needs-a-layer',
      severity: 'error',
      comment: 'a new folder in src/core needs its place in LAYERS here',
      from: { path: '^src/' },
      to: { path: '^src/core/[^/]+/', pathNot: `^src/core/(${LAYERS.join('|')}|engine)/` },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment: 'the core does no I/O and has no dependencies',
      from: { path: '^src/core/' },
      to: {
        dependencyTypes: ['core', 'npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'],
      },
    },
    {
      name: 'core-knows-no-edge',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { path: '^src/', pathNot: '^src/core/' },
    },
    {
      name: 'core-folders-through-index',
      severity: 'error',
      comment:
        'inside the core, another folder is entered by its index.ts; base has none, its files are imported directly',
      from: { path: '^src/core/([^/]+)/' },
      to: { path: '^src/core/[^/]+/', pathNot: ['^src/core/$1/', '^src/core/base/', '/index[.]ts$'] },
    },
    {
      name: 'engine-enters-through-index',
      severity: 'error',
      from: { path: '^src/core/[^/]+[.]ts$' },
      to: { path: '^src/core/[^/]+/', pathNot: ['^src/core/base/', '/index[.]ts$'] },
    },
    {
      name: 'protocols-through-index',
      severity: 'error',
      from: { path: '^src/core/protocol/([^/]+)/' },
      to: { path: '^src/core/protocol/[^/]+/', pathNot: ['^src/core/protocol/$1/', '/index[.]ts$'] },
    },
    {
      name: 'core-has-one-door',
      severity: 'error',
      comment: 'outside the core only src/core/index.ts is known',
      from: { path: '^src/', pathNot: '^src/core/' },
      to: { path: '^src/core/', pathNot: '^src/core/index[.]ts$' },
    },
    {
      name: 'outputs-do-not-know-each-other',
      severity: 'error',
      comment: 'but all may use output/text: the one encoder for text from the wire',
      from: { path: '^src/output/([^/]+)/' },
      to: { path: '^src/output/[^/]+/', pathNot: ['^src/output/$1/', '^src/output/text/index[.]ts$'] },
    },
    {
      name: 'edges-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/(capture|output)/' },
      to: { path: '^src/(?!core/)[^/]+/', pathNot: '^src/$1/' },
    },
    {
      name: 'only-app-knows-the-app',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app/' },
      to: { path: '^src/app/' },
    },
    {
      name: 'edges-through-index',
      severity: 'error',
      comment: 'an edge is entered by its index.ts',
      from: { path: '^src/app/' },
      to: { path: '^src/(capture|output/[^/]+)/', pathNot: '/index[.]ts$' },
    },
    {
      name: 'state-protocol-is-pure',
      severity: 'error',
      comment:
        'both ends of the state protocol are tested as state machines: no I/O, and nothing of either process',
      from: { path: '^src/app/state-protocol/' },
      to: { path: '.', pathNot: '^src/(app/state-protocol/|core/index[.]ts$)' },
    },
    {
      name: 'engine-shows-nothing',
      severity: 'error',
      comment: 'the engine process has a wire and a socket to the box, and no output',
      from: { path: '^src/app/engine-process/' },
      to: { path: '^src/(output|app/(box-process|demo|doctor|read|top))/' },
    },
    {
      name: 'box-sees-no-packet',
      severity: 'error',
      comment: 'what shows and sends must not be able to listen',
      from: { path: '^src/app/(box-process|top)/' },
      to: { path: '^src/(capture|app/engine-process)/' },
    },
    {
      name: 'nothing-of-the-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-development-packages',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/@types/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
