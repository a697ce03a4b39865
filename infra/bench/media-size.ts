/** How much is measured. */
export interface MediaSize {
  pictures: number
  pictureWidth: number
  fileMB: number
  jobs: number
  claims: number
  /** Of each load of downloads. */
  seconds: number
}

export const sizes: Record<'full' | 'small', MediaSize> = {
  full: { pictures: 40, pictureWidth: 1_600, fileMB: 500, jobs: 10_000, claims: 100, seconds: 3 },
  small: { pictures: 3, pictureWidth: 640, fileMB: 20, jobs: 100, claims: 10, seconds: 0.5 },
}
