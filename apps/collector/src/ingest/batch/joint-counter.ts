import type { JointReference } from '@leeway/contract';
import { compileJoint } from '@leeway/stats';

/**
 * The joint signal of the event in hand: gathers its numeric features as they are read, in the reference's order,
 * and turns them into one number once all are there. An event with one of them missing is missing here.
 */
export class JointCounter {
  private readonly values: Float64Array;
  private readonly distance: (row: Float64Array) => number;
  private known = 0;

  constructor(
    reference: JointReference,
    /** Which of the event's cells is the joint signal's, and the cell of a distance. */
    private readonly index: number,
    private readonly cellOf: (distance: number) => number,
  ) {
    this.values = new Float64Array(reference.signals.length);
    this.distance = compileJoint(reference);
  }

  /** A new event: none of its features is known. */
  begin(): void {
    this.known = 0;
  }

  /** One feature of the event; each comes at most once. */
  take(place: number, value: number): void {
    this.values[place] = value;
    this.known++;
  }

  /** Puts the event's distance into its cell; without all features the cell stays at missing. */
  settle(cells: Int32Array): void {
    if (this.known === this.values.length) cells[this.index] = this.cellOf(this.distance(this.values));
  }
}
