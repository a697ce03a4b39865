import { onTestFinished } from 'vitest'
import type { World } from './built.ts'
import { idOf } from './sample-blog.ts'

/** A published page of the sample blog, until the test ends. */
export const addPage = ({ fake }: World, number: number, title: string): void => {
  const post = fake.posts.get(idOf(1))
  if (post === undefined) throw new Error('The sample blog has no first post.')
  const id = idOf(number)
  fake.posts.set(id, { ...post, id, kind: 'page', title, slug: title.toLowerCase() })
  onTestFinished(() => void fake.posts.delete(id))
}
