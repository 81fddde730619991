// @ts-check
/** What a case pins down of the engine's reports: the judgement, not its wording. Pure; used by `npm run cases:update` and its test. */

/**
 * @typedef {{ source: string, destination: string, ssrc: string | null, protection: string, keying: string, keyExposure: string }} CaseMedia
 * @typedef {{ callIds: readonly string[], grade: string, signalling: { protection: string }, media: readonly CaseMedia[],
 *   findings: readonly { id: string }[] }} CaseCall
 */

/**
 * The reports of a capture's calls, reduced and in their order.
 * @param {readonly CaseCall[]} calls
 */
export function toExpectation(calls) {
  return calls.map(({ callIds, grade, signalling, media, findings }) => ({
    callIds,
    grade,
    signalling: { protection: signalling.protection },
    media: media.map(({ source, destination, ssrc, protection, keying, keyExposure }) => ({
      source,
      destination,
      ssrc,
      protection,
      keying,
      keyExposure,
    })),
    findings: findings.map(({ id }) => id),
  }))
}
