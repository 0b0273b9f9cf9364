/** Which adverts are heard on which links: a device that is on two networks is lost when neither hears it. */
export class Presence {
  readonly #heardOn = new Map<string, Set<string>>()

  heard(instance: string, link: string): void {
    const links = this.#heardOn.get(instance) ?? new Set()
    this.#heardOn.set(instance, links.add(link))
  }

  /** @returns whether no link hears it any more */
  gone(instance: string, link: string): boolean {
    const links = this.#heardOn.get(instance)
    if (links?.delete(link) !== true || links.size > 0) return false
    return this.#heardOn.delete(instance)
  }

  /** @returns the adverts that only this link had heard */
  linkGone(link: string): string[] {
    return [...this.#heardOn.keys()].filter((instance) => this.gone(instance, link))
  }
}
