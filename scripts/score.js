// @ts-check
/**
 * npm run score: right and wrong over the labelled captures that may lie beside the checkout (`CALLSEAL_SHARED`, else ../shared). One line a
 * set, and before it a line for every mismatch. Arguments limit the files (`npm run score -- s24`); exit code 1 if anything is wrong.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { loadJudge } from './lib/judge.js'
import { makeReady, PROJECT, stop } from './lib/ready.js'
import {
  askableCalls,
  callMismatch,
  emptyScore,
  falseCalls,
  gradeMismatch,
  isNegative,
  missingCallIds,
  scoreStreams,
} from './lib/scoring.js'

/** @typedef {import('./lib/scoring.js').Judgement} Judgement */

makeReady({ build: true })
const shared = resolve(process.env['CALLSEAL_SHARED'] ?? join(PROJECT, '..', 'shared'), 'captures')
if (!existsSync(shared)) stop(`skip: score (no shared captures beside this checkout)`)
const judge = await loadJudge()
const only = process.argv.slice(2)
const wrong = (await scoreGraded('traps')) + (await scoreGraded('lab')) + (await scorePublic())
process.exit(wrong === 0 ? 0 : 1)

/** Sets with accepted grades. @param {string} set @returns {Promise<number>} what is wrong */
async function scoreGraded(set) {
  const score = emptyScore()
  let files = 0
  let graded = 0
  let asked = 0
  let lost = 0
  for (const label of /** @type {import('./lib/scoring.js').CaptureLabel[]} */ (labelsOf(set))) {
    const judgement = await judge(join(shared, set, label.file))
    const mismatch = gradeMismatch(label, judgement)
    const missing = missingCallIds(label, judgement)
    files++
    if (mismatch === null) graded++
    asked += label.callIds?.length ?? 0
    lost += missing.length
    print(set, [mismatch, ...missing, ...scoreStreams(label.file, label.streams, judgement, score)])
  }
  if (files === 0) return 0
  const calls = `Call-IDs ${asked - lost}/${asked}`
  process.stdout.write(`${set}: grades ${graded}/${files}, ${calls}, streams ${inWords(score)}\n`)
  return files - graded + lost + score.wrong
}

/** Captures of public projects: labelled calls, streams without signalling, and captures of something else. */
async function scorePublic() {
  const score = emptyScore()
  const calls = { asked: 0, right: 0 }
  const negatives = { files: 0, clean: 0 }
  for (const label of /** @type {import('./lib/scoring.js').PublicLabel[]} */ (labelsOf('public'))) {
    const judgement = await judge(join(shared, 'public', label.file))
    const askable = askableCalls(label)
    const mismatches = askable.map((call) => callMismatch(label.file, call, judgement))
    calls.asked += askable.length
    calls.right += mismatches.filter((line) => line === null).length
    const streams = [...label.calls.flatMap((call) => call.media), ...label.streamsWithoutSignalling]
    const falsehood = falseCalls(label, judgement)
    if (isNegative(label)) negatives.files++
    if (isNegative(label) && falsehood === null) negatives.clean++
    print('public', [...mismatches, falsehood, ...scoreStreams(label.file, streams, judgement, score)])
  }
  if (calls.asked + negatives.files === 0) return 0
  const rest = `without a false call ${negatives.clean}/${negatives.files}, streams ${inWords(score)}`
  process.stdout.write(`public: calls ${calls.right}/${calls.asked}, captures of other things ${rest}\n`)
  return calls.asked - calls.right + negatives.files - negatives.clean + score.wrong
}

/** @param {string} set @returns {{ file: string }[]} */
function labelsOf(set) {
  /** @type {{ file: string }[]} */
  const labels = JSON.parse(readFileSync(join(shared, set, 'labels.json'), 'utf8'))
  return labels.filter(({ file }) => only.length === 0 || only.some((part) => file.includes(part)))
}

/** @param {string} set @param {(string | null)[]} lines */
function print(set, lines) {
  for (const line of lines) if (line !== null) process.stdout.write(`  ${set}/${line}\n`)
}

/** @param {import('./lib/scoring.js').StreamScore} score */
function inWords({ right, wrong, undecided, missing }) {
  return `${right} right, ${wrong} wrong, ${undecided} undecided, ${missing} missing`
}
