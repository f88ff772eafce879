const OTHERS = 0o077

/** The operations of Emscripten's file system that set the mode of a file. */
export interface FileModes {
  mknod(parent: unknown, name: string, mode: number, device: number): unknown
  setattr(node: unknown, attributes: { mode?: number }): void
}

/** Restricts new files to their owner: Emscripten ignores the umask and sets the requested mode, often for everybody. */
export function keepPrivate(operations: FileModes): void {
  const { mknod, setattr } = operations
  operations.mknod = (parent, name, mode, device) => mknod(parent, name, mode & ~OTHERS, device)
  operations.setattr = (node, attributes) => {
    const { mode } = attributes
    setattr(node, mode === undefined ? attributes : { ...attributes, mode: mode & ~OTHERS })
  }
}
