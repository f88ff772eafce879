import type { Manifest } from './manifest.ts'

/** Where an export is written. */
export interface ExportTarget {
  /** @param path within the export, such as `models/models.parquet` */
  create(path: string): Promise<ExportFile>
  /** Stores the manifest, when all files are complete. */
  writeManifest(manifest: Manifest): Promise<void>
}

/** A file that is written from beginning to end. Disposal before `finish` discards it. */
export interface ExportFile extends AsyncDisposable {
  /** Its path in the manifest. */
  readonly path: string
  readonly bytes: number
  write(chunk: Uint8Array): Promise<void>
  /** Makes sure that all of it is stored. Returns the SHA-256 in hexadecimal. */
  finish(): Promise<string>
}
