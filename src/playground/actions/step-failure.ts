/** A step failed, for a reason that its author should read. */
export class StepFailure extends Error {
  override readonly name = 'StepFailure';
  readonly code = 'step-failed';
  /** What the step had set before it failed. */
  readonly outputs: Readonly<Record<string, string>>;

  constructor(message: string, outputs: Readonly<Record<string, string>> = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.outputs = outputs;
  }
}

/** A step of a composite action failed and has said so; the step that uses the action only ends. */
export class ReportedFailure extends StepFailure {}
