/** Bundles the actions into `actions/dist/`: one file each and what they share. The same sources give the same bytes. */
import { defineConfig } from 'rolldown';

export default defineConfig({
  input: {
    'signing-event': 'src/actions/signing-event.ts',
    'online-sign': 'src/actions/online-sign.ts',
    'build-repository': 'src/actions/build-repository.ts',
    'verify-repository': 'src/actions/verify-repository.ts',
    'client-worker': 'src/client/worker.ts',
  },
  platform: 'node',
  // Comments name the files by their paths as they are given, wherever a link leads.
  resolve: { symlinks: false },
  // Their modules only define things: without this, an HTTP client of 700 kB that no action uses is loaded at every
  // start (@actions/core has it for identity tokens, @actions/github for proxies).
  treeshake: {
    moduleSideEffects: [{ test: /node_modules\/(?:@actions|undici|tunnel)\//, sideEffects: false }],
  },
  output: {
    dir: 'actions/dist',
    format: 'esm',
    cleanDir: true,
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[name].js',
    minify: 'dce-only',
  },
});
