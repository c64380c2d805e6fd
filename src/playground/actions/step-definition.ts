/** One item of `steps`, of a job or of a composite action, as the runner wants it. */
import {
  convertToIfCondition,
  isMapping,
  isString,
  type MappingToken,
  type SequenceToken,
  type TemplateContext,
  type TemplateToken,
} from './github-parser.ts';

export interface StepDefinition {
  /** Only where the file gives one: others are in no `steps` context. */
  readonly id: string | undefined;
  /** Expression, with the implicit `success()`. */
  readonly condition: string;
  readonly uses: string | undefined;
  readonly run: TemplateToken | undefined;
  readonly name: TemplateToken | undefined;
  readonly shell: TemplateToken | undefined;
  readonly workingDirectory: TemplateToken | undefined;
  readonly with: MappingToken | undefined;
  readonly env: MappingToken | undefined;
  readonly continueOnError: TemplateToken | undefined;
  readonly timeoutMinutes: TemplateToken | undefined;
  /** `background`, `wait`, `wait-all`, `cancel`, `parallel`: what this runner does not do. */
  readonly unsupported: string | undefined;
  /** Set where only the `pre` of an action is to run: the step whose action it is. */
  readonly preOf?: StepDefinition;
}

const UNSUPPORTED = ['background', 'wait', 'wait-all', 'cancel', 'parallel'];

/** Reads steps that the parser has found valid; errors of conditions go to the context. */
export function readSteps(context: TemplateContext, steps: SequenceToken): readonly StepDefinition[] {
  return [...steps].filter(isMapping).map((step) => {
    const condition = step.find('if');
    const text = (key: string) => {
      const token = step.find(key);
      return token !== undefined && isString(token) ? token.value : undefined;
    };
    const mapping = (key: string) => {
      const token = step.find(key);
      return token !== undefined && isMapping(token) ? token : undefined;
    };
    return {
      id: text('id'),
      condition: (condition && convertToIfCondition(context, condition)?.expression) ?? 'success()',
      uses: text('uses'),
      run: step.find('run'),
      name: step.find('name'),
      shell: step.find('shell'),
      workingDirectory: step.find('working-directory'),
      with: mapping('with'),
      env: mapping('env'),
      continueOnError: step.find('continue-on-error'),
      timeoutMinutes: step.find('timeout-minutes'),
      unsupported: UNSUPPORTED.find((key) => step.find(key) !== undefined),
    };
  });
}
