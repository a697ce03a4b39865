import type { Answer } from './question.ts'

/** The answer to an asker, as JSON; with `position` where it was recorded. */
export const answerText = (
  id: string,
  { by, attempt, data }: Pick<Extract<Answer, { kind: 'replied' }>, 'by' | 'attempt' | 'data'>,
  position?: number,
): string => `${JSON.stringify({ id, by, attempt, position }).slice(0, -1)},"data":${data}}`
