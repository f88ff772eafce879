/** What must be done in the end, in reverse order. Like AsyncDisposableStack, which Node 22 lacks. */
export class Cleanup implements AsyncDisposable {
  #steps: (() => unknown)[] = []

  defer(step: () => unknown): void {
    this.#steps.push(step)
  }

  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.defer(() => resource[Symbol.asyncDispose]())
    return resource
  }

  /** Hands all steps over to a new owner, so that leaving the scope of this one does nothing. */
  move(): Cleanup {
    const moved = new Cleanup()
    moved.#steps = this.#steps.splice(0)
    return moved
  }

  /** A step that fails does not keep the others from running. */
  async [Symbol.asyncDispose](): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.#steps.splice(0).reverse()) {
      try {
        await step()
      } catch (error) {
        failures.push(error)
      }
    }
    if (failures.length === 1) throw failures[0]
    if (failures.length > 1) throw new AggregateError(failures, 'Several resources could not be closed.')
  }
}
