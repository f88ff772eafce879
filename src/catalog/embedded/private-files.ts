const OTHERS = 0o077

/** The operations of Emscripten's file system that decide the mode of a file. */
export interface FileModes {
  mknod(parent: unknown, name: string, mode: number, device: number): unknown
  setattr(node: unknown, attributes: { mode?: number }): void
}

/**
 * Has all files of the embedded Postgres belong to its owner alone. Emscripten sets the mode of each file that it creates to
 * what was asked for, which is everybody's for many, whatever the umask of the process.
 */
export function keepPrivate(operations: FileModes): void {
  const { mknod, setattr } = operations
  operations.mknod = (parent, name, mode, device) => mknod(parent, name, mode & ~OTHERS, device)
  operations.setattr = (node, attributes) => {
    const { mode } = attributes
    setattr(node, mode === undefined ? attributes : { ...attributes, mode: mode & ~OTHERS })
  }
}
