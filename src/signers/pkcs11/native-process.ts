/**
 * The process in which a PKCS#11 module is loaded (see native.ts). It takes one question as a message, answers it, and
 * ends; a PIN comes in that message and stands on no command line.
 */
import type { NativeAnswer, NativeQuestion } from './native.ts';
import { TokenError } from './token.ts';

process.once('message', (question: NativeQuestion) => {
  answer(question).then((result) => {
    process.send?.(result, () => process.disconnect());
  });
});

async function answer(question: NativeQuestion): Promise<NativeAnswer> {
  let cryptoki: typeof import('./cryptoki.ts');
  try {
    cryptoki = await import('./cryptoki.ts');
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
  try {
    const { module } = question.ask === 'inspect' ? question : question.request.token;
    return cryptoki.withModule(module, (pkcs11) =>
      question.ask === 'inspect'
        ? { tokens: cryptoki.inspect(pkcs11, module, question.login) }
        : { signature: cryptoki.sign(pkcs11, question.request) },
    );
  } catch (error) {
    if (error instanceof TokenError) return { failure: error.failure };
    return { failure: { code: 'refused', detail: error instanceof Error ? error.message : String(error) } };
  }
}
