import type { Answer } from './question.ts'

/** What an asker is answered with, as JSON. */
export const answerText = (
  id: string,
  { by, attempt, data }: Pick<Extract<Answer, { kind: 'replied' }>, 'by' | 'attempt' | 'data'>,
): string => `${JSON.stringify({ id, by, attempt }).slice(0, -1)},"data":${data}}`
