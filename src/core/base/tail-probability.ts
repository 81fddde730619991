/**
 * Tail probabilities in the log domain: −log10 p of a chi-square, of counts that should be uniform, and of a fair-coin or 1-in-k binomial.
 * Where p is not exact it is bounded from above, so that evidence is never over-stated.
 */

const LOG10_E = Math.LOG10E

/** ln Γ(x) for x > 0 (Lanczos, g = 7; relative error below 1e-13). */
export const lnGamma = (x: number): number => {
  let sum = 0.99999999999980993
  for (const [i, c] of LANCZOS.entries()) sum += c / (x + i)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum)
}

const LANCZOS: readonly number[] = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** −log10 P(X ≥ statistic) for X ~ chi-square with `freedom` degrees, by the continued fraction of Γ(a, x) in the log domain. */
export const chiSquareTail = (statistic: number, freedom: number): number => {
  const a = freedom / 2
  const x = statistic / 2
  if (x <= a + 1) return 0 // the body of the distribution: no evidence
  // Lentz's method (Numerical Recipes §6.2).
  const tiny = 1e-300
  let b = x + 1 - a
  let c = 1 / tiny
  let d = 1 / b
  let h = d
  for (let i = 1; i <= 300; i++) {
    const an = -i * (i - a)
    b += 2
    d = an * d + b
    if (Math.abs(d) < tiny) d = tiny
    c = b + an / c
    if (Math.abs(c) < tiny) c = tiny
    d = 1 / d
    const factor = d * c
    h *= factor
    if (Math.abs(factor - 1) < 1e-12) break
  }
  const lnTail = -x + a * Math.log(x) - lnGamma(a) + Math.log(h)
  return Math.max(0, -lnTail * LOG10_E)
}

/**
 * −log10 P(K ≥ successes) for K ~ Binomial(trials, p), from the Chernoff bound with its relative entropy: a bound of p from above, tight to
 * about one decade where it matters.
 */
export const binomialTail = (successes: number, trials: number, p: number): number => {
  const share = successes / trials
  if (trials === 0 || share <= p) return 0
  const entropy =
    share >= 1 ? Math.log(1 / p) : share * Math.log(share / p) + (1 - share) * Math.log((1 - share) / (1 - p))
  return trials * entropy * LOG10_E
}

/** Below this mean count a bin the chi-square law does not hold. */
const LEAST_MEAN = 5

/**
 * −log10 of the probability that `total` uniform draws fill the bins as unevenly as `counts`. Pearson's statistic over-states rare peaks (3 times
 * at 10^-6 with 5 a bin, measured on 4 million draws) and the likelihood ratio rare gaps, even with Williams' correction (1976): the smaller
 * evidence of the two stayed below the nominal law at every level and from 5 a bin on.
 */
export const uniformTail = (counts: Int32Array, total: number): number => {
  const bins = counts.length
  const mean = total / bins
  if (mean < LEAST_MEAN) return 0
  let squares = 0
  let ratio = 0
  for (let bin = 0; bin < bins; bin++) {
    const count = counts[bin] as number
    squares += (count - mean) * (count - mean)
    if (count > 0) ratio += count * Math.log(count / mean)
  }
  const corrected = (2 * ratio) / (1 + (bins + 1) / (6 * total))
  return chiSquareTail(Math.min(squares / mean, corrected), bins - 1)
}
