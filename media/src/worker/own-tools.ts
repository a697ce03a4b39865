import { allowedTargets } from '@logbook/chassis/http/allowed-targets.ts'
import { isFilterName } from '../make/filters.ts'
import { defaultPlan } from '../make/plan.ts'
import { MediaRefused } from '../types/refused.ts'
import type { Tools } from './tools.ts'

const filtersOf = (names: readonly string[]) =>
  names.map((name) => {
    if (!isFilterName(name)) throw new MediaRefused(`There is no filter ${name}.`)
    return name
  })

/** What workers of this Logbook do their work with. Each is loaded when it is needed for the first time. */
export const createTools = (fetchAllow: readonly string[]): Tools => ({
  async fetch(url, write, fetching) {
    const { fetchTo } = await import('../fetch/fetch.ts')
    await fetchTo(url, write, { ...fetching, allow: allowedTargets(fetchAllow) })
  },
  async kindOf(head) {
    const { contentTypeOf } = await import('../types/content-type.ts')
    return contentTypeOf(head)
  },
  async describe(picture) {
    const { describePicture } = await import('../make/picture.ts')
    return describePicture(picture)
  },
  async poster() {
    const { findFfmpeg, makePoster } = await import('../make/poster.ts')
    const ffmpeg = await findFfmpeg()
    if (ffmpeg === undefined) return undefined
    return (file, signal) => makePoster(file, { ffmpeg, signal })
  },
  async *make(picture, { filters, keepsMetadata }, signal) {
    const { makeVariants } = await import('../make/picture.ts')
    yield* makeVariants(picture, { ...defaultPlan, filters: filtersOf(filters), keepsMetadata }, signal)
  },
})
