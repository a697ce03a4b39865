import type { MediumAnswer } from '@logbook/contracts/http/media.ts'
import type { JobProgress } from '../jobs/job-progress.ts'
import { stateOf } from '../read-model/rows.ts'
import type { Medium, View } from '../read-model/view.ts'

interface AnswersOptions {
  view: Pick<View, 'postsOf' | 'isPublic' | 'isPortrait'>
  jobProgress: Pick<JobProgress, 'progressOf'>
}

/** A medium as its owner and moderators see it. */
export const answerOf = (medium: Medium, { view, jobProgress }: AnswersOptions): MediumAnswer => {
  const { fault } = medium
  const { id, owner: ownerId, status, reason, attempts, retryAtMs, name, alt, focus, request, made } = medium
  return {
    ...{ id, ownerId, state: stateOf({ status, isMade: made !== null }), reason, attempts },
    ...(fault === null ? {} : { fault }),
    retryAt: status === 'waiting' && retryAtMs > 0 ? new Date(retryAtMs).toISOString() : null,
    progress: jobProgress.progressOf(medium),
    ...{ name, alt, focus },
    source: request.upload === null ? 'link' : 'upload',
    url: request.url,
    filters: request.filters,
    type: made?.type ?? null,
    bytes: made?.variants.find((each) => each.name === 'original')?.bytes ?? request.upload?.bytes ?? null,
    picture: made?.picture ?? null,
    variants: (made?.variants ?? []).map(({ key: _, sha256: __, ...variant }) => ({
      ...variant,
      url: `/media/${id}/${variant.name}`,
    })),
    notes: made?.notes ?? [],
    isPublic: view.isPublic(id),
    isPortrait: view.isPortrait(id),
    posts: view.postsOf(id),
    requestedAt: request.requestedAt,
    finishedAt: made?.finishedAt ?? null,
  }
}
